"""F(z) = E[f(x(z)) | z] of a model at an image with a random replacement, each evaluation of which is a draw."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import instance, mask_rows
from limetheory.arrays import PerMask
from limetheory.counts import count
from limetheory.explaining.classes import Classes
from limetheory.explaining.draw_means import RecordedMeans
from limetheory.explaining.draws import Record
from limetheory.explaining.model_function import ModelFunction
from limetheory.explaining.set_function import function_of
from limetheory.explaining.several_targets import TargetFunction, target_functions
from limetheory.images.random.masked import RandomMaskedImage
from limetheory.images.random.numbered import NumberedImage

_OfNumbered: TypeAlias = ModelFunction[NumberedImage] | TargetFunction


class RandomImageFunction:
    """The random set function of one class of a model: callable (n, d) bool → (n,) float64.

    Each mask that is asked for gets the next ``repeats`` draws of the replacement, and its value is the mean of the
    model's answers, so that values are independent draws of mean F(z) = E[f(x(z)) | z], also at equal masks; nothing is
    kept. The i-th draw depends on the seed and i alone, not on the batch size, the device or the worker. A mask that
    hides nothing has the model's answer on the image itself.

    The model is evaluated, and checked, as by `ModelFunction`.

    Args:
        model, target, batch_size, device, dtype: see `ModelFunction`.
        masked: the image.
        rng: of the draws: None, an int or a numpy.random.Generator (SPEC 7).
        repeats: draws for each mask.

    Attributes:
        repeats: as above.
        asks: what it is, as messages say it.
        d, target, outputs, output_bounds, n_evaluations: see `ModelFunction`.
        masked: the image.

    >>> masked = RandomMaskedImage(np.array([[0.0, 0.5, 1.0]]), np.array([[0, 0, 1]]), "noise")
    >>> last = RandomImageFunction(lambda images: images[:, 0, 2], masked, rng=0)
    >>> masks = np.array([[True, True], [True, False], [True, False]])
    >>> shown, *hidden = last(masks)
    >>> shown.item(), len({*hidden}), bool(0.4 < last(np.repeat(masks[1:], 500, axis=0)).mean() < 0.6)
    (1.0, 2, True)
    """

    random = True
    asks = "a model that is asked about random images"

    def __init__(
        self, model: Any, masked: RandomMaskedImage, target: int | str | None = None, batch_size: int | None = None,
        device: Any = None, dtype: Any = None, rng: Any = None, repeats: int = 1,
    ):  # fmt: skip
        instance("masked", masked, RandomMaskedImage, "make one, such as RandomMaskedImage(image, segments, 'noise')")
        self.repeats = count("repeats", repeats, 1, fewer="variance_split says what more of them would gain")
        numbered = masked.numbered(rng)
        self._set(ModelFunction(model, numbered, target, batch_size, device, dtype), masked, numbered)

    @classmethod
    def sharing(cls, function: RandomImageFunction, targets: Any) -> Classes:
        """The random set functions of several targets, from the same draws; no image is evaluated twice."""
        return Classes([function._of(one) for one in target_functions(function.of_numbered, targets).each])

    def _of(self, function: TargetFunction) -> RandomImageFunction:
        found = type(self).__new__(type(self))
        found.repeats = self.repeats
        found._set(function, self.masked, self._numbered)
        return found

    def _set(self, function: _OfNumbered, masked: RandomMaskedImage, numbered: NumberedImage) -> None:
        self._function, self._numbered, self._used = function, numbered, 0
        self._means = RecordedMeans(masked.d, self.repeats)
        self.masked, self.d = masked, masked.d
        self.target, self.outputs, self.output_bounds = function.target, function.outputs, function.output_bounds

    @property
    def of_numbered(self) -> ModelFunction[NumberedImage]:
        """The model at the numbered image, of which every class may be asked."""
        assert isinstance(self._function, ModelFunction)
        return self._function

    @property
    def n_evaluations(self) -> int:
        """Images evaluated so far, see `ModelFunction`."""
        return self._function.n_evaluations

    @property
    def batch_size(self) -> int:
        """Images per evaluation."""
        return self._function.batch_size

    @property
    def block_size(self) -> int:
        """How many masks callers should hand over at a time."""
        return max(self._function.block_size // self.repeats, 1)

    @property
    def record(self) -> Record:
        """The masks and values so far."""
        return self._means.record

    @property
    def resolution(self) -> float:
        """Relative rounding of the model's numbers."""
        return float(getattr(self._function, "resolution", np.finfo(float).eps))

    def answered_again(self) -> np.ndarray:
        """The model's answer on the image itself, evaluated once more."""
        return self._function.answered_again()

    def __call__(self, masks: Any) -> PerMask:
        """A draw at each mask: (n, d) bool → (n,) float64."""
        masks = mask_rows(masks, self.d)
        rows = np.repeat(masks, self.repeats, axis=0)
        answers = np.full(len(rows), self.outputs[self.target])
        partial = np.flatnonzero(~rows.all(axis=1))
        answers[partial] = self._function(self._numbered.coded(rows[partial], self._next(len(rows))[partial]))
        return self._means(masks, answers)

    def _next(self, n: int) -> np.ndarray:
        """The numbers of the next n draws."""
        self._used += n
        return np.arange(self._used - n, self._used)


@function_of.register
def _(masked: RandomMaskedImage, model: Any, **options: Any) -> RandomImageFunction:
    return RandomImageFunction(model, masked, **options)
