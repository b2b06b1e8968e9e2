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

_SEGMENTERS = (
    f"{', '.join(SEGMENTERS.own)}; or a hierarchy: dseg (no weights), sam; or a segmenter or mask generator that a "
    "package registers."
)
_COUNTING = ", ".join(row.name for row in SEGMENTERS.own.values() if "n_segments" in row.parameters)
_SEGMENTS = f"Superpixels wanted ({_COUNTING}); of a hierarchy's first level."

_METHODS = (
    f"{'; '.join(f'{row.name}: {row.summary}' for row in METHODS.own.values())}; or one that a package registers."
)


def explain(
    image: Annotated[Path, typer.Argument(help="A photograph.")],
    model: Annotated[
        str, typer.Option(help="Bundled network, or a torchvision name with --weights.")
    ] = "efficientnet_lite0",
    weights: Annotated[Path | None, typer.Option(help="State-dict file of a torchvision model.")] = None,
    output: Annotated[
        str,
        typer.Option(
            help="What to explain: probabilities (softmax; of one logit its sigmoid), sigmoid of each logit, softmax, "
            "or logits."
        ),
    ] = "probabilities",
    precision: Annotated[str, typer.Option(help="float32; tf32 or bfloat16, with their bias reported.")] = "float32",
    segmenter: Annotated[str, typer.Option(help=_SEGMENTERS)] = "slic",
    depth: Annotated[int, typer.Option(help="Levels of a hierarchy, each explained.")] = 1,
    top_k: Annotated[int | None, typer.Option(help="Segments split between levels; 2 if left out.")] = None,
    checkpoint: Annotated[str | None, typer.Option(help="SAM's file, or vit_b, vit_l, vit_h to download.")] = None,
    segments: Annotated[int | None, typer.Option(help=_SEGMENTS)] = None,
    replacement: Annotated[str, typer.Option(help="mean, blur, or a grey level in [0, 1].")] = "mean",
    bandwidth: Annotated[float, typer.Option(help="Kernel width ν, or inf for no weights.")] = 0.25,
    method: Annotated[str, typer.Option(help=_METHODS)] = "wls",
    ridge: Annotated[float, typer.Option(help="Ridge penalty; lime uses 1.")] = 0.0,
    samples: Annotated[int | None, typer.Option(help="Number of masks, per level; 1000 if left out.")] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Instead: draw masks until every coefficient is within ± this.")
    ] = None,
    level: Annotated[float, typer.Option(help="Level of the intervals, of all together with --tolerance.")] = 0.95,
    guarantee: Annotated[
        str | None, typer.Option(help="bounded (probabilities), or asymptotic; for --tolerance.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="Class name or index; the top class if left out.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the masks.")] = 0,
    device: Annotated[str | None, typer.Option(help="Such as cpu or cuda.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images per evaluation.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every number here; missing folders are made.")
    ] = None,
    figure: Annotated[Path | None, typer.Option(help="Write the picture here (png, pdf, svg), likewise.")] = None,
) -> int:
    """Explain one class of a network at a photograph by LIME, with intervals."""
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
        # file names may have letters that the font lacks
        warnings.filterwarnings("ignore", message="Glyph")
        if answer.levels:
            drawn = hierarchy_explanation_figure(answer.levels, title, unit, answer.aspect, options.level)
        else:
            drawn = explanation_figure(answer.finest, title, answer.aspect, options.level)
        drawn.savefig(path, dpi=DPI)
