"""The cells of a table as numbers: what is missing, what is too large, and what is no number."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.given import given

MOST = 1e100
"""The largest number of a table in size: sums of squares of more of them would overflow; a convention."""
MOST_WHOLE = 1 << 53
"""Up to here float64 holds every whole number."""


def plain_value(value: Any) -> Any:
    """A number or a string as Python has it."""
    return value.item() if isinstance(value, np.generic) else value


def missing(value: Any) -> bool:
    """Whether a cell is None, NaN, NaT or pandas.NA, whose comparisons are neither true nor false."""
    return value is None or type(value).__name__ == "NAType" or (np.ndim(value) == 0 and bool(value != value))


def column_numbers(column: np.ndarray, name: str) -> np.ndarray:
    """The cells of a column that is not categorical, (n,) float64.

    Raises:
        TypeError: strings, dates, or what is no number.
        ValueError: NaN, infinite or too large numbers.
    """
    text = column.dtype.kind not in "biufO" or any(isinstance(one, (str, bytes)) for one in _objects(column))
    if text:
        raise TypeError(
            f"a column must hold numbers unless it is categorical, got {column.dtype} such as "
            f"{given(plain_value(column.ravel()[0]))} in column {name!r}; give categorical=({name!r},)"
        )
    try:
        found = column.astype(float)
    except (TypeError, ValueError, OverflowError):  # such as pandas.NA, or an integer that no float holds
        found = np.array([np.nan])
    unusable = np.count_nonzero(~np.isfinite(found))
    if unusable:
        raise ValueError(
            f"training_data must have finite numbers, got {unusable} NaN or infinite in column {name!r}; fill them in "
            "or leave these rows out: only the columns' distributions are read"
        )
    check_size("training_data", float(np.abs(found).max()), name)
    check_exact("training_data", column[np.abs(found) >= MOST_WHOLE].tolist(), name)
    return found


def check_exact(what: str, values: list[Any], name: str) -> None:
    """Refuse whole numbers that float64 would round."""
    rounded = [one for one in values if isinstance(one, int) and int(float(one)) != one]
    if rounded:
        raise ValueError(
            f"{what} must have whole numbers of at most 2^53 in size, which float64 holds, got {given(rounded[0])} in "
            f"column {name!r}; leave the column out, or give categorical=({name!r},)"
        )


def check_size(what: str, largest: float, name: str) -> None:
    """Refuse numbers whose squares overflow."""
    if largest > MOST:
        raise ValueError(
            f"{what} must have numbers of at most {MOST:.0e} in size, got {largest:g} in column {name!r}; change the "
            "column's unit"
        )


def _objects(column: np.ndarray) -> list[Any]:
    return column.tolist() if column.dtype.kind == "O" else []
