"""`limetheory pick`: which of many saved explanations to look at."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from limetheory.cli.explain_options import check_format, class_of
from limetheory.cli.explain_outputs import print_json, write_figure, write_json
from limetheory.cli.output import JSON_HELP, STANDARD_OUTPUT, printed_beside, writable_file
from limetheory.cli.shown import shown
from limetheory.written_files import each_written


def pick(
    files: Annotated[
        list[Path], typer.Argument(help="Files that .save or explain --save wrote, or Parquet files of explain-many.")
    ],
    budget: Annotated[int, typer.Option(help="How many instances to pick.")],
    largest: Annotated[
        int | None, typer.Option(help="How many coefficients of each explanation count; all if left out.")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Of Parquet files of several classes: the index or name of the one to pick by.")
    ] = None,
    ties: Annotated[str, typer.Option(help="Which of instances that add equally much: first or last.")] = "first",
    concepts: Annotated[
        int | None, typer.Option(help="Of images: how many concepts their superpixels are clustered into.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed of the concepts and of the redraws.")] = 0,
    redraws: Annotated[
        int, typer.Option(help="How often the coefficients are redrawn to see whether the pick stays; 0 for never.")
    ] = 200,
    level: Annotated[float, typer.Option(help="The level of the range of the coverage.")] = 0.95,
    json_file: Annotated[Path | None, typer.Option("--json", help=JSON_HELP)] = None,
    figure: Annotated[
        Path | None,
        typer.Option(help="Write the figure to this file (png, pdf, svg or jpg); missing folders are made."),
    ] = None,
) -> int:
    """Pick the instances whose explanations together cover the most importance (SP-LIME)."""
    from limetheory.picks import pick_files

    check_format(figure)
    to_stdout = json_file == STANDARD_OUTPUT
    writable_file(None if to_stdout else json_file, files, ".json")
    writable_file(figure, [*files, json_file])
    record = pick_files(
        files, budget, largest=largest, target=class_of(target), ties=ties, concepts=concepts, seed=seed,
        redraws=redraws, level=level,
    )  # fmt: skip
    writes: list[Callable[[], None]] = [
        partial(print_json, record) if to_stdout else partial(write_json, json_file, record)
    ]
    if figure is not None:
        writes.append(lambda: write_figure(figure, _figure(files, record)))
    try:
        with printed_beside(json_file):
            _print(record)
        if record["left_out"]:
            of_class = "" if target is None else f" of class {shown(target)}"
            print(f"limetheory: left out {len(record['left_out'])} without an explanation{of_class}", file=sys.stderr)
    finally:  # where nobody reads the table, or its disk is full, the files are wanted all the same
        each_written(writes)
    return 0


def _figure(files: list[Path], record: dict[str, Any]) -> Any:
    from limetheory.picks import pick_figure
    from limetheory.picks.files import saved_matrix
    from limetheory.picks.saved import saved_instances

    concepts = record["concepts"]
    matrix = saved_matrix(
        saved_instances(files, concepts is not None, record["target"]), concepts, record["seed"], record["largest"]
    )
    return pick_figure(matrix, record["indices"], titles=[shown(Path(file).name) for file in record["picked"]])


def _print(record: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console, table, stability = Console(), Table(box=None, pad_edge=False), record["stability"]
    table.add_column("", justify="right")
    table.add_column("picked", overflow="fold")
    if stability:
        table.add_column("picked again", justify="right")
    for place, file in enumerate(record["picked"], start=1):
        again = [f"{100 * stability['inclusion'][place - 1]:.0f} %"] if stability else []
        table.add_row(str(place), Text(shown(file)), *again)
    console.print(table)
    share = f"{len(record['picked'])} of {len(record['files'])} cover {100 * record['share']:.0f} % of the importance"
    over = ""
    if stability:
        low, high = stability["share_interval"]
        redrawn = f"{stability['redraws']} redraws of the coefficients"
        over = f", {100 * low:.0f} to {100 * high:.0f} % in {100 * stability['level']:g} % of {redrawn}"
    console.print(f"{share} of {record['features']} features{over}", highlight=False, soft_wrap=True)
