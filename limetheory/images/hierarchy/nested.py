"""Partitions that are known as label maps, each finer than the one before, as partitions of one tree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from limetheory.images.hierarchy.granularity import Segmentation, SegmentTree


def nested(label_maps: Sequence[np.ndarray]) -> list[Segmentation]:
    """The tree whose nodes are the segments of all partitions, and the partitions in it, numbered as they are.

    Args:
        label_maps: (h, w) each, with labels 0..d−1, from coarse to fine; at least one.

    Raises:
        ValueError: a segment of a finer partition lies in several of a coarser one.

    >>> coarse, fine = nested([np.array([[0, 1, 1]]), np.array([[0, 2, 1]])])
    >>> coarse.labels.tolist(), fine.labels.tolist(), fine.inside(coarse).tolist()
    ([[0, 1, 1]], [[0, 2, 1]], [0, 1, 1])
    """
    parent, depths, levels = [-1], [0], []
    above, leaves = np.zeros(1, np.intp), np.zeros(label_maps[0].shape, np.intp)
    for depth, labels in enumerate(label_maps, start=1):
        inside = _inside(labels, leaves)
        nodes = above[inside]
        divided = np.bincount(inside, minlength=len(above))[inside] > 1
        new = np.flatnonzero(divided)
        nodes[new] = len(parent) + np.arange(len(new))
        parent += above[inside[new]].tolist()
        depths += [depth] * len(new)
        levels.append(tuple((int(node),) for node in nodes))
        above, leaves = nodes, labels
    tree = SegmentTree(above[leaves], np.array(parent), np.array(depths), np.full(len(parent), -1))
    return [Segmentation(tree, groups) for groups in levels]


def _inside(fine: np.ndarray, coarse: np.ndarray) -> np.ndarray:
    """The coarse segment that each fine one lies in, (d,)."""
    pairs = np.unique(np.stack([fine.ravel(), coarse.ravel()]), axis=1)
    if len(pairs[0]) != fine.max() + 1:
        raise ValueError(
            f"each label map must divide the segments of the one before, got {fine.max() + 1} segments of which "
            "some lie in several; explain anew"
        )
    found: np.ndarray = pairs[1]
    return found
