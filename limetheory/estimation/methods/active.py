"""Bayesian quadrature with active masks: each reduces the variance of the limit under a Gaussian process most."""

from __future__ import annotations

from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from limetheory.arrays import Gram
from limetheory.designs import Design
from limetheory.estimation.active.choice import Prior, variance_left
from limetheory.estimation.active.search import Search
from limetheory.estimation.methods.quadrature import known_values
from limetheory.estimation.samples.sample import Interrupted
from limetheory.estimation.surrogates.averaged import averaged_recipe
from limetheory.estimation.surrogates.families import Surrogate, limit_and_noise
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

LARGEST = 1000
"""The most masks that are chosen, a round number: each takes longer than the one before."""
_FEWEST_SUMMED = 400  # ten times as many masks estimate the limit of a logistic surrogate; a round number


def active(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """β(ĝ) for ĝ = F on n masks that are chosen one by one, and the mean of two Gaussian processes on all others.

    Under a Gaussian process the limit is a sum over masks, of which each evaluation leaves less unknown, by an amount
    that does not depend on the value (`Remaining`). The first d + 2 masks are those of which a kernel without data
    expects most; whenever their number has doubled, one process is fitted to the values and one to their log odds,
    and the next masks are those that reduce the variance of both most, added up. Nothing makes the answer unbiased: its
    bias is that of the processes. `active_unbiased` is the counterpart without bias.

    The covariance is that of the limit under the processes, with their disagreement. For the hyperparameters, which
    are fitted to the same values, it is multiplied by 1 + q with q = (d + 2)/n, and q² of that under the kernel without
    data is added: what few values say of smoothness may be wrong. It is 0 once all masks were evaluated. Of functions
    that jump where few masks lie, intervals hold the limit less often than they say.

    F(1) is asked for twice, the second time besides the n masks, to see whether F gives the same answer to the same
    mask; a function with `evaluated_again` is asked for that answer by itself.

    Raises:
        ValueError: n above 1,000, or F not repeatable.
        Interrupted: on Ctrl-C, with the explanation of the finished part.

    >>> import limetheory as lt
    >>> F = lt.Leaf(8, on=(0, 3), value=0.8)
    >>> answer = lt.estimate(F, lt.ShapleyDesign(8), 40, rng=0, method="active")
    >>> answer.coefficients[[0, 3]].round(2).tolist(), answer.n_evaluations
    ([0.4, 0.4], 43)
    """
    if n > LARGEST:
        raise ValueError(f"active takes at most n = {LARGEST} masks, got {n}; use method='quadrature' or 'adjusted'")
    choosing, sums = rng.spawn(2)
    search = Search(F, design, n, choosing)
    with threadpool_limits(limits=1, user_api="blas"):
        try:
            search.run()
        except Interrupted as interrupted:
            interrupted.explanation = explained(search, sums)
            raise
        return explained(search, sums)


def explained(search: Search, rng: np.random.Generator) -> Explanation:
    """The explanation of the masks that were evaluated so far."""
    design, values = search.design, search.resolved
    solutions, covariance = _solved(search, rng)
    solution = solutions.mean(axis=0)
    beta, intercept = solution[1:], float(solution[0] - solution[1:] @ design.marginals)
    if design.efficient:
        full, empty = values[:2]
        beta, intercept = beta - beta.mean() + (full - empty) / design.d, float(empty)
    return Explanation(
        beta, intercept, np.sqrt(np.diag(covariance)), search.n_evaluations, covariance=covariance,
        method="active",
    )  # fmt: skip


def _solved(search: Search, rng: np.random.Generator) -> tuple[np.ndarray, Gram]:
    """(E_μ[F], β) by each process, (k, d+1), and the covariance of the mean of β, (d, d)."""
    masks, values, d = search.masks, search.resolved, search.design.d
    parts = averaged_recipe(masks, values).formula(masks, values).parts
    found = [_solution(part, search, rng) for part in parts]
    solutions = np.array([solution for solution, _ in found])
    if search.complete:
        return solutions, np.zeros((d, d))
    noise = np.sum([covariance for _, covariance in found], axis=0)[1:, 1:] / len(parts) ** 2
    within = np.mean([variance_left(part, search.limit, masks) for part in parts], axis=0)
    apart = solutions[:, 1:] - solutions[:, 1:].mean(axis=0)
    unlearned, share = variance_left(Prior(d), search.limit, masks), (d + 2) / len(masks)
    covariance = (1 + share) * (within + apart.T @ apart / len(parts)) + share**2 * values.var() * unlearned
    return solutions, noise + covariance


def _solution(part: Any, search: Search, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(E_μ[ĝ], β(ĝ)) for ĝ = F where it is known and one process elsewhere, (d+1,), and its covariance."""
    masks, surrogate = search.masks, Surrogate([part])
    number = max(len(masks), _FEWEST_SUMMED)
    solution, noise = limit_and_noise(surrogate.tabulated(), search.design, number, rng)
    return solution + known_values(masks, search.resolved - surrogate(masks), search.design), noise
