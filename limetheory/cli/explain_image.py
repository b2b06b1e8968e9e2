"""`limetheory explain IMAGE`: a photograph from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limetheory.cli.explain_options import ImageOptions
from limetheory.cli.explain_outputs import png, repeated, say_interrupted, table_html, write_figure, write_json
from limetheory.cli.explanation_table import UNITS, print_explanation
from limetheory.cli.shown import shown
from limetheory.explanation.page import page, picture
from limetheory.images.answer import Answer, answered
from limetheory.images.loading import load_image
from limetheory.images.record import recorded

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def explain_photograph(options: ImageOptions) -> int:
    """Explain the output of a network for one class of a photograph, write the files, and print the answer."""
    question = options.question()
    with repeated() as said:
        photo = load_image(options.image)
        answer = answered(_network(options), photo, question)
    code = say_interrupted(answer.interrupted)
    record = recorded(options.image.name, question, answer, [str(one.message) for one in said])
    write_json(options.json_file, record)
    if options.figure is not None or options.html is not None:
        title = _title(options, record)
        figure = _figure(options, answer, title)
        write_figure(options.figure, figure)
        if options.html is not None:
            body = picture(png(figure)) + table_html(answer.finest, options.level, "superpixel")
            options.html.write_text(page(title, body), encoding="utf-8")
    if options.save is not None:
        answer.finest.save(options.save)
    print_explanation(record, answer)
    return code


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
