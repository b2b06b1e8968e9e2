"""The saved rows as arrays over photographs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.dseg.measures import Row
from experiments.dseg.sheets import ROWS, read
from limetheory.metrics import METRICS

REPLACEMENT = "0.5"
"""The replacement in the tables: grey, which is 0 after the networks' preprocessing, as in the public code."""

_LIKE = {
    "Kept area": "Size",
    "Expected relative stability": "Expected stability",
}


def better(metric: str) -> str:
    """The direction of better values, ↑, ↓ or →0; "" if there is none."""
    known = METRICS.get(_LIKE.get(metric, metric))
    return known.better if known else ""


def label(segmenter: str, depth: int) -> str:
    """The name of a condition in tables and figures."""
    return segmenter if depth == 1 else f"{segmenter}, depth {depth}"


@dataclass(frozen=True)
class Scores:
    """The rows of one network."""

    network: str
    photographs: tuple[str, ...]
    values: dict[tuple[str, str, str, str], dict[str, float]]
    """For (metric, condition, variant, replacement), the value of each photograph."""

    def over(self, metric: str, condition: str, variant: str = "LIME", replacement: str = REPLACEMENT) -> np.ndarray:
        """One value for each photograph, NaN if it is not defined; metrics without a replacement are found for any."""
        keys = [
            (metric, condition, variant, replacement),
            (metric, condition, variant, ""),
            (metric, condition, "", ""),
        ]
        found = next((self.values[key] for key in keys if key in self.values), {})
        return np.array([found.get(name, np.nan) for name in self.photographs])

    @property
    def conditions(self) -> list[str]:
        """All conditions, in the order of the rows."""
        return list(dict.fromkeys(condition for _, condition, _, _ in self.values))

    @property
    def variants(self) -> list[str]:
        """All variants, in the order of the rows."""
        return list(dict.fromkeys(variant for _, _, variant, _ in self.values if variant))


def scores(folder: Path = ROWS) -> list[Scores]:
    """The saved rows of each network."""
    by_network: dict[str, list[tuple[str, Row]]] = {}
    for network, photograph, row in read(folder):
        by_network.setdefault(network, []).append((photograph, row))
    if not by_network:
        raise ValueError(f"rows must be in {folder}, got none; run the experiment first")
    return [_scores(network, rows) for network, rows in by_network.items()]


def _scores(network: str, rows: Iterable[tuple[str, Row]]) -> Scores:
    values: dict[tuple[str, str, str, str], dict[str, float]] = {}
    photographs: dict[str, None] = {}
    for photograph, row in rows:
        key = (row.metric, label(row.segmenter, row.depth), row.variant, row.replacement)
        values.setdefault(key, {})[photograph] = row.value
        photographs[photograph] = None
    return Scores(network, tuple(photographs), values)
