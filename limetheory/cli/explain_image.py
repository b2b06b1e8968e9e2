"""`limetheory explain IMAGE`: a photograph from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.cli.class_answers import ClassAnswer, put_out
from limetheory.cli.explain_options import ImageOptions, class_of
from limetheory.cli.explain_outputs import png, repeated, say_interrupted, table_html
from limetheory.cli.explanation_table import print_explanation
from limetheory.cli.shown import shown
from limetheory.explaining.source import Source
from limetheory.explanation.page import picture
from limetheory.images.answer import Answer, answered
from limetheory.images.record import recorded
from limetheory.images.repeat import Network, repeatable
from limetheory.images.segmentation.counted import UncutImageError
from limetheory.images.segmentation.given_map import GivenMap
from limetheory.images.segmentation.label_files import read_label_map
from limetheory.images.units import UNITS
from limetheory.pictures import load_image
from limetheory.progress import waiting
from limetheory.shown_numbers import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def explain_photograph(options: ImageOptions) -> int:
    """Explain the output of a network for classes of a photograph, write the files, and print the answers."""
    question, labels = options.question(), _label_map(options)
    with repeated() as said, waiting(f"loading {shown(options.model)}"):
        photo = load_image(options.image)
        network = _contrasted(options, _network(options), photo)
        maps = _maps(options, labels, photo, network)
        with options.computing(), _named(options.image):
            answers = answered(network, photo, question, maps)
    code = say_interrupted(answers[-1].interrupted)
    messages = [str(one.message) for one in said]
    records = [recorded(options.image.name, question, answer, messages) for answer in answers]
    repeat = repeatable(Source.of_file(options.image), _asked_network(options, network), question, answers)
    classes = [_of_class(options, answer, record) for answer, record in zip(answers, records, strict=True)]
    title = f"{shown(options.image.name)}: {shown(options.model)}" if options.several_targets else classes[0].heading
    put_out(options, title, classes, partial(_together, options, answers[0].aspect), repeat)
    return code


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the file where its photograph cannot be cut."""
    try:
        yield
    except UncutImageError as error:
        raise ValueError(f"{shown(path.name)}: {error}") from None


def _label_map(options: ImageOptions) -> np.ndarray | None:
    """The label map of the user's, read before a network is loaded."""
    return None if options.segments_from is None else read_label_map(options.segments_from)


def _maps(options: ImageOptions, labels: np.ndarray | None, photo: np.ndarray, network: Any) -> Sequence[GivenMap]:
    """The superpixels that are given; none where the photograph is to be cut."""
    if options.repeat is not None:
        return options.repeat.maps
    if labels is None:
        return ()
    if labels.shape != photo.shape[:2]:
        raise ValueError(
            f"a label map must have the size of the photograph, {photo.shape[:2]}, got {labels.shape} in "
            f"{options.segments_from}; draw it on that photograph"
        )
    return [GivenMap.at_network(labels, network.prepare(photo).shape[:2])]


def _asked_network(options: ImageOptions, network: Any) -> Network:
    return Network.of_files(
        options.model, options.output, options.precision, options.weights, options.similar_to, network.running.name,
        getattr(network, "contrast", None),
    )  # fmt: skip


def _of_class(options: ImageOptions, answer: Answer, record: dict[str, Any]) -> ClassAnswer:
    title = _title(options, record)

    def html() -> str:
        table = table_html(answer.finest, options.level, "superpixel")
        return picture(png(_figure(options, answer, title))) + table

    return ClassAnswer(
        answer.finest, record, title, lambda: _figure(options, answer, title), html,
        lambda: print_explanation(record, answer),
    )  # fmt: skip


def _network(options: ImageOptions) -> Any:
    from limetheory.networks import load_model

    return load_model(
        options.model,
        reference=options.similar_to,
        weights=options.weights,
        output=options.output,  # type: ignore[arg-type]
        precision=options.precision,  # type: ignore[arg-type]
        device=options.device,
        backend=options.backend,
    )


def _contrasted(options: ImageOptions, network: Any, photo: np.ndarray) -> Any:
    """The network, or its contrast of two classes."""
    if options.rather_than is None:
        return network
    from limetheory.networks.contrast import ContrastClassifier

    against = network.class_index(class_of(options.rather_than))
    if isinstance(options.target, str):
        return ContrastClassifier(network, class_of(options.target), against)  # type: ignore[arg-type]
    return ContrastClassifier(network, network.top_class(photo), against)


def _title(options: ImageOptions, record: dict[str, Any]) -> str:
    image, name, model = map(shown, (options.image.name, record["target_name"], options.model))
    return f"{image}: {name}, {UNITS[record['output']]} {plain(record['prediction'])}, {model}"


def _figure(options: ImageOptions, answer: Answer, title: str) -> Figure:
    from limetheory.images.figures.dseg import hierarchy_explanation_figure
    from limetheory.images.figures.explanation import explanation_figure

    unit = UNITS[answer.network.output]
    if answer.explained_depths:
        return hierarchy_explanation_figure(answer.explained_depths, title, unit, answer.aspect, options.level)
    return explanation_figure(answer.finest, title, answer.aspect, options.level, unit=unit)


def _together(options: ImageOptions, aspect: float, answers: Sequence[ClassAnswer]) -> Figure:
    from limetheory.images.figures.classes import image_classes_figure

    found, titles = [one.found for one in answers], [one.heading for one in answers]
    unit = UNITS[answers[0].record["output"]]
    return image_classes_figure(found, titles, aspect, options.level, unit)  # type: ignore[arg-type]
