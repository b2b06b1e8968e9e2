"""lime's explanation without bins: rows from normal laws, weights by Euclidean distance, standardised regressors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import flag, real, vector
from limetheory.arrays import PerMask
from limetheory.explanation import Explanation
from limetheory.kept import keepable
from limetheory.tabular.masked import WIDTH
from limetheory.tabular.table import TableForm, read_table


@dataclass(frozen=True, eq=False)
class NormalDesign:
    """Rows x_j ~ N(centre_j, scale_j²), independent, with weight exp(−‖(x − ξ)/scale‖² / (2 bandwidth²)).

    A categorical column has each category by its share of the training rows, and contributes 1 to the squared distance
    where it differs from the row's own.

    Attributes:
        centre: the mean of the training values of each column, or the row itself, (p,).
        scale: their standard deviation; 1 of constant and of categorical columns, (p,).
        bandwidth: lime's kernel width.
    """

    centre: np.ndarray
    scale: np.ndarray
    bandwidth: float

    @property
    def d(self) -> int:
        """Number of columns."""
        return len(self.centre)

    def weight(self, regressors: np.ndarray, row: np.ndarray) -> PerMask:
        """The weight of each row of regressors beside those of the row explained: (n, p) and (p,) → (n,)."""
        with np.errstate(over="ignore"):  # far away, where the weight is 0
            far = ((regressors - row) / self.bandwidth) ** 2
        answer: np.ndarray = np.exp(-far.sum(axis=1) / 2)
        return answer


keepable(NormalDesign)


class NormalRow:
    """A row and the normal laws around it, or around the mean of the training data.

    Args:
        row, training_data, feature_names, categorical: as of a `MaskedRow`; the row may lie outside the training range.
        around_row: whether the normal laws have the row as their mean, instead of the training data's.

    Attributes:
        form: names and categories of the columns.
        cells: the row as numbers, (p,).
        mean, scale: of the training values, (p,); 0 and 1 of categorical columns.
        shares: of each category in the training rows, (p, m); 0 of numeric columns.

    >>> masked = NormalRow([1.0], np.array([[0.0], [4.0]]), feature_names=["age"])
    >>> masked.mean.tolist(), masked.scale.tolist(), masked.conditions
    ([2.0], [2.0], ('age',))
    """

    def __init__(
        self, row: Any, training_data: Any, *, feature_names: Sequence[str] | None = None, categorical: Any = (),
        around_row: bool = False,
    ):  # fmt: skip
        self.form, cells = read_table(training_data, feature_names, categorical)
        self.cells, self.around_row = self.form.row(row), flag("around_row", around_row)
        numeric = np.array(self.form.numeric)
        spread = cells.std(axis=0)
        self.mean = np.where(numeric, cells.mean(axis=0), 0.0)
        self.scale = np.where(numeric & (spread > 0), spread, 1.0)
        most = max(max(map(len, self.form.categories)), 1)
        self.shares = np.array(
            [np.zeros(most) if own else np.bincount(cells[:, j].astype(int), minlength=most) / len(cells)
             for j, own in enumerate(numeric)]
        )  # fmt: skip
        constant = np.flatnonzero((spread == 0) & numeric)
        if len(constant):
            raise ValueError(
                f"a column must vary in the training data, got the constant column "
                f"{self.form.names[constant[0]]!r}; leave it out, and put it back in predict"
            )

    @classmethod
    def restored(
        cls, form: TableForm, cells: np.ndarray, around_row: bool, mean: np.ndarray, scale: np.ndarray,
        shares: np.ndarray,
    ) -> NormalRow:  # fmt: skip
        """The row with these parts, which another one had; its rows are written as arrays."""
        found = cls.__new__(cls)
        found.form, found.cells, found.around_row = form, cells, around_row
        found.mean, found.scale, found.shares = mean, scale, shares
        if not len(cells) == len(form.names) == len(mean) == len(scale) == len(shares):
            raise ValueError(f"{len(cells)} cells of {len(form.names)} columns")
        return found

    @property
    def d(self) -> int:
        """Number of columns."""
        return len(self.cells)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.form.names

    @property
    def conditions(self) -> tuple[str, ...]:
        """What each regressor is: the column, or "colour=red" of a categorical one."""
        return tuple(
            f"{name}={self.form.shown(self.cells[j], j)}" if self.form.categories[j] else name
            for j, name in enumerate(self.form.names)
        )

    def design(self, bandwidth: float | None = None) -> NormalDesign:
        """The laws and the weights; None is lime's kernel width, 0.75 √p."""
        width = WIDTH * np.sqrt(self.d) if bandwidth is None else real("bandwidth", bandwidth, above=0)
        return NormalDesign(self.cells if self.around_row else self.mean, self.scale, float(width))

    def cells_at(self, uniforms: np.ndarray) -> np.ndarray:
        """Rows as numbers, each cell at a quantile of its law: (n, p) in [0, 1) → (n, p)."""
        from scipy.special import ndtri

        least = np.finfo(float).tiny
        centre = self.cells if self.around_row else self.mean
        found: np.ndarray = centre + self.scale * ndtri(np.maximum(uniforms, least))
        for j, categories in enumerate(self.form.categories):
            if categories:
                borders = np.cumsum(self.shares[j, : len(categories)])[:-1]
                found[:, j] = np.searchsorted(borders, uniforms[:, j], side="right")
        return found

    def regressors(self, cells: np.ndarray) -> np.ndarray:
        """What the output is regressed on: (x − mean) / scale, and whether a category is the row's own: (n, p)."""
        same = (cells == self.cells).astype(float)
        return np.where(self.form.numeric, (cells - self.mean) / self.scale, same)

    def linear_limit(self, weights: Any, intercept: float = 0.0) -> Explanation:
        """The limit for f(x) = intercept + Σ_j weights_j x_j, at every bandwidth (prop:linear).

        It is weights_j × scale_j of a numeric column. Of a categorical one, whose categories count as 0, 1, …, it is
        weights_j × (the row's category − the mean of the others).

        >>> NormalRow([1.0], np.array([[0.0], [4.0]])).linear_limit([3.0], 1.0).coefficients.tolist()
        [6.0]
        """
        weights, total = vector("weights", weights), real("intercept", intercept)
        if len(weights) != self.d:
            raise ValueError(f"weights must be {self.d} numbers, one for each column, got {len(weights)}")
        slopes = weights * self.scale
        for j, categories in enumerate(self.form.categories):
            if categories:
                others = self._mean_of_others(j)
                slopes[j], total = weights[j] * (self.cells[j] - others), total + weights[j] * others
        return Explanation(slopes, float(total + weights @ self.mean), np.zeros(self.d), 0, method="limit",
                           names=self.conditions)  # fmt: skip

    def _mean_of_others(self, j: int) -> float:
        codes, shares = np.arange(len(self.form.categories[j])), self.shares[j, : len(self.form.categories[j])]
        others = np.where(codes == self.cells[j], 0.0, shares)
        if not others.sum():
            raise ValueError(f"a column must vary in the training data, got {self.form.names[j]!r}; leave it out")
        return float(codes @ others / others.sum())


keepable(NormalRow, "form", "cells", "around_row", "mean", "scale", "shares", build=NormalRow.restored)


@dataclass(frozen=True, eq=False)
class NormalRecord:
    """The rows that were drawn, as regressors (n, p), and the values (n,)."""

    regressors: np.ndarray
    values: np.ndarray

    @property
    def n(self) -> int:
        """Number of values."""
        return len(self.values)


keepable(NormalRecord)


def fitted(record: NormalRecord, weights: PerMask, ridge: float = 0.0) -> Explanation:
    """Weighted least squares of the values on the regressors, with standard errors of the type HC3 (thm:clt).

    The penalty is on the squared slopes, as scikit-learn's and lime's α. Intervals use Student's t with n_eff − p − 1
    degrees of freedom, n_eff = (Σw)² / Σw² (Kish). Where the fit is rank-deficient, or a single row identifies a slope,
    all standard errors are ∞.

    Raises:
        ValueError: all weights underflow.
    """
    total = weights.sum()
    if not total > 0:
        raise ValueError(
            "the weights of the rows must have a positive sum, got 0 (underflow); choose a wider bandwidth"
        )
    x, y = record.regressors, record.values
    means = weights @ x / total, weights @ y / total
    x, y = x - means[0], y - means[1]
    weighted = weights[:, None] * x
    gram = weighted.T @ x + ridge * np.eye(x.shape[1])
    inverse = np.linalg.pinv(gram, hermitian=True)
    slopes = inverse @ (weighted.T @ y)
    influence = weighted @ inverse
    leverage = weights / total + np.einsum("ij,ij->i", influence, x)
    left_out = (y - x @ slopes) / np.maximum(1 - leverage, 1e-12)
    scores = influence * left_out[:, None]
    covariance = scores.T @ scores
    if np.linalg.matrix_rank(gram, hermitian=True) < len(gram) or leverage.max() > 1 - 1e-8 or len(y) <= len(gram) + 1:
        covariance = np.diag(np.full(len(gram), np.inf))
    freedom = max(total**2 / (weights @ weights) - len(gram) - 1, 1.0)
    return Explanation(
        slopes, float(means[1] - means[0] @ slopes), np.sqrt(np.diag(covariance)), len(y), freedom,
        covariance=covariance, method="wls, ridge" if ridge else "wls",
    )  # fmt: skip
