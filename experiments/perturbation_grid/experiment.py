"""What matters in perturbation explanations of images: which axis explains how much of their quality?

    limetheory experiment run perturbation_grid --images FOLDER --dry-run    forward passes and hours, nothing else
    limetheory experiment run perturbation_grid --images FOLDER    a file of rows for each group; it resumes
    limetheory experiment plot perturbation_grid                   tables and the figure from the saved rows

The study of Pihlgren & Främling (IJCNN 2025, arXiv 2409.04116) as a crossed design: segmentation, smoothing of the
perturbed images, sampler, number of forward passes, attribution, and attribution of segments or of pixels, each scored
by MIF, LIF and SRG for two colours of removed pixels. One job measures a photograph with one network and one
segmentation. `--side` gives the networks smaller images and `--steps` scores fewer of them; both cost less. A network
of torchvision needs its weights: `--networks resnet50 --weights resnet50=FILE`.

| module | idea |
|---|---|
| settings.py | what is varied and what is fixed |
| measure.py | the rows of a photograph, network and segmentation |
| cost.py | forward passes and hours before anything is run |
| extrapolation.py | seconds that the saved jobs took, and the whole study from them |
| decomposition.py | a mixed model: the share of the variance of each axis |
| report.py, figures.py | tables and the figure |
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Options, Parser
from experiments._frame.groups import Groups
from experiments.perturbation_grid.report import TABLES
from experiments.perturbation_grid.settings import Settings
from experiments.tables.store import photographs
from limetheory.arguments import integer

PACKAGES = ("limetheory", "numpy", "scipy", "scikit-image", "torch", "pyarrow")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: photographs, networks and how they are run."""
    run.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", metavar="NAME", help="EfficientNet-Lite0 and 1 if left out")
    run.add_argument("--weights", nargs="+", default=[], metavar="NAME=FILE", help="of networks of torchvision")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs only")
    run.add_argument("--side", type=int, metavar="PIXELS", help="of the networks' images; their own if left out")
    run.add_argument("--steps", type=int, metavar="K", help="of MIF and LIF, both ends included; 10 if left out")
    run.add_argument("--device", default="cpu")
    run.add_argument("--dry-run", action="store_true", help="print the forward passes and hours, and stop")


def batches(options: Options) -> list[Batch]:
    """A job for each network, photograph and segmentation."""
    from experiments.perturbation_grid.cost import plan
    from experiments.perturbation_grid.measure import jobs

    integer("limit", 1 if options.limit is None else options.limit, 1)
    settings = _settings(options)
    store = Groups(options.out, settings.digest())
    images = photographs(options.images, options.limit)
    todo = list(jobs(images, settings, options.device, _weights(options), _place(options)))
    if options.dry_run:
        print(plan(store.missing(todo), settings, options.device, _weights(options), options.workers or 1))
        return []
    return [Batch(todo, store, PACKAGES)]


def _place(options: Options) -> str:
    """Where the jobs are run, in words."""
    workers = options.workers or 1
    return "Dask cluster" if options.cluster else f"{workers} process{'es' * (workers > 1)}"


def _settings(options: Options) -> Settings:
    """Those of the options; what `--smoke` makes small is as large as they say where they say so."""
    settings = Settings()
    if options.smoke:
        settings, options.limit = settings.small(), options.limit or 1
    if options.side is not None:
        settings = replace(settings, side=integer("side", options.side, 32))
    if options.steps is not None:
        settings = replace(settings, steps=integer("steps", options.steps, 3))
    return replace(settings, networks=tuple(options.networks)) if options.networks else settings


def _weights(options: Options) -> dict[str, str]:
    """The files of weights by network."""
    pairs = [one.partition("=") for one in options.weights]
    wrong = next(
        (one for one, (name, _, file) in zip(options.weights, pairs, strict=True) if not (name and file)), None
    )
    if wrong is not None:
        raise ValueError(f"weights must be NAME=FILE, got {wrong!r}; such as resnet50=resnet50.pth")
    return {name: file for name, _, file in pairs}


def draw(options: Options) -> None:
    """Draw the figure beside the rows."""
    from experiments.perturbation_grid.figures import drawn

    for file in drawn(options.out):
        print(file)


def _block(name: str, options: Options) -> str:
    return TABLES[name](options.out)


EXPERIMENT = Experiment(
    __package__, batches, {name: partial(_block, name) for name in TABLES}, draw, options, rows="rows"
)
