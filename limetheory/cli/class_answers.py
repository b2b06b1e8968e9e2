"""The answers of `limetheory explain`, one for each class asked about: files, and what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from limetheory.cli.explain_options import ExplainOptions
from limetheory.cli.explain_outputs import write_figure, write_json
from limetheory.explanation.page import page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from limetheory.explaining.explained import InputExplanation

MOST_PICTURED = 20
"""The most classes that a figure or a page shows; a convention."""


@dataclass(frozen=True)
class ClassAnswer:
    """What is known of one class.

    Attributes:
        found: its explanation.
        record: every number, as JSON takes it.
        heading: what is explained, in one line.
        figure: its figure.
        html: its part of a page.
        show: prints it.
    """

    found: InputExplanation
    record: dict[str, Any]
    heading: str
    figure: Callable[[], Figure]
    html: Callable[[], str]
    show: Callable[[], None]


def put_out(
    options: ExplainOptions, title: str, answers: Sequence[ClassAnswer],
    together: Callable[[Sequence[ClassAnswer]], Figure],
) -> None:  # fmt: skip
    """Write the files that the options ask for, and print every class.

    Args:
        options: of the command.
        title: of the page.
        answers: one for each class.
        together: the figure of several classes.
    """
    if not options.several_targets:
        write_json(options.json_file, answers[0].record)
    else:
        write_json(options.json_file, {"explanations": [one.record for one in answers]})
    pictured = _pictured(answers) if options.figure or options.html else answers
    if options.figure is not None:
        write_figure(options.figure, together(pictured) if options.several_targets else answers[0].figure())
    if options.html is not None:
        body = answers[0].html() if not options.several_targets else "".join(map(_section, pictured))
        options.html.write_text(page(title, body), encoding="utf-8")
    if options.save is not None:
        answers[0].found.save(options.save)
    for place, one in enumerate(answers):
        if place:
            print()
        one.show()


def _section(answer: ClassAnswer) -> str:
    return f"<h2>{escape(answer.heading)}</h2>{answer.html()}"


def _pictured(answers: Sequence[ClassAnswer]) -> Sequence[ClassAnswer]:
    """The classes that are pictured, in their order: those of the largest outputs where there are very many."""
    if len(answers) <= MOST_PICTURED:
        return answers
    said = f"figures and pages show the {MOST_PICTURED} classes of largest output of {len(answers)}"
    print(f"limetheory: {said}; name others by --target", file=sys.stderr)
    largest = sorted(range(len(answers)), key=lambda place: -_output(answers[place]))[:MOST_PICTURED]
    return [answers[place] for place in sorted(largest)]


def _output(answer: ClassAnswer) -> float:
    return float(answer.found.outputs[answer.found.target])
