"""Do segments that follow objects make better explanations: hierarchies and classical segmenters, with exact limits?

    limetheory experiment run segments --images FOLDER --side 128 --dry-run    forward passes and hours, nothing else
    limetheory experiment run segments --images FOLDER --side 128 --workers 2    a file of rows for each job; it resumes
    limetheory experiment plot segments                 tables and the figure from the saved rows

One job measures a photograph with one network and one segmenter, cut into about 8, 16 and 32 segments. At about 8 all
masks are evaluated, so that the exact limit of LIME, the Shapley value and samples of masks come from one table:
what better segments do and what less noise does are then apart. The experiment `dseg` is the earlier comparison.

| module | idea |
|---|---|
| settings.py | what is varied and what is fixed |
| cuts.py | a photograph → segments of any segmenter, matched in number |
| answers.py | the explanations of a set function |
| scorer.py | how faithful a map is |
| measure.py | the rows of a photograph, network and segmenter |
| cost.py | forward passes and hours before anything is run |
| power.py | which differences so many photographs can show |
| scores.py | the rows as one value for each photograph |
| compared.py | paired differences of the hierarchies and the classical segmenters |
| mixed.py | one contrast for each hierarchy and measure, by a mixed model |
| report.py, figures.py | tables and the figure |
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Options, Parser
from experiments._frame.groups import Groups
from experiments._frame.saved_rows import load
from experiments.segment_quality.tuning import chosen
from experiments.segments.report import TABLES
from experiments.segments.settings import Settings
from experiments.tables.store import photographs
from limetheory.arguments import integer

PACKAGES = ("limetheory", "numpy", "scipy", "scikit-image", "torch", "higra", "pyarrow")
TUNING = Path(__file__).parents[1] / "segment_quality" / "tuning.jsonl"
"""The scenes on which the parameters of the segmenters were chosen."""


def options(run: Parser, *_: Parser) -> None:
    """Add the options: photographs, networks, segmenters and how they are run."""
    run.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", metavar="NAME", help="EfficientNet-Lite0 and 1 if left out")
    run.add_argument("--segmenters", nargs="+", metavar="NAME", choices=Settings.segmenters, help="all if left out")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs only")
    run.add_argument("--side", type=int, metavar="PIXELS", help="of the networks' images; their own if left out")
    run.add_argument("--device", default="cpu")
    run.add_argument("--dry-run", action="store_true", help="print the forward passes and hours, and stop")


def batches(options: Options) -> list[Batch]:
    """A job for each network, photograph and segmenter."""
    from experiments.segments.cost import plan
    from experiments.segments.measure import jobs

    integer("limit", 1 if options.limit is None else options.limit, 1)
    settings, workers = _settings(options), options.workers or 1
    store = Groups(options.out, settings.digest())
    place = "Dask cluster" if options.cluster else f"{workers} process{'es' * (workers > 1)}"
    todo = list(jobs(photographs(options.images, options.limit), settings, options.device, place))
    if options.dry_run:
        print(plan(store.missing(todo), settings, options.device, workers))
        return []
    return [Batch(todo, store, PACKAGES)]


def _settings(options: Options) -> Settings:
    """Those of the options; what `--smoke` makes small is as large as they say where they say so."""
    settings = Settings()
    if options.smoke:
        settings, options.limit = settings.small(), options.limit or 1
    elif TUNING.exists():
        settings = replace(settings, candidates=_tuned(settings))
    if options.side is not None:
        settings = replace(settings, side=integer("side", options.side, 32))
    if options.segmenters:
        settings = replace(settings, segmenters=tuple(options.segmenters))
    return replace(settings, networks=tuple(options.networks)) if options.networks else settings


def _tuned(settings: Settings) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The parameters that suit each segmenter best at each count, by the tuning scenes of segment_quality."""
    rows = load(TUNING)
    names = sorted({row["segmenter"] for row in rows})
    return tuple((name, chosen(rows, name, settings.counts)) for name in names)


def draw(options: Options) -> None:
    """Draw the figure beside the rows."""
    from experiments.segments.figures import drawn

    print(drawn(options.out))


def _block(name: str, options: Options) -> str:
    return TABLES[name](options.out)


EXPERIMENT = Experiment(
    __package__, batches, {name: partial(_block, name) for name in TABLES}, draw, options, rows="rows"
)
