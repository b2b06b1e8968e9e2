"""`limetheory explain --text` and `--table`: models from files, asked about a text or a row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limetheory.checked_files import read_utf8
from limetheory.cli.explain_options import TableOptions, TextOptions
from limetheory.cli.explain_outputs import repeated, say_interrupted, write_figure, write_json
from limetheory.cli.explanation_table import print_parts
from limetheory.cli.shown import shown
from limetheory.explanation.page import page
from limetheory.explanation.rendering import terminal_of

if TYPE_CHECKING:
    from limetheory.tabular import TabularExplanation
    from limetheory.text import TextExplanation

MOST_BYTES = 1 << 26
"""The largest text that is read, 64 MiB; a convention."""
MOST_SHOWN = 20_000
"""The most characters of a text that a terminal shows in colours; a convention."""


def explain_text_file(options: TextOptions) -> int:
    """Explain the output of a model for one class of a text, write the files, and print the answer."""
    from limetheory.text.html import highlighted
    from limetheory.text.question import recorded

    question = options.question()
    text = read_utf8("a text", options.text, MOST_BYTES, "give the file of a text")
    with repeated() as said:
        stored = options.stored_model()
        answer = question.answered(stored.predict, text)
    code, found = say_interrupted(answer.interrupted), answer.explanation
    name = options.text.name
    write_json(options.json_file, recorded(name, stored.name, question, answer, [str(one.message) for one in said]))
    of_class = "" if len(found.outputs) == 1 else f"{shown(found.target_name)}, "
    title = f"{shown(name)}: {of_class}{stored.name}"
    write_figure(options.figure, found.plot(options.level) if options.figure else None)
    if options.html is not None:
        options.html.write_text(page(title, highlighted(found, options.level)), encoding="utf-8")
    if options.save is not None:
        found.save(options.save)
    heading = f"{shown(name)}: {_output(found.target_name, found)}"
    coloured = terminal_of(found, options.level) if len(text) <= MOST_SHOWN else None
    print_parts(heading, found, options.level, "token", "tokens", coloured=coloured)
    return code


def explain_row(options: TableOptions) -> int:
    """Explain the output of a model for one class of a row, write the files, and print the answer."""
    from limetheory.csv_tables import read_csv
    from limetheory.stored_models.table_input import table_input
    from limetheory.tabular.question import recorded

    question, row = options.question(), options.row or 0
    table = read_csv(options.table)
    table.check_row(row)
    with repeated() as said:
        stored = options.stored_model()
        rows = table_input(table, stored, options.leave_out or (), options.categorical or ())
        answer = question.answered(
            stored.predict, rows.row(row), rows.training, feature_names=rows.names, categorical=rows.categorical
        )
    code, found = say_interrupted(answer.interrupted), answer.explanation
    name, target_name = options.table.name, stored.class_name(found.target)
    messages = [str(one.message) for one in said]
    write_json(options.json_file, recorded(name, row, stored.name, target_name, question, answer, messages))
    write_figure(options.figure, found.plot(options.level) if options.figure else None)
    heading = f"{shown(name)}, row {row}: {_output(target_name, found)}"
    if options.html is not None:
        options.html.write_text(page(heading, found.to_html(options.level)), encoding="utf-8")
    if options.save is not None:
        found.save(options.save)
    print_parts(heading, found, options.level, "condition", "columns")
    return code


def _output(name: str, found: TextExplanation | TabularExplanation) -> str:
    """The class, of which a model with one output has none, and the output."""
    target, output = found.target, f"output {found.outputs[found.target]:.4g}"
    if len(found.outputs) == 1:
        return output
    return f"class {target}, {output}" if name == str(target) else f"{shown(name)} (class {target}), {output}"
