"""F(z) = E[f(x) | z] of a model at a masked row, each evaluation of which is a draw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from limetheory.arguments import flag, generator, instance, integer, mask_rows
from limetheory.arrays import Masks, PerMask
from limetheory.counts import MOST_AT_ONCE, at_most, count
from limetheory.explaining.draw_means import RecordedMeans
from limetheory.explaining.draws import Record
from limetheory.explaining.set_function import function_of
from limetheory.tabular.masked import MaskedRow
from limetheory.tabular.predictions import RowPredictions

_IN_CACHE = 1 << 13
_INDEPENDENT = "leave it out to draw rows independently"


class RowFunction(RowPredictions):
    """The random set function of one column of a model's answer: callable (n, d) bool → (n,) float64.

    At each mask the model is asked about ``repeats`` rows drawn given the mask, and the value is the mean of its
    answers. So values are draws of mean F(z) = E[f(x) | z], also at equal masks; nothing is kept. The model is checked
    as by `ModelFunction`: its answer to a row may depend neither on the others of the batch nor on chance.

    Args:
        predict: rows as the training data have them → (n, classes), (n, 1) or (n,) numbers.
        masked: the row.
        target: the column of the answer, or the name of a class where ``predict`` is a method of an estimator with
            `classes_`; None takes the largest answer on the row itself.
        rng: of the rows: None, an int or a numpy.random.Generator (SPEC 7).
        repeats: rows for each mask.
        latin: number of masks that will be asked for, whose rows make a Latin hypercube; None draws rows independently.
        batch_size: most rows for each call of ``predict``.
        original_first: whether the first mask, if it shows everything, has the model's answer on the row itself.

    Attributes:
        asks: what it is, as messages say it.
        d, target, batch_size, repeats: as above.
        outputs: the model's answer on the row itself, shape (classes,).
        output_bounds: (lo, hi) that its answers are known to stay in; None where none are.
        n_evaluations: rows evaluated so far, the row itself and those of the checks included.
    """

    random = True
    asks = "a model that is asked about random rows"

    def __init__(
        self, predict: Any, masked: MaskedRow, target: int | str | None = None, rng: Any = None, repeats: int = 1,
        latin: int | None = None, batch_size: int | None = None, original_first: bool = False,
    ):  # fmt: skip
        instance("masked", masked, MaskedRow, "make one, such as MaskedRow(row, training_data)")
        super().__init__(predict, masked, target, batch_size)
        self.masked, self.d, self._original_first = masked, masked.d, flag("original_first", original_first)
        self.repeats = count("repeats", repeats, 1, fewer="variance_split says what more of them would gain")
        self.uniforms = Uniforms(masked.d, generator(rng), _asked(latin, self.repeats))
        self._means = RecordedMeans(self.d, self.repeats, self.original(self.target))

    @property
    def record(self) -> Record:
        """The masks and values so far."""
        return self._means.record

    @property
    def block_size(self) -> int:
        """How many masks callers should hand over at a time."""
        return max(self.batch_size // self.repeats, 1)

    def original(self, target: int) -> float | None:
        """The answer of a class to the row itself, if the first mask has that."""
        return float(self.outputs[target]) if self._original_first else None

    def __call__(self, masks: Any) -> PerMask:
        """A draw at each mask: (n, d) bool → (n,) float64."""
        masks = mask_rows(masks, self.d)
        rows = np.repeat(masks, self.repeats, axis=0) if self.repeats > 1 else masks
        found = np.empty(len(rows))
        for batch, answers in self.answers_to(rows):
            found[batch] = answers[:, self.target]
        return self._means(masks, found)

    def answers_to(self, masks: Masks, uniforms: np.ndarray | None = None) -> Iterator[tuple[slice, np.ndarray]]:
        """The model's answers to a row for each mask, (b, classes), batch after batch with its place among the masks.

        Args:
            masks: (n, d) bool.
            uniforms: the numbers that the rows are drawn by, (n, p); None takes the next ones.
        """
        for start in range(0, len(masks), self.batch_size):
            part = slice(start, min(start + self.batch_size, len(masks)))
            yield part, self.steady_answers(self._drawn(masks[part], None if uniforms is None else uniforms[part]))

    def _drawn(self, masks: Masks, uniforms: np.ndarray | None) -> np.ndarray:
        """Rows of numbers at the masks, (n, p), drawn in blocks that fit into a core's cache."""
        cells, size = np.empty(masks.shape), max(_IN_CACHE // self.d, 1)
        for start in range(0, len(masks), size):
            part = slice(start, min(start + size, len(masks)))
            drawn = self.uniforms(part.stop - start) if uniforms is None else uniforms[part]
            cells[part] = self.masked.cells_at(masks[part], drawn)
        return cells


def _asked(latin: int | None, repeats: int) -> int | None:
    """How many rows make the hypercube."""
    return None if latin is None else repeats * integer("latin", latin, 1, _INDEPENDENT)


class Uniforms:
    """Rows of p uniform numbers in turn; those of the first n a Latin hypercube, where n is given.

    Of n such rows each column has one number in each of the intervals [i/n, (i + 1)/n) (McKay, Beckman & Conover 1979).

    Attributes:
        used: how many rows were drawn.
    """

    def __init__(self, p: int, rng: np.random.Generator, n: int | None):
        self._p, self._rng, self.used = p, rng, 0
        self._table = np.empty((0, p)) if n is None else latin_hypercube(n, p, rng)

    def __call__(self, n: int) -> np.ndarray:
        """The next n rows, (n, p)."""
        known = self._table[self.used : self.used + n]
        self.used += n
        if not len(known):
            return self._rng.random((n, self._p))
        return known if len(known) == n else np.concatenate([known, self._rng.random((n - len(known), self._p))])


def latin_hypercube(n: int, p: int, rng: np.random.Generator) -> np.ndarray:
    """n points in [0, 1)^p with one in each of n equal intervals of every axis, (n, p).

    >>> points = latin_hypercube(4, 2, np.random.default_rng(0))
    >>> np.sort(np.floor(4 * points), axis=0).astype(int).T.tolist()
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """
    at_most("rows × columns of a Latin hypercube", n * p, MOST_AT_ONCE, f"draw fewer, or {_INDEPENDENT}")
    order = rng.permuted(np.tile(np.arange(n), (p, 1)), axis=1).T
    return np.minimum((order + rng.random((n, p))) / n, np.nextafter(1.0, 0.0))


@function_of.register
def _(masked: MaskedRow, model: Any, **options: Any) -> RowFunction:
    return RowFunction(model, masked, **options)
