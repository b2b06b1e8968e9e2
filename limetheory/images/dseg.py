"""DSEG-LIME: explain a hierarchy from coarse to fine, splitting the most important segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.images.explain import ImageExplanation, explain_image
from limetheory.images.hierarchy import Consistency, Segmentation, SegmentTree


@dataclass(frozen=True, eq=False)
class Level:
    """One level of granularity: the partition, and its explanation."""

    segmentation: Segmentation
    explanation: ImageExplanation

    def consistency(self, finer: Level) -> Consistency:
        """Each coefficient beside the sum of its parts' at a finer level."""
        return self.segmentation.consistency(
            self.explanation.coefficients, finer.segmentation, finer.explanation.coefficients
        )


def explain_hierarchy(
    model: Any, image: Any, tree: SegmentTree, *, depth: int = 2, top_k: int = 2, target: Any = None, **options: Any
) -> list[Level]:
    """Explain the roots of a tree, split the ``top_k`` largest in size, and explain again, ``depth`` times.

    Knab et al., "DSEG-LIME" (arXiv 2403.07733), Algorithm 1, as its experiments run it: unchosen segments
    stay. Unlike the public code, children are clipped to their parent, labels stay 0..d−1 at every depth,
    and the masks of the tree serve every depth, target and seed. It ends early where nothing can be split.

    Args:
        model, image, target, **options: see `explain_image`; the class of the first level is kept.
        tree: from `containment_tree` or `higra_tree`, of the image's size.
        depth: number of levels, at least 1.
        top_k: segments split between levels, at least 1.

    >>> from limetheory.images.hierarchy import containment_tree
    >>> row = np.arange(60)[None].repeat(2, axis=0)
    >>> tree = containment_tree([row < 30, row < 12, row >= 30])
    >>> image = np.where((row < 12)[..., None], 1.0, np.full(3, 0.5))
    >>> bright = lambda images: (images[:, 0, 0, 0] > 0.9).astype(float)
    >>> levels = explain_hierarchy(bright, image, tree, top_k=1, replacement=0.0, n=50, rng=0)
    >>> [abs(level.explanation.coefficients).round(9).tolist() for level in levels]
    [[1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    depth, top_k = integer("depth", depth, 1), integer("top_k", top_k, 1)
    segmentation: Segmentation | None = tree.at(1)
    levels: list[Level] = []
    while segmentation is not None and len(levels) < depth:
        found = explain_image(model, image, segments=segmentation.labels, target=target, **options)
        levels.append(Level(segmentation, found))
        target, segmentation = found.target, _split(levels[-1], top_k)
    return levels


def _split(level: Level, top_k: int) -> Segmentation | None:
    """The partition with the segments of the largest coefficients split; None if none of them has parts."""
    order = np.argsort(-np.abs(level.explanation.coefficients), kind="stable")
    try:
        return level.segmentation.refine([int(j) for j in order[:top_k]])
    except ValueError:
        return None
