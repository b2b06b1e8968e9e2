"""What is compared: a method, its limit, and how often it is repeated."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

import limetheory as lt
from limetheory.arrays import Masks, PerMask, PerSuperpixel

Function: TypeAlias = Callable[[Masks], PerMask]
Explainer: TypeAlias = Callable[[Function, int, int, int], PerSuperpixel]
Target: TypeAlias = Callable[[lt.SetFunction], PerSuperpixel]

PLAIN, ADJUSTED, QUADRATURE = (f"limetheory, {method}" for method in ("wls", "adjusted", "quadrature"))
BY = "adjusted by "
MANY = {250: 60, 500: 60, 1000: 60, 2000: 40}
FEW = {250: 20, 500: 20, 1000: 15, 2000: 10}


@dataclass(frozen=True)
class Method:
    """A way to estimate d coefficients of a set function from about n values.

    Attributes:
        name: as in figure and rows.
        family: "LIME" or "Shapley", the limit it is after.
        explain: (F, d, n, seed) → coefficients, (d,).
        target: the exact value of what it converges to.
        package: whose code runs, for the version in the row.
        repetitions: runs on a table, by n.
        stops: whether it chooses its own number of evaluations, so that only the smallest n is asked for.
    """

    name: str
    family: str
    explain: Explainer
    target: Target
    package: str = "limetheory"
    repetitions: Mapping[int, int] = field(default_factory=lambda: MANY)
    stops: bool = False

    def runs(self, n: int) -> int:
        """The number of runs that a row averages over."""
        return self.repetitions[min((known for known in self.repetitions if known >= n), default=max(self.repetitions))]


class Counted:
    """A set function that counts its evaluations.

    Args:
        function: F, (n, d) bool → (n,).

    Attributes:
        evaluations: values handed out so far, repeated masks included.
        seconds: processor time of F itself.
    """

    def __init__(self, function: Function, d: int):
        self.function, self.d, self.evaluations, self.seconds = function, d, 0, 0.0
        self._seen: set[bytes] = set()

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks."""
        masks = np.asarray(masks, bool)
        self.evaluations += len(masks)
        self._seen.update(row.tobytes() for row in np.packbits(masks, axis=1))
        start = time.process_time()
        values = self.function(masks)
        self.seconds += time.process_time() - start
        return values

    @property
    def distinct(self) -> int:
        """The number of different masks that were evaluated."""
        return len(self._seen)
