"""The table of libraries: what each method should converge to, and what it can be asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limetheory.audit.subject import Library, Subject, library_file
from limetheory.designs import (
    BernoulliDesign,
    Design,
    ExchangeableDesign,
    ImageDesign,
    ShapleyDesign,
    SizeLawDesign,
    TextDesign,
)
from limetheory.designs.binomial import log_binomial_pmf
from limetheory.registry import Registry

_PICTURE = frozenset({"labels", "batch_size", "content", "keep"})
_FEATURES = frozenset({"labels", "batch_size", "content"})
_ARRAYS = frozenset({"batch_size", "content"})


def shapley(d: int) -> Design:
    """The design of Shapley values; with one part the value is F(1) − F(0)."""
    return ShapleyDesign(d) if d > 1 else SizeLawDesign([1.0, 1.0])


def words(d: int) -> Design:
    """Text LIME's design, and Bernoulli(1/2) masks of one word, which text LIME never shows."""
    return TextDesign(d) if d > 1 else BernoulliDesign(1)


def width_one(d: int) -> Design:
    """Image LIME's design with the width 1."""
    return ImageDesign(d, bandwidth=1.0)


def independent(log_weight: Callable[[int], float]) -> Callable[[int], Design]:
    """Bernoulli(1/2) masks with a weight that falls by a factor for each part that is hidden.

    Args:
        log_weight: d → the logarithm of the factor.
    """

    def design(d: int) -> Design:
        return ExchangeableDesign(d, log_binomial_pmf(np.arange(d + 1), d, 0.5), log_weight(d) * np.arange(d, -1, -1.0))

    return design


def categories(width: float | None = None) -> Callable[[int], Design]:
    """The design of lime's tables for binary categories, each of which half of the training data has.

    Args:
        width: of the kernel exp(−(d − K) / (2 width²)); None is lime's 0.75 √d.
    """
    return independent(lambda d: -0.5 / (width or 0.75 * d**0.5) ** 2)


def wide(width: float) -> Callable[[int], Design]:
    """Image LIME's design with another width."""
    return lambda d: ImageDesign(d, bandwidth=width)


def euclidean(width: float, level: float) -> Callable[[int], Design]:
    """Bernoulli(1/2) masks of d features of one level, weighted by exp(−distance² / width²)."""
    return independent(lambda d: -((level / width) ** 2))


def _lime(name: str, method: str, design: Callable[[int], Design], **more: object) -> Subject:
    """A method that is lime's regression, with its ridge penalty of 1 and its first mask."""
    settings = {"ridge": 1.0, "sees_masks": True, "drawn": True, "forced": 1, **more}
    return Subject(name, method, design, **settings)  # type: ignore[arg-type]


_BY_SHAP = "Shapley values, by shap's KernelExplainer"
_TABLE_METHOD = "masks drawn as the categories of the training data, kernel of width 0.75 √d, ridge 1"

LIBRARIES: Registry[Library] = Registry(
    "library",
    {
        one.name: one
        for one in (
            Library("lime", "lime", "0.2.0.1", library_file("lime"), (
                _lime("image", "Bernoulli(1/2) masks, cosine kernel of width 0.25, ridge 1", ImageDesign,
                      takes=_PICTURE),
                _lime("text", "uniform number of removed words, cosine kernel of width 0.25, ridge 1", TextDesign,
                      takes=frozenset({"keep"})),
                _lime("tabular", _TABLE_METHOD, categories(), takes=frozenset({"keep"})),
            )),
            Library("captum", "captum", "0.9.0", library_file("captum"), (
                Subject("Lime", "Bernoulli(1/2) masks, cosine kernel of width 1, a linear surrogate", width_one, 0.0,
                        _FEATURES, n=100, sees_masks=True, drawn=True, global_seed=True, precise=1e-5),
                Subject("KernelShap", "Shapley values, by regression on drawn masks", shapley, takes=_FEATURES, n=100,
                        sees_masks=True, forced=2, global_seed=True, precise=1e-3),
                Subject("ShapleyValueSampling", "Shapley values, by permutations", shapley, takes=_FEATURES, n=100,
                        global_seed=True, precise=1e-5),
            )),
            Library("shap", "shap", "0.51.0", library_file("shap"), (
                Subject("Kernel", "Shapley values, by regression on sets of parts", shapley, global_seed=True,
                        precise=1e-6),
                Subject("Permutation", "Shapley values, by permutations", shapley, takes=frozenset({"batch_size"})),
                Subject("Partition", "Shapley values, along a hierarchy of the parts", shapley, random=False, most=12,
                        n=10_000, takes=frozenset({"batch_size"})),
                Subject("Tree", "Shapley values of a tree, exactly", shapley, random=False, most=8, precise=1e-5),
            )),
            Library("shapiq", "shapiq", "1.4.1", library_file("shapiq"), (
                Subject("KernelSHAP", "Shapley values, by regression on drawn masks", shapley, precise=1e-4),
                Subject("PermutationSamplingSV", "Shapley values, by permutations", shapley),
            )),
            Library("alibi", "alibi", "0.9.6", library_file("alibi"), (
                Subject("KernelShap", _BY_SHAP, shapley, precise=1e-6),
            )),
            Library("dianna", "dianna", "1.8.1", library_file("dianna"), (
                _lime("LIMEImage", "lime's, with a kernel of width 25", wide(25.0), takes=_PICTURE),
                _lime("LIMETabular", "lime's, with a kernel of width 25", categories(25.0)),
                Subject("KERNELSHAPTabular", _BY_SHAP, shapley, global_seed=True, precise=1e-6),
            )),
            Library("interpret", "interpret-core", "0.7.8", library_file("interpret"), (
                _lime("LimeTabular", f"lime's: {_TABLE_METHOD}", categories(), takes=frozenset({"keep"})),
                Subject("ShapKernel", _BY_SHAP, shapley, global_seed=True, precise=1e-6),
            )),
            Library("omnixai", "omnixai", "1.3.1", library_file("omnixai"), (
                _lime("LimeTabular", f"lime's: {_TABLE_METHOD}", categories(), takes=frozenset({"keep"})),
                Subject("ShapTabular", _BY_SHAP, shapley, global_seed=True, precise=1e-6),
            )),
            Library("xplique", "xplique", "2.0.2", library_file("xplique"), (
                Subject("Lime", "Bernoulli(1/2) masks, kernel exp(−distance² / 45²), ridge 2", euclidean(45.0, 0.5),
                        2.0, _ARRAYS, n=100, sees_masks=True, drawn=True, global_seed=True, precise=1e-4),
                Subject("Lime, cosine", "Bernoulli(1/2) masks, kernel exp(−(1 − cosine)² / 0.25²), ridge 2",
                        wide(0.25 / 2**0.5), 2.0, _ARRAYS, n=100, sees_masks=True, drawn=True, global_seed=True,
                        precise=1e-4),
                Subject("KernelShap", "Shapley values, by regression on drawn masks", shapley, takes=_ARRAYS, n=100,
                        sees_masks=True, global_seed=True, precise=1e-4),
            )),
            Library("ferret", "ferret-xai", "0.4.2", library_file("ferret"), (
                _lime("LIME", "lime's for texts, on tokens", TextDesign, precise=1e-6),
            )),
            Library("limetheory", "limetheory", "0.1.0", library_file("limetheory"), (
                Subject("explain_image", "lime's image design, ridge 1", ImageDesign, 1.0, _FEATURES, drawn=True,
                        forced=1, fewest=2),
                Subject("explain_text", "lime's text design, Bernoulli(1/2) for one word, ridge 1", words, 1.0,
                        drawn=True, forced=1),
                Subject("explain_tabular", _TABLE_METHOD, categories(), 1.0, drawn=True, forced=1),
                Subject("estimate", "image LIME's design without penalty", ImageDesign, 0.0, sees_masks=True,
                        drawn=True),
                Subject("Shapley", "Shapley values, by regression on drawn masks", shapley, fewest=2),
            )),
        )
    },
    row=Library,
    columns=("package", "versions", "methods"),
)  # fmt: skip
"""The libraries that can be audited, by name."""
