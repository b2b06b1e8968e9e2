"""Forward selection on rows: the selections of lime 0.2.0.1 without its fit for each candidate."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

_WORST = -100_000_000
"""What lime 0.2.0.1 starts the search for the largest R² with."""
_TIE = 1e-8
"""R² that are closer than this may be ordered by rounding errors: then lime's own fits order them."""
_COLLINEAR = 1e-6
"""Share of a column's variance that the selected columns leave; with less its R² is taken from lime's own fit."""
_OFFSET = 1e-12
"""The same for the variance of a column as a share of its squared mean."""


@dataclass
class _Search:
    """Columns centred at their weighted means, and what the selected ones leave of them: a partial Cholesky factor.

    Attributes:
        rows: the columns of lime's fits, (n, p).
        values, weights: of the rows, (n,).
        centred: the columns minus their weighted means, (n, p).
        shares: the weights divided by their sum, (n,).
        variances: of the columns, (p,).
        left: variance of each column that the selected ones do not explain, (p,).
        moment: covariance of each column's rest with the rest of the values, (p,).
        factor: a column of the Cholesky factor of the columns' covariances for each selected one, (p, k).
        total, explained: variance of the values, and the part that the selected columns explain.
        tie: how far two R² may be apart that rounding errors could have ordered.
        settled_by_fits: whether every R² has to be taken from lime's own fit.
    """

    rows: np.ndarray
    values: np.ndarray
    weights: np.ndarray
    centred: np.ndarray
    shares: np.ndarray
    variances: np.ndarray
    left: np.ndarray
    moment: np.ndarray
    factor: np.ndarray
    offset: np.ndarray
    total: float
    explained: float
    tie: float
    settled_by_fits: bool

    @classmethod
    def of(cls, rows: np.ndarray, values: np.ndarray, weights: np.ndarray, k: int) -> _Search:
        shares = weights / weights.sum()
        means, mean = shares @ rows, float(shares @ values)
        centred, rest = rows - means, values - mean
        weighted = shares[:, None] * centred
        variances, total = np.einsum("ij,ij->j", weighted, centred), float(shares @ rest**2)
        rounding = np.finfo(float).eps * float(np.abs(values).max())
        constant = not total > (1e3 * rounding) ** 2
        tie = _TIE if constant else _TIE + 64 * rounding / np.sqrt(total)
        offset = ~(variances > _OFFSET * means**2)
        return cls(rows, values, weights, centred, shares, variances, variances.copy(), rest @ weighted,
                   np.zeros((rows.shape[1], k)), offset, total, 0.0, tie, constant)  # fmt: skip

    def scores(self, free: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """R² with each column that is free, and which of them are too close to collinear for it, (p,) each."""
        collinear = self.offset | ~(self.left > _COLLINEAR * self.variances)
        gains = np.divide(self.moment**2, self.left, out=np.zeros_like(self.moment), where=~collinear)
        if self.settled_by_fits:
            return np.full(len(free), np.inf), free
        return np.where(free, (self.explained + gains) / self.total, -np.inf), collinear & free

    def next(self, chosen: list[int]) -> int:
        """The column that lime adds to the chosen ones."""
        free = np.ones(len(self.left), bool)
        free[chosen] = False
        scores, collinear = self.scores(free)
        close = collinear | (free & (scores >= scores[free].max() - self.tie))
        candidates = np.flatnonzero(close)
        if len(candidates) == 1:
            return int(candidates[0])
        return self.best_fit(chosen, candidates)

    def best_fit(self, chosen: list[int], candidates: np.ndarray) -> int:
        """The first of the candidates with the largest R² of lime's own fit."""
        from sklearn.linear_model import Ridge

        best, most = int(candidates[0]), float(_WORST)
        with warnings.catch_warnings():  # of singular matrices, which lime passes over too
            warnings.simplefilter("ignore")
            for j in candidates:
                part = self.rows[:, [*chosen, int(j)]]
                fit = Ridge(alpha=0, fit_intercept=True).fit(part, self.values, sample_weight=self.weights)
                score = fit.score(part, self.values, sample_weight=self.weights)
                if score > most:
                    best, most = int(j), score
        return best

    def take(self, j: int, step: int) -> None:
        """Take a column into the selected ones."""
        if self.offset[j] or not self.left[j] > _COLLINEAR * self.variances[j]:
            self.settled_by_fits = True
        if self.settled_by_fits:
            return
        covariance = (self.shares * self.centred[:, j]) @ self.centred
        root = np.sqrt(self.left[j])
        column = (covariance - self.factor[:, :step] @ self.factor[j, :step]) / root
        slope = self.moment[j] / root
        self.factor[:, step] = column
        self.left = self.left - column**2
        self.moment = self.moment - slope * column
        self.explained += slope**2


def forward_rows(rows: np.ndarray, values: np.ndarray, weights: np.ndarray, k: int) -> np.ndarray:
    """The k columns that lime 0.2.0.1's forward selection chooses, in its order.

    In each step the column joins with which weighted least squares, scikit-learn's ``Ridge(alpha=0)``, has the largest
    weighted R². The R² of all candidates come from a Cholesky factor of the columns' covariances that grows by a column
    in a step, O(n p) operations. Where R² are within 1e-8 of the largest, or a candidate is collinear with the selected
    columns (or nearly so), lime's choice rests on the rounding errors of its fits: there the fits themselves are made,
    for these candidates, so that the choice is lime's. It is one of that machine and these versions of the libraries:
    where two columns are equal, lime itself may choose the other one elsewhere.

    Args:
        rows: (n, p), n ≥ 2.
        values, weights: (n,).
        k: in 1..p.
    """
    search, chosen = _Search.of(rows, values, weights, k), list[int]()
    for step in range(k):
        chosen.append(search.next(chosen))
        search.take(chosen[-1], step)
    return np.array(chosen)
