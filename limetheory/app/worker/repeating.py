"""How far an explanation is the same under other masks, other superpixels and a little noise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.app.worker.telling import Tell, finished_part
from limetheory.explaining.partial import Partial
from limetheory.images.question import Question
from limetheory.images.regions import Regions
from limetheory.images.segmentation.label_map import at_pixels, compact
from limetheory.images.segmentation.segment import segmented_into
from limetheory.inspection import StabilityPlan, StabilityTest, image_stability_test
from limetheory.pictures import load_image
from limetheory.progress import Step, listening


@dataclass(frozen=True, eq=False)
class Repeated:
    """A stability test that was asked for.

    Attributes:
        test: the indices.
        interrupted: after a cancel, how far it got.
    """

    test: StabilityTest
    interrupted: str | None = None


@dataclass(frozen=True, eq=False)
class Cut:
    """How a photograph is cut, into the superpixels that were explained or into another number of them.

    Attributes:
        segments: (h, w) label map at the network's pixels.
        segmenter: a name of `SEGMENTERS`.
        regions: of the photograph, whose superpixels are given out by area; None where it has none.
        photo: the photograph, (h, w, 3).
    """

    segments: np.ndarray
    segmenter: str
    regions: Regions | None
    photo: np.ndarray

    def __call__(self, image: np.ndarray, n_segments: int | None = None) -> np.ndarray:
        """The label map of an image as the network sees it."""
        if n_segments is None or n_segments == self.segments.max() + 1:
            return self.segments
        if self.regions is None or not self.regions.regions:
            return segmented_into(np.array(image), self.segmenter, n_segments)
        labels = self.regions.suggested(n_segments).partition(self.photo).labels
        return compact(at_pixels(labels, image.shape[:2]))


def repeat(
    network: Any, tell: Tell, *, photo: Path, segments: np.ndarray, regions: Regions | None, question: Question,
    target: int, plan: StabilityPlan,
) -> Repeated:  # fmt: skip
    """Explain a photograph again and again, as a question says.

    Args:
        network: the model.
        tell: is told of the masks.
        photo: the photograph.
        segments: (h, w) label map at the network's pixels of the explanation.
        regions: of the photograph, for other numbers of superpixels.
        question: the replacement, the design, the segmenter and the seed.
        target: the class.
        plan: what is repeated, and how often.
    """
    pixels = load_image(photo)
    cut = Cut(segments, question.segmenter, regions, pixels)
    with listening(_Masks(tell, plan)):
        found, interrupted = finished_part(
            lambda: image_stability_test(
                network, network.prepare(pixels), segments=cut if plan.segment_counts else segments, plan=plan,
                target=target, replacement=question.hidden, design=question.design, rng=question.seed,
                level=question.level,
            )
        )  # fmt: skip
    return Repeated(found, interrupted)


class _Masks:
    """Tells of the masks of all explanations together."""

    def __init__(self, tell: Tell, plan: StabilityPlan):
        self._tell, self._plan, self._finished = tell, plan, 0

    def __call__(self, step: Step) -> None:
        of_masks = step.so_far is not None
        if not of_masks and step.total == self._plan.explanations:
            self._finished = step.done
        done = self._finished * self._plan.n + (min(step.done, self._plan.n) if of_masks else 0)
        total = self._plan.explanations * self._plan.n
        self._tell(Partial(min(done, total), total))
