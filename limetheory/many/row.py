"""The explanation of an input as a row of a table, those of several classes as a row each."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from limetheory.checked_files import one_line
from limetheory.explaining.explained import InputExplanation
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.parquet_files import Row


def rows_of(
    explain: Callable[[Any, int], Explanation | Sequence[Explanation]], number: int, name: str, item: Any, seed: int,
    level: float,
) -> list[Row]:  # fmt: skip
    """Explain an input; where that is refused, its one row says why, and the other columns are null.

    Args:
        explain: (input, seed) → its explanation, or a list with one for each class; where it has a method
            class_name(target), this names the class.
        number, name: of the input.
        item: the input.
        seed: of its masks.
        level: of the intervals.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            class_name = getattr(explain, "class_name", None)
            rows = [{**_numbers(one, level), **_target(one, class_name)} for one in _explained(explain(item, seed))]
        except (ValueError, TypeError, OSError) as error:
            rows = [{"error": _unicode(one_line(error))}]
    about = {"number": number, "item": _unicode(name), "seed": seed}
    return [{**about, **row, "warnings": [_unicode(str(one.message)) for one in said]} for row in rows]


def _explained(answer: Any) -> list[Explanation]:
    """What a function that explains has returned, as a list of one explanation or more."""
    listed = answer if isinstance(answer, list) and answer else [answer]
    return [checked_explanation("the answer of explain", one) for one in listed]


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
