"""The saved rows as arrays over scenes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from experiments._frame import Row
from limetheory.metrics import METRICS

SEGMENTS = "segments"
"""The entry of a cut that says how many segments it has."""

MEASURED = (
    "Boundary recall", "Boundary precision", "Achievable segmentation accuracy", "Undersegmentation error",
    "Achievable overlap", "Explained variation",
)  # fmt: skip
DECISIVE = ("Boundary recall", "Achievable segmentation accuracy")
"""The metrics that the conclusion is about, stated before the scenes were measured."""


def arrow(metric: str) -> str:
    """The metric with the direction of better values."""
    return f"{metric} {METRICS[metric].better}"


@dataclass(frozen=True)
class Scores:
    """The rows of some scenes, of those that every segmenter has cut.

    Attributes:
        segmenters: in the order of the rows.
        counts: the wanted numbers of segments, rising.
        scenes: kind and scene, in the order of the rows.
        cuts: for segmenter and scene the qualities of each count.
    """

    segmenters: tuple[str, ...]
    counts: tuple[int, ...]
    scenes: tuple[tuple[str, str], ...]
    cuts: dict[tuple[str, tuple[str, str]], dict[str, dict[str, float]]]

    def over(self, metric: str, segmenter: str, count: int) -> np.ndarray:
        """One value of a metric for each scene."""
        return np.array([self.cuts[segmenter, scene][str(count)][metric] for scene in self.scenes])

    @property
    def kinds(self) -> list[str]:
        """The kinds of scenes, in the order of the rows."""
        return list(dict.fromkeys(kind for kind, _ in self.scenes))


def scores(rows: Iterable[Row], kinds: Sequence[str]) -> Scores:
    """The scores on the scenes of some kinds.

    Raises:
        ValueError: no such rows, or rows of several settings or sources of photographs.
    """
    chosen = [row for row in rows if row["kind"] in kinds]
    origins = {(row["digest"], row["source"]) for row in chosen}
    if len(origins) != 1:
        raise ValueError(
            f"rows must be of one source and of the same settings, got {len(origins)} in {', '.join(kinds)}; "
            "move the others away, or run the experiment first"
        )
    segmenters = tuple(dict.fromkeys(row["segmenter"] for row in chosen))
    cuts = {(row["segmenter"], (row["kind"], str(row["scene"]))): row["cuts"] for row in chosen}
    scenes = tuple(
        scene
        for scene in dict.fromkeys((row["kind"], str(row["scene"])) for row in chosen)
        if all((name, scene) in cuts for name in segmenters)
    )
    counts = tuple(sorted(map(int, chosen[0]["cuts"])))
    return Scores(segmenters, counts, scenes, cuts)
