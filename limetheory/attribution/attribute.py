"""`attribute`, on masks that are given, and `attribution_limit`, what it tends to."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from limetheory.arrays import Masks
from limetheory.attribution.given_masks import evaluated, given_rows, with_values_beside
from limetheory.attribution.table import ATTRIBUTIONS, Attribution
from limetheory.designs import Design, ShapleyDesign
from limetheory.designs.base import checked_design
from limetheory.estimation.samples.columns import FORM
from limetheory.estimation.samples.sample import Interrupted, Sample
from limetheory.evaluation import MaskFunction, mask_function, superpixel_count
from limetheory.explanation import Explanation
from limetheory.functions import function


def attribute(
    F: MaskFunction,
    sample_or_masks: Any,
    method: str | Attribution = "rise",
    *,
    design: Design | None = None,
    ridge: float = 0.0,
) -> Any:
    """Attribute F to its parts: one number for each part, from the values of F on given masks.

    What is computed is a row of `ATTRIBUTIONS`, which ``print(limetheory.attribution.ATTRIBUTIONS)`` lists; it tends to
    `attribution_limit` if masks are drawn from the sampling law of a design. Formulas: Pihlgren & Främling 2025;
    prop:equivalence, prop:keep-one and prop:one-ranking say where they are one ranking.

    Standard errors take the masks for independent draws, and those of a `Sample` for what it says of itself (pairs,
    strata). Masks that are all masks of their sizes, each once, such as those that hide one part and the one that hides
    nothing, are no draws: their errors are 0. Standard errors of regressions hold in small samples too where a design
    says what the masks were drawn from, see `wls`.

    Args:
        F: callable (n, d) bool → (n,), or → (n, k) for k functions such as the classes of a model. It is called on at
            most `F.block_size` masks at a time (default 4096), once for each mask. Besides, F(1) is asked for by
            ``"pda"`` and its like, and F(0) and F(1) by ``"kernel_shap"``, where no mask has them. Not called where a
            sample has all of them.
        sample_or_masks: masks (n, d) bool, True where a part is shown; or a `Sample`, whose values are known.
        method: the name of a row, or an `Attribution`.
        design: what the masks were drawn from; None where that is not known. ``"lime"`` takes its weights, if it has
            any, in place of LIME's kernel; ``"kernel_shap"`` counts masks of a `ShapleyDesign` equally, since their law
            is the kernel.
        ridge: penalty on the sum of the weighted squares, for ``"ols"`` and ``"lime"``.

    Returns:
        An explanation; of an F with k columns a list of k from the same masks, each that of its column alone up to
        rounding. The intercept is that of the regression, F(0) for ``"kernel_shap"``, and 0 for the others, which are
        no linear models of F.

    Raises:
        ValueError: the masks lack some that the method needs, or are fewer than its parameters, in which case F is not
            called; F leaves the range of a logarithm; or arguments out of range.
        Interrupted: on Ctrl-C, with the explanation of the finished part, of the first column where there are several.

    Warns:
        FewMasksWarning: the interval of a number rests on fewer than ten effective masks.

    >>> import limetheory as lt
    >>> import numpy as np
    >>> one_hidden = ~np.eye(3, dtype=bool)
    >>> F = lt.Leaf(3, on=(0, 1), value=0.8)
    >>> attribute(F, one_hidden, "pda").coefficients.tolist()
    [0.8, 0.8, 0.0]
    >>> attribute(F, one_hidden, "kernel_shap").coefficients.round(12).tolist()
    [0.533333333333, 0.533333333333, -0.266666666667]
    >>> classes = lambda masks: np.stack([F(masks), 1 - F(masks)], axis=1)
    >>> [found.coefficients.tolist() for found in attribute(classes, one_hidden, "pda")]
    [[0.8, 0.8, 0.0], [-0.8, -0.8, 0.0]]
    """
    row = ATTRIBUTIONS.chosen(method)
    ridge = row.checked_ridge(ridge)
    if isinstance(sample_or_masks, Sample):
        return _of_sample(F, sample_or_masks, row, design, ridge)
    masks = given_rows(sample_or_masks)
    superpixel_count(function("F", F, FORM), masks.shape[1], "masks", "give masks")
    _check_design(design, masks.shape[1])
    row.require(masks, ridge)
    return _of_masks(F, masks, row, design, ridge)


def attribution_limit(method: str | Attribution, F: MaskFunction, design: Design, *, ridge: float = 0.0) -> Explanation:
    """What `attribute` tends to on masks drawn from the sampling law of a design (prop:one-ranking).

    - ``"rise"`` E[F | z_j = 1]; ``"pda"`` F(1) − E[F | z_j = 0], and with logarithms of the two terms.
    - ``"ols"``, ``"lime"``, ``"kernel_shap"``: the regression under law × weight, with equal weights, the design's own
      (LIME's kernel where it has none), and KernelSHAP's kernel under the sum F(1) − F(0). The last is the Shapley
      value where every mask is equally likely, and under `ShapleyDesign`, whose law is the kernel (cor:efficient).
    - ``"ciu"``, ``"ciu_inverse"``: with the range of F over all masks that the design draws.

    From the closed forms of `limit` for all but CIU, under every exchangeable design and product designs, with which
    the kernels of ``"lime"`` and ``"kernel_shap"`` have none; otherwise by summing over all masks of the design, of
    which there may be d + 1 only.

    Args:
        method: the name of a row of `ATTRIBUTIONS`, or an `Attribution`.
        F: a set function, see `limit`.
        design: what masks are drawn from. Its weights count for ``"lime"`` alone.
        ridge: population penalty for ``"ols"`` and ``"lime"``, ridge / n for the ridge of `attribute` on n masks.

    Raises:
        ValueError: the design never draws masks that the method needs, or too many to sum over; F leaves the range of a
            logarithm; or arguments out of range.
        DegenerateDesignError: the design does not determine the coefficients of a regression, or shows or hides a part
            with a probability below 1e-280.
        NotImplementedError: no closed form for this F under this design, and d is too large to enumerate.

    >>> import limetheory as lt
    >>> F, design = lt.Leaf(200, on=(0, 1)), lt.BernoulliDesign(200)
    >>> [attribution_limit(method, F, design).coefficients[[0, 2]].round(12).tolist() for method in ("rise", "ols")]
    [[0.5, 0.25], [0.5, 0.0]]
    """
    row = ATTRIBUTIONS.chosen(method)
    ridge = row.checked_ridge(ridge)
    superpixel_count(mask_function("F", F), checked_design(design).d)
    row.require_design(design)
    return row.limit(F, design, ridge)


def _of_masks(F: MaskFunction, masks: Masks, row: Attribution, design: Design | None, ridge: float) -> Any:
    try:
        found = evaluated(F, masks, row.beside, design)
        several = found if isinstance(found, list) else [found]
        explained = row.fit_each(several, design, ridge)
        return explained if isinstance(found, list) else explained[0]
    except Interrupted as interrupted:
        with suppress(ValueError):
            row.require(interrupted.sample.masks, ridge)
            interrupted.explanation = row.fit(interrupted.sample, design, ridge)
        raise


def _of_sample(F: MaskFunction, sample: Sample, row: Attribution, design: Design | None, ridge: float) -> Explanation:
    _check_design(design, sample.d)
    row.require(sample.masks, ridge)
    if design is None and sample.ends is not None and sample.d > 1:
        design = ShapleyDesign(sample.d)
    return row.fit(with_values_beside(F, sample, row.beside), design, ridge)


def _check_design(design: Design | None, d: int) -> None:
    if design is not None and checked_design(design).d != d:
        raise ValueError(
            f"design must have as many superpixels as the masks, {d}, got {design!r}; build the design with d={d}"
        )
