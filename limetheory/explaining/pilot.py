"""A pilot: an earlier explanation, read from the JSON of `limetheory explain`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.arguments import real, vector
from limetheory.counts import count
from limetheory.explanation import Explanation
from limetheory.given import given


@dataclass(frozen=True)
class Pilot:
    """An explanation, the bandwidth of its image design, and whether each of its values was a draw."""

    explanation: Explanation
    bandwidth: float
    random: bool = False


def read_pilot(path: Path) -> Pilot:
    """Read what a plan needs of the file.

    Raises:
        ValueError, TypeError: it is not what `limetheory explain --json` writes, or its standard errors are unknown.
    """
    record = _record(path)
    coefficients = vector("the pilot's coefficients", record["coefficients"])
    errors = _errors(record["standard_errors"])
    if len(errors) != len(coefficients):
        raise ValueError(f"a pilot must have one standard error for each coefficient, got {len(errors)} for "
                         f"{len(coefficients)}; write it anew with limetheory explain --json")  # fmt: skip
    n = _masks(record)
    intercept = real("the pilot's intercept", record.get("intercept", 0.0))
    found = Explanation(coefficients, intercept, errors, n, method=_method(record))
    return Pilot(found, _bandwidth(record["bandwidth"]), record.get("random") is True)


def _method(record: dict[str, Any]) -> str | None:
    method = record.get("method")
    return f"{method}, ridge" if method == "wls" and record.get("ridge") else method


_CORRECT = "correct the file"


def _masks(record: dict[str, Any]) -> int:
    """How many masks the standard errors rest on: no checks of the model, and a mask drawn twice is two."""
    levels = record.get("levels")
    if isinstance(levels, list) and levels and isinstance(levels[-1], dict) and "masks" in levels[-1]:
        return count("the pilot's masks", levels[-1]["masks"], 1, fewer=_CORRECT)
    return count("the pilot's n_evaluations", record["n_evaluations"], 1, fewer=_CORRECT)


def _record(path: Path) -> dict[str, Any]:
    remedy = "give a file that limetheory explain --json wrote"
    if not path.is_file():
        raise ValueError(f"a pilot must be an existing file, got {path}; {remedy}")
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # neither JSON nor UTF-8
        raise ValueError(f"a pilot must be JSON, got {path}; {remedy}") from None
    needed = ("coefficients", "standard_errors", "n_evaluations", "bandwidth")
    missing = [name for name in needed if not isinstance(record, dict) or name not in record]
    if missing:
        raise ValueError(f"a pilot must have {', '.join(needed)}, got {path} without {', '.join(missing)}; {remedy}")
    return record


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
