"""What repeats the answer about a photograph: the file, the network, the question, the superpixels, and the machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from limetheory.arguments import integer
from limetheory.backends import TORCH
from limetheory.explaining.asked import asked, question_of
from limetheory.explaining.machine import checked_machine, machine
from limetheory.explaining.source import Source
from limetheory.given import given
from limetheory.images.answer import Answer
from limetheory.images.explanation import ImageExplanation
from limetheory.images.function_network import FunctionNetwork
from limetheory.images.question import Question
from limetheory.images.segmentation.given_map import GivenMap

KIND = "image"

_OUTPUT, _PRECISION = "probabilities", "float32"  # the defaults of a `Classifier`


@dataclass(frozen=True, kw_only=True)
class Network:
    """Which network was asked: arguments of `load_model`.

    Attributes:
        model: its name.
        output, precision: see `Classifier`.
        weights: the file of its weights; None of a bundled one.
        reference: the photograph that it compares with, if it does.
        backend: what ran it; torch where a record does not say.
        contrast: the classes whose difference was explained; None where it was no difference.
    """

    model: str
    output: str = _OUTPUT
    precision: str = _PRECISION
    weights: Source | None = None
    reference: Source | None = None
    backend: str = TORCH
    contrast: tuple[int, int] | None = None

    @classmethod
    def of_files(
        cls, model: str, output: str, precision: str, weights: str | os.PathLike[str] | None,
        reference: str | os.PathLike[str] | None, backend: str = TORCH, contrast: tuple[int, int] | None = None,
    ) -> Network:  # fmt: skip
        """The network whose weights and reference are in files, if they are."""
        files = [None if one is None else Source.of_file(one) for one in (weights, reference)]
        return cls(
            model=model, output=output, precision=precision, weights=files[0], reference=files[1],
            backend=backend, contrast=contrast,
        )  # fmt: skip

    @classmethod
    def of_record(cls, content: Any) -> Network:
        """The network that `record` wrote.

        Raises:
            ValueError, TypeError: it is something else, in one line.
        """
        content = content if isinstance(content, Mapping) else {}
        words: dict[str, Any] = {name: content.get(name) for name in ("model", "output", "precision")}
        words["backend"] = content.get("backend", TORCH)
        for name, word in words.items():
            if not isinstance(word, str):
                raise TypeError(f"the {name} of a record must be a name, got {given(word)}; explain anew")
        weights, reference = (_source(content.get(name)) for name in ("weights", "reference"))
        return cls(**words, weights=weights, reference=reference, contrast=_contrast(content.get("contrast")))

    @property
    def record(self) -> dict[str, Any]:
        """What a record holds of it."""
        files = {"weights": self.weights, "reference": self.reference}
        names = ("model", "output", "precision", "backend")
        words = {name: getattr(self, name) for name in names}
        contrast = {} if self.contrast is None else {"contrast": list(self.contrast)}
        return {**words, **{name: None if one is None else one.record for name, one in files.items()}, **contrast}


@dataclass(frozen=True, kw_only=True)
class ImageRepeat:
    """All that an answer about a photograph depends on.

    Attributes:
        photograph: its file.
        network: which one was asked.
        question: what was asked, with the batch size that there was.
        maps: the superpixels at the network's pixels, of each depth.
        machine: see `limetheory.explaining.machine`.
    """

    photograph: Source
    network: Network
    question: Question
    maps: tuple[GivenMap, ...]
    machine: Mapping[str, Any]

    @classmethod
    def of_record(cls, content: Mapping[str, Any]) -> ImageRepeat:
        """What `repeatable` wrote.

        Raises:
            ValueError, TypeError: it is something else, in one line.
        """
        maps = content.get("label_maps")
        if not isinstance(maps, list) or not maps:
            raise TypeError(f"label_maps of a record must be a list of maps, got {given(maps)}; explain anew")
        there = checked_machine(content.get("machine"))
        question = question_of(Question, content.get("question"))
        return cls(
            photograph=Source.of_record(content.get("input")), network=Network.of_record(content.get("network")),
            question=replace(question, batch_size=there["batch_size"] or question.batch_size),
            maps=tuple(map(GivenMap.of_record, maps)), machine=there,
        )  # fmt: skip


def repeatable(
    photograph: Source, network: Network, question: Question, answers: Sequence[Answer]
) -> dict[str, Any]:  # fmt: skip
    """All that repeats the answers about a photograph, as JSON takes it.

    Args:
        photograph: its file.
        network: which one was asked.
        question: what was asked.
        answers: of its classes, all of the same superpixels.
    """
    first = answers[0]
    return {
        "kind": KIND,
        "input": photograph.record,
        "network": network.record,
        "question": asked(question),
        "label_maps": [_given_map(one).record for one in first.explanations],
        "machine": machine(_device(first.network), first.finest.batch_size),
    }


def _contrast(content: Any) -> tuple[int, int] | None:
    if content is None:
        return None
    if not isinstance(content, list) or len(content) != 2:
        raise TypeError(f"the contrast of a record must be two classes, got {given(content)}; explain anew")
    first, second = (integer("the class of a contrast", one, 0, "explain anew") for one in content)
    return first, second


def _source(content: Any) -> Source | None:
    return None if content is None else Source.of_record(content)


def _given_map(found: ImageExplanation) -> GivenMap:
    numbers, names = [str(j) for j in range(found.d)], list(found.names or ())
    return GivenMap(found.segments, None if names in ([], numbers) else tuple(names))


def _device(network: Any) -> str | None:
    """Where the parameters of a network are; None of a function, which has none."""
    kept = [] if isinstance(network, FunctionNetwork) else [*network.parameters(), *network.buffers()]
    first = next(iter(kept), None)
    return None if first is None else str(first.device)
