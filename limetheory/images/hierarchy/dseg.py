"""DSEG-LIME: explain a hierarchy from coarse to fine, splitting the most important segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limetheory.arguments import instance, integer
from limetheory.estimation import Interrupted
from limetheory.estimation.methods.few_masks import few_masks_told_once
from limetheory.explaining.several_targets import several
from limetheory.given import given
from limetheory.images.explain import explain_image
from limetheory.images.explanation import ImageExplanation
from limetheory.images.hierarchy.consistency import Consistency
from limetheory.images.hierarchy.granularity import Segmentation, SegmentTree
from limetheory.images.hierarchy.names import finer_names

TOP_K = 2
"""Segments split from one depth to the next (DSEG-LIME's ``num_features_explanation``)."""


@dataclass(frozen=True, eq=False)
class ExplainedSegmentation:
    """The partition at one depth, and its explanation."""

    segmentation: Segmentation
    explanation: ImageExplanation

    def consistency(self, finer: ExplainedSegmentation) -> Consistency:
        """Each coefficient, and the sum of those of its segment's parts in a finer partition."""
        return self.segmentation.consistency(
            self.explanation.coefficients, finer.segmentation, finer.explanation.coefficients
        )

    def gap_half_widths(self, finer: ExplainedSegmentation, level: float = 0.95) -> np.ndarray:
        """Half-widths of intervals for the gaps of `consistency`: the sums of those of their `asked_interval`, (d,).

        The standard error of a sum is at most the sum of the standard errors, so these intervals have at least the
        level for any correlation of the coefficients, up to the normal approximation (thm:clt). A gap of larger
        absolute value is significantly different from 0.
        """
        half_widths, finer_half_widths = (
            one.explanation.asked_interval(level)[:, 1] - one.explanation.coefficients for one in (self, finer)
        )
        parents = finer.segmentation.inside(self.segmentation)
        return half_widths + np.bincount(parents, weights=finer_half_widths, minlength=self.segmentation.d)

    def same_replacement(self, finer: ExplainedSegmentation) -> bool:
        """Whether both have the same replacement image, which prop:linear assumes; with "mean" they have not."""
        return np.array_equal(self.explanation.masked.replacement, finer.explanation.masked.replacement)


class InterruptedHierarchy(KeyboardInterrupt):
    """Ctrl-C while a hierarchy was being explained.

    Attributes:
        explained_depths: an explanation for each finished depth, from coarse to fine; then one for the interrupted
            depth, if the masks that were evaluated there are enough for it.
        masks: the number of evaluated masks of the interrupted depth.
        partial: whether the last explanation is that of the interrupted depth.
    """

    def __init__(self, finished: Sequence[ExplainedSegmentation], part: ExplainedSegmentation | None, masks: int):
        super().__init__(f"interrupted at depth {len(finished) + 1} after {masks} masks")
        self.explained_depths = [*finished] if part is None else [*finished, part]
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
) -> list[ExplainedSegmentation]:
    """Explain the segments of depth 1, split the ``top_k`` of largest |β_j|, explain again, and so on to ``depth``.

    Knab et al., "DSEG-LIME" (arXiv 2403.07733), Algorithm 1, as its experiments run it: the other segments
    stay. Unlike the public code, only segments that have parts are chosen to be split, children are clipped to their
    parent, labels are 0..d−1 at every depth, and one tree serves every depth, target and seed. It ends early where no
    segment has parts. Segments keep their names from depth to depth; the parts of segment 3 are called 3.1, 3.2, and so
    on.

    Args:
        model, image, target, **options: see `explain_image`; a target chosen at depth 1 is kept.
        tree: from `containment_tree` or `higra_tree`, of the image's size.
        depth: number of partitions that are explained, at least 1.
        top_k: segments split from one depth to the next, at least 1.
        n_segments: of the first partition, at least 2 and at most the leaves of the tree; None takes the tree's first
            depth with two segments or more.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        InterruptedHierarchy: on Ctrl-C, with the finished depths.

    >>> from limetheory.images.hierarchy.containment import containment_tree
    >>> row = np.arange(60)[None].repeat(2, axis=0)
    >>> tree = containment_tree([row < 30, row < 12, row >= 30])
    >>> image = np.where((row < 12)[..., None], 1.0, np.full(3, 0.5))
    >>> bright = lambda images: (images[:, 0, 0, 0] > 0.9).astype(float)
    >>> found = explain_hierarchy(bright, image, tree, top_k=1, replacement=0.0, n=50, rng=0)
    >>> [abs(one.explanation.coefficients).round(9).tolist() for one in found]
    [[1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    instance("tree", tree, SegmentTree, "limetheory.images.containment_tree makes one of masks")
    depth, top_k = integer("depth", depth, 1), integer("top_k", top_k, 1)
    if several(target):
        raise ValueError(f"target must be one class for a hierarchy, got {given(target)}; explain one after the other")
    segmentation: Segmentation | None = first_segmentation(tree, n_segments)
    explained: list[ExplainedSegmentation] = []
    with few_masks_told_once():
        while segmentation is not None and len(explained) < depth:
            found = _explained(explained, segmentation, model, image, {"target": target, **options})
            explained.append(_named(explained, segmentation, found))
            target, segmentation = found.target, _split(explained[-1], top_k)
    return explained


def explain_segmentations(
    model: Any, image: Any, segmentations: Sequence[Segmentation], *, target: Any = None, **options: Any
) -> list[ExplainedSegmentation]:
    """Explain partitions that are known already, from coarse to fine, as `explain_hierarchy` explains those it finds.

    Args:
        model, image, target, **options: see `explain_image`; a target chosen at the first partition is kept.
        segmentations: of one tree.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        InterruptedHierarchy: on Ctrl-C, with the finished depths.
    """
    explained: list[ExplainedSegmentation] = []
    for segmentation in segmentations:
        found = _explained(explained, segmentation, model, image, {"target": target, **options})
        explained.append(_named(explained, segmentation, found))
        target = found.target
    return explained


def first_segmentation(tree: SegmentTree, n_segments: int | None = None) -> Segmentation:
    """The partition of ``n_segments``; None is the first depth with two segments or more.

    That is depth 1, unless one region mask covers the image.
    """
    if n_segments is not None:
        return tree.cut(n_segments)
    for depth in range(1, tree.depth + 1):
        if len(tree.nodes(depth)) > 1:
            return tree.at(depth)
    raise ValueError("a tree must have two segments or more at some depth, got one mask of the whole image; add masks")


def _explained(
    finished: list[ExplainedSegmentation], segmentation: Segmentation, model: Any, image: Any, options: dict[str, Any]
) -> ImageExplanation:
    try:
        found: ImageExplanation = explain_image(model, image, segments=segmentation.labels, **options)
        return found
    except Interrupted as stopped:
        part = None if stopped.explanation is None else _named(finished, segmentation, stopped.explanation)
        raise InterruptedHierarchy(finished, part, stopped.sample.n) from None
    except KeyboardInterrupt:
        raise InterruptedHierarchy(finished, None, 0) from None


def divisible(segmentation: Segmentation) -> np.ndarray:
    """Whether `Segmentation.refine` can split each segment: it is merged, or its node has children, (d,) bool."""
    children = segmentation.tree.children
    return np.array([len(group) > 1 or bool(children[group[0]]) for group in segmentation.groups])


def _named(
    finished: Sequence[ExplainedSegmentation], segmentation: Segmentation, found: ImageExplanation
) -> ExplainedSegmentation:
    """The explanation of a partition, its segments named as in the partition above."""
    if finished:
        above = finished[-1]
        names = finer_names(above.segmentation, above.explanation.names or (), segmentation)
        found = replace(found, names=names)
    return ExplainedSegmentation(segmentation, found)


def _split(coarse: ExplainedSegmentation, top_k: int) -> Segmentation | None:
    """The partition with the segments of largest |β_j| split, among those with parts; None if none has any."""
    order = np.argsort(-np.abs(coarse.explanation.coefficients), kind="stable")
    chosen = order[divisible(coarse.segmentation)[order]][:top_k]
    return coarse.segmentation.refine(chosen.tolist()) if len(chosen) else None
