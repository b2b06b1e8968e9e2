"""`limetheory explain`: explain a photograph, a text or a row of a table from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from limetheory.attribution import ATTRIBUTIONS
from limetheory.backends import AUTO, BACKENDS
from limetheory.cli.explain_kinds import chosen_kind
from limetheory.estimation import METHODS
from limetheory.images.replacements.table import REPLACEMENTS
from limetheory.images.segmentation.methods import SEGMENTERS
from limetheory.text.tokens import TOKENS

BANDWIDTH = "The bandwidth ν of the kernel, or inf for equal weights; of --table 0.75 √columns if left out."
TARGET = (
    "The name or index of a class; again for another one, or all for every class, from the same masks; if left out the "
    "top class"
)
RATHER_THAN = (
    "Explain the output for --target, or for the top class, minus the output for this class: why the one rather than "
    "the other."
)
SIMILAR_TO = (
    "In place of a class: how similar the photograph is to the one of this file, as the vision transformer "
    "dino_similarity sees them; needs limetheory[foundation]."
)
SEGMENTERS_HELP = (
    f"{', '.join(SEGMENTERS.own)}; or a hierarchy: dino (features of a vision transformer), higra (colours), dseg, "
    "which is dino with the extra foundation and higra without it, or sam; or a segmenter or mask generator "
    "that another package registers."
)
REPLACEMENT_HELP = (
    "What hidden superpixels show, a grey level in [0, 1] or a name. "
    f"{'; '.join(f'{row.name}: {row.summary}' for row in REPLACEMENTS.own.values())}; or one that another package "
    "registers."
)
SEGMENTS = "How many superpixels to make, within a tenth, or it is said how many there are; of a hierarchy at depth 1."

BACKEND = (
    f"What runs the network on a CPU: {', '.join(BACKENDS.own)}, one that another package registers, or auto: the "
    "fastest that is installed and gives torch's numbers. The JSON says which one it was."
)
SEGMENTS_FROM = "In place of --segmenter: a label map of the photograph's size, a PNG of labels or an .npy of integers."
FROM = (
    "Repeat the answer of this file, which --json wrote: the same question, superpixels and threads; the photograph, "
    "text or table must be the same, and is looked for where it was if it is left out."
)
_ATTRIBUTION = (
    f"In place of LIME: {', '.join(ATTRIBUTIONS.own)}, each with the masks that it needs; or one that another package "
    "registers."
)
METHODS_HELP = (
    f"{'; '.join(f'{row.name}: {row.summary}' for row in METHODS.own.values())}; or one that another package registers."
)


def explain(
    context: typer.Context,
    image: Annotated[Path | None, typer.Argument(help="The file of a photograph, or example:coffee.")] = None,
    text: Annotated[
        Path | None, typer.Option(help="In place of a photograph: the file of a text in UTF-8; needs --model.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(help="In place of a photograph: a CSV file with a line of names; needs --row and --model."),
    ] = None,
    similar_to: Annotated[Path | None, typer.Option(help=SIMILAR_TO)] = None,
    row: Annotated[int | None, typer.Option(help="Of --table: the row to explain, from 0 below the names.")] = None,
    model: Annotated[
        str,
        typer.Option(
            help="A bundled network, hf:FOLDER that transformers saved, or a name of torchvision or timm:NAME together "
            "with --weights; for --text and --table a .skops or .onnx file, or MODULE:FUNCTION."
        ),
    ] = "efficientnet_lite0",
    trust: Annotated[
        list[str] | None, typer.Option(help="A type that a .skops file may hold besides those that skops trusts.")
    ] = None,
    trust_pickle: Annotated[
        bool, typer.Option("--trust-pickle", help="Load a model that is a pickle, which may run any code.")
    ] = False,
    tokens: Annotated[str, typer.Option(help=f"Of --text: {' or '.join(TOKENS)}.")] = "words",
    missing: Annotated[
        str, typer.Option(help="Of --text: remove, or the string that takes the place of a hidden token.")
    ] = "remove",
    leave_out: Annotated[
        list[str] | None, typer.Option(help="Of --table: a column that the model does not take, such as the answer.")
    ] = None,
    categorical: Annotated[
        list[str] | None, typer.Option(help="Of --table: a column of numbers that are categories.")
    ] = None,
    bins: Annotated[str, typer.Option(help="Of --table: quartile or decile.")] = "quartile",
    weights: Annotated[Path | None, typer.Option(help="The state-dict file of a torchvision or timm model.")] = None,
    output: Annotated[
        str,
        typer.Option(
            help="What to explain: probabilities (the softmax of the logits, or the sigmoid of a single logit), the "
            "sigmoid of each logit, softmax, logits, or identity (the outputs as they are)."
        ),
    ] = "probabilities",
    precision: Annotated[
        str, typer.Option(help="float32, or tf32 or bfloat16, whose largest effect on an output is reported.")
    ] = "float32",
    segmenter: Annotated[str, typer.Option(help=SEGMENTERS_HELP)] = "slic",
    depth: Annotated[int, typer.Option(help="How many partitions of a hierarchy to explain, from coarse to fine.")] = 1,
    top_k: Annotated[
        int | None, typer.Option(help="How many segments are split from one depth to the next; 2 if left out.")
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(
            help="The file of SAM's weights, a folder that transformers saved (SAM, SAM 2, SAM-HQ), or vit_b, vit_l or "
            "vit_h to download them."
        ),
    ] = None,
    segments: Annotated[int | None, typer.Option(help=SEGMENTS)] = None,
    segments_from: Annotated[Path | None, typer.Option(help=SEGMENTS_FROM)] = None,
    replacement: Annotated[str, typer.Option(help=REPLACEMENT_HELP)] = "mean",
    attribution: Annotated[str | None, typer.Option(help=_ATTRIBUTION)] = None,
    smoothing: Annotated[
        str | None, typer.Option(help="Smooth edges of what is hidden: gaussian, or bilinear for --segmenter grid.")
    ] = None,
    sigma: Annotated[
        float | None, typer.Option(help="Of --smoothing gaussian: its standard deviation in pixels.")
    ] = None,
    per_pixel: Annotated[
        bool, typer.Option("--per-pixel", help="Of --smoothing: a map whose edges are as smooth.")
    ] = False,
    bandwidth: Annotated[float, typer.Option(help=BANDWIDTH)] = 0.25,
    method: Annotated[str, typer.Option(help=METHODS_HELP)] = "wls",
    ridge: Annotated[float, typer.Option(help="The ridge penalty; lime uses 1.")] = 0.0,
    samples: Annotated[
        int | None,
        typer.Option(help="The number of masks, at each depth; 1000 if left out, 5000 for --text and --table."),
    ] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Instead of --samples: draw masks until all half-widths are at most this.")
    ] = None,
    level: Annotated[
        float, typer.Option(help="The level of each interval; with --tolerance, of all of them at once.")
    ] = 0.95,
    guarantee: Annotated[
        str | None, typer.Option(help="Of --tolerance: bounded, for probabilities, or asymptotic.")
    ] = None,
    target: Annotated[list[str] | None, typer.Option(help=f"{TARGET}.")] = None,
    rather_than: Annotated[str | None, typer.Option(help=RATHER_THAN)] = None,
    seed: Annotated[int, typer.Option(help="The seed of the masks.")] = 0,
    device: Annotated[str | None, typer.Option(help="Where the network runs, such as cpu or cuda.")] = None,
    backend: Annotated[str, typer.Option(help=BACKEND)] = AUTO,
    batch_size: Annotated[int | None, typer.Option(help="How many masked inputs the model evaluates at once.")] = None,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json",
            help="Write every number, and what repeats the answer, to this file; missing folders are made; - is "
            "standard output, and what is printed goes to standard error.",
        ),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(help="Write the figure to this file (png, pdf, svg or jpg); missing folders are made."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page to this file, which needs no other; missing folders are made.")
    ] = None,
    from_file: Annotated[Path | None, typer.Option("--from", help=FROM)] = None,
    save: Annotated[
        Path | None, typer.Option(help="Keep the explanation in this file, for pick and lt.load_explanation.")
    ] = None,
) -> int:
    """Explain by LIME, with intervals, what a model says of a photograph, a text or a table's row, class by class."""
    options = dict(locals())
    kind = chosen_kind(options.pop("context"), options)
    return kind.run(kind.options.of(options))
