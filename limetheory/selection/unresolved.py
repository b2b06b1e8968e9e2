"""A warning where the masks cannot tell the last selected feature from the next one."""

from __future__ import annotations

import warnings

import numpy as np

from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import two_sided
from limetheory.outside import outside
from limetheory.selection.sizes import Sizes


class UnresolvedSelectionWarning(UserWarning):
    """The k-th and the (k+1)-th feature cannot be told apart with so many masks: another run may swap them."""


def size_difference(
    explanation: Explanation, sizes: Sizes, level: float, error: float | None = None
) -> tuple[float, float]:
    """The confidence interval of the size of the last feature minus that of the next one, its ends in order.

    With the signs that the two have, the difference is linear in β; where no covariance is known, its standard error is
    the largest possible. The quantile is that of Student's t with the smallest degrees of freedom of the coefficients
    that take part.

    Args:
        explanation: the coefficients β.
        sizes: of the features.
        level: in (0, 1).
        error: the standard error of the difference where it is known; None is that of β.
    """
    pair = sizes.rows[[sizes.last, sizes.following]]
    values = pair @ explanation.coefficients
    contrast = np.where(values < 0, -1.0, 1.0) * [1.0, -1.0] @ pair
    part = np.flatnonzero(pair.any(axis=0))
    contrast, errors = contrast[part], explanation.standard_errors[part]
    if not np.isfinite(errors).all():
        error = np.inf
    elif error is None and explanation.covariance is not None:
        error = float(np.sqrt(max(contrast @ explanation.covariance[np.ix_(part, part)] @ contrast, 0.0)))
    elif error is None:
        error = float(np.abs(contrast) @ errors)
    freedom = np.broadcast_to(explanation.degrees_of_freedom, explanation.d)[part].min(initial=np.inf)
    middle, reach = float(abs(values[0]) - abs(values[1])), two_sided(level, float(freedom)) * error
    return middle - reach, middle + reach


def warn_of_unresolved(explanation: Explanation, sizes: Sizes | None, level: float, error: float | None = None) -> None:
    """Warn if the interval of the last size that is chosen minus the largest that is left out has no end above 0.

    A difference without an error, such as that of a limit, is no cause: every run has the same.
    """
    if sizes is None:
        return
    low, high = size_difference(explanation, sizes, level, error)
    if low > 0 or low == high:
        return
    names = explanation.names or ()
    warnings.warn(
        f"feature {names[sizes.last]!r}, the last one selected, and {names[sizes.following]!r}, the next one, "
        f"cannot be told apart with {explanation.n_evaluations} evaluations, got {low:.3g} to {high:.3g} as the "
        f"{100 * level:g} % interval of the difference of their {sizes.what}; draw more masks, or select fewer or more "
        "features",
        UnresolvedSelectionWarning,
        stacklevel=outside(),
    )
