"""What a method should converge to, and how far a run may be from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arrays import Floats, Gram
from limetheory.audit.mixture import with_first
from limetheory.audit.subject import Subject
from limetheory.designs import DegenerateDesignError, Design
from limetheory.limits import limit
from limetheory.statistics import asymptotic_covariance


@dataclass(frozen=True, eq=False)
class Expected:
    """The limit of a set function that a subject should have, from n masks.

    Attributes:
        subject: the method.
        F: the set function.
        d, n: numbers of parts and of masks.
    """

    subject: Subject
    F: Any
    d: int
    n: int

    @property
    def design(self) -> Design:
        """The design that the subject should have."""
        return self.subject.design(self.d)

    @cached_property
    def of_runs(self) -> Design:
        """The design of the masks that are fitted, of which the first may not be drawn."""
        return with_first(self.design, self.n) if self.subject.forced == 1 else self.design

    @property
    def penalty(self) -> float:
        """The penalty of the population, λ = α / n (prop:ridge)."""
        return (self.subject.ridge or 0.0) / self.n

    @cached_property
    def limit(self) -> Floats | None:
        """The limit with its penalty, (d,); None where the design has none."""
        try:
            self.of_runs.require_limit()
            return limit(self.F, self.of_runs, ridge=self.penalty).coefficients
        except DegenerateDesignError:
            return None

    @cached_property
    def shrunk(self) -> Floats:
        """How much the penalty moves each coefficient, (d,)."""
        free = limit(self.F, self.of_runs).coefficients
        return np.abs(free - (free if self.limit is None else self.limit))

    @cached_property
    def covariance(self) -> Gram:
        """The covariance of a run by thm:clt, (d, d); of the regression without penalty."""
        return asymptotic_covariance(self.F, self.of_runs) / self.n

    def room(self, runs: Floats) -> Floats:
        """How far the median of runs may be from the limit, (d,): for its bias of order 1/n, and for rounding.

        Half the standard deviation of a run, which shrinks more slowly than the bias does; half of what the penalty
        moves, since the masks of a run have the moments of the design only about; and the rounding of the library.
        """
        spread = np.sqrt(np.diag(self.covariance)) if self.subject.drawn else runs.std(axis=0)
        return 0.5 * spread + 0.5 * self.shrunk + self.subject.precise
