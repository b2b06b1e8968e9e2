"""The summary of the saved rounds for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

OWN, PEER = "limetheory", "shap TreeExplainer, path-dependent"
INTERVENTIONAL = "shap TreeExplainer, interventional, one background"


def table(rows: list[dict[str, Any]]) -> str:
    """Medians over the rounds, with ratios computed in each round."""
    first = rows[0]
    sizes = list(first["milliseconds"][PEER])
    loads = [row["load"] for row in rows]
    lines = [
        f"{first['trees']} trees of depth {first['depth']}, {first['leaves']} leaves, {first['pixels']} pixels, "
        f"d = {first['superpixels']}, {first['images']} images in batches. Milliseconds of processor time per "
        "explanation, and in brackets that of shap's path-dependent mode over the contender's, which is above 1 where "
        f"the contender is faster (medians of {len(rows)} rounds, of the ratios in pairs and with quartiles; load of "
        f"the machine {min(loads):.1f} to {max(loads):.1f}):",
        "",
        f"| | {' | '.join(f'batches of {size}' for size in sizes)} |",
        f"|---|{'---:|' * len(sizes)}",
        *(f"| {name} | {' | '.join(_cell(rows, name, size) for size in sizes)} |" for name in first["milliseconds"]),
        "",
        f"{_faster(rows, sizes)} shap's explanations are Shapley values, limetheory's the limits of image LIME.",
    ]
    return "\n".join(lines)


def _cell(rows: list[dict[str, Any]], name: str, size: str) -> str:
    taken = statistics.median(row["milliseconds"][name][size]["processor"] for row in rows)
    low, middle, high = np.quantile(ratios(rows, PEER, name, size), [0.25, 0.5, 0.75])
    return f"{taken:.2f} ({middle:.2f} [{low:.2f}, {high:.2f}])"


def ratios(rows: list[dict[str, Any]], name: str, other: str, size: str) -> list[float]:
    """The processor time of one contender divided by that of another, for each round."""
    times = (row["milliseconds"] for row in rows)
    return [one[name][size]["processor"] / one[other][size]["processor"] for one in times]


def _faster(rows: list[dict[str, Any]], sizes: Sequence[str]) -> str:
    """Which of shap's modes limetheory is faster than, for each size of the batches."""
    parts = []
    for mode in (PEER, INTERVENTIONAL):
        won = [size for size in sizes if statistics.median(ratios(rows, mode, OWN, size)) > 1]
        where = f"in batches of {', '.join(won)} images" if won else "in batches of no size"
        parts.append(f"than {mode.removeprefix('shap TreeExplainer, ')} {where}")
    return f"limetheory takes less processor time {'; less '.join(parts)}."
