"""What the core asks of an input, of any kind, whose parts can be switched off."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, Protocol, runtime_checkable

import numpy as np

from limetheory.arrays import Masks


class MaskedInput(Protocol):
    """An input of d parts: x(z) keeps the parts that a mask z shows, and replaces the others (THEORY section 1)."""

    @property
    def d(self) -> int:
        """Number of parts: superpixels, words, cells of a row."""
        ...

    def compose(self, masks: Any) -> Any:
        """x(z) for each mask: (n, d) bool → a batch of n inputs, as the model takes them."""
        ...


class MaskedNumbers(MaskedInput, Protocol):
    """A masked input that is an array of numbers, each of which belongs to one part."""

    @property
    def original(self) -> np.ndarray:
        """ξ, where all parts are kept."""
        ...

    @property
    def replaced(self) -> np.ndarray:
        """ξ̄, where no part is kept, of the same shape."""
        ...

    @property
    def owner(self) -> np.ndarray:
        """The part of each number, of the same shape, integers 0..d−1."""
        ...

    @property
    def segments(self) -> np.ndarray:
        """The part of each entry without its channels, of the shape of `original` or of all but its last axis."""
        ...


@runtime_checkable
class SharedNumbers(MaskedInput, Protocol):
    """A masked input of numbers that parts share: x(z) = ξ̄ + Σ_j z_j M_j (ξ − ξ̄), number by number."""

    @property
    def original(self) -> np.ndarray:
        """ξ, where all parts are kept."""
        ...

    @property
    def replaced(self) -> np.ndarray:
        """ξ̄, where no part is kept, of the same shape."""
        ...

    @property
    def shares(self) -> np.ndarray:
        """M, how much of each number belongs to each part, (d, …) with that shape; they sum to 1."""
        ...


class Evaluator(Protocol):
    """What asks a model about masks."""

    @property
    def resolution(self) -> float:
        """Relative rounding of the model's numbers so far."""
        ...

    def __call__(self, masks: Masks) -> np.ndarray:
        """The model's answers, (b, d) bool → (b, classes) float64."""
        ...

    def again(self, masks: Masks) -> np.ndarray:
        """The answers, computed as those before."""
        ...

    def afresh(self, masks: Masks) -> np.ndarray:
        """The answers, computed as the very first."""
        ...


@singledispatch
def evaluator_of(masked: Any, model: Any, device: Any, dtype: Any) -> tuple[Evaluator, int]:
    """The evaluator of a model on masked versions of an input, and its batch size; each kind of input registers one.

    Args:
        masked: the masked input.
        model: a model that the kind of input accepts.
        device: where the model runs; None leaves it where it is.
        dtype: the type of the numbers that the model gets; None takes that of the kind of input.

    Raises:
        TypeError: if no evaluator is registered for the input, or it does not accept the model.
    """
    raise TypeError(f"a masked input must be of a known kind such as MaskedImage, got {type(masked).__name__}")
