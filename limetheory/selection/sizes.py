"""What decides which feature is selected last: the sizes that a method compares, as absolute values of linear forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.estimation import Sample
from limetheory.estimation.samples.sample import kish
from limetheory.selection.paths import last_join

_COLLINEAR = 1e-12
"""A feature whose variance the selected ones explain up to this share can join no more."""


@dataclass(frozen=True, eq=False)
class Sizes:
    """The sizes |rows_j · β| of the features at the step of a method that selects the last one.

    Attributes:
        rows: (d, d), 0 for features that are selected before.
        last: the feature that is selected, which has the largest size of those that could be.
        following: that of the largest size among the others.
        before: the features selected before, in whose presence the sizes are, (m,) int.
        signs: of their coefficients on the LASSO path, (m,); None for other methods.
        what: the sizes in words.
    """

    rows: np.ndarray
    last: int
    following: int
    before: np.ndarray
    signs: np.ndarray | None
    what: str


def deciding_sizes(
    covariance: np.ndarray | None, coefficients: np.ndarray, chosen: np.ndarray, k: int, method: str,
    factors: np.ndarray,
) -> Sizes | None:  # fmt: skip
    """The sizes behind a selection, see `choices`; None where no feature is left out.

    Args:
        covariance: of the features, (d, d); read for "forward" and "lasso_path".
        coefficients: β, (d,).
        chosen: what is selected, (≤ k,) int.
        k, method: asked for.
        factors: of the coefficients for "highest_weights", (d,).
    """
    left = np.ones(len(coefficients), bool)
    left[chosen] = False
    if not len(chosen) or not left.any():
        return None
    if method == "lasso_path" and covariance is not None:
        return _of_penalties(covariance, coefficients, k)
    if method == "forward" and covariance is not None:
        rows, before, what = gain_rows(covariance, chosen[:-1]), chosen[:-1], "√(variance that each adds)"
    else:
        rows, before = np.diag(factors), chosen[:0]
        what = "|coefficient|" if (factors == 1).all() else "|coefficient × instance|"
    return Sizes(rows, int(chosen[-1]), _largest(rows @ coefficients, left), before, None, what)


def _of_penalties(covariance: np.ndarray, coefficients: np.ndarray, k: int) -> Sizes | None:
    join = last_join(covariance, covariance @ coefficients, k)
    if join is None:
        return None
    left = ~join.barred
    left[[*join.before, join.joined]] = False
    if not left.any():
        return None
    rows = penalty_rows(covariance, coefficients, join.before, join.signs)
    following = _largest(rows @ coefficients, left)
    return Sizes(rows, join.joined, following, join.before, join.signs, "penalty at which each joins")


def _largest(signed: np.ndarray, left: np.ndarray) -> int:
    """The feature of the largest size among those that are left."""
    return int(np.flatnonzero(left)[np.abs(signed[left]).argmax()])


def gain_rows(covariance: np.ndarray, selected: np.ndarray) -> np.ndarray:
    """The map from coefficients to the signed roots of what each feature adds in forward selection, (d, d).

    With C the covariances of the features and S those already selected, feature j adds r_j² / C_jj.S to the explained
    variance, where r = C β − C_·S C_SS^{-1} (C β)_S and C_jj.S is the variance of j given S. Rows of S are 0.
    """
    rest = _rest(covariance, selected)
    variances = np.diag(rest).copy()
    return _scaled(rest, np.sqrt(np.maximum(variances, np.finfo(float).tiny)), selected)


def penalty_rows(
    covariance: np.ndarray, coefficients: np.ndarray, selected: np.ndarray, signs: np.ndarray
) -> np.ndarray:
    """The map from coefficients to the signed penalties at which each feature would join a LASSO path, (d, d).

    While the support is S with the signs s, the covariance of feature j with what is not yet explained is
    r_j + λ g_j, with r of `gain_rows` and g = C_·S C_SS^{-1} s. Feature j joins where its size is λ, at
    |r_j| / (1 − sign(r_j) g_j) (Efron et al. 2004). Rows of S are 0.
    """
    rest = _rest(covariance, selected)
    slopes = covariance[:, selected] @ np.linalg.solve(covariance[np.ix_(selected, selected)], signs)
    speed = 1 - np.where(rest @ coefficients < 0, -1.0, 1.0) * slopes
    return _scaled(rest, np.where(speed > _COLLINEAR, speed, np.inf), selected)


def _rest(covariance: np.ndarray, selected: np.ndarray) -> np.ndarray:
    """C − C_·S C_SS^{-1} C_S·, the covariances given the selected features."""
    columns = covariance[:, selected]
    rest: np.ndarray = covariance - columns @ np.linalg.solve(covariance[np.ix_(selected, selected)], columns.T)
    return rest


def _scaled(rest: np.ndarray, scale: np.ndarray, selected: np.ndarray) -> np.ndarray:
    rows: np.ndarray = rest / scale[:, None]
    rows[selected] = 0.0
    return rows


def spread_in_a_sample(sample: Sample, sizes: Sizes) -> float:
    """The standard error of the difference of the two sizes where the rows of a sample are what a method reads.

    Then the covariances of the features are random too. It is that of the mean of the influences of the rows on the
    difference: with x the features given those selected before, r the residual of the values on these, and e the
    residual at the penalty, a row has the influence (x r − E x r) / √v − ρ (x² − v) / 2v on ρ = E x r / √v, v = E x²,
    and x e / (σ − g) − λ on the penalty λ. Sampling units are independent; the error has the factor
    √(n_eff / (n_eff − parameters)).
    """
    shares = sample.weights / sample.total_weight()
    features, values = sample.masks.astype(float), sample.values - shares @ sample.values
    features -= shares @ features
    earlier, pair = features[:, sizes.before], features[:, [sizes.last, sizes.following]]
    inverse = np.linalg.inv((shares[:, None] * earlier).T @ earlier)
    weighted = earlier @ inverse
    pair = pair - weighted @ (earlier.T @ (shares[:, None] * pair))
    values = values - weighted @ (earlier.T @ (shares * values))
    if sizes.signs is None:
        influences = _on_gains(shares, pair, values)
    else:
        slopes = (shares[:, None] * features[:, [sizes.last, sizes.following]]).T @ (weighted @ sizes.signs)
        influences = _on_penalties(shares, pair, values, weighted @ sizes.signs, slopes)
    units = sample.by_unit(shares * (influences[:, 0] - influences[:, 1]))
    shares = sample.by_unit(shares)
    effective = float(kish(shares.sum(), (shares**2).sum()))
    return float(np.sqrt(units @ units * effective / max(effective - len(sizes.before) - 2, 1.0)))


def _on_gains(shares: np.ndarray, pair: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    products, variances = pair * residuals[:, None], shares @ pair**2
    means, roots = shares @ products, np.sqrt(variances)
    influences = (products - means) / roots - means / roots * (pair**2 - variances) / (2 * variances)
    return np.asarray(np.where(means < 0, -1.0, 1.0) * influences)


def _on_penalties(
    shares: np.ndarray, pair: np.ndarray, residuals: np.ndarray, shrunk: np.ndarray, slopes: np.ndarray
) -> np.ndarray:
    means = shares @ (pair * residuals[:, None])
    signs = np.where(means < 0, -1.0, 1.0)
    speed = 1 - signs * slopes
    penalties = np.abs(means) / speed
    return np.asarray(signs / speed * pair * (residuals[:, None] + penalties * shrunk[:, None]) - penalties)
