"""A warning where the masks cannot tell the last selected feature from the next one."""

from __future__ import annotations

import warnings

import numpy as np

from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import two_sided
from limetheory.outside import outside


class UnresolvedSelectionWarning(UserWarning):
    """The k-th and the (k+1)-th feature cannot be told apart with so many masks: another run may swap them."""


def size_difference(
    explanation: Explanation, i: int, j: int, level: float, rows: np.ndarray | None = None
) -> tuple[float, float]:
    """The confidence interval of |a_i·β| − |a_j·β| at ``level``, its ends in order; without rows a of |β_i| − |β_j|.

    With the signs that the two have, the difference of their sizes is linear in β; where no covariance is known, its
    standard error is the largest possible. The quantile is that of Student's t with the smallest degrees of freedom of
    the coefficients that take part.
    """
    pair = np.eye(explanation.d)[[i, j]] if rows is None else rows[[i, j]]
    values = pair @ explanation.coefficients
    contrast = np.where(values < 0, -1.0, 1.0) * [1.0, -1.0] @ pair
    part = np.flatnonzero(pair.any(axis=0))
    contrast, errors = contrast[part], explanation.standard_errors[part]
    if explanation.covariance is None or not np.isfinite(errors).all():
        error = float(np.abs(contrast) @ errors)
    else:
        error = float(np.sqrt(max(contrast @ explanation.covariance[np.ix_(part, part)] @ contrast, 0.0)))
    freedom = np.broadcast_to(explanation.degrees_of_freedom, explanation.d)[part].min()
    middle, reach = float(abs(values[0]) - abs(values[1])), two_sided(level, float(freedom)) * error
    return middle - reach, middle + reach


def gain_rows(covariance: np.ndarray, selected: np.ndarray) -> np.ndarray:
    """The map from coefficients to the signed roots of what each feature adds in forward selection, (d, d).

    With C the covariances of the features and S those already selected, feature j adds r_j² / C_jj.S to the explained
    variance, where r = C β − C_·S C_SS^{-1} (C β)_S and C_jj.S is the variance of j given S. Rows of S are 0.
    """
    columns = covariance[:, selected]
    rest = covariance - columns @ np.linalg.solve(covariance[np.ix_(selected, selected)], columns.T)
    variances = np.diag(rest).copy()
    variances[selected] = np.inf
    rows: np.ndarray = rest / np.sqrt(np.maximum(variances, np.finfo(float).tiny))[:, None]
    return rows


def warn_of_unresolved(
    explanation: Explanation, chosen: np.ndarray, level: float, covariance: np.ndarray | None = None
) -> None:
    """Warn if the interval of the last size that is chosen minus the largest that is left out contains 0.

    Sizes are those of the coefficients, and the last is the smallest. With the covariances of the features, (d, d), of
    forward selection, they are the roots of what the features add to the explained variance in its last step.
    """
    left = np.ones(explanation.d, bool)
    left[chosen] = False
    if not len(chosen) or not left.any():
        return
    rows = None if covariance is None else gain_rows(covariance, chosen[:-1])
    sizes = np.abs(explanation.coefficients if rows is None else rows @ explanation.coefficients)
    last = int(chosen[sizes[chosen].argmin()] if rows is None else chosen[-1])
    following = int(np.flatnonzero(left)[sizes[left].argmax()])
    low, high = size_difference(explanation, last, following, level, rows)
    if not explanation.standard_errors[[last, following]].any() or low > 0 or high < 0:
        return
    names = explanation.names or ()
    what = "|coefficient|" if rows is None else "√(variance that each adds)"
    warnings.warn(
        f"feature {names[last]!r}, the last of {len(chosen)}, and {names[following]!r}, the next one, cannot be told "
        f"apart with {explanation.n_evaluations} evaluations, got {low:.3g} to {high:.3g} as the {100 * level:g} % "
        f"interval of the difference of their {what}; draw more masks, or select fewer or more features",
        UnresolvedSelectionWarning,
        stacklevel=outside(),
    )
