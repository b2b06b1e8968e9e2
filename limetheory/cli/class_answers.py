"""The answers of `limetheory explain`, one for each class asked about: files, and what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from limetheory.cli.explain_options import ExplainOptions
from limetheory.cli.explain_outputs import print_json, write_figure, write_json, write_page
from limetheory.explaining.repeat import document
from limetheory.written_files import each_written

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
    together: Callable[[Sequence[ClassAnswer]], Figure], repeat: dict[str, Any],
) -> None:  # fmt: skip
    """Print every class, then write the files that the options ask for.

    Args:
        options: of the command.
        title: of the page.
        answers: one for each class.
        together: the figure of several classes.
        repeat: what repeats the answers.

    Raises:
        OSError: files that cannot be written, after the others were.
    """
    try:
        with redirect_stdout(sys.stderr) if options.json_to_stdout else nullcontext():
            _show(answers)
        if options.repeat is not None:
            options.repeat.compare([one.record for one in answers], repeat["machine"])
    finally:  # where nobody reads the table, or its disk is full, the files are wanted all the same
        each_written(_writes(options, title, answers, together, repeat))


def _show(answers: Sequence[ClassAnswer]) -> None:
    for place, one in enumerate(answers):
        if place:
            print()
        one.show()


def _writes(
    options: ExplainOptions, title: str, answers: Sequence[ClassAnswer],
    together: Callable[[Sequence[ClassAnswer]], Figure], repeat: dict[str, Any],
) -> Iterator[Callable[[], None]]:  # fmt: skip
    """What writes each file that is asked for, the JSON first, which has everything."""
    records, several = [one.record for one in answers], options.several_targets
    content = document(records, repeat, several)
    yield (lambda: print_json(content)) if options.json_to_stdout else partial(write_json, options.json_file, content)
    if options.save is not None:
        yield partial(answers[0].found.save, options.save)
    pictured = _pictured(answers) if options.figure or options.html else answers
    if options.figure is not None:
        figure = options.figure
        yield lambda: write_figure(figure, together(pictured) if several else answers[0].figure())
    if options.html is not None:
        html = options.html
        yield lambda: write_page(html, title, "".join(map(_section, pictured)) if several else answers[0].html())


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
