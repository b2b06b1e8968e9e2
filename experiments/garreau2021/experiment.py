"""What LIME sees in images (Garreau & Mardaoui 2021), with exact limits: which error makes it differ from gradients?

Repeat the figures and tables of Garreau & Mardaoui 2021, and part the disagreement of LIME and integrated gradients.

    limetheory experiment run garreau2021                  digits, and the photographs that scikit-image ships
    limetheory experiment run garreau2021 --data FOLDER    and those of FOLDER, 40 in all
    limetheory experiment run garreau2021 --dataset mnist --data FOLDER       MNIST's files (idx or npz) for digits
    limetheory experiment run garreau2021 --dataset cifar10 --data FOLDER     CIFAR-10's files (binary) for digits
    limetheory experiment run garreau2021 --model NAME --weights FILE         a network of torchvision
    limetheory experiment run garreau2021 --dry-run        what is missing and how long it takes, from the saved rows
    limetheory experiment run garreau2021 --smoke          little of everything, printed only
    limetheory experiment plot garreau2021                 the tables and figures of the saved rows

MNIST and CIFAR-10 are not part of this package; without them the digits of scikit-learn, enlarged to 28 × 28 pixels,
stand for both, and EfficientNet-Lite0, 1 and 2 for the three networks of the study. `--only PART` measures one part.

| part | module | in the study |
|---|---|---|
| figure3 | theory.py | Figure 3: detectors of a shape |
| figure4 | theory.py | Figure 4: a linear model |
| small | small_networks.py, scenes.py, comparison.py | Table 1: four networks trained on small images |
| imagenet | scenes.py, comparison.py | Table 2: ImageNet networks |
| tables | saved_tables.py | the same exactly, on tables of other experiments |
| convergence | convergence.py | concentration in the number of masks and of superpixels |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.garreau2021 import report
from experiments.garreau2021.settings import FULL, SMOKE, Settings
from experiments.lime2016.report import forecast
from experiments.tables.store import NETWORKS
from limetheory.arguments import choice

PARTS = ("figure3", "figure4", "tables", "convergence", "small", "imagenet")
PACKAGES = ("limetheory", "numpy", "scipy", "scikit-learn", "scikit-image", "torch", "lime", "captum")
DATASETS = ("digits", "mnist", "cifar10")


def options(run: Parser, *shown: Parser) -> None:
    """Add the options: data, networks, which part, and whether only to estimate the time."""
    run.add_argument("--dataset", default="digits", metavar="NAME", help=", ".join(DATASETS))
    run.add_argument("--data", type=Path, metavar="FOLDER", help="of the dataset's files; of photographs for digits")
    run.add_argument("--model", metavar="NAME", help="a network in place of EfficientNet-Lite")
    run.add_argument("--weights", type=Path, metavar="FILE", help="a state dict of the network")
    run.add_argument("--only", nargs="+", default=PARTS, metavar="PART", help=", ".join(PARTS))
    run.add_argument("--dry-run", action="store_true", help="say what is missing and how long it takes")


def batches(options: Options) -> list[Batch]:
    """The jobs of all parts; those of photographs in turns, so that a run that is ended has some of each network."""
    parts = [choice("only", part, PARTS) for part in options.only]
    choice("dataset", options.dataset, DATASETS)
    if options.weights and not options.model:
        raise ValueError(f"weights are those of a network, got {options.weights} without one; give --model NAME too")
    settings = SMOKE if options.smoke else FULL
    found = [one for part in parts for one in JOBS[part](options, settings)]
    if options.dry_run:
        print(forecast(Lines(options.out).missing(found), load(options.out)))
        return []
    _refuse_other_files(options, found)
    return [Batch(found, Lines(options.out), PACKAGES)]


def _refuse_other_files(options: Options, jobs: list[Job]) -> None:
    """Refuse a folder without the dataset's files before the first row, and not at each row; of a cluster, there."""
    from experiments.garreau2021.datasets import labelled

    if (
        options.dataset != "digits"
        and not options.cluster
        and any(options.dataset in (one.key or {}).values() for one in jobs)
    ):
        labelled(options.dataset, options.data)


def job(measure: Any, *key: Any, **other: Any) -> Job:
    """A job by its key, the arguments of `theory.key`."""
    from experiments.garreau2021.theory import key as named

    return Job(named(*key, **other), measure)


def _figure3(options: Options, settings: Settings) -> Iterator[Job]:
    from experiments.garreau2021 import theory

    if (data := options.dataset) != "cifar10":
        for position in theory.positions(data):
            measure = partial(theory.detector, data, _folder(options), position, 0, settings)
            yield job(measure, "figure3", data, position, theory.DETECTED, 0)


def _figure4(options: Options, settings: Settings) -> Iterator[Job]:
    from experiments.garreau2021 import theory

    if (data := options.dataset) != "cifar10":
        measure = partial(theory.linear, data, _folder(options), 0, settings)
        yield job(measure, "figure4", data, "linear", theory.WEIGHED, 0)


def _tables(options: Options, settings: Settings) -> Iterator[Job]:
    from experiments.garreau2021 import saved_tables
    from experiments.tables.store import tables

    for d in saved_tables.SUPERPIXELS[: 1 if options.smoke else None]:
        for table in list(tables(d))[: settings.tables]:
            network, photograph = table.about["network"], table.about["photograph"]
            yield job(partial(saved_tables.compared, table, 0, settings), "tables", f"d = {d}", network, photograph, 0)


def _convergence(options: Options, settings: Settings) -> Iterator[Job]:
    from experiments.garreau2021 import convergence

    for d in convergence.SUPERPIXELS[: 2 if options.smoke else None]:
        yield job(partial(convergence.detected, d, 0, settings), "convergence", "leaf", f"{convergence.ON} on", d, 0)


def _small(options: Options, settings: Settings) -> Iterator[Job]:
    from experiments.garreau2021 import scenes
    from experiments.garreau2021.small_networks import BLOCKS

    data, folder = options.dataset, _folder(options)
    for seed in range(settings.seeds):
        for name in list(BLOCKS)[: 2 if options.smoke else None]:
            for variant in scenes.SMALL:
                for image in range(settings.digits if variant == scenes.STUDY else settings.variant_digits):
                    measure = partial(scenes.small, name, data, folder, image, variant, seed, settings)
                    yield job(measure, "small", data, name, image, seed, variant)


def _imagenet(options: Options, settings: Settings) -> Iterator[Job]:
    from experiments.garreau2021 import datasets, scenes

    folder = options.data if options.dataset == "digits" else None
    found = datasets.photographs(folder, settings.photographs)
    names = [options.model] if options.model else NETWORKS[: 1 if options.smoke else None]
    for number, (source, picture, file) in enumerate(found):
        for name in names:
            for variant, runs in _variants(name, number, name == names[0], settings):
                size = replace(settings, repetitions=runs)
                measure = partial(scenes.large, name, options.weights, source, picture, file, variant, number, 0, size)
                yield job(measure, "imagenet", source, name, picture, 0, variant)


def _variants(name: str, number: int, first: bool, settings: Settings) -> list[tuple[str, int]]:
    """The variants of one network and photograph, each with its runs of LIME; others than the study's have one run."""
    from experiments.garreau2021.scenes import LARGE, STUDY

    runs = settings.runs(name)
    others = LARGE[1:] if first and settings.has_variants(number) else ()
    return [(STUDY, runs), *((variant, 1) for variant in others)]


def _folder(options: Options) -> Path | None:
    """The folder of the dataset's files, none for scikit-learn's digits."""
    return None if options.dataset == "digits" else options.data


JOBS = dict(zip(PARTS, (_figure3, _figure4, _tables, _convergence, _small, _imagenet), strict=True))


def draw(options: Options) -> None:
    """Draw the figures."""
    from experiments.garreau2021 import figures

    rows = load(options.out)
    for name, make in figures.FIGURES.items():
        if figure := make(rows):
            figure.savefig(options.out.with_name(f"{name}.png"), dpi=110)


def _block(name: str, options: Options) -> str:
    return report.block(name, load(options.out))


EXPERIMENT = Experiment(
    __package__, batches, {f"garreau2021-{name}": partial(_block, name) for name in report.BLOCKS}, draw, options
)
