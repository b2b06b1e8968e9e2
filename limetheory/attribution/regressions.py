"""Attributions that are slopes of a regression of F on the masks: OLS, LIME with its kernel, KernelSHAP."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from limetheory.arrays import PerMask
from limetheory.attribution.laws import (
    has_own_weights,
    kernel_weights,
    lime_measure,
    log_shapley_kernel,
    sampling_law,
    shapley_measure,
)
from limetheory.designs import Design, ImageDesign, ShapleyDesign
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation


def ols(sample: Sample, design: Design | None, ridge: float = 0.0) -> Explanation:
    """Least squares with an intercept and equal weights."""
    free = replace(sample, weights=sample.importance, ends=None)
    return _named("ols", sample, wls(free, ridge, design and sampling_law(design)))


def lime(sample: Sample, design: Design | None, ridge: float = 0.0) -> Explanation:
    """Least squares with an intercept, weighted by LIME's kernel or by the design's own weights."""
    weighted = replace(sample, weights=_lime_weights(sample, design) * sample.importance, ends=None)
    return _named("lime", sample, wls(weighted, ridge, design and lime_measure(design)))


def kernel_shap(sample: Sample, design: Design | None, ridge: float = 0.0) -> Explanation:
    """Least squares with KernelSHAP's kernel under Σ a_j = F(1) − F(0)."""
    kernel = kernel_weights(log_shapley_kernel(sample.d), sample.masks)
    if isinstance(design, ShapleyDesign) or (design is None and sample.ends is not None and not _given(sample)):
        kernel = (kernel > 0).astype(float)
    constrained = replace(sample, weights=kernel * sample.importance, ends=ends_of_sample(sample))
    return _named("kernel_shap", sample, wls(constrained, ridge, design and shapley_measure(design)))


def ends_of_sample(sample: Sample) -> tuple[float, float]:
    """(F(0), F(1)), asked for besides the masks or at masks of the sample.

    Raises:
        ValueError: they are known from neither.
    """
    if sample.ends is not None:
        return sample.ends
    sizes = np.count_nonzero(sample.masks, axis=1)
    empty, full = (sample.values[sizes == size] for size in (0, sample.d))
    if not len(empty) or not (len(full) or sample.full is not None):
        raise ValueError("F(0) and F(1) must be known, got a sample without them; draw it for a ShapleyDesign")
    return float(empty[0]), float(full[0] if sample.full is None else sample.full)


def _given(sample: Sample) -> bool:
    return False


def _lime_weights(sample: Sample, design: Design | None) -> PerMask:
    if design is not None and has_own_weights(design):
        return design.weight(sample.masks)
    return kernel_weights(ImageDesign(sample.d).log_weight, sample.masks)


def _named(name: str, sample: Sample, fit: Explanation) -> Explanation:
    method = (fit.method or "wls").replace("wls", name, 1)
    return replace(fit, method=method, n_evaluations=sample.n_evaluations)
