"""The limits of attributions under the sampling law of a design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.attribution.laws import lime_measure, sampling_law, shapley_measure
from limetheory.attribution.means import Scale
from limetheory.designs import Design
from limetheory.evaluation import evaluate
from limetheory.explanation import Explanation
from limetheory.limits import all_masks, limit
from limetheory.limits.population import population


def conditional_expectations(F: Any, design: Design, shown: bool) -> tuple[PerSuperpixel, int]:
    """E[F | z_j = 1] under the sampling law, or E[F | z_j = 0], (d,), and how many values of F that took."""
    law = _known(sampling_law(design), design)
    found, keep = population(F, law), law.marginals
    change = law.covariance() @ found.coefficients
    return found.mean + (change / keep if shown else -change / (1 - keep)), found.n_evaluations


def rise_limit(F: Any, design: Design, ridge: float = 0.0) -> Explanation:
    """E[F | z_j = 1]."""
    values, n = conditional_expectations(F, design, True)
    return _exact(values, n)


def pda_limit(scale: Scale) -> Callable[[Any, Design, float], Explanation]:
    """t(F(1)) − t(E[F | z_j = 0])."""

    def found(F: Any, design: Design, ridge: float = 0.0) -> Explanation:
        values, n = conditional_expectations(F, design, False)
        full = evaluate(F, np.ones((1, design.d), bool))
        on_scale, _ = scale(np.append(full, values))
        return _exact(on_scale[0] - on_scale[1:], n + 1)

    return found


def regression_limit(measure: Callable[[Design], Design | None]) -> Callable[[Any, Design, float], Explanation]:
    """The limit of the regression under a measure."""

    def found(F: Any, design: Design, ridge: float = 0.0) -> Explanation:
        return limit(F, _known(measure(design), design), ridge)

    return found


ols_limit = regression_limit(sampling_law)
lime_limit = regression_limit(lime_measure)
kernel_shap_limit = regression_limit(shapley_measure)


def ciu_limit(kept: bool) -> Callable[[Any, Design, float], Explanation]:
    """CIU with the range of F over all masks that the design draws."""

    def found(F: Any, design: Design, ridge: float = 0.0) -> Explanation:
        d = design.d
        support = all_masks(d)
        support = support[design.chance(support) > 0]
        values = evaluate(F, support)
        one = evaluate(F, np.eye(d, dtype=bool) == kept)
        full = evaluate(F, np.ones((1, d), bool))[0]
        span = np.ptp(values)
        change = (one - full) if kept else (full - one)
        return _exact(change / (2 * span) if span > 0 else np.zeros(d), len(values))

    return found


def _known(found: Design | None, design: Design) -> Design:
    if found is None:
        raise NotImplementedError(f"no measure is known for {type(design).__name__}; take an exchangeable design")
    return found


def _exact(values: PerSuperpixel, n: int) -> Explanation:
    return replace(Explanation(values, 0.0, np.zeros(len(values)), n), method="limit")
