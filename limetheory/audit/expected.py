"""What a method should converge to, and how far a run may be from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arrays import Floats, Gram
from limetheory.audit.subject import Subject
from limetheory.designs import DegenerateDesignError, Design, ExchangeableDesign
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
        """The design of n masks of which the first is not drawn but shows every part, with the weight 1.

        On average over their positions these are masks of a mixture, whose limit differs from the design's by O(1/n).
        """
        design = self.design
        if self.subject.forced != 1 or not isinstance(design, ExchangeableDesign):
            return design
        with np.errstate(divide="ignore"):
            law = np.log(np.exp(design.log_law) * (self.n - 1) / self.n + (np.arange(self.d + 1) == self.d) / self.n)
        return ExchangeableDesign(self.d, law, np.append(design.log_weight[:-1], 0.0))

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
