"""An explanation as a row of a table."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from limetheory.explaining.explained import InputExplanation
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.parquet_files import Row


def row_of(
    explain: Callable[[Any, int], Explanation], number: int, name: str, item: Any, seed: int, level: float
) -> Row:
    """Explain an input; where that is refused, the row says why, and its other columns are null.

    Args:
        explain: (input, seed) → its explanation; where it has a method class_name(target), this names the class.
        number, name: of the input.
        item: the input.
        seed: of its masks.
        level: of the intervals.
    """
    row: Row = {"number": number, "item": _unicode(name), "seed": seed}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            found = checked_explanation("the answer of explain", explain(item, seed))
            row |= {**_numbers(found, level), **_target(found, getattr(explain, "class_name", None))}
        except (ValueError, TypeError, OSError) as error:
            row["error"] = _unicode(" ".join(str(error).split()) or type(error).__name__)
    return {**row, "warnings": [_unicode(str(one.message)) for one in said]}


def _numbers(found: Explanation, level: float) -> Row:
    lower, upper = found.asked_interval(level).T
    return {
        "kind": type(found).__name__,
        "method": found.method,
        "n_evaluations": int(found.n_evaluations),
        "reached": None if found.stopping is None else bool(found.stopping.reached),
        "intercept": float(found.intercept),
        "names": [_unicode(name) for name in found.names or ()],
        "coefficients": found.coefficients.tolist(),
        "standard_errors": found.standard_errors.tolist(),
        "lower": lower.tolist(),
        "upper": upper.tolist(),
    }


def _target(found: Explanation, class_name: Callable[[int], str] | None) -> Row:
    """The class explained, of an explanation of an input."""
    if not isinstance(found, InputExplanation):
        return {}
    target = int(found.target)
    name = getattr(found, "target_name", None) if class_name is None else class_name(target)
    return {
        "target": target,
        "target_name": None if name is None else _unicode(name),
        "prediction": float(found.outputs[target]),
    }


def _unicode(text: str) -> str:
    """The text without the halves of characters that names of files have for bytes that are not UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
