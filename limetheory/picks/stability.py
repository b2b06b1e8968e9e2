"""How often a pick would stay the same if the coefficients were drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import choice, generator, real
from limetheory.counts import count
from limetheory.picks.greedy import TIES, checked_budget, covered, importances, lazy_greedy
from limetheory.picks.matrix import explanation_matrix
from limetheory.picks.redraws import redrawn


@dataclass(frozen=True, eq=False)
class PickStability:
    """A pick, and how it fares where coefficients are redrawn from their standard errors.

    Attributes:
        indices: the pick from the coefficients as they are, (B,).
        inclusion: the share of redraws in which each of these is picked, at any place, (B,).
        frequencies: the share of redraws in which each instance is picked, (instances,).
        coverage: c(V) of the pick.
        coverage_interval: the middle range of c(V), for the same V, over the redraws, (2,).
        share: of all importance that the pick covers, c(V) over the coverage of all instances, in [0, 1].
        share_interval: its middle range over the redraws, (2,).
        redraws: how many there were.
        level: the share of redraws within the ranges.
    """

    indices: np.ndarray
    inclusion: np.ndarray
    frequencies: np.ndarray
    coverage: float
    coverage_interval: np.ndarray
    share: float
    share_interval: np.ndarray
    redraws: int
    level: float


def pick_stability(
    explanations: Any,
    budget: int,
    rng: Any = 0,
    redraws: int = 200,
    *,
    level: float = 0.95,
    largest: int | None = None,
    ties: str = "first",
    standard_errors: Any = None,
) -> PickStability:
    """How stable `submodular_pick` is under the explanations' own standard errors.

    Each redraw takes all coefficients from the normal law about their estimates, with their covariance where it is
    known and else independently with their standard errors, keeps the ``largest``, and picks again. It is the law of
    the limit's coefficients under a flat prior: inclusion says how sure it is that more masks would still pick an
    instance. Another run with as many masks differs from this one by √2 as much. The explanations are taken as
    independent of one another. A coefficient that is exactly 0 was left out of its explanation and stays 0.

    Redrawing adds the sampling error to estimates that have it already, so that small coefficients grow in size: the
    range of the coverage shows how much of it is noise, and is no confidence interval.

    Args:
        explanations, budget, largest, ties: see `submodular_pick`.
        rng: seed or numpy.random.Generator of the redraws (SPEC 7).
        redraws: at least 1; a share p has the standard error √(p (1 − p) / redraws).
        level: of the ranges, in (0, 1).
        standard_errors: of a matrix, see `explanation_matrix`.

    Raises:
        ValueError: infinite standard errors, a matrix without any, or what `submodular_pick` refuses.

    >>> found = pick_stability([[1.0, 0], [0, 0.9]], 1, standard_errors=[[0.1, 0], [0, 0.1]])
    >>> found.indices.tolist(), found.inclusion.tolist()  # the normal law gives 0.76
    ([0], [0.775])
    >>> found.coverage, found.coverage_interval.round(2).tolist()
    (1.0, [0.9, 1.08])
    """
    matrix = explanation_matrix(explanations, largest, standard_errors)
    budget, ties = checked_budget(matrix, budget), choice("ties", ties, TIES)
    redraws = count("redraws", redraws, 1, "redraw at least once", "a few hundred are enough")
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    if not matrix.terms.instances and not matrix.terms.errors.any():
        raise ValueError(
            "standard_errors must be known to redraw coefficients, got none for a matrix; give standard_errors=, of "
            "its shape, or explanations"
        )
    indices = lazy_greedy(matrix.weights, budget, ties)
    counts, coverages = np.zeros(matrix.weights.shape[0]), []
    for coefficients in redrawn(matrix.terms, generator(rng), redraws):
        weights = matrix.terms.weights(coefficients)
        counts[lazy_greedy(weights, budget, ties)] += 1
        coverages.append(_coverages(weights, indices))
    coverage, total = _coverages(matrix.weights, indices)
    over = np.array(coverages)
    ends = [(1 - level) / 2, (1 + level) / 2]
    return PickStability(
        indices, counts[indices] / redraws, counts / redraws, coverage, np.quantile(over[:, 0], ends),
        coverage / total, np.quantile(over[:, 0] / over[:, 1], ends), redraws, level,
    )  # fmt: skip


def _coverages(weights: Any, indices: np.ndarray) -> tuple[float, float]:
    """That of some instances, and of all."""
    importance = importances(weights)
    return covered(weights, importance, indices), float(importance.sum())
