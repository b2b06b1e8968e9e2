"""Evaluating F at masks that are chosen in stages, each by a surrogate of all values before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.active.candidates import candidates, mass_is_exhausted
from limetheory.estimation.active.choice import Prior, chosen
from limetheory.estimation.active.weights import LimitWeights, limit_weights
from limetheory.estimation.samples.known_values import KnownValues
from limetheory.estimation.samples.resolved import without_rounding
from limetheory.estimation.samples.sample import Interrupted, Sample, in_range
from limetheory.estimation.surrogates.averaged import averaged_recipe
from limetheory.evaluation import MaskFunction
from limetheory.progress import ProgressBar

_GROWTH = 2  # by how much the number of masks grows between fits; a convention


class Search:
    """F at the full mask, under an efficient design at the empty one, and at the masks that tell most of the limit.

    The first d + 2 are chosen by a kernel without data. Whenever their number has doubled, processes are fitted anew.

    Args:
        function: F, which has to give the same answer to the same mask.
        design: whose limit is asked for.
        n: how many masks to evaluate; under an efficient design besides F(0) and F(1).
        rng: draws candidates and the order of equally good ones.

    Attributes:
        function, design: as above.
        known: F, of which no mask is evaluated twice for d ≤ 20.
        n_evaluations: how many values of F were used.
        masks, values: those evaluated so far, (m, d) bool and (m,).
        complete: whether they are all masks of positive probability.
    """

    def __init__(self, function: MaskFunction, design: Design, n: int, rng: np.random.Generator):
        self.function, self.design, self._rng = function, design, rng
        self.known = KnownValues(function, design.d)
        self._exhausts, self.complete = mass_is_exhausted(design, n), False
        self.masks = np.array([[True], [False]])[: 1 + design.efficient].repeat(design.d, axis=1)
        self.values, self.n = self.known(self.masks), n + 2 * design.efficient
        self.n_evaluations = self.known.n_evaluations

    @cached_property
    def limit(self) -> LimitWeights:
        """The limit as a weighted sum of values."""
        return limit_weights(self.design, self._rng)

    @property
    def resolved(self) -> PerMask:
        """The values, or one for all of them where they differ by rounding alone, (m,)."""
        return without_rounding(self.values, self.function)

    def run(self) -> None:
        """Evaluate all masks."""
        with ProgressBar("masks", self.n) as bar:
            if self._exhausts:
                self._evaluate(candidates(self.design, self.masks, 1 << self.design.d, self._rng), bar)
                self.complete = True
            for number in () if self.complete else _stages(self.design.d, self.n):
                pool = candidates(self.design, self.masks, self.n, self._rng)
                more = chosen(self._parts(), self.limit, self.masks, pool, number - len(self.masks))
                self._evaluate(more, bar)

    def _parts(self) -> Sequence[Any]:
        """The processes by which masks are chosen: without data, or fitted to all values."""
        if len(self.masks) < self.design.d + 2:
            return [Prior(self.design.d)]
        values = self.resolved
        parts: Sequence[Any] = averaged_recipe(self.masks, values).formula(self.masks, values).parts
        return parts

    def sample(self) -> Sample:
        """The masks as a sample with the design's weights, without the ends of an efficient design."""
        values = self.resolved
        ends = (float(values[1]), float(values[0])) if self.design.efficient else None
        begin = 2 if self.design.efficient else 0
        masks = self.masks[begin:]
        return Sample.of(masks, self.design.weight(masks), values[begin:], ends)

    def _evaluate(self, masks: Masks, bar: ProgressBar) -> None:
        try:
            for start in range(0, len(masks), self.known.block_size):
                block = masks[start : start + self.known.block_size]
                self.values = np.append(self.values, self.known(block))
                self.masks, self.n_evaluations = np.concatenate([self.masks, block]), self.known.n_evaluations
                bar.advance(len(self.masks), so_far=self.sample)
        except KeyboardInterrupt:
            raise Interrupted(self.sample()) from None
        in_range(self.sample())


def _stages(d: int, n: int) -> Iterator[int]:
    """How many masks there are at each fit: d + 2, twice that, and so on, at last n."""
    number = d + 2
    while number < n:
        yield number
        number *= _GROWTH
    yield n
