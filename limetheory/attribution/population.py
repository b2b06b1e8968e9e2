"""prop:one-ranking: what attributions tend to on masks of the sampling law of a design."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.attribution.differences import Scale
from limetheory.attribution.enumerated import part_sums, regression, support, values_of
from limetheory.attribution.laws import measure, sampling_law
from limetheory.designs import Design, ExchangeableDesign
from limetheory.designs.base import SMALLEST_MOMENT, DegenerateDesignError
from limetheory.explanation import Explanation
from limetheory.limits import limit
from limetheory.limits.population import population

_LEAST_CHANCE = 1e10 * SMALLEST_MOMENT  # for d² of them in a moment; a round number far below every design in use


def conditional_expectations(F: Any, design: Design, shown: bool) -> tuple[PerSuperpixel, int]:
    """E[F | z_j = 1] under the sampling law, or E[F | z_j = 0], (d,), and how many values of F that took.

    From a closed form: with C = Cov(z, z) and the slopes β of the regression on the masks, Cov(z, F) = C β, also where
    the law leaves some of them open, and E[F | z_j = 1] = E[F] + Cov(z_j, F) / P(z_j = 1).
    """
    law = sampling_law(design)
    if law is None:
        sums = part_sums(F, design, shown)
        return sums.mean, sums.n_evaluations
    _require_chance(law, design, shown)
    found, keep = population(F, law), law.marginals
    moved, drop = _moved(law, found.coefficients), law.drop if isinstance(law, ExchangeableDesign) else 1 - keep
    return found.mean + (moved / keep if shown else -moved / drop), found.n_evaluations


def _require_chance(law: Design, design: Design, shown: bool) -> None:
    """Refuse what hangs on moments that `population` takes for 0."""
    if not isinstance(law, ExchangeableDesign):
        return
    chance, side = (law.keep, "shown") if shown else (law.drop, "hidden")
    if not chance >= _LEAST_CHANCE:
        raise DegenerateDesignError(
            f"a part must be {side} with a probability of {_LEAST_CHANCE:.0e} at least, got {chance:.0e} under "
            f"{design!r}; {design.wider}"
        )


def _moved(law: Design, beta: PerSuperpixel) -> PerSuperpixel:
    """Cov(z, z) β without the matrix, (d,)."""
    if isinstance(law, ExchangeableDesign):
        moved: PerSuperpixel = law.contrast * (beta - beta.mean()) + law.size_variance / law.d * beta.mean()
        return moved
    return law.marginals * (1 - law.marginals) * beta


def rise_limit(F: Any, design: Design, ridge: float) -> Explanation:
    """E[F | z_j = 1]."""
    return _exact(*conditional_expectations(F, design, True))


def pda_limit(scale: Scale) -> Callable[[Any, Design, float], Explanation]:
    """t(F(1)) − t(E[F | z_j = 0]) on a scale t."""

    def of_scale(F: Any, design: Design, ridge: float) -> Explanation:
        hidden, n = conditional_expectations(F, design, False)
        values, _ = scale(np.append(values_of(F, np.ones((1, design.d), bool)), hidden))
        return _exact(values[0] - values[1:], n + 1)

    return of_scale


def regression_limit(name: str) -> Callable[[Any, Design, float], Explanation]:
    """The limit under law × weight of the regression of that name, by `limit` or over all masks."""

    def of_regression(F: Any, design: Design, ridge: float) -> Explanation:
        law = measure(name, design)
        if law is not None:
            return limit(F, law, ridge)
        slopes, intercept, n = regression(name, F, design, ridge)
        return Explanation(slopes, intercept, np.zeros(design.d), n, method="limit")

    return of_regression


def ciu_limit(kept: bool) -> Callable[[Any, Design, float], Explanation]:
    """CIU with the range of F over all masks that the design draws."""

    def of_support(F: Any, design: Design, ridge: float) -> Explanation:
        low, high, n, one, full = np.inf, -np.inf, 0, np.zeros(design.d), 0.0
        for masks in support(design):
            values, alone = values_of(F, masks), masks if kept else ~masks
            low, high, n = min(low, values.min()), max(high, values.max()), n + len(masks)
            rows = np.flatnonzero(np.count_nonzero(alone, axis=1) == 1)
            one[np.argmax(alone[rows], axis=1)] = values[rows]
            full += values[masks.all(axis=1)].sum()
        return _exact(half_shares(one - full if kept else full - one, high - low), n)

    return of_support


def half_shares(changes: PerSuperpixel, span: float) -> PerSuperpixel:
    """Changes of F over twice its range, and 0 where F is constant: contextual importance × (utility − 1/2)."""
    return changes / (2 * span) if span > 0 else np.zeros(len(changes))


def _exact(values: PerSuperpixel, n: int) -> Explanation:
    return Explanation(values, 0.0, np.zeros(len(values)), n, method="limit")
