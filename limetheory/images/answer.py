"""From a question about a photograph to its answer: the segments, and an explanation for each level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from limetheory.explaining.finished import FROM_THOSE, finished, share
from limetheory.explaining.several_targets import ALL, several
from limetheory.images.explain import explain_image
from limetheory.images.explanation import ImageExplanation
from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import (
    ExplainedSegmentation,
    InterruptedHierarchy,
    explain_hierarchy,
    explain_segmentations,
    first_segmentation,
)
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.images.hierarchy.nested import nested
from limetheory.images.question import GIVEN, Question
from limetheory.images.segmentation.counted import cut
from limetheory.images.segmentation.given_map import GivenMap
from limetheory.images.segmentation.label_map import at_pixels
from limetheory.images.segmentation.segment import reduced


@dataclass(frozen=True, eq=False)
class Answer:
    """The explanations of one class: one of a single partition, several of a hierarchy.

    Attributes:
        network: the classifier explained.
        aspect: height over width of the photograph.
        explanations: from coarse to fine, at least one.
        masks: how many masks were drawn for each of them; fewer for the last one after Ctrl-C.
        explained_depths: of a hierarchy, the segments and explanation of each depth; empty for a single partition.
        interrupted: after Ctrl-C, how far it got and what the answer is; None where nothing stopped it.
        generator: of a hierarchy, the mask generator that found it.
    """

    network: Any
    aspect: float
    explanations: tuple[ImageExplanation, ...]
    masks: tuple[int, ...]
    explained_depths: tuple[ExplainedSegmentation, ...] = ()
    interrupted: str | None = None
    generator: str | None = None

    @property
    def n_evaluations(self) -> int:
        """Evaluations of all depths together."""
        return sum(one.n_evaluations for one in self.explanations)

    @property
    def finest(self) -> ImageExplanation:
        """The explanation of the largest depth."""
        return self.explanations[-1]

    def named(self, names: Sequence[Sequence[str] | None]) -> Answer:
        """The same answer with names for the superpixels of each explanation; None leaves them as they are."""
        explanations = [
            one if of is None else replace(one, names=of) for one, of in zip(self.explanations, names, strict=False)
        ]
        depths = [replace(one, explanation=of) for one, of in zip(self.explained_depths, explanations, strict=False)]
        return replace(self, explanations=tuple(explanations), explained_depths=tuple(depths))


def answered(network: Any, photo: np.ndarray, question: Question, maps: Sequence[GivenMap] = ()) -> list[Answer]:
    """Cut the photograph into segments and explain the network; after Ctrl-C with what was finished.

    There is an answer for each class that the question names, all of one partition and one set of masks.

    Args:
        network: a `Classifier`.
        photo: the photograph, (h, w, 3) in [0, 1], as `load_image` gives it.
        question: what is asked.
        maps: the superpixels at the network's pixels, of a hierarchy those of each depth from coarse to fine; without
            any the photograph is cut as the question says.

    Raises:
        ValueError, TypeError: what only the photograph or the network can tell does not work, in one line.
        KeyboardInterrupt: on Ctrl-C before anything was finished.
    """
    _columns(network, question.target)  # a class that there is not is refused before the photograph is cut
    prepared = network.prepare(photo)
    if maps:
        return _of_maps(network, photo, prepared, question, maps)
    if question.segmenter == GIVEN:
        raise ValueError(f"segmenter {GIVEN!r} needs a label map, got none; give one, or use segmenter slic")
    if question.generator is None:
        labels = cut(photo, prepared, question.segmenter, question.segments)
    elif several(question.target):
        labels = first_segmentation(_tree(photo, prepared, question), question.segments).labels
    else:
        return [_of_tree(network, photo, prepared, question)]
    return _of_partition(network, photo, prepared, labels, question)


def _of_partition(
    network: Any, photo: np.ndarray, prepared: np.ndarray, labels: np.ndarray, question: Question
) -> list[Answer]:
    options = _options(network, question)
    done = finished(lambda: explain_image(network, prepared, segments=labels, **options), question)
    return [
        Answer(
            network, _aspect(photo), (one.explanation,), (one.masks,), interrupted=one.interrupted,
            generator=question.generator,
        )
        for one in done
    ]  # fmt: skip


def _of_maps(
    network: Any, photo: np.ndarray, prepared: np.ndarray, question: Question, maps: Sequence[GivenMap]
) -> list[Answer]:
    """The answers at superpixels that are given, named as these are."""
    for one in maps:
        one.check(prepared.shape[:2])
    if question.generator is None or several(question.target):
        if len(maps) > 1:
            raise ValueError(f"one partition must have one label map, got {len(maps)}; give the first alone")
        found = _of_partition(network, photo, prepared, maps[0].labels, question)
    else:
        segmentations = nested([one.labels for one in maps])
        options = _options(network, question)
        explain = partial(explain_segmentations, network, prepared, segmentations, **options)
        found = [_of_hierarchy(network, photo, explain, question)]
    return [answer.named([one.names for one in maps]) for answer in found]


def _of_tree(network: Any, photo: np.ndarray, prepared: np.ndarray, question: Question) -> Answer:
    tree = _tree(photo, prepared, question)
    explain = partial(
        explain_hierarchy, network, prepared, tree, depth=question.depth, top_k=question.splits,
        n_segments=question.segments, **_options(network, question),
    )  # fmt: skip
    return _of_hierarchy(network, photo, explain, question)


def _of_hierarchy(
    network: Any, photo: np.ndarray, explain: Callable[[], list[ExplainedSegmentation]], question: Question
) -> Answer:
    n_masks: list[int] = []
    interrupted = None
    try:
        depths = explain()
    except InterruptedHierarchy as stopped:
        if not stopped.explained_depths:
            raise
        depths, n_masks = stopped.explained_depths, [stopped.masks] * stopped.partial
        interrupted = _how_far(stopped, question)
    finished = [one.explanation.n_masks for one in depths[: len(depths) - len(n_masks)]]
    explanations = tuple(one.explanation for one in depths)
    n_masks = [*finished, *n_masks]
    return Answer(network, _aspect(photo), explanations, tuple(n_masks), tuple(depths), interrupted, question.generator)


def _options(network: Any, question: Question) -> dict[str, Any]:
    """What `explain_image` is told besides the segments."""
    return {
        "target": _columns(network, question.target), "replacement": question.hidden, "design": question.design,
        **vars(question.budget), "rng": question.seed, "batch_size": question.batch_size,
        "attribution": question.attribution, "smoothing": question.smoothing, "sigma": question.sigma,
        "per_pixel": question.per_pixel,
    }  # fmt: skip


def _columns(network: Any, target: Any) -> Any:
    """The columns of the classes that a question names."""
    if target is None or target == ALL:
        return target
    return [network.class_index(one) for one in target] if several(target) else network.class_index(target)


def _tree(photo: np.ndarray, prepared: np.ndarray, question: Question) -> SegmentTree:
    """The segments at the pixels that this network sees, from masks of the photograph, which serve every network."""
    options = {"checkpoint": question.checkpoint} if question.checkpoint else {}
    masks = masks_of(reduced(photo), question.generator, **options)
    try:
        return containment_tree(at_pixels(masks, prepared.shape[:2]))
    except ValueError:
        raise ValueError(
            f"segmenter {question.segmenter!r} must find a segment that is large enough, got {len(masks)} masks "
            "without one; use segmenter grid, which cuts any photograph"
        ) from None


def _how_far(stopped: InterruptedHierarchy, question: Question) -> str:
    depth = len(stopped.explained_depths) + (not stopped.partial)
    where = f" at depth {depth}" if depth > 1 else ""
    answer = FROM_THOSE if stopped.partial else f"the answer is that of depth {depth - 1}"
    return f"interrupted after {share(stopped.masks, question.budget)}{where}; {answer}"


def _aspect(photo: np.ndarray) -> float:
    aspect: float = photo.shape[0] / photo.shape[1]
    return aspect
