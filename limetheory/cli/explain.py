"""`limetheory explain`: explain a photograph from the command line."""

from __future__ import annotations

import json
import math
import platform
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from limetheory.cli.output import writable_file

LEVEL = 0.95
SHOWN = 10
HIERARCHIES = ("higra", "sam")
_SINGULAR = {"probabilities": "probability", "logits": "logit"}


def explain(
    image: Annotated[Path, typer.Argument(help="A photograph.")],
    model: Annotated[
        str, typer.Option(help="Bundled network, or a torchvision name with --weights.")
    ] = "efficientnet_lite0",
    weights: Annotated[Path | None, typer.Option(help="State-dict file of a torchvision model.")] = None,
    output: Annotated[str, typer.Option(help="What to explain: probabilities or logits.")] = "probabilities",
    precision: Annotated[str, typer.Option(help="float32, or bfloat16 with its bias reported.")] = "float32",
    segmenter: Annotated[
        str, typer.Option(help="grid, slic, quickshift, felzenszwalb, watershed; or a hierarchy: higra, sam.")
    ] = "slic",
    depth: Annotated[int, typer.Option(help="Levels of a hierarchy: the two largest segments are split.")] = 1,
    checkpoint: Annotated[str | None, typer.Option(help="SAM's file, or vit_b, vit_l, vit_h to download.")] = None,
    segments: Annotated[int | None, typer.Option(help="Superpixels wanted (grid, slic, watershed).")] = None,
    replacement: Annotated[str, typer.Option(help="mean, blur, or a grey level in [0, 1].")] = "mean",
    bandwidth: Annotated[float, typer.Option(help="Kernel width ν, or inf for no weights.")] = 0.25,
    ridge: Annotated[float, typer.Option(help="Ridge penalty; lime uses 1.")] = 0.0,
    samples: Annotated[int, typer.Option(help="Number of masks.")] = 1000,
    target: Annotated[str | None, typer.Option(help="Class name or index; the top class if left out.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the masks.")] = 0,
    device: Annotated[str | None, typer.Option(help="Such as cpu or cuda.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images per evaluation.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write every number here.")] = None,
    figure: Annotated[Path | None, typer.Option(help="Write the picture here (png, pdf, svg).")] = None,
) -> int:
    """Explain one class of a network at a photograph by LIME, with 95 % intervals."""
    from limetheory.arguments import integer, real
    from limetheory.designs import ImageDesign
    from limetheory.estimation import Interrupted
    from limetheory.images import explain_image, load_image, segment

    writable_file(json_file, [image])
    writable_file(figure, [image, json_file])
    _check_format(figure)
    _check_segmenter(segmenter, segments, depth, checkpoint)
    integer("seed", seed, 0)
    integer("samples", samples, 2)
    real("ridge", ridge, at_least=0)
    ImageDesign(1, bandwidth)
    photo = load_image(image)
    network = _network(model, weights, output, precision, device)
    prepared = network.prepare(photo)
    interrupted = False
    options: dict[str, Any] = {
        "target": _target(network, target),
        "replacement": _replacement(replacement),
        "design": lambda d: ImageDesign(d, bandwidth),
        "n": samples,
        "rng": seed,
        "ridge": ridge,
        "batch_size": batch_size,
    }
    try:
        if segmenter in HIERARCHIES:
            levels = _levels(network, prepared, segmenter, checkpoint, depth, options)
        else:
            levels = [explain_image(network, prepared, segments=segment(prepared, segmenter, segments), **options)]
        found = levels[-1]
    except Interrupted as stopped:
        if stopped.explanation is None:
            raise
        found, interrupted = stopped.explanation, True
        levels = [found]
        print(
            f"limetheory: interrupted after {stopped.sample.n} of {samples} masks; the answer is from those",
            file=sys.stderr,
        )
    record = _record(found, image, network, segmenter, bandwidth, ridge, seed, interrupted)
    record |= {
        "replacement": replacement,
        "depth": depth,
        "levels": [{"superpixels": one.d, "n_evaluations": one.n_evaluations} for one in levels],
        "samples": samples,
        "precision_gap": _precision_gap(network, found),
    }
    if json_file is not None:
        json_file.write_text(json.dumps(record, indent=1, allow_nan=False), encoding="utf-8")
    if figure is not None:
        title = f"{image.name}: {record['target_name']}, {_SINGULAR[output]} {record['prediction']:.3g}, {model}"
        _draw(found, title, photo.shape[0] / photo.shape[1], figure)
    _show(record, found)
    return 130 if interrupted else 0


def _network(name: str, weights: Path | None, output: Any, precision: Any, device: str | None) -> Any:
    from limetheory.models import load_model

    return load_model(name, weights=weights, output=output, precision=precision, device=device)


def _check_segmenter(segmenter: str, segments: int | None, depth: int, checkpoint: str | None) -> None:
    from limetheory.arguments import integer

    integer("depth", depth, 1)
    if segmenter in HIERARCHIES and segments is not None:
        raise ValueError(f"segmenter {segmenter!r} finds its own number of segments, got {segments}; leave it out")
    if segmenter not in HIERARCHIES and depth > 1:
        raise ValueError(f"depth above 1 needs a hierarchy, {' or '.join(HIERARCHIES)}, got {segmenter!r}")
    if (segmenter == "sam") != (checkpoint is not None):
        raise ValueError(
            f"a checkpoint goes with segmenter 'sam', got {segmenter!r} and {checkpoint!r}; see `limetheory doctor`"
        )


def _levels(network: Any, prepared: Any, generator: str, checkpoint: str | None, depth: int, options: Any) -> list[Any]:
    """The explanations of a hierarchy of masks, from the coarsest to the finest level."""
    from limetheory.images.dseg import explain_hierarchy
    from limetheory.images.hierarchy import containment_tree
    from limetheory.images.mask_generators import masks_of

    masks = masks_of(prepared, generator, **({"checkpoint": checkpoint} if checkpoint else {}))
    levels = explain_hierarchy(network, prepared, containment_tree(masks), depth=depth, **options)
    return [level.explanation for level in levels]


def _check_format(figure: Path | None) -> None:
    if figure is None:
        return
    from matplotlib.figure import Figure

    known = Figure().canvas.get_supported_filetypes()
    if figure.suffix[1:].lower() not in known:
        raise ValueError(
            f"a figure's name must end in one of {', '.join(sorted(known))}, got {figure.name!r}; use .png"
        )


def _draw(found: Any, title: str, aspect: float, path: Path) -> None:
    from limetheory.images.figure import explanation_figure

    with warnings.catch_warnings():
        # file names may have letters that the font lacks
        warnings.filterwarnings("ignore", message="Glyph")
        explanation_figure(found, title, aspect, LEVEL).savefig(path, dpi=150)


def _target(network: Any, target: str | None) -> int | None:
    if target is None:
        return None
    return network.class_index(int(target) if target.isdecimal() else target)


def _replacement(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _precision_gap(network: Any, found: Any, images: int = 16) -> float:
    """Largest effect of the precision on 16 masked images, 0 for float32."""
    import torch

    if network.precision == "float32":
        return 0.0
    masks = found.design.sample(images, np.random.default_rng(0))
    batch = torch.as_tensor(found.masked.compose(masks), dtype=torch.float32).permute(0, 3, 1, 2)
    return float(network.precision_gap(batch))


def _record(  # type: ignore[no-untyped-def]
    found, image: Path, network, segmenter: str, bandwidth: float, ridge: float, seed: int, interrupted: bool
) -> dict[str, Any]:
    packages = ("limetheory", "numpy", "torch", "scikit-image")
    return {
        "image": image.name,
        "model": network.name,
        "output": network.output,
        "precision": network.precision,
        "target": found.target,
        "target_name": network.class_name(found.target),
        "prediction": float(found.outputs[found.target]),
        "superpixels": found.d,
        "coefficients": found.coefficients.tolist(),
        "standard_errors": [error if math.isfinite(error) else None for error in found.standard_errors.tolist()],
        "intercept": found.intercept,
        "n_evaluations": found.n_evaluations,
        "segmenter": segmenter,
        "bandwidth": bandwidth if math.isfinite(bandwidth) else "inf",
        "ridge": ridge,
        "seed": seed,
        "interrupted": interrupted,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
    }


def _show(record: dict[str, Any], found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    what = (
        f"{record['target_name']} (class {record['target']}), {_SINGULAR[record['output']]} {record['prediction']:.4g}"
    )
    console.print(f"{record['image']}: {what}", highlight=False, markup=False)
    table = Table(box=None, pad_edge=False)
    for heading in ("superpixel", "coefficient", "95 % interval"):
        table.add_column(heading, justify="right")
    for j in np.argsort(-np.abs(found.coefficients))[:SHOWN]:
        low, high = found.interval(LEVEL)[j]
        table.add_row(str(j), f"{found.coefficients[j]:+.4f}", f"{low:+.4f} … {high:+.4f}")
    console.print(table)
    more = f", the largest {SHOWN} shown" if found.d > SHOWN else ""
    console.print(f"{found.d} superpixels{more}; {found.n_evaluations} evaluations", highlight=False)
    if record["precision"] != "float32":
        console.print(f"{record['precision']} moved outputs by up to {record['precision_gap']:.2g}", highlight=False)
