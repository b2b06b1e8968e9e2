"""`limetheory explain-many`: a folder of photographs, or a table of texts or rows, explained one by one into a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from limetheory.backends import AUTO
from limetheory.cli.chosen_input import chosen_input, given_options, refuse_foreign, with_similarity
from limetheory.cli.explain import (
    BACKEND,
    BANDWIDTH,
    METHODS_HELP,
    REPLACEMENT_HELP,
    SEGMENTERS_HELP,
    SEGMENTS,
    SIMILAR_TO,
    TARGET,
)
from limetheory.cli.explain_options import ImageOptions, TableOptions, TextOptions
from limetheory.cli.many_inputs import Inputs, photographs, table_rows, texts_of
from limetheory.cli.output import writable_file
from limetheory.cli.shown import shown
from limetheory.cli.words import in_words
from limetheory.images.examples import named_photograph
from limetheory.parquet_files import parquet_path, read_parquet

_NAMED = {"image": "FOLDER", "texts": "--texts", "table": "--table"}
_MADE: dict[str, tuple[type[Any], Callable[[Any, str | None], Inputs]]] = {
    "image": (ImageOptions, photographs),
    "texts": (TextOptions, texts_of),
    "table": (TableOptions, table_rows),
}
_OWN = {
    "image": {"model", "similar_to", "weights", "output", "segmenter", "segments", "replacement", "device", "backend"},
    "texts": {"column", "model", "trust", "trust_pickle", "tokens", "missing"},
    "table": {"model", "trust", "trust_pickle", "leave_out", "categorical", "bins"},
}
_EVERY = {
    "out", "workers", "cluster", "bandwidth", "method", "ridge", "samples", "tolerance", "level", "guarantee", "target",
    "seed", "retry_failed",
}  # fmt: skip
_ABSENT: dict[str, Any] = {
    **{"row": 0, "text": None, "precision": "float32", "depth": 1, "top_k": None, "checkpoint": None},
    **{"attribution": None, "smoothing": None, "sigma": None, "per_pixel": False},
    **{"batch_size": None, "json_file": None, "figure": None, "html": None, "save": None, "repeat": None},
    **{"segments_from": None, "rather_than": None},
}


def explain_many(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The Parquet file to write, with a row for each input and class.")],
    image: Annotated[Path | None, typer.Argument(metavar="FOLDER", help="A folder of photographs.")] = None,
    texts: Annotated[
        Path | None, typer.Option(help="In place of a folder: a CSV file with a column of texts; needs --model.")
    ] = None,
    column: Annotated[str | None, typer.Option(help="Of --texts: the column of the texts.")] = None,
    table: Annotated[
        Path | None, typer.Option(help="In place of a folder: a CSV file whose rows are explained; needs --model.")
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            help="A bundled network, or a name of torchvision together with --weights; for --texts and --table a "
            ".skops or .onnx file, or MODULE:FUNCTION."
        ),
    ] = "efficientnet_lite0",
    similar_to: Annotated[
        Path | None, typer.Option(help=f"Of a folder: {SIMILAR_TO[0].lower()}{SIMILAR_TO[1:]}")
    ] = None,
    weights: Annotated[Path | None, typer.Option(help="The state-dict file of a torchvision model.")] = None,
    output: Annotated[str, typer.Option(help="Of a folder: see explain.")] = "probabilities",
    segmenter: Annotated[str, typer.Option(help=SEGMENTERS_HELP)] = "slic",
    segments: Annotated[int | None, typer.Option(help=SEGMENTS)] = None,
    replacement: Annotated[str, typer.Option(help=REPLACEMENT_HELP)] = "mean",
    trust: Annotated[
        list[str] | None, typer.Option(help="A type that a .skops file may hold besides those that skops trusts.")
    ] = None,
    trust_pickle: Annotated[
        bool, typer.Option("--trust-pickle", help="Load a model that is a pickle, which may run any code.")
    ] = False,
    tokens: Annotated[str, typer.Option(help="Of --texts: words or characters.")] = "words",
    missing: Annotated[
        str, typer.Option(help="Of --texts: remove, or the string that takes the place of a hidden token.")
    ] = "remove",
    leave_out: Annotated[
        list[str] | None, typer.Option(help="Of --table: a column that the model does not take, such as the answer.")
    ] = None,
    categorical: Annotated[
        list[str] | None, typer.Option(help="Of --table: a column of numbers that are categories.")
    ] = None,
    bins: Annotated[str, typer.Option(help="Of --table: quartile or decile.")] = "quartile",
    bandwidth: Annotated[float, typer.Option(help=BANDWIDTH)] = 0.25,
    method: Annotated[str, typer.Option(help=METHODS_HELP)] = "wls",
    ridge: Annotated[float, typer.Option(help="The ridge penalty; lime uses 1.")] = 0.0,
    samples: Annotated[
        int | None, typer.Option(help="The number of masks of each; 1000 of a photograph and else 5000 if left out.")
    ] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Instead of --samples: draw masks until all half-widths are at most this.")
    ] = None,
    level: Annotated[
        float, typer.Option(help="The level of each interval; with --tolerance, of all of one explanation at once.")
    ] = 0.95,
    guarantee: Annotated[
        str | None, typer.Option(help="Of --tolerance: bounded, for probabilities, or asymptotic.")
    ] = None,
    target: Annotated[list[str] | None, typer.Option(help=f"{TARGET} of each input.")] = None,
    seed: Annotated[int, typer.Option(help="The seed of the first masks; those behind it count on.")] = 0,
    device: Annotated[str | None, typer.Option(help="Where the network runs, such as cpu or cuda.")] = None,
    backend: Annotated[str, typer.Option(help=BACKEND)] = AUTO,
    workers: Annotated[int, typer.Option(help="How many processes.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="The address of a Dask scheduler, whose workers are used instead.")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Of a finished file: try again what could not be explained.")
    ] = False,
) -> int:
    """Explain many photographs, texts or rows, and write a Parquet file; a run that was stopped continues."""
    options = {**_ABSENT, **locals()}
    kind, given = chosen_input("explain-many", _NAMED, options), given_options(options.pop("context"))
    refuse_foreign(kind, _NAMED, {name: {name, *own, *_EVERY} for name, own in _OWN.items()}, given)
    options["width"] = bandwidth if "bandwidth" in given else None
    options["model"] = with_similarity(options, given)
    if similar_to is not None:
        options["similar_to"] = named_photograph(similar_to)
    options["text"] = texts
    parquet_path("--out", out)
    of_kind, made = _MADE[kind]
    inputs = made(of_kind.of(options), column)
    writable_file(out, [image, texts, table])
    return _explained(inputs, out, seed, level, workers, cluster, retry_failed)


def _explained(
    inputs: Inputs, out: Path, seed: int, level: float, workers: int, cluster: str | None, retry_failed: bool
) -> int:  # fmt: skip
    from limetheory.many import explain_many as explain_each

    failed = explain_each(
        inputs.explain, inputs.items, out, seed=seed, level=level, workers=workers, cluster=cluster,
        settings=inputs.settings, retry_failed=retry_failed,
    )  # fmt: skip
    print(f"{len(inputs.items) - failed} of {len(inputs.items)} explained: {out}")
    if failed:
        why = f", of the first: {_first_error(out)}" if failed == len(inputs.items) else ""
        print(f"limetheory: {failed} could not be explained; their column error says why{why}", file=sys.stderr)
    return int(failed > 0)


def _first_error(out: Path) -> str:
    _, rows = read_parquet(out)
    return shown(in_words(next(rows)["error"]))
