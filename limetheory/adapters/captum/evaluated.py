"""Values and weights of masks, in batches; a mask is evaluated once, unless the forward function answers by chance."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import torch
from captum._utils.common import _select_targets
from torch import Tensor
from torch.nn.modules.batchnorm import _NormBase

from limetheory.adapters.captum.draws import Draw
from limetheory.adapters.captum.kernels import ExponentialKernel
from limetheory.adapters.captum.question import Question
from limetheory.answers import real_numbers
from limetheory.arrays import PerMask
from limetheory.estimation.samples.equal_masks import equal_masks
from limetheory.functions import answer
from limetheory.given import given
from limetheory.outside import outside

Similarity: TypeAlias = "ExponentialKernel | Callable[..., Any] | None"
"""The kernel, a caller's function of one masked input, or None for equal weights."""

_NO_TARGET = (AssertionError, IndexError, AttributeError, TypeError, RuntimeError)
"""What Captum's choice of outputs raises where there is no such output."""


class Evaluation:
    """Asks the forward function about masks: (b, d) bool → weights and values, (b, 2) float64.

    Args:
        forward_func: the caller's model.
        question: the masked inputs, and which output.
        similarity: how masked inputs are weighted.
        done: called after each batch.
    """

    def __init__(self, forward_func: Any, question: Question, similarity: Similarity, done: Callable[[], Any]):
        self.forward_func, self.question, self.similarity, self._done = forward_func, question, similarity, done

    def __call__(self, masks: Tensor) -> np.ndarray:
        """Weights and values of a batch."""
        inputs = self.question.masked.compose(masks)
        weights = self._weights(masks, inputs)
        target, further = self.question.repeated(len(masks))
        values = outputs(self.forward_func, inputs, target, further)
        if len(values) != len(masks):
            raise ValueError(
                f"forward_func must return one number for each masked input, got {len(values)} for {len(masks)}; give "
                "a target, or set perturbations_per_eval=1 where it returns one number for a batch"
            )
        self._done()
        return np.column_stack([weights, values])

    @property
    def by_batch(self) -> bool:
        """Whether the forward function normalises batches: a module with batch normalisation in training mode."""
        module = self.forward_func
        return isinstance(module, torch.nn.Module) and any(
            part.training and isinstance(part, _NormBase) for part in module.modules()
        )

    def _weights(self, masks: Tensor, inputs: tuple[Tensor, ...]) -> PerMask:
        if self.similarity is None:
            return np.ones(len(masks))
        if isinstance(self.similarity, ExponentialKernel):
            return self.similarity.of_masks(self.question.masked, np.asarray(masks))
        examples, as_given = self.question.examples, self.question.as_given
        original, options = as_given(self.question.masked.inputs), self.question.options
        device = self.question.masked.inputs[0].device
        return np.array([
            _weight(self.similarity(
                original,
                as_given(tuple(one[i * examples : (i + 1) * examples] for one in inputs)),
                masks[i : i + 1].long().to(device),
                **options,
            ))
            for i in range(len(masks))
        ])  # fmt: skip


def outputs(forward_func: Any, inputs: tuple[Tensor, ...], target: Any, further: Any) -> PerMask:
    """The chosen output of each input, (b,) finite float64."""
    found = answer("forward_func", forward_func, "inputs → outputs", *inputs, *further)
    try:
        chosen = _select_targets(found, target)
    except _NO_TARGET:
        form = f"outputs of shape {tuple(found.shape)}" if isinstance(found, Tensor) else given(found)
        raise ValueError(f"target must be an output of each example, got {given(target)} for {form}") from None
    values = real_numbers(chosen, "forward_func", "forward_func(inputs)").ravel()
    if not np.isfinite(values).all():
        unusable = np.count_nonzero(~np.isfinite(values))
        raise ValueError(
            f"forward_func must return finite numbers, got {unusable} NaN or infinite; check it on masked inputs"
        )
    return values


def evaluated(ask: Evaluation, draw: Draw, n: int, batch: int) -> tuple[np.ndarray, PerMask, PerMask]:
    """Draw n masks and evaluate them: masks (n, d) bool, weights and values, (n,) float64 each.

    Captum evaluates equal masks again. The answer is the same where the forward function is one of its inputs. Where it
    draws from torch's generator, which the first batch shows, or normalises batches, every mask is evaluated, in
    Captum's order of draws.
    """
    first, device = draw(min(batch, n)), ask.question.masked.inputs[0].device
    if not len(first):
        raise ValueError(
            "perturb_func must yield a mask at least, got an empty generator; let it yield n_samples of them"
        )
    found = None
    if not ask.by_batch:
        before, same = _generators(device), equal_masks(_bits(first))
        found = ask(first[same.first])[same.number]
        if not all(map(torch.equal, before, _generators(device))):
            _restore(before, device)
            found = None
    masks, rows = _one_by_one(ask, draw, first, n, batch) if found is None else _once(ask, draw, first, found, n, batch)
    if len(masks) < n:
        warnings.warn(
            f"perturb_func must yield n_samples={n} masks, got {len(masks)}; the answer rests on these",
            stacklevel=outside(),
        )
    return np.asarray(masks), rows[:, 0], rows[:, 1]


def _once(
    ask: Evaluation, draw: Draw, first: Tensor, found: np.ndarray, n: int, batch: int
) -> tuple[Tensor, np.ndarray]:
    """The masks and what is known of them, each distinct one asked about once."""
    masks = torch.cat([first, draw(n - len(first))])
    same = equal_masks(_bits(masks))
    new = np.sort(same.first[same.first >= len(first)])
    rows = np.empty((len(masks), 2))
    rows[: len(first)] = found
    for start in range(0, len(new), batch):
        part = new[start : start + batch]
        rows[part] = ask(masks[part])
    return masks, rows[same.first[same.number]]


def _one_by_one(ask: Evaluation, draw: Draw, first: Tensor, n: int, batch: int) -> tuple[Tensor, np.ndarray]:
    """The masks and what is known of them, batch after batch as they are drawn."""
    masks, rows = [first], [ask(first)]
    for start in range(len(first), n, batch):
        part = draw(min(batch, n - start))
        if not len(part):
            break
        masks.append(part)
        rows.append(ask(part))
    return torch.cat(masks), np.concatenate(rows)


def _bits(masks: Tensor) -> np.ndarray:
    return np.packbits(np.asarray(masks), axis=1)


def _generators(device: torch.device) -> list[Tensor]:
    """The states of torch's generators of the CPU and of a device."""
    return [torch.get_rng_state(), *([torch.cuda.get_rng_state(device)] if device.type == "cuda" else [])]


def _restore(states: list[Tensor], device: torch.device) -> None:
    torch.set_rng_state(states[0])
    for state in states[1:]:
        torch.cuda.set_rng_state(state, device)


def _weight(value: Any) -> float:
    """The number that a caller's similarity function returns."""
    found = real_numbers(value, "similarity_func", "similarity_func(…)")
    if found.size != 1 or not 0 <= float(found.ravel()[0]) < np.inf:
        raise ValueError(f"similarity_func must return a finite weight of at least 0, got {given(value)}")
    return float(found.ravel()[0])
