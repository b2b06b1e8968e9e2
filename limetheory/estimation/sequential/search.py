"""The state of a sequential estimate: masks drawn so far, the surrogate for the next ones, the confidence sequence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.samples.known_values import KnownValues
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.sequential.terms import Terms, terms_of
from limetheory.statistics.confidence_sequence import ConfidenceSequence
from limetheory.statistics.partwise_betting import PartwiseBettingSequence

Fit = Callable[[Masks, PerMask, Design], Any]
_FIT_GROWTH = 1.5  # a round number; experiments/stopping/rows.jsonl has the evaluations and seconds with it


class SequentialSearch:
    """Masks drawn in blocks, from which a surrogate fitted to earlier masks makes terms of prop:unbiased.

    Surrogates use one thread of the BLAS: their matrices are small, and several threads would mostly wait for one
    another, for minutes on a busy processor.

    Args:
        known: F.
        design: the design to draw from.
        sequence: the confidence sequence that takes the terms.
        fit: (masks, values, design) → surrogate, (n, d) bool → (n,).
        span: (lo, hi), between which F is known to lie, for bounded terms; None where no bounds are known.
        rng: draws the masks; a child of it draws those that are not evaluated.
    """

    def __init__(
        self, known: KnownValues, design: Design, sequence: ConfidenceSequence, fit: Fit,
        span: tuple[float, float] | None, rng: np.random.Generator,
    ):  # fmt: skip
        self.known, self.design, self.sequence, self.span = known, design, sequence, span
        self.n, self._fit, self._fitted, self._rng = 0, fit, 0, rng
        self._parts: list[tuple[np.ndarray, PerMask, PerMask]] = [
            (np.empty((0, -(-design.d // 8)), np.uint8), np.empty(0), np.empty(0))
        ]
        self._terms: Terms | None = None
        self._threads = ThreadpoolController()
        self._free_masks = rng.spawn(1)[0]
        self._centre: PerSuperpixel = np.zeros(design.d)
        self._bounds: PerSuperpixel = np.zeros(design.d)
        self._ends = self._evaluated_ends() if design.efficient else None

    def draw(self, n: int) -> Iterator[int]:
        """Draw n masks and evaluate them in blocks, yielding the number so far; blocks before an interrupt count."""
        masks, done = self.design.sample(n, self._rng), 0
        values = np.empty(n)
        try:
            while done < n:
                block = slice(done, min(done + self.known.block_size, n))
                values[block] = self.known(masks[block])
                done = block.stop
                yield self.n + done
        finally:
            self._take(masks[:done], values[:done])

    def refit(self) -> None:
        """Fit the surrogate for the next masks to all so far, if these are 1.5 times as many as at the last fit."""
        if self.n < _FIT_GROWTH * self._fitted:
            return
        sample, self._fitted = self.sample(), self.n
        masks = sample.masks
        with self._threads.limit(limits=1, user_api="blas"):
            surrogate = self._fit(masks, sample.values, self.design)
            self._terms = terms_of(surrogate, masks, sample.values, self.design, self.span, self._free_masks)
        self._centre = self._terms.centre
        if self._ends is not None:
            self._centre = self._centre - self._centre.mean() + (self._ends[1] - self._ends[0]) / self.design.d
        if self._terms.bounds is None:  # a guess, from the values seen
            ranges = np.full(len(masks), np.ptp(sample.values))
            self._bounds = np.abs(self.design.influence(masks, ranges)).max(axis=0)
        else:
            self._bounds = self._terms.bounds

    def remaining(self) -> float:
        """The expected number of further masks; ∞ before the first terms, or if no number reaches the tolerance."""
        return self.sequence.remaining(self._bounds)

    @property
    def coefficients(self) -> PerSuperpixel:
        """The midpoints of the intervals; for an efficient design shifted so that their sum is F(1) − F(0)."""
        middles = self.sequence.means
        if self._ends is None:
            return middles
        shifted: PerSuperpixel = middles - middles.mean() + (self._ends[1] - self._ends[0]) / self.design.d
        return shifted

    @property
    def half_widths(self) -> PerSuperpixel:
        """The larger distance of each coefficient to the ends of its interval, (d,)."""
        return self.sequence.half_widths() + np.abs(self.coefficients - self.sequence.means)

    @property
    def half_width(self) -> float:
        """The largest half-width."""
        return float(self.half_widths.max())

    def sample(self) -> Sample:
        """Masks, weights and values so far."""
        bits, weights, values = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        return Sample(self.design.d, bits, weights, values, self._ends, random=self.known.random)

    def intercept(self) -> float:
        """β_0 of the coefficients so far."""
        if self._ends is not None:
            return self._ends[0]
        _, mask, value = self.sample().means()
        return float(value - self.coefficients @ mask)

    def _take(self, masks: Masks, values: PerMask) -> None:
        if not len(masks):
            return
        self._parts.append((np.packbits(masks, axis=1), self.design.weight(masks), values))
        self.n += len(masks)
        if self._terms is not None:
            with self._threads.limit(limits=1, user_api="blas"):
                for parts in self._terms.parts(masks, values):
                    self._update(parts)

    def _update(self, parts: np.ndarray) -> None:
        if isinstance(self.sequence, PartwiseBettingSequence):
            self.sequence.update_parts(parts, self._centre, self._bounds)
        else:
            self.sequence.update(self._centre + parts.sum(axis=1), self._centre, self._bounds)

    def _evaluated_ends(self) -> tuple[float, float]:
        empty, full = (self.known(np.full((1, self.design.d), kept))[0] for kept in (False, True))
        return float(empty), float(full)


def enumeration_pays(search: SequentialSearch, remaining: float, n_max: int) -> bool:
    """Whether evaluating all 2^d masks is within n_max and takes no more evaluations than further draws."""
    missing = search.known.unknown
    return math.isfinite(missing) and 1 << search.design.d <= n_max and missing <= remaining
