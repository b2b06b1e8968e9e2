"""`limetheory explain IMAGE`: a photograph from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from limetheory.cli.class_answers import ClassAnswer, put_out
from limetheory.cli.explain_options import ImageOptions
from limetheory.cli.explain_outputs import png, repeated, say_interrupted, table_html
from limetheory.cli.explanation_table import UNITS, print_explanation
from limetheory.cli.shown import shown
from limetheory.explanation.page import picture
from limetheory.images.answer import Answer, answered
from limetheory.images.record import recorded
from limetheory.pictures import load_image

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def explain_photograph(options: ImageOptions) -> int:
    """Explain the output of a network for classes of a photograph, write the files, and print the answers."""
    question = options.question()
    with repeated() as said:
        photo = load_image(options.image)
        answers = answered(_network(options), photo, question)
    code = say_interrupted(answers[-1].interrupted)
    messages = [str(one.message) for one in said]
    records = [recorded(options.image.name, question, answer, messages) for answer in answers]
    classes = [_of_class(options, answer, record) for answer, record in zip(answers, records, strict=True)]
    title = f"{shown(options.image.name)}: {options.model}" if options.several_targets else classes[0].heading
    put_out(options, title, classes, partial(_together, options, answers[0].aspect))
    return code


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
        weights=options.weights,
        output=options.output,  # type: ignore[arg-type]
        precision=options.precision,  # type: ignore[arg-type]
        device=options.device,
    )


def _title(options: ImageOptions, record: dict[str, Any]) -> str:
    unit = UNITS[options.output]
    return f"{shown(options.image.name)}: {record['target_name']}, {unit} {record['prediction']:.3g}, {options.model}"


def _figure(options: ImageOptions, answer: Answer, title: str) -> Figure:
    from limetheory.images.figures.dseg import hierarchy_explanation_figure
    from limetheory.images.figures.explanation import explanation_figure

    unit = UNITS[options.output]
    if answer.explained_depths:
        return hierarchy_explanation_figure(answer.explained_depths, title, unit, answer.aspect, options.level)
    return explanation_figure(answer.finest, title, answer.aspect, options.level)


def _together(options: ImageOptions, aspect: float, answers: Sequence[ClassAnswer]) -> Figure:
    from limetheory.images.figures.classes import image_classes_figure

    found, titles = [one.found for one in answers], [one.heading for one in answers]
    return image_classes_figure(found, titles, aspect, options.level)  # type: ignore[arg-type]
