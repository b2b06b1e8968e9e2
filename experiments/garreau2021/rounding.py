"""Numbers as they are saved."""

from __future__ import annotations

from typing import Any

import numpy as np

DIGITS = 5


def rounded(values: Any) -> Any:
    """Numbers of any shape as lists, with five significant digits.

    >>> rounded([[0.1234567, 0.0]])
    [[0.12346, 0.0]]
    """
    array = np.asarray(values, float)
    return [rounded(one) for one in array] if array.ndim else float(f"{array:.{DIGITS}g}")
