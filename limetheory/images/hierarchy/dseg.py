"""DSEG-LIME: explain a hierarchy from coarse to fine, splitting the most important segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.estimation import Interrupted
from limetheory.images.explain import explain_image
from limetheory.images.explanation import ImageExplanation
from limetheory.images.hierarchy.consistency import Consistency
from limetheory.images.hierarchy.granularity import Segmentation, SegmentTree

TOP_K = 2
"""Segments split between two levels (DSEG-LIME's ``num_features_explanation``)."""


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

    def gap_reach(self, finer: Level, level: float = 0.95) -> np.ndarray:
        """How far each gap of `consistency` goes by chance: the half-widths of its `asked_interval`, added up, (d,).

        The standard error of a sum is at most the sum of the standard errors, so a gap leaves ±reach around its
        limit no more often than 1 − ``level``, however the coefficients are correlated, up to the normal
        approximation (thm:clt). A gap beyond it is one of the limits.
        """
        reach, finer_reach = (
            one.explanation.asked_interval(level)[:, 1] - one.explanation.coefficients for one in (self, finer)
        )
        parents = finer.segmentation.inside(self.segmentation)
        return reach + np.bincount(parents, weights=finer_reach, minlength=self.segmentation.d)

    def same_replacement(self, finer: Level) -> bool:
        """Whether hidden pixels look alike at both levels, as prop:linear takes for granted; "mean" differs."""
        return np.array_equal(self.explanation.masked.replacement, finer.explanation.masked.replacement)


class InterruptedHierarchy(KeyboardInterrupt):
    """Ctrl-C while a hierarchy was being explained.

    Attributes:
        levels: the finished ones; then the one under work, if its finished masks give an explanation.
        masks: how many masks of the level under work were finished.
        partial: whether the last of the levels is that one.
    """

    def __init__(self, finished: Sequence[Level], part: Level | None, masks: int):
        super().__init__(f"interrupted at level {len(finished) + 1} after {masks} masks")
        self.levels = [*finished] if part is None else [*finished, part]
        self.masks, self.partial = masks, part is not None


def explain_hierarchy(
    model: Any,
    image: Any,
    tree: SegmentTree,
    *,
    depth: int = 2,
    top_k: int = TOP_K,
    n_segments: int | None = None,
    target: Any = None,
    **options: Any,
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
        n_segments: of the first level, at least 2 and at most the leaves of the tree; None takes the roots, or where
            one mask covers the image the first depth with two segments.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        InterruptedHierarchy: on Ctrl-C, with the finished levels.

    >>> from limetheory.images.hierarchy.containment import containment_tree
    >>> row = np.arange(60)[None].repeat(2, axis=0)
    >>> tree = containment_tree([row < 30, row < 12, row >= 30])
    >>> image = np.where((row < 12)[..., None], 1.0, np.full(3, 0.5))
    >>> bright = lambda images: (images[:, 0, 0, 0] > 0.9).astype(float)
    >>> levels = explain_hierarchy(bright, image, tree, top_k=1, replacement=0.0, n=50, rng=0)
    >>> [abs(level.explanation.coefficients).round(9).tolist() for level in levels]
    [[1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    depth, top_k = integer("depth", depth, 1), integer("top_k", top_k, 1)
    segmentation: Segmentation | None = _first(tree) if n_segments is None else tree.cut(n_segments)
    levels: list[Level] = []
    while segmentation is not None and len(levels) < depth:
        found = _explained(levels, segmentation, model, image, {"target": target, **options})
        levels.append(Level(segmentation, found))
        target, segmentation = found.target, _split(levels[-1], top_k)
    return levels


def _first(tree: SegmentTree) -> Segmentation:
    """The roots of the tree; below a mask of the whole image, its parts."""
    for depth in range(1, tree.depth + 1):
        if len(tree.nodes(depth)) > 1:
            return tree.at(depth)
    raise ValueError("a tree must have two segments or more at some depth, got one mask of the whole image; add masks")


def _explained(
    finished: list[Level], segmentation: Segmentation, model: Any, image: Any, options: dict[str, Any]
) -> ImageExplanation:
    try:
        return explain_image(model, image, segments=segmentation.labels, **options)
    except Interrupted as stopped:
        part = None if stopped.explanation is None else Level(segmentation, stopped.explanation)
        raise InterruptedHierarchy(finished, part, stopped.sample.n) from None
    except KeyboardInterrupt:
        raise InterruptedHierarchy(finished, None, 0) from None


def _split(level: Level, top_k: int) -> Segmentation | None:
    """The partition with the segments of the largest coefficients split; None if none of them has parts."""
    order = np.argsort(-np.abs(level.explanation.coefficients), kind="stable")
    try:
        return level.segmentation.refine([int(j) for j in order[:top_k]])
    except ValueError:
        return None
