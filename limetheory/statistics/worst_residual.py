"""Bounds on moments of the residual of a bounded F, as functions of the mean square of its fitted line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.statistics.concave import concave_maximum
from limetheory.statistics.mask_classes import MaskClasses
from limetheory.statistics.residual_program import ResidualProgram
from limetheory.statistics.whitened_norms import WhitenedNorms


@dataclass(frozen=True, eq=False)
class WorstResidual:
    """Bounds on r = F − z̃ᵀβ for |F − c| ≤ 1, where the fitted line of F − c has the mean square L = E[π (z̃ᵀβ)²].

    By Pythagoras E[π r²] ≤ 1 − L: a line of large mean square leaves a small residual. By Cauchy and Schwarz
    √π |r| ≤ √π + √(L ℓ). Every bound is concave in L. Methods take √L in [0, 1], shape (m,).

    Args:
        classes, norms: moments of the design.
        spread: a known bound on √E[π r²], in addition.
    """

    classes: MaskClasses
    norms: WhitenedNorms
    spread: float = 1.0

    def budget(self, root: np.ndarray) -> np.ndarray:
        """The largest E[π r²]: min(spread², 1 − L)."""
        budget: np.ndarray = np.minimum(self.spread**2, (1 - root) * (1 + root))
        return budget

    def influence(self, root: np.ndarray) -> np.ndarray:
        """The largest E[π² a² r²]."""
        return self._influences.value(root, self.budget(root))

    def largest_influence(self, root: Any) -> Any:
        """The largest π |a r|."""
        return self.classes.largest_influence + root * self.classes.largest_fitted_influence

    def score(self, root: np.ndarray) -> np.ndarray:
        """The largest E[π r² ℓ], the mean squared length of √π r u."""
        return self._scores.value(root, self.budget(root))

    def score_norm(self, root: Any) -> Any:
        """The largest E[π r² (u·θ)²] in any direction, at most (√E[π (u·θ)²] + √L √E[(u·b)² (u·θ)²])² by Minkowski."""
        return (self.norms.weighted**0.5 + root * self._fourth**0.5) ** 2

    def largest_score(self, root: Any) -> Any:
        """The largest √π |r| √ℓ."""
        return self.classes.largest_score + root * self.classes.radius

    @cached_property
    def worst_influence(self) -> float:
        """The largest E[π² a² r²] over every L."""
        return concave_maximum(self.influence)

    @property
    def _fourth(self) -> float:
        return min(self.norms.fourth, self.classes.radius)

    @cached_property
    def _influences(self) -> ResidualProgram:
        return ResidualProgram(self.classes, self.classes.log_density + self.classes.log_slope)

    @cached_property
    def _scores(self) -> ResidualProgram:
        return ResidualProgram(self.classes, self.classes.log_leverage)
