"""Attributions that are slopes of F on the masks: OLS, LIME with its kernel, KernelSHAP."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from limetheory.arrays import PerMask
from limetheory.attribution.laws import has_own_weights, measure, shapley_weights
from limetheory.designs import Design, ImageDesign, ShapleyDesign
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation


def ols(sample: Sample, design: Design | None, ridge: float) -> Explanation:
    """Least squares with an intercept, where every mask counts equally, whatever weights the design has."""
    return _fit("ols", replace(sample, weights=sample.importance, ends=None), sample, design, ridge)


def lime(sample: Sample, design: Design | None, ridge: float) -> Explanation:
    """Least squares with an intercept, weighted by the design's own weights or, where it has none, by LIME's kernel."""
    weights = _lime_weights(sample, design) * sample.importance
    return _fit("lime", replace(sample, weights=weights, ends=None), sample, design, ridge)


def kernel_shap(sample: Sample, design: Design | None, ridge: float) -> Explanation:
    """Least squares under Σ a_j = F(1) − F(0), weighted by KernelSHAP's kernel (Lundberg & Lee 2017).

    Masks of a `ShapleyDesign` count equally, since its law is the kernel. The masks of sizes 0 and d are constraints.
    """
    weights = shapley_weights(sample.masks)
    if isinstance(design, ShapleyDesign):
        weights = (weights > 0).astype(float)
    constrained = replace(sample, weights=weights * sample.importance, ends=ends_of_sample(sample))
    return _fit("kernel_shap", constrained, sample, design, ridge)


def ends_of_sample(sample: Sample) -> tuple[float, float]:
    """(F(0), F(1)), asked for besides the masks or at masks of the sample.

    Raises:
        ValueError: they are known from neither.
    """
    if sample.ends is not None:
        return sample.ends
    sizes = np.count_nonzero(sample.masks, axis=1)
    empty, full = np.flatnonzero(sizes == 0), np.flatnonzero(sizes == sample.d)
    if not len(empty) or not len(full):
        raise ValueError(
            "F(0) and F(1) must be known, got a sample without them; add the masks that hide all and nothing, or draw "
            "from a ShapleyDesign"
        )
    return float(sample.values[empty[0]]), float(sample.values[full[0]])


def _lime_weights(sample: Sample, design: Design | None) -> PerMask:
    own = sample.weights / np.where(sample.importance > 0, sample.importance, 1.0)
    if design is not None and has_own_weights(design):
        return design.weight(sample.masks)
    if design is None and np.ptp(own) > 0:
        return own
    return ImageDesign(sample.d).weight(sample.masks)


def _fit(name: str, weighted: Sample, sample: Sample, design: Design | None, ridge: float) -> Explanation:
    fit = wls(weighted, ridge, None if design is None else measure(name, design))
    method = (fit.method or "wls").replace("wls", name, 1)
    return replace(fit, method=method, n_evaluations=sample.n_evaluations)
