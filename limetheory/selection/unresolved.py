"""A warning where the masks cannot tell the last selected feature from the next one."""

from __future__ import annotations

import warnings

import numpy as np

from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import two_sided
from limetheory.outside import outside


class UnresolvedSelectionWarning(UserWarning):
    """The k-th and the (k+1)-th feature cannot be told apart with so many masks: another run may swap them."""


def size_difference(explanation: Explanation, i: int, j: int, level: float) -> tuple[float, float]:
    """The confidence interval of |β_i| − |β_j| at ``level``, its ends in order.

    With the signs that the coefficients have, |β_i| − |β_j| is a difference of two of them; where no covariance is
    known, its standard error is the largest possible, the sum of the two. The quantile is that of Student's t with the
    smaller degrees of freedom.
    """
    signs = np.where(explanation.coefficients[[i, j]] < 0, -1.0, 1.0) * [1.0, -1.0]
    errors = explanation.standard_errors[[i, j]]
    if explanation.covariance is None or not np.isfinite(errors).all():
        error = float(errors.sum())
    else:
        error = float(np.sqrt(max(signs @ explanation.covariance[np.ix_([i, j], [i, j])] @ signs, 0.0)))
    freedom = np.broadcast_to(explanation.degrees_of_freedom, explanation.d)[[i, j]].min()
    sizes = np.abs(explanation.coefficients)
    middle, reach = float(sizes[i] - sizes[j]), two_sided(level, float(freedom)) * error
    return middle - reach, middle + reach


def warn_of_unresolved(explanation: Explanation, chosen: np.ndarray, level: float) -> None:
    """Warn if the interval of the smallest |β| that is chosen minus the largest that is left out contains 0."""
    sizes, left = np.abs(explanation.coefficients), np.ones(explanation.d, bool)
    left[chosen] = False
    if not len(chosen) or not left.any():
        return
    last = int(chosen[sizes[chosen].argmin()])
    following = int(np.flatnonzero(left)[sizes[left].argmax()])
    low, high = size_difference(explanation, last, following, level)
    if not explanation.standard_errors[[last, following]].any() or low > 0 or high < 0:
        return
    names = explanation.names or ()
    warnings.warn(
        f"feature {names[last]!r}, the last of {len(chosen)}, and {names[following]!r}, the next one, cannot be told "
        f"apart with {explanation.n_evaluations} evaluations, got {low:.3g} to {high:.3g} as the {100 * level:g} % "
        "interval of the difference of their |coefficient|; draw more masks, or select fewer or more features",
        UnresolvedSelectionWarning,
        stacklevel=outside(),
    )
