"""What the process of the model can be asked to do; a task takes one function and one row here."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limetheory.app.worker.bias import check_bias
from limetheory.app.worker.changes import explain_change
from limetheory.app.worker.document import document_of
from limetheory.app.worker.messages import ModelSource
from limetheory.app.worker.parts import change_row, change_text, explain_row, explain_text
from limetheory.app.worker.predictions import predict
from limetheory.app.worker.regions import cut, objects, split
from limetheory.app.worker.repeating import repeat
from limetheory.app.worker.stored import table_facts, text_facts
from limetheory.app.worker.sweeping import sweep_edit
from limetheory.app.worker.telling import Tell
from limetheory.app.worker.warming import prepare
from limetheory.explaining.partial import Partial, watched
from limetheory.explaining.set_function import function_of
from limetheory.explanation import Explanation
from limetheory.images.answer import answered
from limetheory.images.explanation import ImageExplanation
from limetheory.images.question import Question
from limetheory.images.regions import Partition
from limetheory.images.segmentation.given_map import GivenMap
from limetheory.pictures import load_image
from limetheory.progress import Step, listening
from limetheory.transparency import TransparentImageWarning


@dataclass(frozen=True, eq=False)
class Explained:
    """An explanation that was asked for.

    Attributes:
        explanation: with the image as the network sees it.
        record: the JSON of `limetheory explain`, with what repeats it.
        aspect: height over width of the photograph.
        interrupted: after a cancel, how far it got.
    """

    explanation: ImageExplanation
    record: dict[str, Any]
    aspect: float
    interrupted: str | None = None


def explain(
    network: Any, tell: Tell, *, photo: Path, name: str, question: Question, model: ModelSource,
    partition: Partition | None = None,
) -> Explained:  # fmt: skip
    """What `limetheory explain` answers about a photograph, told in parts on the way.

    Args:
        network: the model.
        tell: is told.
        photo: where the photograph is.
        name: what its person calls it.
        question: what is asked, of segmenter "given" with a partition.
        model: where the network came from.
        partition: the superpixels at the photograph's pixels; None cuts it as the question says.
    """
    tell("Finding superpixels" if partition is None else "Bringing the superpixels to the model's pixels")
    with warnings.catch_warnings(record=True) as said, watched(tell):
        warnings.simplefilter("always")
        pixels = load_image(photo)
        answer = answered(network, pixels, question, _maps(network, pixels, partition))[-1]
    messages = list(dict.fromkeys(_told(one.message, name) for one in said))
    record = document_of(photo, name, model, question, answer, messages)
    return Explained(answer.finest, record, answer.aspect, answer.interrupted)


def _told(message: Warning | str, name: str) -> str:
    """What a warning says, with the name of the photograph that its person gave it."""
    return str(TransparentImageWarning(name) if isinstance(message, TransparentImageWarning) else message)


def _maps(network: Any, pixels: Any, partition: Partition | None) -> list[GivenMap]:
    if partition is None:
        return []
    return [GivenMap.at_network(partition.labels, network.prepare(pixels).shape[:2], partition.names)]


def exact_limit(network: Any, tell: Tell, *, explanation: ImageExplanation) -> Explanation:
    """What an explanation of few superpixels converges to, from all of their masks."""
    from limetheory.limits import limit

    def told(step: Step) -> None:
        tell(Partial(step.done, step.total))

    function = function_of(explanation.masked, network, target=explanation.target)
    with listening(told):
        return limit(function, explanation.design, explanation.ridge)


TASKS: dict[str, Callable[..., Any]] = {
    "explain": explain, "exact limit": exact_limit, "predict": predict, "change": explain_change, "sweep": sweep_edit,
    "repeat": repeat, "bias": check_bias, "cut": cut, "split": split, "objects": objects, "text facts": text_facts,
    "table facts": table_facts, "explain text": explain_text, "explain table": explain_row, "change text": change_text,
    "change table": change_row, "prepare": prepare,
}  # fmt: skip
"""(network, tell, **arguments) → result, by name."""
