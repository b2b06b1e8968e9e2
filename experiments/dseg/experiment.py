"""Do data-driven, hierarchical segments explain better than slic, quickshift, felzenszwalb, watershed or a grid?

    limetheory experiment run dseg --images FOLDER --dry-run    evaluations and hours, nothing else
    limetheory experiment run dseg --images FOLDER    a file of rows for each network and photograph; it resumes
    limetheory experiment plot dseg                   tables and pictures from the saved rows, and segments.png
    limetheory experiment plot dseg --images FOLDER   segments.png of photographs of a folder, to look at

The comparison of DSEG-LIME (arXiv 2403.07733) with what its public code gets wrong put right: every segmenter is
given labels 0..d−1 and the number of segments of the hierarchy, all variants are what their names say, each
network's own probabilities are explained, and differences come with paired tests.

| module | idea |
|---|---|
| settings.py | what is varied and what is fixed |
| partitions.py | a photograph → segments of any segmenter, matched in number, finer on request |
| variants.py | LIME, S-LIME, GLIME, BayLIME on the same set function |
| measures.py | a photograph → one row for each condition and metric |
| sheets.py | the store: one file for each network and photograph, written whole or not at all |
| run.py | a job for each network and photograph, and its cost beforehand |
| published.py | the published counts |
| scores.py, ranks.py | the rows as arrays; average ranks and their critical difference |
| tables.py, figures.py, report.py | what is made of the rows |
| contact_sheet.py | segments of several photographs side by side, to look at |
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Options, Parser
from experiments.dseg.report import beside, summary, write
from experiments.dseg.settings import HIERARCHIES, Settings
from experiments.dseg.sheets import Sheets
from experiments.tables.store import photographs
from limetheory.arguments import integer

PACKAGES = ("limetheory", "numpy", "scipy", "scikit-image", "scikit-learn", "torch", "higra")


def options(run: Parser, plot: Parser, *_: Parser) -> None:
    """Add the options: photographs, networks and how they are run."""
    run.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", metavar="NAME", help="all three EfficientNet-Lite if left out")
    run.add_argument("--checkpoint", metavar="FILE", help="of SAM, which is then one of the segmenters")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs only")
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--precision", default="float32", choices=("float32", "bfloat16"))
    run.add_argument("--device", default="cpu")
    run.add_argument("--dry-run", action="store_true", help="print the evaluations and hours, and stop")
    plot.add_argument(
        "--images",
        type=Path,
        metavar="FOLDER",
        help="draw segments.png here, of ten photographs of it, and nothing else",
    )


def batches(options: Options) -> list[Batch]:
    """The jobs for every network and photograph, on a CPU with one process for each core, else in a single process."""
    from experiments.dseg.run import jobs

    integer("limit", 1 if options.limit is None else options.limit, 1)
    settings = _settings(options)
    if options.smoke:
        settings, options.limit = settings.small(), options.limit or 1
    store = Sheets(options.out, settings.digest())
    todo = list(jobs(photographs(options.images, options.limit), settings, options.device))
    workers = (os.cpu_count() or 1) if options.device == "cpu" else 1
    if options.dry_run:
        print(_plan(store.missing(todo), settings, options.device, options.workers or workers))
        return []
    return [Batch(todo, store, PACKAGES, workers=workers)]


def _settings(options: Options) -> Settings:
    settings = replace(Settings(), checkpoint=options.checkpoint, seed=options.seed, precision=options.precision)
    if options.networks:
        settings = replace(settings, networks=tuple(options.networks))
    if options.checkpoint:
        settings = replace(settings, segmenters=(*HIERARCHIES, *settings.segmenters[1:]))
    return settings


def _plan(todo: Sequence[Job], settings: Settings, device: str, workers: int) -> str:
    from experiments.dseg import run

    keys = [job.key or {} for job in todo]
    names = list(dict.fromkeys(key["photograph"] for key in keys))
    passes = sum(run.evaluations(settings, key["photograph"] in names[: settings.spot_checks]) for key in keys)
    seconds = run.seconds_per_pass(settings, device, 1)
    hours = passes * seconds / workers / 3600
    return (
        f"{len(todo)} files to do: {len(names)} photographs, {len({key['network'] for key in keys})} networks, "
        f"{len(settings.conditions())} segmentations, {len(settings.variants)} variants\n"
        f"at most {passes:,} forward passes of {1000 * seconds:.1f} ms on {workers} process(es): {hours:.1f} hours"
    )


def draw(options: Options) -> None:
    """Write a page, draw two figures for each network, and the segments of packaged photographs."""
    from experiments.dseg import contact_sheet

    if options.images is not None:
        print(contact_sheet.write(Path.cwd(), contact_sheet.of_folder(options.images)))
        return
    for file in [*write(options.out), contact_sheet.write(beside(options.out), contact_sheet.packaged())]:
        print(file)


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"dseg": lambda options: summary(options.out)},
    draw,
    options,
    rows="rows",
)
