"""A warning where a model answers to the input otherwise behind the masks than before them."""

from __future__ import annotations

import warnings
from typing import Any

from limetheory.explaining.batch_dependence import differing_column
from limetheory.outside import outside


def warn_of_drift(function: Any) -> None:
    """Evaluate the input itself once more, as at first, and warn if the answer is another one.

    The masks are evaluated already, so the explanation is kept, and its reader is told. Two answers are the same if
    they differ by no more than float32's rounding, as for `check_batch_dependence`.

    Args:
        function: of a model at an input; one without ``answered_again`` is not asked.

    Warns:
        UserWarning: with both answers.
    """
    ask = getattr(function, "answered_again", None)
    if ask is None:
        return
    before, now = function.outputs, ask()
    column = differing_column(before, now, function.target)
    if column is not None:
        warnings.warn(
            f"a model must give the same answer to the same input, got {before[column]:.6g} before the masks and "
            f"{now[column]:.6g} behind them (column {column}), so that the coefficients mix several models; switch off "
            "what it keeps from one call to the next, or its randomness",
            UserWarning,
            stacklevel=outside(),
        )
