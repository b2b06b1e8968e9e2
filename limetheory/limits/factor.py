"""prop:factor: products over the superpixels and sums of them, such as RBF-kernel machines and naive Bayes."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import mask_rows, numbers, real, vector
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.limits.factor_moments import factor_moments
from limetheory.limits.missing import no_closed_form
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted
from limetheory.limits.scaled import Scaled, scaled

_BLOCK = 1 << 22  # numbers that are handled at once: 32 MiB; a convention for memory and time
# Pairs of a mask and a product that are handled at once, which fit into a core's cache; a convention.
_IN_CACHE = 1 << 15
_SAFE_PRODUCT = 900  # so many factors, each from 1/2 to 1 in absolute value, do not underflow float64


class FactorSum:
    """F(z) = intercept + Σ_i weights_i e^{log_scale_i} Π_j (z_j on_ij + (1 − z_j) off_ij): m products.

    Its limit takes O(m d²) operations, without a Python loop over the products; at d superpixels a block of
    products takes up to 12 d² bytes for each.

    Args:
        on, off: factors of active and inactive superpixels, shape (m, d) with m, d ≥ 1; any sign.
        weights: shape (m,); none means 1 for each.
        log_scale: log of a positive factor of each product, shape (m,), for products out of float64's range;
            none means 0.
        intercept: a constant.

    >>> import limetheory as lt
    >>> two = FactorSum(on=[[1.0, 1.0], [0.5, 3.0]], off=[[0.0, 0.0], [1.0, 3.0]], weights=[1.0, 2.0])
    >>> two(lt.all_masks(2)).tolist()
    [6.0, 3.0, 6.0, 4.0]
    >>> lt.limit(two, lt.BernoulliDesign(2)).coefficients.round(12).tolist()
    [-2.5, 0.5]
    """

    def __init__(self, on: Any, off: Any, weights: Any = None, log_scale: Any = None, intercept: float = 0.0):
        self.on, self.off = _factors("on", on), _factors("off", off)
        if self.on.shape != self.off.shape:
            raise ValueError(f"on and off must have one shape (m, d), got {self.on.shape} and {self.off.shape}")
        self.weights = _per_product("weights", weights, 1.0, len(self.on))
        self.log_scale = _per_product("log_scale", log_scale, 0.0, len(self.on))
        self.intercept = real("intercept", intercept)

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return int(self.on.shape[1])

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        masks = mask_rows(masks, self.d)
        rows = max(_IN_CACHE // len(self.on), 1)
        blocks = [self._values(masks[start : start + rows]) for start in range(0, len(masks), rows)]
        return _finite(self, self.intercept + np.concatenate([np.zeros(0), *blocks]))

    def _values(self, masks: np.ndarray) -> np.ndarray:
        on, off = scaled(self.on), scaled(self.off)
        exponent = np.where(masks[:, None], on.exponent, off.exponent).sum(axis=2)
        value = np.ones((len(masks), len(self.on)))
        for j in range(self.d):
            value *= np.where(masks[:, j, None], on.value[:, j], off.value[:, j])
            if j % _SAFE_PRODUCT == 0:
                value, shift = np.frexp(value)
                exponent += shift
        values: np.ndarray = (Scaled(value, exponent) * self._scaled_weights()).float().sum(axis=1)
        return values

    def _ends(self) -> np.ndarray:
        """F(0) and F(1), infinite or NaN where out of range: only efficient designs need them."""
        with np.errstate(invalid="ignore"):
            return self.intercept + self._values(np.array([[False], [True]]).repeat(self.d, axis=1))

    def _scaled_weights(self) -> Scaled:
        return scaled(self.weights) * Scaled.from_log(self.log_scale)


class FactorProduct(FactorSum):
    """F(z) = Π_j (z_j on_j + (1 − z_j) off_j).

    Args:
        on, off: factors of active and inactive superpixels, shape (d,) with d ≥ 1; any sign.

    >>> import limetheory as lt
    >>> F = FactorProduct(on=[2.0, 3.0], off=[1.0, 0.0])
    >>> F(lt.all_masks(2)).tolist()
    [0.0, 0.0, 3.0, 6.0]
    >>> lt.limit(F, lt.BernoulliDesign(2)).coefficients.round(12).tolist()
    [1.5, 4.5]
    """

    def __init__(self, on: Any, off: Any):
        super().__init__(vector("on", on)[None], vector("off", off)[None])


def _factors(name: str, values: Any) -> np.ndarray:
    array = numbers(name, values)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{name} must have shape (m, d) with m, d ≥ 1, got {array.shape}")
    return array


def _per_product(name: str, values: Any, default: float, m: int) -> np.ndarray:
    array = np.full(m, default) if values is None else vector(name, values)
    if len(array) != m:
        raise ValueError(f"{name} must have one entry for each of the {m} products, got {len(array)}")
    return array


def _finite(model: FactorSum, values: np.ndarray) -> np.ndarray:
    if not np.isfinite(values).all():
        raise ValueError(
            f"a factor sum must stay below {np.finfo(float).max:.1e}, got an overflow of {type(model).__name__}; "
            "lower log_scale or divide the factors by a constant"
        )
    return values


@population.register(FactorSum)
@population.register(FactorProduct)
def _(model: FactorSum, design: Design) -> Population:
    of_contrasts, of_share, mean = np.zeros(design.d), 0.0, np.zeros(1)
    scale, rows = model._scaled_weights(), max(_BLOCK // (model.d + 1) ** 2, 1)
    for start in range(0, len(model.on), rows):
        block = slice(start, start + rows)
        moments = factor_moments(design, model.on[block], model.off[block])
        if moments is None:
            raise no_closed_form(model, design)
        of_contrasts += (moments.of_contrasts * scale[block, None]).float().sum(axis=0)
        of_share += (moments.of_share * scale[block]).float().sum()
        mean += (moments.means * scale[block]).float().sum()
    ends = model._ends()
    rise = float(np.diff(_finite(model, ends))[0]) if design.efficient else 0.0
    coefficients = _finite(model, design.solve(_finite(model, of_contrasts), of_share, rise))
    return Population(coefficients, float(_finite(model, model.intercept + mean)[0]), float(ends[0]))


@restricted.register(FactorSum)
@restricted.register(FactorProduct)
def _(model: FactorSum, j: int, active: bool) -> FactorSum:
    factor = (model.on if active else model.off)[:, j]
    on, off = (np.delete(side, j, axis=1) for side in (model.on, model.off))
    return FactorSum(on, off, model.weights * factor, model.log_scale, model.intercept)
