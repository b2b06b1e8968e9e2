"""The measures behind attributions: the sampling law of a design, alone or times a kernel of the size."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerMask, PerSize
from limetheory.designs import Design, ExchangeableDesign, ImageDesign, ProductDesign, ShapleyDesign
from limetheory.designs.binomial import log_binomial_pmf
from limetheory.designs.binomial_law import BinomialLawDesign


class ConstrainedDesign(ExchangeableDesign):
    """An exchangeable law and weight whose coefficients must sum to F(1) − F(0) (cor:efficient)."""

    efficient = True


def sampling_law(design: Design) -> Design | None:
    """The design of the same masks with equal weights; None where none is known.

    >>> sampling_law(ImageDesign(4)).alpha(2)
    0.25
    """
    if isinstance(design, ProductDesign):
        return ProductDesign(design.sample_keep)
    if isinstance(design, ExchangeableDesign):
        return _reweighted(design, np.zeros(design.d + 1))
    return None


def lime_measure(design: Design) -> Design | None:
    """The design itself where it has weights, else its masks with those of `ImageDesign`; None where none is known."""
    if has_own_weights(design):
        return design
    if isinstance(design, ExchangeableDesign):
        return _reweighted(design, ImageDesign(design.d).log_weight)
    return None


def shapley_measure(design: Design) -> Design | None:
    """Law × KernelSHAP's kernel under the efficiency constraint; `ShapleyDesign` itself, whose law is the kernel."""
    if isinstance(design, ShapleyDesign):
        return design
    if not isinstance(design, ExchangeableDesign):
        return None
    return ConstrainedDesign(design.d, design.log_law, log_shapley_kernel(design.d))


def _reweighted(design: ExchangeableDesign, log_weight: PerSize) -> ExchangeableDesign:
    if isinstance(design, BinomialLawDesign):
        return BinomialLawDesign(design.d, design.p, log_weight)
    return ExchangeableDesign(design.d, design.log_law, log_weight)


def has_own_weights(design: Design) -> bool:
    """Whether a design weights its masks: it has a bandwidth, or its weights differ.

    >>> has_own_weights(ImageDesign(3, bandwidth=float("inf"))), has_own_weights(ShapleyDesign(3))
    (True, False)
    """
    if hasattr(design, "bandwidth"):
        return True
    if isinstance(design, ProductDesign):
        return bool((design.weights_off != 1).any())
    if isinstance(design, ExchangeableDesign):
        return bool(np.ptp(design.log_weight[np.isfinite(design.log_law)]) > 0)
    return True


def log_shapley_kernel(d: int) -> PerSize:
    """log of (d − 1) / (C(d, k) k (d − k)) for k = 0..d, (d + 1,); −∞ for the sizes 0 and d, which are constraints.

    >>> np.exp(log_shapley_kernel(3)).round(12).tolist()
    [0.0, 0.333333333333, 0.333333333333, 0.0]
    """
    k = np.arange(1.0, d)
    kernel = np.full(d + 1, -np.inf)
    counts = log_binomial_pmf(k, d, 0.5) + d * np.log(2)
    kernel[1:d] = np.log(d - 1) - counts - np.log(k * (d - k))
    return kernel


def kernel_weights(log_kernel: PerSize, masks: Any) -> PerMask:
    """The kernel on each mask, (n, d) bool → (n,), relative to the largest that occurs, so that none underflows."""
    logs = log_kernel[np.count_nonzero(masks, axis=1)]
    largest = logs.max(initial=-np.inf)
    return np.exp(logs - largest) if np.isfinite(largest) else np.zeros(len(logs))
