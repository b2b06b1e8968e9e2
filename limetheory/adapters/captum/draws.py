"""Masks from torch's global generator, in the order in which Captum draws them.

This is the one place of limetheory that reads a global generator: whoever calls ``torch.manual_seed`` before Captum's
classes gets the same masks here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import isgeneratorfunction
from itertools import islice, repeat
from typing import Any, TypeAlias

import torch
from torch import Tensor

from limetheory.adapters.captum.question import Question
from limetheory.given import given

Draw: TypeAlias = Callable[[int], Tensor]
"""How many masks → masks (b, d) bool on the CPU; fewer where there are no more."""


def bernoulli(d: int) -> Draw:
    """Every feature shown with probability 1/2."""
    return lambda number: torch.bernoulli(torch.full((number, d), 0.5)).bool()


def shapley(d: int) -> Draw:
    """All features, none of them, and then masks of k features with probability ∝ 1 / (k (d − k))."""
    k = torch.arange(1, d, dtype=torch.float)
    law = torch.cat([torch.zeros(1), (d - 1) / (k * (d - k))])
    law = law / law.sum()
    ends = iter([torch.ones(1, d, dtype=torch.bool), torch.zeros(1, d, dtype=torch.bool)])

    def one(law: Tensor) -> tuple[Tensor, Tensor]:
        return torch.multinomial(law, 1, True), torch.randn(1, d)

    def masks(number: int) -> Tensor:
        first = list(islice(ends, number))
        drawn = [one(law) for _ in range(number - len(first))]
        behind = [_largest(*map(torch.cat, zip(*drawn, strict=True)))] if drawn else []
        return torch.cat([torch.zeros(0, d, dtype=torch.bool), *first, *behind])

    return masks


def _largest(sizes: Tensor, numbers: Tensor) -> Tensor:
    """The masks of the ``sizes`` largest numbers of each row, (b,) and (b, d) → (b, d) bool."""
    highest_hidden = numbers.shape[1] - sizes - 1
    shown: Tensor = numbers > numbers.sort(dim=1).values.gather(1, highest_hidden[:, None])
    return shown


def drawn_by(function: Any, question: Question) -> Draw:
    """Masks of a caller's ``perturb_func``, or of its generator."""
    inputs, options, d = question.as_given(question.masked.inputs), question.options, question.masked.d
    stream: Iterator[Any] = (
        function(inputs, **options)
        if isgeneratorfunction(function)
        else (function(inputs, **options) for _ in repeat(None))
    )

    def masks(number: int) -> Tensor:
        rows = [_checked(one, d) for one in islice(stream, number)]
        return torch.cat([torch.zeros(0, d, dtype=torch.bool), *rows])

    return masks


def _checked(mask: Any, d: int) -> Tensor:
    if not isinstance(mask, Tensor) or mask.shape != (1, d):
        raise ValueError(
            f"perturb_func must return a mask of shape (1, {d}), got {_words(mask)}; one entry a feature, as "
            "num_interp_features says"
        )
    numbers: Tensor = mask.detach().cpu()
    if not bool(((numbers == 0) | (numbers == 1)).all()):
        raise ValueError(
            f"perturb_func must return a mask of zeros and ones, got {given(mask)}; captum.attr.Lime fits other numbers"
        )
    return numbers.bool()


def _words(mask: Any) -> str:
    return f"shape {tuple(mask.shape)}" if isinstance(mask, Tensor) else given(mask)
