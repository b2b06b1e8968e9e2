"""The tables of the saved rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np

from experiments._frame.groups import about
from experiments._frame.markdown import markdown
from experiments.segments.answers import REFERENCE, SAMPLE
from experiments.segments.compared import LEVEL, Difference, differences
from experiments.segments.mixed import Contrast, contrasts
from experiments.segments.power import power_tables
from experiments.segments.scores import MEASURES, Scores, scores
from experiments.segments.settings import CLASSICAL, FOLLOWING, REFERENCES
from limetheory.metrics import interval, paired_differences

FIGURE = "![Curves of the measures over the number of segments](../../experiments/segments/curves.png)"
NOT_YET = "No rows are saved yet: `limetheory experiment run segments --images FOLDER` measures them."


def curves_table(folder: Path) -> str:
    """The mean of each measure for every segmenter and count, and how many segments there are."""
    found = scores(folder)
    lines = [
        (f"≈ {count}", f"`{name}`", f"{found.over('segments', REFERENCE, name, count).mean():.1f}",
         *(_mean(found.over(one.column, one.answer, name, count), one.digits) for one in MEASURES),
         *(f"{found.over(area, REFERENCE, name, count).mean():.3f}" for area in ("kept_area", "gone_area")))
        for count in found.counts
        for name in found.segmenters
    ]  # fmt: skip
    columns = (
        "wanted",
        "segmenter",
        "segments",
        *(one.arrow for one in MEASURES),
        "area of the best quarter",
        "of the best tenth",
    )
    left_out = "".join(
        f"; {name} has measured {count} of them, and is left out until it has all"
        for name, count in found.unfinished.items()
    )
    networks = ", ".join(found.networks)
    head = f"{len(found.photographs)} photographs, {networks}{left_out}; means with 95 % intervals:"
    return f"{FIGURE}\n\n{head}\n\n{markdown(columns, lines)}"


def verdict(folder: Path) -> str:
    """Which differences are significant after Holm's correction."""
    found = differences(folder)
    clear = [one for one in found if one.corrected <= LEVEL]
    parts = [f"Of {len(found)} paired differences {len(clear)} are significant at 5 % after Holm's correction."]
    for reference in [name for name in REFERENCES if any(one.reference == name for one in found)]:
        own = [one for one in clear if one.reference == reference]
        better, worse = ([one for one in own if one.better is way] for way in (True, False))
        parts.append(f"`{reference}` is better in {_named(better)}, and worse in {_named(worse)}.")
    return " ".join(parts)


def _named(found: Sequence[Difference]) -> str:
    if not found:
        return "none"
    by_measure: dict[str, list[str]] = {}
    for one in found:
        by_measure.setdefault(one.measure.title, []).append(f"{one.other} at {one.wanted}")
    said = "; ".join(f"{title} ({', '.join(others)})" for title, others in by_measure.items())
    return f"{len(found)}: {said}"


def differences_table(folder: Path) -> str:
    """Each hierarchy minus each classical segmenter: the mean, its interval, and the corrected p."""
    found = differences(folder)
    others = [name for name in CLASSICAL if any(one.other == name for one in found)]
    lines = [
        (f"`{reference}`", measure.arrow, f"≈ {count}",
         *(_difference(one) for one in found if (one.reference, one.measure, one.wanted) == key))
        for reference, measure, count in dict.fromkeys((one.reference, one.measure, one.wanted) for one in found)
        for key in [(reference, measure, count)]
    ]  # fmt: skip
    return markdown(("hierarchy", "measure", "segments", *(f"minus {name}" for name in others)), lines)


def mixed_table(folder: Path) -> str:
    """Each hierarchy minus the mean of the classical segmenters over all counts, by a mixed model."""
    found = scores(folder)
    lines = [
        (f"`{one.reference}`", one.measure.arrow, *_contrast(one), *_contrast(without),
         *(f"{100 * share:.0f} %" for share in one.shares))
        for one, without in zip(contrasts(found), contrasts(found, FOLLOWING), strict=True)
    ]  # fmt: skip
    shares = ("photographs", "cuts of one", "residual")
    columns = ("hierarchy", "measure", "minus classical", "p, Holm", "minus those without the grid", "p, Holm", *shares)
    return markdown(columns, lines)


def _contrast(one: Contrast) -> tuple[str, str]:
    return _signed(one.interval, one.measure.digits), _bold(f"{one.corrected:.2g}", one.corrected <= LEVEL)


def _bold(text: str, bold: bool) -> str:
    return f"**{text}**" if bold else text


def exact_table(folder: Path) -> str:
    """Where all masks were evaluated: what the segments do, and what the sampling of masks takes away."""
    found = scores(folder).where_exact()
    lines = [
        (f"`{name}`", *(_mean(found.over(column, REFERENCE, name, found.counts[0])) for column in OF_LIMIT),
         *(_mean(found.over(column, SAMPLE, name, found.counts[0])) for column in OF_SAMPLE),
         _lost(found, name))
        for name in found.segmenters
    ]  # fmt: skip
    columns = (*OF_LIMIT.values(), *OF_SAMPLE.values(), "SRG lost to noise ↓")
    return markdown(("segmenter", *columns), lines)


OF_LIMIT = {
    "first_order": "Walsh energy of order 1 ↑", "r_squared": "R² of the limit ↑",
    "srg": "SRG of the limit ↑",
}  # fmt: skip
OF_SAMPLE = {
    "srg": "SRG of a sample ↑", "error": "squared error ↓", "agreement": "rank agreement ↑",
}  # fmt: skip


def _lost(found: Scores, name: str) -> str:
    """SRG of the limit minus that of samples, with its interval over photographs."""
    limit, sample = (found.over("srg", answer, name, found.counts[0]) for answer in (REFERENCE, SAMPLE))
    if len(limit) < 2:
        return f"{(limit - sample).mean():+.3f}"
    return _signed(paired_differences({REFERENCE: limit, SAMPLE: sample}, rng=0)[0].difference)


def answers_table(folder: Path) -> str:
    """SRG of every kind of explanation of the same values, where all masks were evaluated."""
    found = scores(folder).where_exact()
    names = list(found.answers())
    lines = [
        (f"`{name}`", *(_mean(found.over("srg", answer, name, found.counts[0])) for answer in names))
        for name in found.segmenters
    ]
    return markdown(("SRG ↑", *(_answer(name) for name in names)), lines)


def _answer(name: str) -> str:
    return {REFERENCE: "limit of LIME", SAMPLE: "least squares, 256 masks"}.get(name, name)


def cost_table(folder: Path) -> str:
    """Forward passes and processor time of a job, and how long it took beside whatever else was running."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for job in (about(file) for file in sorted(folder.glob("*/*.parquet"))):
        groups.setdefault((job["place"], job["network"], job["segmentation"]), []).append(job)
    columns = ("place", "network", "segmenter", "jobs", "forward passes", "seconds of cutting", "processor", "elapsed")
    return markdown(columns, [_cost(*key, own) for key, own in sorted(groups.items())])


def _cost(place: str, network: str, segmenter: str, jobs: list[dict[str, Any]]) -> tuple[str, ...]:
    means = (np.mean([job[name] for job in jobs]) for name in ("evaluations", "cutting", "processor", "seconds"))
    return place, network, f"`{segmenter}`", str(len(jobs)), *(f"{one:,.1f}" for one in means)


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
    return _bold(text, one.corrected <= LEVEL)


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
    "segments-power": power_tables,
    "segments-verdict": _if_saved(verdict),
    "segments-curves": _if_saved(curves_table),
    "segments-differences": _if_saved(differences_table),
    "segments-mixed": _if_saved(mixed_table),
    "segments-exact": _if_saved(exact_table),
    "segments-answers": _if_saved(answers_table),
    "segments-cost": _if_saved(cost_table),
}
"""The tables by the name of their block."""
