"""Are figures of explanations readable whatever the shape of the photograph, the segmenter, and the length of names?

    limetheory experiment run odd_shapes            explains 12 photographs and draws sheet-1.png … sheet-12.png anew
    limetheory experiment run odd_shapes --smoke    two figures, nothing is saved

A sheet has the figures of one photograph: those of every segmenter that needs no weights of the user's, at three
levels, which are three numbers of superpixels, or three depths of a hierarchy in one figure. Nothing is measured but
the pictures: the function explained is the redness of the photograph's middle, so that every figure is there within
seconds, and the photographs are cut out of those that scikit-image and scikit-learn carry.

| module | idea |
|---|---|
| photographs.py | the photographs, their shapes and names |
| figures.py | the figures of a photograph |
| sheet.py | all of them on one picture |
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Row

PACKAGES = ("limetheory", "numpy", "matplotlib", "scikit-image", "higra")


def row(folder: Path | None) -> Row:
    """Draw the figures, those of each photograph on a sheet in a folder; without a folder two, which are not saved."""
    from experiments.odd_shapes.figures import FLAT, HIERARCHIES, MASKS, NUMBERS, figure_of, hierarchy_figure, of_case
    from experiments.odd_shapes.photographs import CASES
    from experiments.odd_shapes.sheet import write

    if folder:
        for number, case in enumerate(CASES, start=1):
            write(folder / f"sheet-{number}.png", *of_case(case))
    else:
        figure_of(CASES[0], FLAT[0], NUMBERS[0])
        hierarchy_figure(CASES[1], HIERARCHIES[0])
    return {
        "shapes": [f"{case.shape[0]}:{case.shape[1]}" for case in CASES], "segmenters": [*FLAT, *HIERARCHIES],
        "masks": MASKS, "seed": 0,
    }  # fmt: skip


def batches(options: Options) -> list[Batch]:
    """A single job, which is done in every run."""
    job = Job(None, partial(row, None if options.smoke else options.out.parent))
    return [Batch([job], Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches)
