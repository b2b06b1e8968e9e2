"""A sample: masks drawn from a design, their weights, and the values that a set function takes on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.designs import Design
from limetheory.evaluation import MaskFunction, evaluate
from limetheory.progress import track

_BLOCK = 1 << 12


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while a set function was being evaluated; what was finished is in `explanation`.

    Attributes:
        sample: the finished part of the sample.
        explanation: its explanation, or None if too few masks were finished for one.
    """

    def __init__(self, sample: Sample):
        super().__init__(f"interrupted after {sample.n} evaluations")
        self.sample = sample
        self.explanation: Any = None


@dataclass(frozen=True, eq=False)
class Sample:
    """n masks as bits, ⌈d/8⌉ bytes each, with weights π(z_i) and values F(z_i), both of shape (n,)."""

    d: int
    bits: np.ndarray
    weights: np.ndarray
    values: np.ndarray
    ends: tuple[float, float] | None = None
    """(F(0), F(1)) where an efficient design needs them."""

    @classmethod
    def of(cls, masks: Any, weights: Any, values: Any, ends: tuple[float, float] | None = None) -> Sample:
        """Pack masks (n, d) bool with weights (n,) and values (n,)."""
        masks = np.asarray(masks, bool)
        return cls(masks.shape[1], np.packbits(masks, axis=1), np.asarray(weights, float),
                   np.asarray(values, float), ends)  # fmt: skip

    @property
    def n(self) -> int:
        """Number of masks."""
        return len(self.values)

    @property
    def n_evaluations(self) -> int:
        """Number of values of F in the sample."""
        return self.n + (2 if self.ends else 0)

    @property
    def effective_size(self) -> float:
        """Kish's (Σπ)² / Σπ²: how many equally weighted masks the sample is worth."""
        relative = self.weights / self.weights.max()
        return float(relative.sum() ** 2 / (relative**2).sum())

    def means(self) -> tuple[float, np.ndarray, float]:
        """Total weight, and the weighted means of the masks (d,) and of the values.

        Raises:
            ValueError: the weights underflow to zero.
        """
        total = self.weights.sum()
        if not total > 0:
            raise ValueError(
                f"the weights of the {self.n} masks drawn must have a positive sum, got 0 (underflow); "
                "widen the bandwidth"
            )
        mask = sum((weights @ masks for masks, weights, _ in self.blocks()), np.zeros(self.d)) / total
        return float(total), mask, float(self.weights @ self.values / total)

    def blocks(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield masks (b, d) float64, weights (b,) and values (b,) in blocks of fixed size."""
        for start in range(0, self.n, _BLOCK):
            part = slice(start, start + _BLOCK)
            masks = np.unpackbits(self.bits[part], axis=1, count=self.d).astype(float)
            yield masks, self.weights[part], self.values[part]


def draw(
    function: MaskFunction,
    design: Design,
    n: int,
    rng: np.random.Generator,
    include_original: bool = False,
) -> Sample:
    """Draw n masks and evaluate the function on them, batch after batch.

    The masks depend on the generator alone, neither on the batch size nor on the device.

    Raises:
        Interrupted: on Ctrl-C, with the finished part.
    """
    ends = ends_of(function, design)
    empty = Sample.of(np.empty((0, design.d), bool), np.empty(0), np.empty(0), ends)
    finished = [empty]
    batches = _batches(design, n, rng, getattr(function, "block_size", _BLOCK), include_original)
    try:
        for masks in track(((len(masks), masks) for masks in batches), n, "masks"):
            finished.append(Sample.of(masks, design.weight(masks), evaluate(function, masks), ends))
    except KeyboardInterrupt:
        raise Interrupted(_joined(finished)) from None
    return _joined(finished)


def _joined(parts: list[Sample]) -> Sample:
    bits, weights, values = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("bits", "weights", "values")
    )
    return Sample(parts[0].d, bits, weights, values, parts[0].ends)


def _batches(
    design: Design, n: int, rng: np.random.Generator, size: int, include_original: bool
) -> Iterator[np.ndarray]:
    for start in range(0, n, size):
        masks = design.sample(min(size, n - start), rng)
        if include_original and start == 0:
            masks[0] = True
        yield masks


def ends_of(function: MaskFunction, design: Design) -> tuple[float, float] | None:
    """(F(0), F(1)) where an efficient design needs them, else None."""
    if not design.efficient:
        return None
    empty, full = (evaluate(function, np.full((1, design.d), kept))[0] for kept in (False, True))
    return float(empty), float(full)
