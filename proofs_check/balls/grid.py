"""The designs for which certificates are computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from flint import arb

from proofs_check.balls.laws import Law
from proofs_check.balls.moments import moments
from proofs_check.balls.precision import narrow

INF = math.inf
BANDWIDTHS = (0.01, 0.05, 0.1, 0.25, 1.0, 10.0, 100.0, INF)
PARAMETERS = {
    "Image": BANDWIDTHS,
    "Text": BANDWIDTHS,
    "Bernoulli": (0.01, 0.3, 0.5, 0.9),
    "Glime": (0.3, 0.7, 3.0, INF),
    "Shapley": (None,),
}
AT_LARGEST = {
    "Image": (0.01, 0.25, 100.0, INF),
    "Text": (0.25, INF),
    "Bernoulli": (0.3,),
    "Glime": (0.7,),
    "Shapley": (None,),
}
SIZES = (2, 3, 5, 10, 50, 100, 500, 1000)
LARGEST = 10_000
RANGE = "d = 2…10,000; ν = 0.01…100, ∞; p = 0.01…0.9; σ = 0.3…∞; Shapley"
GLIME_RANGE = "d = 2…10,000; σ = 0.3…∞"


def laws() -> list[Law]:
    """Every design and parameter at each of `SIZES`, and a few at d = 10,000; all of them have Δ > 0 and c_d > 0."""
    return _at(SIZES, PARAMETERS) + _at((LARGEST,), AT_LARGEST)


def _at(sizes: Iterable[int], parameters: Mapping[str, Sequence[float | None]]) -> list[Law]:
    return [
        Law(design, d, parameter)
        for d in sizes
        for design, values in parameters.items()
        for parameter in values
        if d > 2 or design != "Shapley"
    ]


def those(chosen: Iterable[Law], keep: Callable[[Law], bool]) -> tuple[Law, ...]:
    """The laws that satisfy a condition."""
    return tuple(law for law in chosen if keep(law))


@lru_cache(maxsize=1024)
def regular(law: Law) -> bool:
    """True if V and Δ V, by which Σ^{-1} is divided, are normal float64 numbers."""
    variance, delta = narrow(lambda: [moments(law).size_variance(), moments(law).delta()])
    normal = arb(2) ** -1022
    return bool(variance > normal and variance * delta > normal)
