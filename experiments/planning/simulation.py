"""Set functions with exact limits, and the errors of simulated estimates of these limits."""

from __future__ import annotations

from typing import Any

import numpy as np

import limetheory as lt
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.statistics import Bound, plan

LEVEL, SEED = 0.95, 0
OBSERVED = 5
"""The number of samples over which the half-widths after the draw have their median; a convention."""


def set_functions(d: int) -> dict[str, Any]:
    """Functions with values in [0, 1] on d ≥ 6 superpixels, some smooth and some rough."""
    rest = np.ones(d - 5)
    return {
        "product of factors": lt.FactorProduct(np.ones(d), np.append([0.3, 0.5, 0.7, 0.8, 0.9], rest)),
        "multilinear": lt.Multilinear(d, {(0, 1): 0.4, (2, 3, 4): 0.35, (1, 5): 0.25}),
        "detector of 3 superpixels": lt.Leaf(d, on=(0, 1, 2)),
        "parity of 4 superpixels": lt.WeightedSum([lt.Leaf(d), lt.parity(d, range(4))], [0.5, 0.5]),
    }


def errors(function: Any, design: lt.Design, n: int, repetitions: int, seed: Any) -> dict[str, float]:
    """The quantiles, at the level, of max_j |error| of weighted least squares and of the unbiased mean."""
    exact, rng = lt.limit(function, design).coefficients, np.random.default_rng(seed)
    found = [_pair(function, design, n, rng) for _ in range(repetitions)]
    gaps = np.abs(np.array(found) - exact).max(axis=2)
    least, unbiased = np.quantile(gaps, LEVEL, axis=0, method="higher")
    return {"least squares": float(least), "unbiased": float(unbiased)}


def _pair(function: Any, design: lt.Design, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    masks = design.sample(n, rng)
    unbiased = design.influence(masks, function(masks) - 0.5).mean(axis=0)
    return lt.estimate(function, design, n, rng).coefficients, unbiased


def after_the_draw(function: Any, design: lt.Design, n: int, seed: Any) -> float:
    """The median over some samples of max_j half-width that thm:bound guarantees from the sample itself."""
    bound, rng = Bound(design), np.random.default_rng(seed)
    samples = (design.sample(n, rng) for _ in range(OBSERVED))
    return float(np.median([bound.observed(masks, function(masks), 1 - LEVEL).max() for masks in samples]))


@few_masks_studied()
def row(d: int, name: str, n: int, repetitions: int, pilot: int) -> dict[str, Any]:
    """One row: simulated errors beside the bounds by thm:bound and the prediction by thm:clt."""
    design, function = lt.ImageDesign(d), set_functions(d)[name]
    bound, odds = Bound(design), 1 - LEVEL
    guaranteed = {"least squares": bound.wls(n, odds), "unbiased": bound.unbiased(n, odds)}
    first = lt.estimate(function, design, pilot, [SEED, d])
    needed = plan(design, 1e-3, LEVEL, pilot=first, simultaneous=True)
    seed = [SEED, d, n, list(set_functions(d)).index(name)]
    guaranteed["after the draw"] = after_the_draw(function, design, n, [*seed, 1])
    return {
        "superpixels": d, "bandwidth": design.bandwidth, "function": name, "n": n, "repetitions": repetitions,
        "level": LEVEL, "seed": SEED, "pilot": pilot,
        "simulated": errors(function, design, n, repetitions, seed),
        "central limit theorem": 1e-3 * (needed.clt.n / n) ** 0.5,
        "guaranteed": {key: value if np.isfinite(value) else None for key, value in guaranteed.items()},
    }  # fmt: skip
