"""The tables of the saved rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path

import numpy as np

from experiments._frame.markdown import markdown
from experiments.segments.answers import REFERENCE
from experiments.segments.compared import LEVEL, Difference, differences
from experiments.segments.power import power_table
from experiments.segments.scores import MEASURES, scores
from experiments.segments.settings import REFERENCES
from limetheory.metrics import interval

NOT_YET = "No rows are saved yet: `limetheory experiment run segments --images FOLDER` measures them."


def curves_table(folder: Path) -> str:
    """The mean of each measure for every segmenter and count, and how many segments there are."""
    found = scores(folder)
    lines = [
        (f"≈ {count}", f"`{name}`", f"{found.over('segments', REFERENCE, name, count).mean():.1f}",
         *(_mean(found.over(one.column, one.answer, name, count), one.digits) for one in MEASURES))
        for count in found.counts
        for name in found.segmenters
    ]  # fmt: skip
    columns = ("wanted", "segmenter", "segments", *(one.arrow for one in MEASURES))
    head = f"{len(found.photographs)} photographs, {', '.join(found.networks)}; means with 95 % intervals:"
    return f"{head}\n\n{markdown(columns, lines)}"


def verdict(folder: Path) -> str:
    """Which differences are significant after Holm's correction."""
    found = differences(folder)
    clear = [one for one in found if one.corrected <= LEVEL]
    parts = [f"Of {len(found)} paired differences {len(clear)} are significant at 5 % after Holm's correction."]
    for reference in [name for name in REFERENCES if any(one.reference == name for one in found)]:
        means = (np.mean([job[name] for job in own]) for name in ("evaluations", "cutting", "seconds"))
        lines.append((place, network, f"`{segmenter}`", str(len(own)), *(f"{one:,.1f}" for one in means)))
    return markdown(("place", "network", "segmenter", "jobs", "forward passes", "seconds of cutting", "in all"), lines)


def _mean(values: np.ndarray, digits: int = 3) -> str:
    """The mean over photographs with its 95 % interval."""
    values = values[np.isfinite(values)]
    if not len(values):
        return "–"
    found = interval(values) if len(values) > 1 else None
    if found is None or not np.isfinite(found.low):
        return f"{values.mean():.{digits}f}"
    return f"{found.mean:.{digits}f} ({found.low:.{digits}f} … {found.high:.{digits}f})"


def _difference(one: Difference) -> str:
    text = f"{_signed(one.difference, one.measure.digits)}, p = {one.corrected:.2g}"
    return f"**{text}**" if one.corrected <= LEVEL else text


def _signed(found: Iterable[float], digits: int = 3) -> str:
    mean, low, high = found
    around = f" ({low:+.{digits}f} … {high:+.{digits}f})" if np.isfinite(low) else ""
    return f"{mean:+.{digits}f}{around}"


def _if_saved(table: Callable[[Path], str]) -> Callable[[Path], str]:
    """The table, or a sentence where there are no rows yet."""

    @wraps(table)
    def shown(folder: Path) -> str:
        return table(folder) if any(folder.glob("*/*.parquet")) else NOT_YET

    return shown


TABLES: dict[str, Callable[[Path], str]] = {
    "segments-power": lambda folder: power_table(),
    "segments-verdict": _if_saved(verdict),
    "segments-curves": _if_saved(curves_table),
    "segments-differences": _if_saved(differences_table),
    "segments-exact": _if_saved(exact_table),
    "segments-answers": _if_saved(answers_table),
    "segments-cost": _if_saved(cost_table),
}
"""The tables by the name of their block."""
