"""From overlapping region masks to a tree of segments that at every depth is a partition of the image (DSEG-LIME).

A mask in this module is a region of pixels, such as a segment generator proposes. Differences from the public
implementation of DSEG-LIME:

- the parent of a mask is the *smallest* larger mask that contains more than half of it, not the outermost one;
- masks of equal area are all kept, and duplicates are removed;
- the overlap of two crossing siblings belongs to the smaller one, and every child is clipped to its parent;
- pixels that no child covers join the nearest child or become segments of their own, at *every* depth;
- a mask that is too small once clipped is replaced by its own children;
- a segment with a single child is skipped, so that each segment with children is really divided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np

from limetheory import arguments
from limetheory.images.hierarchy.distinct_masks import DistinctMasks
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.images.segmentation.label_map import image_size

MIN_PERCENT = 0.35
"""Smallest segment, in per cent of the image: the 500 pixels of DSEG-LIME on its 380 × 380 images."""

FILL_DISTANCE = 10.0
"""Uncovered pixels at most this far from a segment, in pixels, join it (DSEG-LIME's ``fill_with_nearest``)."""


def containment_parents(masks: Any, shape: tuple[int, int] | None = None) -> np.ndarray:
    """Find, for each region mask, the smallest larger one that contains more than half of it.

    Among several such masks of equal area it is the one that contains most, then the one whose first pixel, row by row,
    comes first. Parents have strictly larger areas, so there is no cycle.

    Args:
        masks: (m, h, w) bool array, or a sequence of m bool arrays (h, w), or of zeros and ones (or 255), which may
            overlap.
        shape: the (h, w) that they must have, usually ``image.shape[:2]``.

    Returns:
        (m,) intp, −1 for no parent. Duplicates have the same parent, a mask without pixels has none.

    Raises:
        ValueError: no masks, masks of another size, or values other than zeros and ones (or 255).
        TypeError: masks that are not numbers.

    >>> row = np.arange(8)[None]
    >>> containment_parents([row < 8, row < 6, row < 4, row < 2]).tolist()
    [-1, 0, 1, 2]
    """
    found = DistinctMasks(_checked(masks, shape), least=1)
    parents = np.full(len(masks), -1, np.intp)
    named = np.append(found.names, -1)[found.parents]
    kept = found.numbers >= 0
    parents[kept] = named[found.numbers[kept]]
    return parents


def containment_tree(
    masks: Any,
    min_percent: float = MIN_PERCENT,
    fill_distance: float = FILL_DISTANCE,
    shape: tuple[int, int] | None = None,
) -> SegmentTree:
    """Arrange overlapping region masks in a tree of segments.

    The result does not depend on the order of the masks, except for the numbers in ``SegmentTree.mask``.

    Args:
        masks: (m, h, w) bool array, or a sequence of m bool arrays (h, w), or of zeros and ones (or 255), which may
            overlap.
        min_percent: smallest area of a mask and of a segment, in per cent of the image, in [0, 100).
        fill_distance: uncovered pixels at most this far from a segment, in pixels, join it; connected regions
            (4 neighbours) of those farther away become segments, or join the nearest one if too small.
        shape: the (h, w) that the masks must have, usually ``image.shape[:2]``.

    Raises:
        ValueError: no masks, masks of another size or that are all too small, values other than zeros and ones (or
            255), or a number out of range.
        TypeError: masks that are not numbers.

    >>> row = np.arange(60)[None].repeat(2, axis=0)
    >>> tree = containment_tree([row < 30, row < 12, row >= 42])
    >>> tree.partition(1)[0, ::6].tolist(), tree.partition(2)[0, ::6].tolist()
    ([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 2, 2, 0, 0, 0, 0])
    """
    masks = _checked(masks, shape)
    percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
    fill_distance = arguments.real("fill_distance", fill_distance, at_least=0)
    least = max(1, int(np.ceil(percent * masks[0].size / 100)))
    found = DistinctMasks(masks, least)
    if not found.names.size:
        raise ValueError(
            f"masks must hold one of at least {least} pixels, {percent:g} % of the image, "
            f"got {len(masks)} smaller ones: lower min_percent"
        )
    return _grown(found, least, fill_distance)


def _grown(masks: DistinctMasks, least: int, fill_distance: float) -> SegmentTree:
    from scipy.ndimage import find_objects

    children: list[list[int]] = [[] for _ in range(len(masks.names) + 1)]
    for number, above in enumerate(masks.parents.tolist()):
        children[above].append(number)
    nodes, parent, depths = np.zeros(masks.shape, np.int32), [-1], [0]
    made = [-1]
    waiting = deque([(0, (slice(None), slice(None)), children[-1])])
    while waiting:
        node, box, group = waiting.popleft()
        inside = nodes[box] == node
        parts, names = _split(inside, masks.atoms[box], group, masks, children, least, fill_distance)
        if len(names) < 2:
            continue
        first = len(parent)
        np.add(parts, first, out=nodes[box], where=inside)
        for part, (name, found) in enumerate(zip(names, find_objects(parts + 1), strict=True)):
            parent.append(node)
            depths.append(depths[node] + 1)
            made.append(int(masks.names[name]) if name >= 0 else -1)
            if name >= 0 and children[name]:
                waiting.append((first + part, _nested(box, found), children[name]))
    return SegmentTree(
        nodes.astype(np.intp), np.array(parent, np.intp), np.array(depths, np.intp), np.array(made, np.intp)
    )


def _split(
    inside: np.ndarray,
    atoms: np.ndarray,
    group: list[int],
    masks: DistinctMasks,
    children: list[list[int]],
    least: int,
    fill_distance: float,
) -> tuple[np.ndarray, list[int]]:
    """Divide a region among sibling masks: the part of each pixel, 0.. and −1 outside, and the mask of each part."""
    parts, names = np.where(inside, np.int32(0), np.int32(-1)), [-1]
    while group:
        parts = _painted(inside, atoms, group, masks)
        sizes = np.bincount((parts + 1).ravel(), minlength=len(group) + 1)[1:]
        if (sizes < least).any():
            group = sorted(
                kept
                for number, size in zip(group, sizes, strict=True)
                for kept in ([number] if size >= least else children[number])
            )
            continue
        n_parts = _fill(parts, inside, len(group), least, fill_distance)
        names = [*group, *[-1] * (n_parts - len(group))]
        if n_parts > 1:
            break
        group = children[group[0]]
    return parts, names


def _painted(inside: np.ndarray, atoms: np.ndarray, group: list[int], masks: DistinctMasks) -> np.ndarray:
    # From large to small, so that overlaps of siblings belong to the smaller one.
    owner = np.full(len(masks.counts), -1, np.int32)
    pointer, indices = masks.members.indptr, masks.members.indices
    for position, number in enumerate(group):
        owner[indices[pointer[number] : pointer[number + 1]]] = position
    return np.where(inside, owner[atoms], np.int32(-1))


def _fill(parts: np.ndarray, inside: np.ndarray, n_parts: int, least: int, fill_distance: float) -> int:
    """Assign the uncovered pixels of a region to the nearest part or to new parts, in place; the number of parts."""
    from scipy.ndimage import distance_transform_edt, label

    bare = inside & (parts < 0)
    if not bare.any():
        return n_parts
    height, width = parts.shape
    row, column = distance_transform_edt(parts < 0, return_distances=False, return_indices=True)
    nearest = (row * np.int32(width) + column)[bare]
    row -= np.arange(height, dtype=np.int32)[:, None]
    column -= np.arange(width, dtype=np.int32)
    regions, n_regions = label(bare & (row * row + column * column > fill_distance**2))
    region = regions[bare]
    kept = np.bincount(region, minlength=n_regions + 1) >= least
    kept[0] = False
    numbers = np.where(kept, n_parts - 1 + np.cumsum(kept), -1)[region]
    parts[bare] = np.where(numbers >= 0, numbers, parts.ravel()[nearest])
    return n_parts + int(kept.sum())


def _nested(outer: tuple[slice, slice], inner: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = (
        slice((o.start or 0) + i.start, (o.start or 0) + i.stop) for o, i in zip(outer, inner, strict=True)
    )
    return rows, columns


def _checked(masks: Any, shape: tuple[int, int] | None) -> list[np.ndarray]:
    stack = [_mask(mask) for mask in arguments.several("masks", masks, "arrays (h, w)")]
    if not stack:
        raise ValueError(
            "masks must hold at least one mask, got none: loosen the generator's thresholds; a plain image has none"
        )
    size = stack[0].shape if shape is None else image_size(shape)
    for mask in stack:
        if mask.ndim != 2 or not mask.size:
            raise ValueError(f"masks must have shape (m, h, w), got one of shape {mask.shape}: pass one map per mask")
        if mask.shape != size:
            last = (len(stack), mask.shape[0]) == size
            remedy = "move them first, masks.transpose(2, 0, 1)" if last else "make them on that same image"
            raise ValueError(f"masks must all have shape {size}, got {mask.shape}: {remedy}")
    return stack


def _mask(mask: Any) -> np.ndarray:
    if isinstance(mask, Mapping):
        remedy = '[m["segmentation"] for m in masks]' if "segmentation" in mask else "decode it with from_run_lengths"
        raise TypeError(f"masks must be arrays (h, w), got {type(mask).__name__} of {', '.join(mask)}: {remedy}")
    return arguments.zero_one("masks", mask)
