"""The saved rows as one value for each photograph: means over the networks, and over the samples of masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments._frame.groups import read
from experiments.segments.answers import REFERENCE, SAMPLE
from experiments.segments.settings import Settings

if TYPE_CHECKING:
    import pandas


class Measure(NamedTuple):
    """What is compared: a column of one of the answers.

    Attributes:
        title: in tables and figures.
        column: of the rows.
        answer: `REFERENCE` or `SAMPLE`.
        better: ↑ or ↓.
        digits: behind the point.
    """

    title: str
    column: str
    answer: str
    better: str
    digits: int = 3

    @property
    def arrow(self) -> str:
        """The title with the direction of better values."""
        return f"{self.title} {self.better}"


MEASURES = (
    Measure("SRG", "srg", REFERENCE, "↑"),
    Measure("SRG of pixels", "srg_pixels", REFERENCE, "↑"),
    Measure("best quarter keeps the class", "preserved", REFERENCE, "↑"),
    Measure("without the best tenth it changes", "deleted", REFERENCE, "↑"),
    Measure("SRG of 256 masks", "srg", SAMPLE, "↑"),
    Measure("R² of 256 masks", "r_squared", SAMPLE, "↑"),
    Measure("width of intervals, 256 masks", "width", SAMPLE, "↓", 2),
)
"""What the conclusion is about, stated before the photographs were measured."""


@dataclass(frozen=True, eq=False)
class Scores:
    """The rows of the photographs that every finished network has measured with every segmenter.

    Attributes:
        rows: of these photographs and networks.
        photographs, segmenters, networks, counts: which there are, segmenters in the order of the settings.
        unfinished: how many photographs each network has that measured fewer than the others; its rows are left out.
    """

    rows: pandas.DataFrame
    photographs: tuple[str, ...]
    segmenters: tuple[str, ...]
    networks: tuple[str, ...]
    counts: tuple[int, ...]
    unfinished: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: pandas.DataFrame) -> Scores:
        """The scores of rows, without photographs that a segmenter lacks and without unfinished networks."""
        known = set(rows["segmentation"])
        segmenters = tuple(name for name in Settings.segmenters if name in known)
        measured = _measured(rows, len(segmenters))
        whole = max(measured.values(), key=len)
        if not whole:
            raise ValueError(
                f"rows must have a photograph of every segmenter, got none of {rows['photograph'].nunique()}; "
                "run the experiment to its end"
            )
        networks = tuple(name for name, photographs in measured.items() if photographs == whole)
        unfinished = {name: len(photographs) for name, photographs in measured.items() if photographs != whole}
        counts = tuple(sorted(int(count) for count in set(rows["count"])))
        own = rows[rows["photograph"].isin(whole) & rows["network"].isin(networks)]
        return cls(own, whole, segmenters, networks, counts, unfinished)

    def over(self, column: str, answer: str, segmenter: str, count: int) -> np.ndarray:
        """One value for each photograph, NaN where there is none."""
        means = self._means
        if (answer, segmenter, count) not in means:
            return np.full(len(self.photographs), np.nan)
        values: np.ndarray = means[answer, segmenter, count][column].reindex(self.photographs).to_numpy(float)
        return values

    @cached_property
    def _means(self) -> dict[tuple[str, str, int], pandas.DataFrame]:
        """The means over networks of the means over samples, for each photograph: by answer, segmenter and count."""
        columns = list(self.rows.select_dtypes(["number", "bool"]).columns.drop("count"))
        by = ["answer", "segmentation", "count"]
        each = self.rows.groupby([*by, "photograph", "network"])[columns].mean()
        return {key: part.droplevel(by) for key, part in each.groupby([*by, "photograph"]).mean().groupby(level=by)}

    def where_exact(self) -> Scores:
        """The scores of the count at which all masks were evaluated."""
        exact = self.rows[self.rows["count"] == self.counts[0]]
        return replace(self, rows=exact, counts=self.counts[:1])

    def answers(self) -> Iterable[str]:
        """The names of the answers in their order."""
        return dict.fromkeys(self.rows["answer"])


def _measured(rows: pandas.DataFrame, segmenters: int) -> dict[str, tuple[str, ...]]:
    """The photographs that each network has measured with all segmenters."""
    each = rows[["network", "photograph", "segmentation"]].drop_duplicates().groupby(["network", "photograph"]).size()
    whole = each.index[each == segmenters]
    return {
        name: tuple(sorted(whole[whole.get_level_values(0) == name].get_level_values(1)))
        for name in sorted(set(rows["network"]))
    }


@lru_cache(maxsize=2)
def scores(folder: Path) -> Scores:
    """The scores of the saved rows."""
    return Scores.of(read(folder))
