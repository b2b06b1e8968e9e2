"""What a kind of explainer is: how a question about a set function is put to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from limetheory.arrays import Masks
from limetheory.designs import Design, ImageDesign
from limetheory.testing.runs import FORM, Explain

ABSENT = -1.0
"""The score of the class that is not explained; F is in [0, 1], so that class 0 is always the top class."""


class Kind(ABC):
    """A kind of explainer: its form, the design that it has by default, and the question of a set function.

    The question is an input of d parts and a model whose score of class 0 is F(z), z being read off the input that the
    explainer makes, so that any replacement of hidden parts will do.
    """

    form: str
    """How an explainer of this kind is called."""
    variants: Mapping[str, Mapping[str, Any]] = {}
    """Other questions that must have the same answer, by what they change: arguments of `question`."""

    @abstractmethod
    def design(self, d: int) -> Design:
        """lime's design for d parts."""

    @abstractmethod
    def question(self, F: Any, d: int, **variant: Any) -> tuple[Any, ...]:
        """What an explainer gets before n and rng; F is callable (n, d) bool → (n,)."""

    def explainer(self, explain: Explain, options: Mapping[str, Any] | None = None, **variant: Any) -> Explain:
        """An explainer of this kind as (F, n, rng) → coefficients.

        Args:
            explain: of the kind's form.
            options: more arguments of it, such as a batch size.
            **variant: of `question`.
        """
        return _Asked(self, explain, dict(options or {}), variant)


class _Asked:
    """An explainer of some kind, asked about set functions."""

    def __init__(self, kind: Kind, explain: Explain, options: dict[str, Any], variant: dict[str, Any]):
        self._kind, self._explain, self._options, self._variant = kind, explain, options, variant
        self.form = kind.form

    def __call__(self, F: Any, n: int, rng: np.random.Generator) -> Any:
        return self._explain(*self._kind.question(F, F.d, **self._variant), n, rng, **self._options)


class FunctionKind(Kind):
    """An explainer of set functions, called as ``explain(F, n, rng)``; F(masks) takes (n, d) bool."""

    form = FORM

    def design(self, d: int) -> Design:
        """`ImageDesign`."""
        return ImageDesign(d)

    def question(self, F: Any, d: int, **variant: Any) -> tuple[Any, ...]:
        """The set function."""
        return (F,)


def scores(F: Any, masks: Masks) -> np.ndarray:
    """F in class 0, and a class that never is the top one: (n, d) bool → (n, 2)."""
    found: np.ndarray = np.stack([np.asarray(F(masks), float), np.full(len(masks), ABSENT)], axis=1)
    return found
