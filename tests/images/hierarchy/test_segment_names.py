"""Segments keep their names from depth to depth."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import explain_hierarchy

ROW = np.arange(64)[None].repeat(4, axis=0)
MASKS = [ROW < 32, ROW < 16, ROW >= 32, ROW < 8, (ROW >= 8) & (ROW < 16), (ROW >= 32) & (ROW < 48), ROW >= 48]
IMAGE = np.linspace(0.2, 1.0, 64)[None, :, None].repeat(4, axis=0).repeat(3, axis=2)


def explained():
    tree = containment_tree(MASKS)
    return explain_hierarchy(
        lambda images: images[:, 0, :16, 0].mean(axis=1), IMAGE, tree, depth=3, top_k=1, replacement=0.0, n=80, rng=0
    )


def test_what_stays_keeps_its_name_and_parts_are_called_after_the_whole():
    depths = explained()
    assert len(depths) == 3 and depths[0].explanation.names == ("0", "1")
    for coarse, fine in pairwise(depths):
        above, names = coarse.segmentation.labels, fine.explanation.names
        assert len(set(names)) == len(names)
        for j, name in enumerate(names):
            (parent,) = np.unique(above[fine.segmentation.labels == j])
            whole = coarse.explanation.names[parent]
            same = np.array_equal(above == parent, fine.segmentation.labels == j)
            assert name == whole if same else name.rpartition(".")[0] == whole
    assert max(name.count(".") for name in depths[2].explanation.names) == 2
