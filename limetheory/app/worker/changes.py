"""What edits change in the explanation of a photograph."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.app.worker.scene import Scene
from limetheory.app.worker.telling import Tell, steps_told
from limetheory.estimation import Interrupted
from limetheory.images.question import Question
from limetheory.inspection import Change, image_change


@dataclass(frozen=True, eq=False)
class Changed:
    """A change that was asked for.

    Attributes:
        change: of one class, from the same masks before and after.
        said: what the program warned of.
        interrupted: after a cancel, how far it got.
    """

    change: Change
    said: tuple[str, ...]
    interrupted: str | None = None


def explain_change(
    network: Any, tell: Tell, *, scene: Scene, segments: np.ndarray, question: Question, target: int
) -> Changed:
    """Explain a class before and after edits, and the difference, as a question says.

    Args:
        network: the model.
        tell: is told of the masks.
        scene: the photograph and its edits.
        segments: (h, w) label map at the network's pixels.
        question: how many masks, which replacement, which seed.
        target: the class, the same before and after.
    """
    tell("The photograph is being edited")
    before, after = (network.prepare(one) for one in (scene.before, scene.edited.pixels))
    options = {**vars(question.budget), "replacement": question.hidden, "design": question.design}
    with warnings.catch_warnings(record=True) as said, steps_told(tell):
        warnings.simplefilter("always")
        found, interrupted = _finished(
            lambda: image_change(network, before, after, segments=segments, target=target, rng=question.seed, **options)
        )
    return Changed(found, tuple(dict.fromkeys(str(one.message) for one in said)), interrupted)


def _finished(work: Any) -> tuple[Change, str | None]:
    try:
        return work(), None
    except Interrupted as stopped:
        if stopped.explanation is None:
            raise
        return stopped.explanation, f"{stopped}; the answer is from those"
