"""Attributions that are slopes of F on the masks: OLS, LIME with its kernel, KernelSHAP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from limetheory.arrays import PerMask
from limetheory.attribution.laws import has_own_weights, measure, shapley_weights
from limetheory.designs import Design, ImageDesign, ShapleyDesign
from limetheory.estimation.methods.together import together
from limetheory.estimation.methods.wls import wls_of_each
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation


@together
def ols(samples: Sequence[Sample], design: Design | None, ridge: float) -> list[Explanation]:
    """Least squares with an intercept, where every mask counts equally, whatever weights the design has."""
    return _fits("ols", samples[0].importance, samples, design, ridge)


@together
def lime(samples: Sequence[Sample], design: Design | None, ridge: float) -> list[Explanation]:
    """Least squares with an intercept, weighted by the design's own weights or, where it has none, by LIME's kernel."""
    first = samples[0]
    return _fits("lime", _lime_weights(first, design) * first.importance, samples, design, ridge)


@together
def kernel_shap(samples: Sequence[Sample], design: Design | None, ridge: float) -> list[Explanation]:
    """Least squares under Σ a_j = F(1) − F(0), weighted by KernelSHAP's kernel (Lundberg & Lee 2017).

    Masks of a `ShapleyDesign` count equally, since its law is the kernel. The masks of sizes 0 and d are constraints.
    """
    weights = shapley_weights(samples[0].masks)
    if isinstance(design, ShapleyDesign):
        weights = (weights > 0).astype(float)
    return _fits("kernel_shap", weights * samples[0].importance, samples, design, ridge, ends_of_each(samples))


def ends_of_each(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """(F(0), F(1)) of each function, asked for besides the masks or at masks of the samples.

    Raises:
        ValueError: they are known from neither.
    """
    known = [sample.ends for sample in samples if sample.ends is not None]
    if known:
        return known
    sizes = np.count_nonzero(samples[0].masks, axis=1)
    empty, full = np.flatnonzero(sizes == 0), np.flatnonzero(sizes == samples[0].d)
    if not len(empty) or not len(full):
        raise ValueError(
            "F(0) and F(1) must be known, got a sample without them; add the masks that hide all and nothing, or draw "
            "from a ShapleyDesign"
        )
    return [(float(sample.values[empty[0]]), float(sample.values[full[0]])) for sample in samples]


def _lime_weights(sample: Sample, design: Design | None) -> PerMask:
    own = sample.weights / np.where(sample.importance > 0, sample.importance, 1.0)
    if design is not None and has_own_weights(design):
        return design.weight(sample.masks)
    if design is None and np.ptp(own) > 0:
        return own
    return ImageDesign(sample.d).weight(sample.masks)


def _fits(
    name: str, weights: PerMask, samples: Sequence[Sample], design: Design | None, ridge: float,
    ends: Sequence[tuple[float, float] | None] = (),
) -> list[Explanation]:  # fmt: skip
    first = replace(samples[0], weights=weights, ends=None)
    ends = ends or [None] * len(samples)
    weighted = [first.with_values(sample.values, own, None) for sample, own in zip(samples, ends, strict=True)]
    found = wls_of_each(weighted, ridge, None if design is None else measure(name, design))
    n_evaluations = samples[0].n_evaluations
    return [replace(one, method=_renamed(name, one), n_evaluations=n_evaluations) for one in found]


def _renamed(name: str, fit: Explanation) -> str:
    return (fit.method or "wls").replace("wls", name, 1)
