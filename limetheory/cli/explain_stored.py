"""`limetheory explain --text` and `--table`: models from files, asked about a text or a row of a table."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from limetheory.checked_files import read_utf8
from limetheory.cli.class_answers import ClassAnswer, put_out
from limetheory.cli.explain_options import TableOptions, TextOptions
from limetheory.cli.explain_outputs import repeated, say_interrupted
from limetheory.cli.explanation_table import print_parts
from limetheory.cli.shown import shown
from limetheory.explaining.source import Source
from limetheory.explaining.stored_repeat import stored_repeatable
from limetheory.explanation.rendering import terminal_of
from limetheory.progress import waiting

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from limetheory.tabular import TabularExplanation
    from limetheory.text import TextExplanation

MOST_BYTES = 1 << 26
"""The largest text that is read, 64 MiB; a convention."""
MOST_SHOWN = 20_000
"""The most characters of a text that a terminal shows in colours; a convention."""


def explain_text_file(options: TextOptions) -> int:
    """Explain the output of a model for classes of a text, write the files, and print the answers."""
    from limetheory.text.question import recorded

    question = options.question()
    text = read_utf8("a text", options.text, MOST_BYTES, "give the file of a text")
    with repeated() as said, waiting(f"loading {shown(options.model)}"):
        stored = options.stored_model()
        with options.computing():
            answers = question.answered(stored.predict, text)
    code, name = say_interrupted(answers[-1].interrupted), options.text.name
    messages = [str(one.message) for one in said]
    classes = [
        _of_text(options, one.explanation, recorded(name, stored.name, question, one, messages)) for one in answers
    ]
    first = answers[0].explanation
    unnamed = options.several_targets or len(first.outputs) == 1
    title = f"{shown(name)}: {'' if unnamed else f'{shown(first.target_name)}, '}{shown(stored.name)}"
    batch_size = first.batch_size
    repeat = stored_repeatable("text", Source.of_file(options.text), options.model, question, batch_size)
    put_out(options, title, classes, partial(_together, options.level, "token"), repeat)
    return code


def _of_text(options: TextOptions, found: TextExplanation, record: dict[str, Any]) -> ClassAnswer:
    from limetheory.text.html import highlighted

    heading = f"{shown(options.text.name)}: {_output(found.target_name, found)}"
    coloured = terminal_of(found, options.level) if len(found.text) <= MOST_SHOWN else None
    return ClassAnswer(
        found, record, heading, lambda: found.plot(options.level), lambda: highlighted(found, options.level),
        lambda: print_parts(heading, found, options.level, "token", "tokens", coloured=coloured),
    )  # fmt: skip


def explain_row(options: TableOptions) -> int:
    """Explain the output of a model for classes of a row, write the files, and print the answers."""
    from limetheory.csv_tables import read_csv
    from limetheory.stored_models.table_input import table_input
    from limetheory.tabular.question import recorded

    question, row = options.question(), options.row or 0
    table = read_csv(options.table)
    table.check_row(row)
    with repeated() as said, waiting(f"loading {shown(options.model)}"):
        stored = options.stored_model()
        rows = table_input(table, stored, options.leave_out or (), options.categorical or ())
        if rows.said:
            warnings.warn(rows.said, UserWarning, stacklevel=1)
        with options.computing():
            answers = question.answered(
                rows.asking(stored.predict),
                rows.row(row),
                rows.training,
                feature_names=rows.names,
                categorical=rows.categorical,
            )
    code, name = say_interrupted(answers[-1].interrupted), options.table.name
    messages, classes = [str(one.message) for one in said], []
    for one in answers:
        target_name = stored.class_name(one.explanation.target)
        record = recorded(name, row, stored.name, target_name, question, one, messages)
        classes.append(_of_row(options, one.explanation, record))
    title = f"{shown(name)}, row {row}: {stored.name}" if options.several_targets else classes[0].heading
    form = {"row": row, "leave_out": options.leave_out, "categorical": options.categorical}
    batch_size = answers[0].explanation.batch_size
    repeat = stored_repeatable("table", Source.of_file(options.table), options.model, question, batch_size, **form)
    put_out(options, title, classes, partial(_together, options.level, "condition"), repeat)
    return code


def _of_row(options: TableOptions, found: TabularExplanation, record: dict[str, Any]) -> ClassAnswer:
    heading = f"{shown(options.table.name)}, row {options.row}: {_output(record['target_name'], found)}"
    return ClassAnswer(
        found, record, heading, lambda: found.plot(options.level), lambda: found.to_html(options.level),
        lambda: print_parts(heading, found, options.level, "condition", "columns"),
    )  # fmt: skip


def _together(level: float, part: str, answers: Sequence[ClassAnswer]) -> Figure:
    from limetheory.explanation.classes import classes_figure

    return classes_figure([one.found for one in answers], [one.heading for one in answers], level, part)


def _output(name: str, found: TextExplanation | TabularExplanation) -> str:
    """The class, of which a model with one output has none, and the output."""
    target, output = found.target, f"output {found.outputs[found.target]:.4g}"
    if len(found.outputs) == 1:
        return output
    return f"class {target}, {output}" if name == str(target) else f"{shown(name)} (class {target}), {output}"
