"""Names of segments that stay the same from one depth to the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from limetheory.images.hierarchy.granularity import Segmentation


def finer_names(coarse: Segmentation, names: Sequence[str], fine: Segmentation) -> tuple[str, ...]:
    """The names of a finer partition's segments: a segment that stays keeps its name, the parts of 3 are 3.1, 3.2, ….

    Args:
        coarse: the partition above.
        names: of its segments.
        fine: the partition below, of the same tree.

    >>> from limetheory.images.hierarchy.containment import containment_tree
    >>> row = np.arange(60)[None].repeat(2, axis=0)
    >>> tree = containment_tree([row < 30, row < 12, row >= 30])
    >>> finer_names(tree.at(1), ["0", "1"], tree.at(2))
    ('1', '0.1', '0.2')
    """
    parents = fine.inside(coarse)
    parts = np.bincount(parents, minlength=coarse.d)
    seen = dict.fromkeys(range(coarse.d), 0)
    found = []
    for parent in map(int, parents):
        seen[parent] += 1
        found.append(f"{names[parent]}.{seen[parent]}" if parts[parent] > 1 else names[parent])
    return tuple(found)
