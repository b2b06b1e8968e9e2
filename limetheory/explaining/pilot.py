"""A pilot: an earlier explanation, read from the JSON of `limetheory explain`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.arguments import real, vector
from limetheory.checked_files import checked_file
from limetheory.contrasts import OF_OUTPUTS
from limetheory.counts import count
from limetheory.explanation import Explanation
from limetheory.given import given

OUTPUT_BOUNDS: dict[str, tuple[float, float] | None] = {
    **dict.fromkeys(("probabilities", "sigmoid", "softmax"), (0.0, 1.0)), **dict.fromkeys(("logits", "identity")),
    "similarity": (-1.0, 1.0), **dict.fromkeys(OF_OUTPUTS.values()), OF_OUTPUTS["probabilities"]: (-1.0, 1.0),
}  # fmt: skip
"""(lo, hi) that each output of a network stays in; None where it has no bounds."""

_CORRECT = "correct the file"

MOST_BYTES = 1 << 26
"""The largest pilot that is read, 64 MiB; a convention."""


@dataclass(frozen=True)
class Pilot:
    """An explanation as a file has it, and what a plan needs to know besides.

    Attributes:
        explanation: by weighted least squares, or without errors.
        bandwidth: of its image design.
        bounds: (lo, hi) that the output explained stays in; None of logits, which have none.
        random: whether each of its values was a draw.
    """

    explanation: Explanation
    bandwidth: float
    bounds: tuple[float, float] | None
    random: bool = False


def read_pilot(path: Path) -> Pilot:
    """Read what a plan needs of the file.

    Raises:
        ValueError, TypeError: it is not what `limetheory explain --json` writes, its standard errors are unknown, or
            they say nothing of weighted least squares.
    """
    record = _record(path)
    coefficients = vector("the pilot's coefficients", record["coefficients"])
    errors = _errors(record["standard_errors"])
    if len(errors) != len(coefficients):
        raise ValueError(f"a pilot must have one standard error for each coefficient, got {len(errors)} for "
                         f"{len(coefficients)}; write it anew with limetheory explain --json")  # fmt: skip
    if _exact(record):
        return Pilot(Explanation(coefficients, 0.0, errors, 0, method="limit"), *_of_question(record))
    n = _masks(record)
    intercept = real("the pilot's intercept", record.get("intercept", 0.0))
    freedom = _freedom(record.get("degrees_of_freedom"), len(errors))
    found = Explanation(coefficients, intercept, errors, n, freedom, method=_method(record, bool(errors.any())))
    return Pilot(found, *_of_question(record))


def _exact(record: dict[str, Any]) -> bool:
    """Whether a tolerance was reached by evaluating every mask, which leaves half-widths of 0."""
    half_widths = record.get("half_widths")
    return isinstance(half_widths, list) and len(half_widths) > 0 and all(one == 0 for one in half_widths)


def _of_question(record: dict[str, Any]) -> tuple[float, tuple[float, float] | None, bool]:
    """Bandwidth, bounds of the output, and whether values were draws."""
    return _bandwidth(record["bandwidth"]), _bounds(record), record.get("random") is True


def _method(record: dict[str, Any], sampled: bool) -> str | None:
    """The method of the standard errors; of those that are 0 it makes no difference, but for a penalty."""
    method, ridge = record.get("method"), bool(record.get("ridge"))
    if ridge or (sampled and method not in (None, "wls")):
        got = "a ridge penalty" if ridge else given(method)
        raise ValueError(
            f"a pilot must be an explanation by weighted least squares, got {got}; explain again without --ridge, "
            "--attribution and --tolerance, and with --method wls"
        )
    return None if method is None else "wls"


def _freedom(values: Any, d: int) -> np.ndarray:
    """Degrees of freedom, null and those of older files being without end, (d,)."""
    if values is None:
        return np.full(d, np.inf)
    if not isinstance(values, list) or len(values) != d:
        raise ValueError(f"a pilot must have {d} degrees of freedom, got {given(values)}; {_CORRECT}")
    return np.array([np.inf if one is None else real("degrees of freedom", one, at_least=1) for one in values])


def _bounds(record: dict[str, Any]) -> tuple[float, float] | None:
    """What the output stays in; files that do not name it are of probabilities."""
    output = record.get("output", "probabilities")
    if output not in OUTPUT_BOUNDS:
        raise ValueError(f"a pilot's output must be one of {', '.join(OUTPUT_BOUNDS)}, got {given(output)}; {_CORRECT}")
    return OUTPUT_BOUNDS[output]


def _masks(record: dict[str, Any]) -> int:
    """How many masks the standard errors rest on: no checks of the model, and a mask drawn twice is two."""
    levels = record.get("levels")
    if isinstance(levels, list) and levels and isinstance(levels[-1], dict) and "masks" in levels[-1]:
        return count("the pilot's masks", levels[-1]["masks"], 1, fewer=_CORRECT)
    return count("the pilot's n_evaluations", record["n_evaluations"], 1, fewer=_CORRECT)


def _record(path: Path) -> dict[str, Any]:
    remedy = "give a file that limetheory explain --json wrote"
    file = checked_file("a pilot", path, MOST_BYTES, remedy)
    try:
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):  # neither JSON nor UTF-8, or nested too deeply
        raise ValueError(f"a pilot must be JSON, got {path}; {remedy}") from None
    _refuse_several(record)
    needed = ("coefficients", "standard_errors", "n_evaluations", "bandwidth")
    missing = [name for name in needed if not isinstance(record, dict) or name not in record]
    if missing:
        raise ValueError(f"a pilot must have {', '.join(needed)}, got {path} without {', '.join(missing)}; {remedy}")
    return record


def _refuse_several(record: Any) -> None:
    several = record.get("explanations") if isinstance(record, dict) else None
    if isinstance(several, list):
        raise ValueError(f"a pilot must explain one class, got {len(several)}; explain again with one --target")


def _errors(values: Any) -> np.ndarray:
    if not isinstance(values, list):
        raise TypeError(
            f"the pilot's standard errors must be a list, got {given(values)}; use limetheory explain --json"
        )
    unknown = sum(value is None for value in values)
    if unknown:
        raise ValueError(
            f"the pilot's standard errors must be known, got {unknown} that are not; explain with more samples"
        )
    errors = vector("the pilot's standard errors", values)
    if (errors < 0).any():
        raise ValueError(f"the pilot's standard errors must be at least 0, got {errors.min():g}; correct the file")
    return errors


def _bandwidth(value: Any) -> float:
    return float("inf") if value == "inf" else real("the pilot's bandwidth", value, above=0)
