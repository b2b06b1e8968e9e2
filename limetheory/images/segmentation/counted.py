"""The superpixels of a photograph as a network sees it, and what is said where there are others than were asked for."""

from __future__ import annotations

import warnings

import numpy as np

from limetheory.images.segmentation.label_map import check_divisible
from limetheory.images.segmentation.segment import segment, segmented_into

NEAR = 0.1
"""A number of superpixels may miss the one that was asked for by this share of it."""


class UncutImageError(ValueError):
    """A photograph in which no two superpixels are found."""


class FewSuperpixelsWarning(UserWarning):
    """There are fewer superpixels than were asked for, or more, by over a tenth."""


def cut(photo: np.ndarray, seen: np.ndarray, method: str, wanted: int | None) -> np.ndarray:
    """The superpixels of what a network sees of a photograph, as many as are wanted where the method finds as many.

    Args:
        photo: (h, w, 3), which refusals name by its size.
        seen: (s, s, 3) in [0, 1].
        method: a name of `SEGMENTERS`.
        wanted: how many; None is the method's own number.

    Returns:
        (s, s) labels 0..d−1.

    Raises:
        UncutImageError: the method finds no two superpixels.

    Warns:
        FewSuperpixelsWarning: d misses the number that is wanted by more than a tenth.
    """
    try:
        check_divisible(photo.shape[:2])
        labels = segment(seen, method) if wanted is None else segmented_into(seen.copy(), method, wanted)
    except ValueError as error:
        raise UncutImageError(f"{error}{_size_given(photo, seen)}") from None
    _say_others(int(labels.max()) + 1, wanted, method)
    return labels


def _size_given(photo: np.ndarray, seen: np.ndarray) -> str:
    """The size of the photograph, where a network sees it at another one."""
    (height, width), (rows, columns) = photo.shape[:2], seen.shape[:2]
    if (height, width) == (rows, columns) or height * width == 1:
        return ""
    return f" (the photograph is {height} x {width}, and the network sees it at {rows} x {columns})"


def _say_others(found: int, wanted: int | None, method: str) -> None:
    if wanted is not None and abs(found - wanted) > NEAR * wanted:
        remedy = "ask for another number" if method == "grid" else "use method 'grid', or ask for fewer"
        warnings.warn(
            f"{wanted} superpixels wanted, {found} found by {method!r}; {remedy}", FewSuperpixelsWarning, stacklevel=3
        )
