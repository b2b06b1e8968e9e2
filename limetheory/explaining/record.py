"""The numbers of an explanation as JSON takes them, for records that people and programs read."""

from __future__ import annotations

import math
import platform
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import numpy as np

from limetheory.estimation import METHODS
from limetheory.explaining.budget import Budget, Masks
from limetheory.explaining.finished import Finished
from limetheory.explaining.question import InputQuestion
from limetheory.explanation import Explanation

_PACKAGES = ("limetheory", "numpy", "scipy", "scikit-learn")


def numbers(found: Explanation) -> dict[str, Any]:
    """The numbers of an explanation; null where one is not finite (degrees of freedom without end: the normal
    distribution), and where there was no tolerance.

    >>> import limetheory as lt
    >>> numbers(lt.limit(lt.Additive([1.0, -2.0]), lt.BernoulliDesign(2)))["coefficients"]
    [1.0, -2.0]
    """
    stop = found.stopping
    stopped = {
        "guarantee": stop and stop.guarantee,
        "reached": stop and stop.reached,
        "half_widths": stop and finite(stop.half_widths),
    }
    return {
        "coefficients": found.coefficients.tolist(),
        "standard_errors": finite(found.standard_errors),
        "degrees_of_freedom": finite(np.broadcast_to(found.degrees_of_freedom, found.d)),
        "intercept": found.intercept,
        "n_evaluations": found.n_evaluations,
        **stopped,
    }


def recorded_answer(question: InputQuestion, answer: Finished[Any], warnings: list[str]) -> dict[str, Any]:
    """What the records of texts and of rows of tables have in common: the question and the numbers of the answer."""
    found = answer.explanation
    return {
        **spent(question.budget),
        "level": question.level,
        "seed": question.seed,
        "design": repr(found.design),
        "target": found.target,
        "prediction": float(found.outputs[found.target]),
        **numbers(found),
        "masks": answer.masks,
        "interrupted": answer.interrupted is not None,
        "warnings": warnings,
        "versions": versions(*_PACKAGES),
    }


def spent(budget: Budget) -> dict[str, Any]:
    """What a budget allows; null for what is not its own."""
    if isinstance(budget, Masks):
        method = METHODS.chosen(budget.method).name
        return {"ridge": budget.ridge, "method": method, "samples": budget.n, "tolerance": None}
    return {"ridge": 0.0, "method": "sequential", "samples": None, "tolerance": budget.tolerance}


def finite(values: Iterable[float]) -> list[float | None]:
    """The values, with None where one is not finite.

    >>> finite([0.5, math.inf])
    [0.5, None]
    """
    return [float(value) if math.isfinite(value) else None for value in values]


def finite_or_inf(value: float) -> float | str:
    """The value, or ``"inf"``, which JSON has no number for."""
    return value if math.isfinite(value) else "inf"


def versions(*packages: str) -> dict[str, str]:
    """The versions of Python and of installed packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
