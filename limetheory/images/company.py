"""Does a model answer to an image alone as in a batch of others? Only then does it have a set function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

ROUNDING = 2.0**-17
"""64 units in the last place of float32, of the largest answer: sums in another order differ by a few (2 were measured
on EfficientNet-Lite0)."""
_ANY_ROUNDING = 2.0**-4
"""More than bfloat16's rounding makes of a network."""


def check_company(
    alone: np.ndarray, rows: np.ndarray, target: int, copies: Callable[[], np.ndarray], again: Callable[[], np.ndarray]
) -> None:
    """Refuse a model whose answer to an image depends on the other images of the batch.

    A batch of another size sums in another order. So where the two answers differ by more than float32's rounding, the
    image is evaluated once more, in a batch of copies of itself: of the same size, so that every sum has the same order
    and the answer the same digits in any precision, unless the others take part in it.

    Args:
        alone: the model's answer to the image in a batch of one, (classes,).
        rows: its answers to a batch with the image first and another behind it, (b, classes).
        target: the column explained, which is measured by its own size.
        copies: the answers to b copies of the image.
        again: the answer to the image alone once more, to tell a random model.

    Raises:
        ValueError: with both answers.

    >>> centred = lambda x: x - x.mean(axis=0)
    >>> one, batch = np.array([[0.5]]), np.array([[0.5], [0.1], [0.3]])
    >>> check_company(centred(one)[0], centred(batch), 0, lambda: centred(batch[[0, 0, 0]]), lambda: centred(one)[0])
    Traceback (most recent call last):
    ValueError: a model must answer to an image alone as in a batch of others, got 0 alone and 0.2 in a batch of 3 ...
    """
    sizes = np.abs(np.vstack([alone, np.where(np.isfinite(rows), rows, 0)])).max(axis=0)
    scale = np.full(len(sizes), sizes.max())
    rounding = ROUNDING * np.where(np.arange(len(sizes)) == target, sizes, scale)
    if _close(rows[0], alone, rounding):
        return
    repeated = copies()[0]
    if _close(rows[0], repeated, rounding) and _close(repeated, alone, _ANY_ROUNDING * scale):
        return
    second = again()
    if not _close(second, alone, rounding):
        column = _farthest(second, alone)
        raise ValueError(
            f"a model must give the same answer to the same image, got {alone[column]:.6g} and then "
            f"{second[column]:.6g}; switch its randomness off, or average it inside the model"
        )
    column = _farthest(rows[0], alone)
    raise ValueError(
        f"a model must answer to an image alone as in a batch of others, got {alone[column]:.6g} alone and "
        f"{rows[0, column]:.6g} in a batch of {len(rows)} (column {column}); give batch norms running statistics and "
        "let nothing else mix the batch, or give batch_size=1"
    )


def _close(one: np.ndarray, other: np.ndarray, reach: np.ndarray) -> bool:
    return bool((np.abs(one - other) <= reach).all())


def _farthest(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.argmax(np.nan_to_num(np.abs(one - other), nan=np.inf)))
