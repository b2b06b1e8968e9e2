"""`limetheory explain`: explain a photograph from the command line."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from limetheory.cli.explain_options import ExplainOptions
from limetheory.cli.explanation_table import UNITS, print_explanation
from limetheory.cli.shown import shown
from limetheory.estimation import METHODS
from limetheory.images.answer import Answer, answered
from limetheory.images.loading import load_image
from limetheory.images.record import recorded
from limetheory.images.segmentation.methods import SEGMENTERS

DPI = 120
"""Dots per inch of a figure that is saved as pixels; a convention."""

_SEGMENTERS = (
    f"{', '.join(SEGMENTERS.own)}; or a hierarchy: dseg, which needs no weights, or sam; or a segmenter or mask "
    "generator that another package registers."
)
_COUNTING = ", ".join(row.name for row in SEGMENTERS.own.values() if "n_segments" in row.parameters)
_SEGMENTS = f"How many superpixels to make ({_COUNTING}); of a hierarchy, at depth 1."

_METHODS = (
    f"{'; '.join(f'{row.name}: {row.summary}' for row in METHODS.own.values())}; or one that another package registers."
)


def explain(
    image: Annotated[Path, typer.Argument(help="The file of a photograph.")],
    model: Annotated[
        str, typer.Option(help="A bundled network, or a name of torchvision together with --weights.")
    ] = "efficientnet_lite0",
    weights: Annotated[Path | None, typer.Option(help="The state-dict file of a torchvision model.")] = None,
    output: Annotated[
        str,
        typer.Option(
            help="What to explain: probabilities (the softmax of the logits, or the sigmoid of a single logit), the "
            "sigmoid of each logit, softmax, or logits."
        ),
    ] = "probabilities",
    precision: Annotated[
        str, typer.Option(help="float32, or tf32 or bfloat16, whose largest effect on an output is reported.")
    ] = "float32",
    segmenter: Annotated[str, typer.Option(help=_SEGMENTERS)] = "slic",
    depth: Annotated[int, typer.Option(help="How many partitions of a hierarchy to explain, from coarse to fine.")] = 1,
    top_k: Annotated[
        int | None, typer.Option(help="How many segments are split from one depth to the next; 2 if left out.")
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help="The file of SAM's weights, or vit_b, vit_l or vit_h to download them.")
    ] = None,
    segments: Annotated[int | None, typer.Option(help=_SEGMENTS)] = None,
    replacement: Annotated[str, typer.Option(help="mean, blur, or a grey level in [0, 1].")] = "mean",
    bandwidth: Annotated[float, typer.Option(help="The bandwidth ν of the kernel, or inf for equal weights.")] = 0.25,
    method: Annotated[str, typer.Option(help=_METHODS)] = "wls",
    ridge: Annotated[float, typer.Option(help="The ridge penalty; lime uses 1.")] = 0.0,
    samples: Annotated[int | None, typer.Option(help="The number of masks, at each depth; 1000 if left out.")] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Instead of --samples: draw masks until all half-widths are at most this.")
    ] = None,
    level: Annotated[
        float, typer.Option(help="The level of each interval; with --tolerance, of all of them at once.")
    ] = 0.95,
    guarantee: Annotated[
        str | None, typer.Option(help="Of --tolerance: bounded, for probabilities, or asymptotic.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="The name or index of a class; the top class if left out.")] = None,
    seed: Annotated[int, typer.Option(help="The seed of the masks.")] = 0,
    device: Annotated[str | None, typer.Option(help="Where the network runs, such as cpu or cuda.")] = None,
    batch_size: Annotated[
        int | None, typer.Option(help="How many masked images the network evaluates at once.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every number to this file; missing folders are made.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option(help="Write the figure to this file (png, pdf or svg); missing folders are made.")
    ] = None,
) -> int:
    """Explain by LIME, with intervals, the output of a network for one class of a photograph."""
    options = ExplainOptions(**locals())
    question = options.question()
    with warnings.catch_warnings(record=True) as said:
        photo = load_image(image)
        answer = answered(_network(options), photo, question)
    if answer.interrupted:
        print(f"limetheory: {answer.interrupted}", file=sys.stderr)
    for one in said:
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    record = recorded(image.name, question, answer, [str(one.message) for one in said])
    if json_file is not None:
        json_file.write_text(json.dumps(record, indent=1, allow_nan=False), encoding="utf-8")
    if figure is not None:
        _draw(options, answer, record, figure)
    print_explanation(record, answer)
    return 130 if answer.interrupted else 0


def _network(options: ExplainOptions) -> Any:
    from limetheory.networks import load_model

    return load_model(
        options.model,
        weights=options.weights,
        output=options.output,  # type: ignore[arg-type]
        precision=options.precision,  # type: ignore[arg-type]
        device=options.device,
    )


def _draw(options: ExplainOptions, answer: Answer, record: dict[str, Any], path: Path) -> None:
    from limetheory.images.figures.dseg import hierarchy_explanation_figure
    from limetheory.images.figures.explanation import explanation_figure

    unit = UNITS[options.output]
    title = f"{shown(options.image.name)}: {record['target_name']}, {unit} {record['prediction']:.3g}, {options.model}"
    with warnings.catch_warnings():
        # matplotlib warns of letters in a file's name that the font lacks
        warnings.filterwarnings("ignore", message="Glyph")
        if answer.explained_depths:
            drawn = hierarchy_explanation_figure(answer.explained_depths, title, unit, answer.aspect, options.level)
        else:
            drawn = explanation_figure(answer.finest, title, answer.aspect, options.level)
        drawn.savefig(path, dpi=DPI)
