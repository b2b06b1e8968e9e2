"""Sums of Gaussian kernels on pixels, the common form of RBF-kernel machines; on superpixels a `FactorSum`."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import numbers, real, vector
from limetheory.arrays import PerMask
from limetheory.explaining.masked_input import MaskedNumbers
from limetheory.explaining.random_cells import CellLaws, RandomCells
from limetheory.explaining.set_function import one_part_each, set_function
from limetheory.fitted.feature_rows import feature_rows, fitted_parts, one_row, owners
from limetheory.limits.factor import FactorSum

_BLOCK = 1 << 22  # numbers that are handled at once; a convention for memory and time


class RBFExpansion:
    """f(x) = intercept + Σ_i weights_i e^{log_scale_i} exp(−Σ_u precision_iu (x_u − support_iu)²) (prop:factor).

    Under x(z) each kernel is a product over the superpixels, because Σ_u is a sum of one sum for each. A kernel density
    estimate (Parzen window) is the case of one precision 1/(2h²).

    Args:
        support: centres of the kernels, shape (m, p) for p pixels (and channels) in the order of `image.ravel()`.
        weights: shape (m,).
        precision: non-negative, a number or of shape (p,) or (m, p): γ of an RBF kernel, 1/(2 ℓ_u²) of a Gaussian.
        intercept: a constant.
        log_scale: log of a positive factor of each kernel, shape (m,); none means 0.

    >>> import limetheory as lt
    >>> window = RBFExpansion(support=[[1.0, 1.0], [0.0, 1.0]], weights=[1.0, -1.0], precision=0.5)
    >>> window(np.array([[1.0, 1.0], [0.0, 0.0]])).round(6).tolist()
    [0.393469, -0.238651]
    >>> window.on_superpixels([1.0, 1.0], [0.0, 0.0], [0, 1])(lt.all_masks(2)).round(6).tolist()
    [-0.238651, 0.238651, -0.393469, 0.393469]
    """

    n_features: int

    def __init__(self, support: Any, weights: Any, precision: Any, intercept: float = 0.0, log_scale: Any = None):
        self.support = numbers("support", support)
        if self.support.ndim != 2 or not self.support.size:
            raise ValueError(f"support must have shape (m, p) with m, p ≥ 1, got {self.support.shape}")
        m, self.n_features = self.support.shape
        self.weights = _one_each("weights", weights, m)
        self.log_scale = np.zeros(m) if log_scale is None else _one_each("log_scale", log_scale, m)
        self.precision = _precision(precision, m, self.n_features)
        self.intercept = real("intercept", intercept)

    def __call__(self, inputs: np.ndarray) -> PerMask:
        """f on each input, (n, …) with p numbers each → (n,)."""
        rows = self.flat(inputs)
        size = max(_BLOCK // self.n_features, 1)
        blocks = [slice(start, start + size) for start in range(0, len(self.support), size)]
        values: PerMask = self.intercept + np.sum([self._kernels(rows, block) for block in blocks], axis=0)
        return values

    def _kernels(self, rows: np.ndarray, block: slice) -> np.ndarray:
        centre = self.support[0]
        rows, support = rows - centre, self.support[block] - centre
        scaled = self.precision[block] * support
        distance = rows**2 @ np.broadcast_to(self.precision[block], support.shape).T - 2 * rows @ scaled.T
        distance += (scaled * support).sum(axis=1)
        sums: np.ndarray = np.exp(self.log_scale[block] - np.maximum(distance, 0)) @ self.weights[block]
        return sums

    def scaled_by(self, log_factor: float) -> RBFExpansion:
        """All kernels times e^{log_factor}, with the same intercept."""
        return RBFExpansion(self.support, self.weights, self.precision, self.intercept, self.log_scale + log_factor)

    def flat(self, inputs: Any) -> np.ndarray:
        """Inputs as rows of finite numbers, (n, …) → (n, p)."""
        return feature_rows(inputs, self.n_features)

    def on_superpixels(self, shown: Any, replaced: Any, owner: Any) -> FactorSum:
        """F(z) = f(x(z)) with x(z)_u = shown_u where superpixel owner_u is on and replaced_u where it is off.

        All have the shape of one input; owner is the number 0..d−1 of each entry's superpixel. Factors are scaled so
        that the larger one of each kernel and superpixel is 1, lest kernels with far centres underflow.
        """
        rows = [one_row(name, x, self.n_features) for name, x in (("shown", shown), ("replaced", replaced))]
        groups = _groups(owners(owner, self.n_features))
        return self._of_logs(*(-self._distances(row, groups) for row in rows))

    def over_cells(self, laws: CellLaws) -> FactorSum:
        """F(z) = E[f(x) | z] for independent cells x_j: each factor is the mean of a one-dimensional kernel given z_j.

        Raises:
            ValueError: laws of another number of columns.
        """
        if laws.d != self.n_features:
            raise ValueError(
                f"a row must have the {self.n_features} columns of the fit, got {laws.d}; give the columns in the "
                "order of the fit"
            )
        logs = [laws.log_gaussian(j, self.support[:, j], self.precision[:, j]) for j in range(laws.d)]
        off, on = np.stack(logs, axis=2)
        return self._of_logs(on, off)

    def _of_logs(self, on: np.ndarray, off: np.ndarray) -> FactorSum:
        """The sum of products of factors with these logarithms, (m, d)."""
        top = np.maximum(on, off)
        scale = self.log_scale + top.sum(axis=1)
        return FactorSum(np.exp(on - top), np.exp(off - top), self.weights, scale, self.intercept)

    def _distances(self, x: np.ndarray, groups: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """Σ over the pixels of each superpixel of precision (x − support)²: (m, d)."""
        order, starts = groups
        size = max(_BLOCK // self.n_features, 1)
        blocks = [slice(start, start + size) for start in range(0, len(self.support), size)]
        terms = (self.precision[block] * (x - self.support[block]) ** 2 for block in blocks)
        return np.vstack([np.add.reduceat(term[:, order], starts, axis=1) for term in terms])


def _groups(owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An order of the pixels by superpixel, and where each superpixel starts in it."""
    order = np.argsort(owner, kind="stable")
    return order, np.searchsorted(owner[order], np.arange(owner.max() + 1))


def _one_each(name: str, values: Any, m: int) -> np.ndarray:
    array = vector(name, values)
    if len(array) != m:
        raise ValueError(f"{name} must have one entry for each of the {m} centres, got {len(array)}")
    return array


def _precision(values: Any, m: int, p: int) -> np.ndarray:
    array = numbers("precision", values)
    if array.shape not in ((), (p,), (1, p), (m, p)) or (array < 0).any():
        raise ValueError(
            f"precision must be non-negative, one number or of shape ({p},) or ({m}, {p}), got {array.shape} with "
            f"minimum {array.min(initial=np.inf):g}"
        )
    return np.broadcast_to(array, (m, p))


@set_function.register
@one_part_each
def _(model: RBFExpansion, masked: MaskedNumbers | RandomCells) -> FactorSum:
    if isinstance(masked, RandomCells):
        return model.over_cells(masked.laws)
    return model.on_superpixels(*fitted_parts(masked, model.n_features))
