"""Small scenes and rows for the tests of the experiment on the quality of segments."""

from functools import cache

import numpy as np

from experiments.segment_quality.photographs import photographs
from experiments.segment_quality.scenes import composed
from experiments.segment_quality.settings import KINDS, Settings

SMALL = Settings().small()


@cache
def small_scenes():
    """Some scenes of each kind, of scikit-image's pictures, by kind and number."""
    return {(kind, number): composed(photographs(None), SMALL, kind, number) for kind in KINDS for number in range(6)}


def row(segmenter, number, base, kind="textures", **others):
    """A row whose boundary recall is about ``base`` at 4 segments and rises with them."""
    noise = 0.02 * np.sin(7.0 * number + 31.0 * len(segmenter) + 3.0 * KINDS.index(kind)) if kind in KINDS else 0.0
    cuts = {
        str(count): {
            "segments": count + (segmenter == "slic"), "Boundary recall": base + 0.1 * place + noise,
            "Boundary precision": 0.4, "Undersegmentation error": 0.3, "Achievable overlap": 0.5,
            "Achievable segmentation accuracy": base + 0.05 * place - noise, "Explained variation": 0.6,
        }
        for place, count in enumerate((4, 8))
    }  # fmt: skip
    regions = 4 + number % 3 if kind in KINDS else 2
    about = {"regions": regions, "photographs": ["coffee", "grass"], "chosen": [0, 0]}
    return {"kind": kind, "scene": number, "source": "scikit-image", "segmenter": segmenter, "digest": "a", "seed": 0,
            **about, "cuts": cuts, **others}  # fmt: skip


def rows(bases, scenes=24, kinds=KINDS):
    """Rows of segmenters with these boundary recalls at 4 segments."""
    return [row(name, number, base, kind) for number in range(scenes) for kind in kinds for name, base in bases.items()]
