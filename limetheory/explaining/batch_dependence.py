"""Does a model answer to an image always alike, alone as in a batch? Only then does it have a set function."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TypeAlias

import numpy as np

ROUNDING = 2.0**-17
"""The relative difference of outputs that counts as rounding: 64 units in the last place of float32, a convention.

Sums in another order differ by a few units; on EfficientNet-Lite0 they differed by 2.
"""
_ANY_ROUNDING = 2.0**-4
"""The relative difference above which no precision explains it: more than rounding in bfloat16; a convention."""

_BATCHES = {3: ((0, 1),), 2: ((0, 1), (1, 0)), 1: ((0,), (1,), (1,), (0,))}

Ask: TypeAlias = Callable[[tuple[int, ...]], np.ndarray]
"""The model's answers to a batch of two images, 0 and 1, such as (0, 1): (b, classes)."""


def check_batch_dependence(alone: np.ndarray, ask: Ask, size: int, target: int) -> None:
    """Refuse a model whose answer to an image depends on the other images of the batch, or on chance.

    Two images are evaluated: the second alone, as the first was, then both together, and each of these answers must be
    that alone. In batches of two they are evaluated in the other order, too. So what an image gets from those before
    it, from those behind it, and from an extreme that either of them has, changes one of them. Of larger batches
    `check_ends` sees that.

    A batch of another size sums in another order. So where two answers differ by more than float32's rounding, the
    image is evaluated once more, in a batch of copies of itself: of the same size, so that every sum has the same order
    and the answer the same digits in any precision, unless the others take part in it.

    Args:
        alone: the model's answer to image 0 in a batch of one, (classes,).
        ask: the model.
        size: images in the batch to come; 1 where the model gets them one by one, and both are evaluated two times
            more.
        target: the column explained, which is measured by its own size.

    Raises:
        ValueError: with both answers.

    >>> centred = lambda x: x - x.mean(axis=0)
    >>> images = np.array([[0.5], [0.1]])
    >>> check_batch_dependence(centred(images[:1])[0], lambda batch: centred(images[list(batch)]), 2, 0)
    Traceback (most recent call last):
    ValueError: a model must answer to an input alone as in a batch of others, got 0 alone and 0.2 in a batch of 2 ...
    """
    single = np.stack([alone, ask((1,))[0]])
    answers = [(batch, ask(batch)) for batch in _BATCHES[min(size, 3)]]
    allowances = _allowances(np.vstack([single, *(rows for _, rows in answers)]), target)
    for batch, rows in answers:
        for place, image in enumerate(batch):
            copies, again = partial(ask, (image,) * len(batch)), partial(ask, (image,))
            _check_row(single[image], rows, place, copies, again, allowances)


def check_ends(rows: np.ndarray, ask: Ask, target: int) -> None:
    """Refuse a model that answers to the first or the last image of a batch otherwise than to it alone.

    The rule is `check_batch_dependence`'s, two images are evaluated, and where copies must tell, those of both fill one
    batch: the first in its place, the last in all others. Mixing that spares both ends is not seen.

    Args:
        rows: the model's answers to the batch, (b, classes).
        ask: the model, 0 being the first image and 1 the last.
        target: the column explained.

    Raises:
        ValueError: with both answers.

    >>> capacity = lambda x: np.where(np.arange(len(x)) < 8, x[:, 0], 0.0)[:, None]
    >>> images = np.full((16, 1), 0.5)
    >>> check_ends(capacity(images), lambda batch: capacity(images[list(batch)]), 0)
    Traceback (most recent call last):
    ValueError: a model must answer to an input alone as in a batch of others, got 0.5 alone and 0 in a batch of 16 ...
    """
    size = len(rows)
    single = np.stack([ask((0,))[0], ask((1,))[0]])
    allowances = _allowances(np.vstack([single, rows]), target)
    copies = cache(partial(ask, (0,) + (1,) * (size - 1)))
    for image, place in enumerate((0, size - 1)):
        _check_row(single[image], rows, place, copies, partial(ask, (image,)), allowances)


def differing_column(before: np.ndarray, now: np.ndarray, target: int) -> int | None:
    """The column in which two answers to one image differ most; None where it is by no more than float32's rounding.

    >>> differing_column(np.array([0.5, 0.25]), np.array([0.5, 0.26]), 0)
    1
    """
    rounding, _ = _allowances(np.stack([before, now]), target)
    return None if _close(now, before, rounding) else _farthest(now, before)


def _check_row(
    own: np.ndarray,
    rows: np.ndarray,
    place: int,
    copies: Callable[[], np.ndarray],
    again: Callable[[], np.ndarray],
    allowances: tuple[np.ndarray, np.ndarray],
) -> None:
    """Refuse one answer in a batch that is not the image's own: asked for are a batch of copies, and it again alone."""
    rounding, any_rounding = allowances
    row = rows[place]
    if _close(row, own, rounding):
        return
    repeated = copies()[place]
    if _close(row, repeated, rounding) and _close(repeated, own, any_rounding):
        return
    once_more = again()[0] if len(rows) > 1 else row
    if not _close(once_more, own, rounding):
        _refuse_random(own, once_more)
    _refuse_mixing(own, row, len(rows))


def _allowances(answers: np.ndarray, target: int) -> tuple[np.ndarray, np.ndarray]:
    """How far apart answers may be for float32's rounding, and for any precision's, column by column."""
    sizes = np.abs(np.where(np.isfinite(answers), answers, 0)).max(axis=0)
    scale = np.full(len(sizes), sizes.max())
    return ROUNDING * np.where(np.arange(len(sizes)) == target, sizes, scale), _ANY_ROUNDING * scale


def _refuse_random(own: np.ndarray, again: np.ndarray) -> None:
    column = _farthest(again, own)
    raise ValueError(
        f"a model must give the same answer to the same input, got {own[column]:.6g} and then "
        f"{again[column]:.6g}; switch its randomness off, or average it inside the model"
    )


def _refuse_mixing(own: np.ndarray, row: np.ndarray, size: int) -> None:
    column = _farthest(row, own)
    raise ValueError(
        f"a model must answer to an input alone as in a batch of others, got {own[column]:.6g} alone and "
        f"{row[column]:.6g} in a batch of {size} (column {column}); give batch norms running statistics and "
        "let nothing else mix the batch, or give batch_size=1"
    )


def _close(one: np.ndarray, other: np.ndarray, allowances: np.ndarray) -> bool:
    alike = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        return bool((alike | (np.abs(one - other) <= allowances)).all())


def _farthest(one: np.ndarray, other: np.ndarray) -> int:
    with np.errstate(invalid="ignore"):
        return int(np.argmax(np.nan_to_num(np.abs(one - other), nan=np.inf)))
