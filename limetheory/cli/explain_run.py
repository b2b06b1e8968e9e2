"""What `limetheory explain` runs: the network, the segments, and an explanation per level."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.cli.explain_options import ExplainOptions


@dataclass(frozen=True)
class ExplainRun:
    """The answer: one level for a single partition, several for a hierarchy.

    Attributes:
        network: the classifier explained.
        aspect: height over width of the photograph.
        levels: from coarse to fine, at least one.
        masks: how many masks were drawn for each level, (levels,); fewer in the last one after Ctrl-C.
        interrupted: whether Ctrl-C ended it.
    """

    network: Any
    aspect: float
    levels: list[Any]
    masks: list[int]
    interrupted: bool

    @property
    def finest(self) -> Any:
        """The explanation of the last level."""
        return self.levels[-1].explanation


def explain_run(options: ExplainOptions) -> ExplainRun:
    """Load, segment and explain; after Ctrl-C with what was finished.

    Raises:
        KeyboardInterrupt: on Ctrl-C before anything was finished.
    """
    from limetheory.images import load_image
    from limetheory.images.hierarchy.dseg import InterruptedHierarchy
    from limetheory.networks import load_model

    photo = load_image(options.image)
    network = load_model(
        options.model,
        weights=options.weights,
        output=options.output,  # type: ignore[arg-type]
        precision=options.precision,  # type: ignore[arg-type]
        device=options.device,
    )
    aspect = photo.shape[0] / photo.shape[1]
    try:
        levels = _levels(options, network, photo)
    except InterruptedHierarchy as stopped:
        if not stopped.levels:
            raise
        _say(stopped, options)
        finished = stopped.levels[: len(stopped.levels) - stopped.partial]
        masks = [one.explanation.n_masks for one in finished] + [stopped.masks] * stopped.partial
        return ExplainRun(network, aspect, stopped.levels, masks, True)
    return ExplainRun(network, aspect, levels, [one.explanation.n_masks for one in levels], False)


def _levels(options: ExplainOptions, network: Any, photo: np.ndarray) -> list[Any]:
    from limetheory.images.hierarchy.dseg import TOP_K, explain_hierarchy

    prepared = network.prepare(photo)
    return explain_hierarchy(
        network,
        prepared,
        _tree(options, photo, prepared),
        depth=options.depth,
        top_k=TOP_K if options.top_k is None else options.top_k,
        n_segments=None if options.generator is None else options.segments,
        target=_target(network, options.target),
        replacement=_replacement(options.replacement),
        design=lambda d: _design(d, options),
        **_stopping(options),
        rng=options.seed,
        batch_size=options.batch_size,
    )


def _design(d: int, options: ExplainOptions) -> Any:
    """The design of a level with d segments, for which there must be samples enough."""
    from limetheory.designs import ImageDesign
    from limetheory.estimation import METHODS

    design = ImageDesign(d, options.bandwidth)
    if options.tolerance is None:
        integer("samples", options.masks, *METHODS.chosen(options.method).fewest(design, options.ridge, False))
    return design


def _tree(options: ExplainOptions, photo: np.ndarray, prepared: np.ndarray) -> Any:
    from limetheory.images.hierarchy.containment import containment_tree
    from limetheory.images.hierarchy.granularity import SegmentTree
    from limetheory.images.segmentation.methods import segment

    if options.generator is not None:
        masks = _masks(options.generator, options.checkpoint, photo, prepared.shape[:2])
        try:
            return containment_tree(masks)
        except ValueError:
            raise ValueError(
                f"segmenter {options.segmenter!r} must find a segment that is large enough, got {len(masks)} masks "
                "without one; use --segmenter grid, which cuts any photograph"
            ) from None
    labels = segment(prepared, options.segmenter, options.segments)
    nodes = labels.max() + 2
    parent, level = np.zeros(nodes, np.intp), np.ones(nodes, np.intp)
    parent[0], level[0] = -1, 0
    return SegmentTree(labels + 1, parent, level, np.full(nodes, -1))


def _masks(generator: str, checkpoint: str | None, photo: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The masks of the photograph itself, which serve every network, at the pixels that this network sees."""
    from limetheory.images.generators.mask_generators import masks_of
    from limetheory.images.segmentation.methods import reduced

    masks = masks_of(reduced(photo), generator, **({"checkpoint": checkpoint} if checkpoint else {}))
    row, column = (
        (2 * np.arange(size) + 1) * full // (2 * size) for size, full in zip(shape, masks.shape[1:], strict=True)
    )
    return masks[:, row[:, None], column]


def _stopping(options: ExplainOptions) -> dict[str, Any]:
    """What `explain_image` is told for a fixed number of masks, or for a tolerance."""
    if options.tolerance is None:
        return {"n": options.masks, "method": options.method, "ridge": options.ridge}
    return {"tolerance": options.tolerance, "level": options.level, "guarantee": options.guarantee}


def _say(stopped: Any, options: ExplainOptions) -> None:
    where = f"{stopped.masks} masks" if options.tolerance else f"{stopped.masks} of {options.masks} masks"
    if len(stopped.levels) > 1 or not stopped.partial:
        where += f" of level {len(stopped.levels) + (not stopped.partial)}"
    answer = "the answer is from those" if stopped.partial else f"the answer is that of level {len(stopped.levels)}"
    print(f"limetheory: interrupted after {where}; {answer}", file=sys.stderr)


def _target(network: Any, target: str | None) -> int | None:
    if target is None:
        return None
    index: int = network.class_index(int(target) if target.removeprefix("-").isdecimal() else target)
    return index


def _replacement(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
