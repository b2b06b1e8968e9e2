"""The measures behind regressions: the sampling law of a design, alone or times a kernel of the mask's size."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.arrays import Masks, PerMask, PerSize
from limetheory.designs import Design, ExchangeableDesign, ImageDesign, ProductDesign, ShapleyDesign
from limetheory.designs.base import DegenerateDesignError
from limetheory.designs.binomial import log_binomial_pmf
from limetheory.designs.binomial_law import BinomialLawDesign


class _OtherWeights:
    """The masks of a design under other weights; messages call it by the name of that design, which the caller knows.

    Attributes:
        masks_of: the design.
    """

    masks_of: Design

    def __repr__(self) -> str:
        return repr(self.masks_of)


class ReweightedDesign(_OtherWeights, ExchangeableDesign):
    """The masks of an exchangeable design under other weights by size, (d+1,) logarithms."""

    def __init__(self, masks_of: ExchangeableDesign, log_weight: PerSize):
        self.masks_of, self.wider = masks_of, masks_of.wider
        super().__init__(masks_of.d, masks_of.log_law, log_weight)


class ReweightedBinomialDesign(_OtherWeights, BinomialLawDesign):
    """The masks of a design with independent coordinates under other weights by size, (d+1,) logarithms."""

    def __init__(self, masks_of: BinomialLawDesign, log_weight: PerSize):
        self.masks_of, self.wider = masks_of, masks_of.wider
        super().__init__(masks_of.d, masks_of.p, log_weight)


class ConstrainedDesign(ReweightedDesign):
    """The same where the coefficients must sum to F(1) − F(0) (cor:efficient)."""

    efficient = True


def sampling_law(design: Design) -> Design | None:
    """The design of the same masks with equal weights and no constraint; None where its class is not known.

    >>> round(sampling_law(ImageDesign(4)).alpha(2), 12)
    0.25
    """
    if isinstance(design, ProductDesign):
        return _product_law(design)
    return _times(design, np.zeros(design.d + 1)) if isinstance(design, ExchangeableDesign) else None


def _product_law(design: ProductDesign) -> ProductDesign:
    drawn, hidden = design.sample_keep, design.sample_drop
    if not ((drawn > 0) & (drawn < 1)).all():
        part = int(np.argmax((drawn <= 0) | (drawn >= 1)))
        raise ValueError(
            f"a part must be shown and hidden with probabilities above {np.finfo(float).epsneg:.0e}, got part {part} "
            f"shown with {drawn[part]:.0e} and hidden with {hidden[part]:.0e}; move its weights_off towards 1"
        )
    return ProductDesign(drawn)


def measure(name: str, design: Design) -> Design | None:
    """The design whose regression an attribution converges to: its masks, and weights of the attribution.

    None where law times weight is none of the designs that are known, so that moments are sums over all masks.
    """
    if name == "ols":
        return sampling_law(design)
    if name == "kernel_shap":
        return _shapley_measure(design)
    if has_own_weights(design):
        return design
    return _times(design, ImageDesign(design.d).log_weight) if isinstance(design, ExchangeableDesign) else None


def _shapley_measure(design: Design) -> Design | None:
    if isinstance(design, ShapleyDesign):
        return design
    integer("d", design.d, 2, "with one part the Shapley value is F(1) − F(0)")
    if not isinstance(design, ExchangeableDesign):
        return None
    if not np.isfinite(design.log_law[1:-1]).any():
        raise DegenerateDesignError(
            f"attribution 'kernel_shap' needs masks that show some parts and hide others, got {design!r}, which draws "
            f"none; choose another design such as ShapleyDesign({design.d})"
        )
    return ConstrainedDesign(design, log_shapley_kernel(design.d))


def _times(design: ExchangeableDesign, log_weight: PerSize) -> ExchangeableDesign:
    """The same masks under other weights."""
    if isinstance(design, BinomialLawDesign):
        return ReweightedBinomialDesign(design, log_weight)
    return ReweightedDesign(design, log_weight)


def has_own_weights(design: Design) -> bool:
    """Whether a design weights its masks: it has a bandwidth, be it ∞, or its weights differ.

    >>> has_own_weights(ImageDesign(3, bandwidth=float("inf"))), has_own_weights(ShapleyDesign(3))
    (True, False)
    """
    if isinstance(design, ProductDesign):
        return bool((design.weights_off != 1).any())
    if isinstance(design, ExchangeableDesign) and not hasattr(design, "bandwidth"):
        return bool(np.ptp(design.log_weight[np.isfinite(design.log_law)]) > 0)
    return True


def weights_of(name: str, design: Design, masks: Any) -> PerMask:
    """The weight of each mask in a regression of this name, (n, d) bool → (n,)."""
    if name == "ols":
        return np.ones(len(masks))
    if name == "kernel_shap":
        return shapley_weights(masks)
    return (design if has_own_weights(design) else ImageDesign(design.d)).weight(masks)


def log_shapley_kernel(d: int) -> PerSize:
    """log of (d − 1) / (C(d, k) k (d − k)) for k = 0..d, (d + 1,); −∞ for the sizes 0 and d, which are constraints.

    >>> np.exp(log_shapley_kernel(3)).round(12).tolist()
    [0.0, 0.333333333333, 0.333333333333, 0.0]
    """
    k = np.arange(1.0, d)
    counts = log_binomial_pmf(k, d, 0.5) + d * np.log(2)
    return np.concatenate([[-np.inf], np.log(d - 1) - counts - np.log(k * (d - k)), [-np.inf]])


def shapley_weights(masks: Masks) -> PerMask:
    """KernelSHAP's kernel on each mask, (n, d) → (n,), relative to the largest that occurs, so that none underflows."""
    logs = log_shapley_kernel(masks.shape[1])[np.count_nonzero(masks, axis=1)]
    largest = logs.max(initial=-np.inf)
    return np.exp(logs - largest) if np.isfinite(largest) else np.zeros(len(logs))
