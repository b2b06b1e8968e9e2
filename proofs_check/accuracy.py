"""What limetheory returns in float64 on the exact instances has the accuracy that it promises."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from limetheory.estimation.methods.few_masks import few_masks_studied, few_masks_told_once
from proofs_check.certify import TAKEN, VacuousError, satisfying, shown
from proofs_check.library import ACCURACY
from proofs_check.statement import Statement

_LARGEST_RUN, _SMALL, _MORE = 6, 3, 40
"""The largest d at which limetheory is run, since exact numbers take long, and how many more instances have small d."""


class InaccurateError(AssertionError):
    """A number that limetheory returns has a larger error than it promises."""


@dataclass(frozen=True)
class Runs:
    """How many numbers of limetheory were compared with exact ones, and how many digits agree at least."""

    number: int
    digits: float

    def __str__(self) -> str:
        return f"{self.number} numbers of limetheory, {self.digits:.1f} digits or more"


def run_library(statement: Statement) -> Runs:
    """Compare what limetheory returns in float64 on the exact instances with brute force.

    Raises:
        InaccurateError: a number is off by more than 1e-11 of its scale.
        VacuousError: nothing is compared.
    """
    number, worst = 0, Fraction(1, 2**53)
    for instance in _instances(statement):
        with few_masks_told_once(), few_masks_studied():
            found = statement.library(instance) if statement.library else {}
        for name, computed in found.items():
            if computed.error > ACCURACY * computed.scale:
                raise InaccurateError(
                    f"{statement.label}: {name} is off by {float(computed.error):.3g} at a scale of "
                    f"{float(computed.scale):.3g}, at {shown(instance)}"
                )
            number += len(computed.found)
            worst = max(worst, computed.error / computed.scale if computed.scale else worst)
    if not number:
        raise VacuousError(f"{statement.label}: nothing of limetheory is compared")
    return Runs(number, -math.log10(worst))


def _instances(statement: Statement) -> Iterator[Any]:
    """Some instances of up to six superpixels, and more of up to three, for which extreme designs matter most."""
    for largest, number in ((_LARGEST_RUN, TAKEN), (_SMALL, _MORE)):
        drawn = satisfying(statement, min(statement.largest, largest))
        yield from (instance for _, instance in islice(drawn, number))
