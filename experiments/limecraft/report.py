"""Means of every way of cutting a photograph, and the paired differences of regions by hand and automatic ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments._frame import Row
from experiments._frame.markdown import markdown
from experiments._frame.saved_rows import load
from experiments.limecraft.settings import AUTOMATIC, HAND
from limetheory.metrics import holm, interval, paired_differences
from limetheory.metrics.intervals import Interval

NOT_YET = "No rows are saved yet: `limetheory experiment run limecraft --images FOLDER` measures them."

MEASURES = {
    "deviation": "relative deviation of repetitions ↓", "agreement": "rank agreement of repetitions ↑",
    "chosen": "same five largest ↑", "noise": "rank agreement under noise ↑", "width": "relative width of intervals ↓",
    "absolute_width": "width of intervals ↓", "srg": "SRG ↑", "srg_pixels": "SRG of pixels ↑",
    "preserved": "preservation ↑", "deleted": "deletion ↑",
}  # fmt: skip


class Difference(NamedTuple):
    """Regions by hand minus an automatic segmenter in one measure: mean, interval, and p by Holm's correction."""

    measure: str
    other: str
    difference: Interval
    corrected: float


def values(rows: Sequence[Row], measure: str, way: str) -> np.ndarray:
    """One value for each photograph: the mean over the networks."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["photograph"], []).append(row["ways"][way][measure])
    return np.array([np.mean(found[name]) for name in sorted(found)])


def differences(rows: Sequence[Row]) -> list[Difference]:
    """All differences, with Holm's correction over them."""
    pairs = [(measure, other) for measure in MEASURES for other in AUTOMATIC]
    raw = [
        paired_differences({HAND: values(rows, measure, HAND), other: values(rows, measure, other)}, rng=0)[0]
        for measure, other in pairs
    ]
    corrected = holm([one.p for one in raw]).tolist()
    return [
        Difference(measure, other, one.difference, p)
        for (measure, other), one, p in zip(pairs, raw, corrected, strict=True)
    ]


def means_table(rows: Sequence[Row]) -> str:
    """The mean of each measure in every way, with its 95 % interval over photographs."""
    ways = (HAND, *AUTOMATIC)
    lines = [
        ("superpixels", *(f"{values(rows, 'segments', way).mean():.1f}" for way in ways)),
        *((title, *(_mean(values(rows, measure, way)) for way in ways)) for measure, title in MEASURES.items()),
    ]
    return f"{_head(rows)}\n\n{markdown(('measure', *ways), lines)}"


def differences_table(rows: Sequence[Row]) -> str:
    """Which differences are clear after Holm's correction, and all of them."""
    if len({row["photograph"] for row in rows}) < 2:
        return "Differences need two photographs or more."
    found = differences(rows)
    clear = [one for one in found if one.corrected <= 0.05]
    head = f"Of {len(found)} paired differences {len(clear)} are significant at 5 % after Holm's correction."
    lines = [
        (title, *(_difference(one) for one in found if one.measure == measure)) for measure, title in MEASURES.items()
    ]
    return f"{head}\n\n{markdown((HAND, *(f'minus {name}' for name in AUTOMATIC)), lines)}"


def _head(rows: Sequence[Row]) -> str:
    photographs = {row["photograph"]: row["source"] for row in rows}
    masks = sum(source == "mask" for source in photographs.values())
    settings = rows[0]["settings"]
    networks = ", ".join(sorted({row["network"] for row in rows}))
    return (
        f"{len(photographs)} photographs, {masks} with a mask that a person drew and the others with regions drawn "
        f"from their hierarchies; {networks}; {settings['n']} masks and {settings['seeds']} seeds; "
        f"{np.mean([row['evaluations'] for row in rows]):,.0f} forward passes for each row:"
    )


def _mean(found: np.ndarray) -> str:
    if len(found) < 2:
        return f"{found.mean():.3f}"
    mean, low, high = interval(found)
    return f"{mean:.3f}" + (f" ({low:.3f} … {high:.3f})" if np.isfinite(low) else "")


def _difference(one: Difference) -> str:
    mean, low, high = one.difference
    around = f" ({low:+.3f} … {high:+.3f})" if np.isfinite(low) else ""
    text = f"{mean:+.3f}{around}, p = {one.corrected:.2g}"
    return f"**{text}**" if one.corrected <= 0.05 else text


def _if_saved(table: Callable[[Sequence[Row]], str]) -> Callable[[Path], str]:
    """The table of a file of rows, or a sentence where there are none yet."""

    def shown(file: Path) -> str:
        rows = load(file)
        return table(rows) if rows else NOT_YET

    return shown


TABLES = {"limecraft": _if_saved(means_table), "limecraft-differences": _if_saved(differences_table)}
"""The tables by the name of their block."""
