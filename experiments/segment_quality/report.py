"""The tables of the saved rows for the documentation, and what they say in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from experiments._frame import Row
from experiments.segment_quality.compared import Difference, differences
from experiments.segment_quality.scores import DECISIVE, MEASURED, SEGMENTS, Scores, arrow, scores
from experiments.segment_quality.segmenters import CLOSE, HIERARCHIES, SEGMENTERS
from experiments.segment_quality.settings import KINDS, MASKS
from experiments.segment_quality.tuning import MAXIMISED, chosen
from limetheory.images.segmentation.search import TRIES
from limetheory.metrics import interval

LEVEL = 0.05


def summary(rows: Sequence[Row], tuning: Sequence[Row]) -> str:
    """What was measured, the conclusion, and the tables."""
    found = scores(rows, KINDS)
    hierarchies = [name for name in HIERARCHIES if name in found.segmenters]
    compared = [one for name in hierarchies for one in differences(found, name)]
    parts = [_measured(found, rows, tuning), *(verdict(compared, name) for name in hierarchies)]
    for count in found.counts:
        parts += [f"{count} segments, all scenes, means with 95 % intervals:", _means(found, count)]
    parts += [f"{found.counts[1]} segments, by kind of scene:", _by_kind(found, rows)]
    for name in hierarchies:
        parts += [
            f"`{name}` minus each other segmenter, scene by scene: mean differences with 95 % intervals over scenes; "
            f"those in parentheses have p > {LEVEL} by sign flips, corrected by Holm over the table:",
            _differences([one for one in compared if one.reference == name]),
        ]
    parts += [
        "How many segments the cuts have: mean, and the smallest and largest number:", _counts(found),
        "What was chosen on the tuning scenes:", _chosen(tuning, found),
    ]  # fmt: skip
    if masked := [row for row in rows if row["kind"] == MASKS]:
        parts += _masks(scores(masked, (MASKS,)))
    return "\n\n".join(parts)


def _measured(found: Scores, rows: Sequence[Row], tuning: Sequence[Row]) -> str:
    first = next(row for row in rows if row["kind"] in KINDS)
    tuned = len({(row["kind"], row["scene"]) for row in tuning})
    regions = [row["regions"] for row in rows if row["kind"] in KINDS]
    photographs = {name for row in rows for name in row.get("photographs", ())}
    return (
        f"{len(found.scenes)} scenes ({', '.join(f'{_number(found, kind)} of {kind}' for kind in found.kinds)}) with "
        f"{min(regions)} to {max(regions)} regions, composed of parts of {len(photographs)} photographs; seed "
        f"{first['seed']}. A search for a number of segments ends within 1 or 1/{CLOSE} of it, or after {TRIES} values "
        "of the segmenter's parameter with the nearest of them. All other parameters were chosen for each number of "
        f"segments by the mean of {' and '.join(name.lower() for name in MAXIMISED)} on {tuned} other scenes."
    )


def _number(found: Scores, kind: str) -> int:
    return sum(scene[0] == kind for scene in found.scenes)


def verdict(compared: Iterable[Difference], reference: str) -> str:
    """For each decisive metric and number of segments: what a hierarchy is better than, worse than, or as good as."""
    sentences = []
    for metric in DECISIVE:
        of_metric = [one for one in compared if (one.reference, one.metric) == (reference, metric)]
        counts = dict.fromkeys(one.segments for one in of_metric)
        parts = [
            f"at {count} segments {_said([one for one in of_metric if one.segments == count])}" for count in counts
        ]
        sentences.append(f"{metric} of `{reference}`: {'; '.join(parts)}.")
    return " ".join(sentences)


def _said(compared: Sequence[Difference]) -> str:
    groups: dict[str, list[str]] = {}
    for one in compared:
        words = "not significantly different from"
        if one.p <= LEVEL:
            words = "better than" if one.better else "worse than"
        groups.setdefault(words, []).append(one.other)
    return ", ".join(f"{words} {_listed(groups[words], len(compared))}" for words in groups)


def _listed(names: Sequence[str], all_of: int) -> str:
    return f"all {all_of} others" if len(names) == all_of > 1 else " and ".join(names)


def _means(found: Scores, count: int) -> str:
    titles = ["segmenter", *map(arrow, MEASURED)]
    return _table(titles, ([f"`{name}`", *(_mean(found.over(metric, name, count)) for metric in MEASURED)]
                           for name in found.segmenters))  # fmt: skip


def _mean(values: np.ndarray) -> str:
    mean, low, high = interval(values, method="BCa", n_resamples=1999)
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]" if np.isfinite(low) else f"{mean:.3f}"


def _by_kind(found: Scores, rows: Sequence[Row]) -> str:
    count, parts = found.counts[1], {kind: scores(rows, (kind,)) for kind in found.kinds}
    columns = [(metric, kind) for metric in DECISIVE for kind in found.kinds]
    titles = ["segmenter", *(f"{arrow(metric)}, {kind}" for metric, kind in columns)]
    return _table(titles, ([f"`{name}`", *(_mean(parts[kind].over(metric, name, count)) for metric, kind in columns)]
                           for name in found.segmenters))  # fmt: skip


def _differences(compared: Sequence[Difference]) -> str:
    columns = list(dict.fromkeys((one.metric, one.segments) for one in compared))
    cells = {(one.other, one.metric, one.segments): _difference(one) for one in compared}
    titles = ["minus", *(f"{arrow(metric)}, {count}" for metric, count in columns)]
    others = dict.fromkeys(one.other for one in compared)
    return _table(titles, ([f"`{other}`", *(cells[(other, *column)] for column in columns)] for other in others))


def _difference(one: Difference) -> str:
    text = f"{one.mean:+.3f} [{one.low:+.3f}, {one.high:+.3f}]"
    return text if one.p <= LEVEL else f"({text})"


def _counts(found: Scores) -> str:
    def cell(name: str, count: int) -> str:
        segments = found.over(SEGMENTS, name, count)
        return f"{segments.mean():.2f} ({segments.min():.0f}–{segments.max():.0f})"

    titles = ["segmenter", *(f"{count} wanted" for count in found.counts)]
    return _table(titles, ([f"`{name}`", *(cell(name, count) for count in found.counts)] for name in found.segmenters))


def _chosen(tuning: Sequence[Row], found: Scores) -> str:
    def cell(name: str, number: int) -> str:
        candidate = SEGMENTERS[name][number]
        return ", ".join([f"{key} {value:g}" for key, value in candidate.settings.items()] + list(candidate.notes))

    names = [name for name in found.segmenters if len(SEGMENTERS[name]) > 1]
    titles = ["segmenter", *(f"{count} segments" for count in found.counts)]
    return _table(titles, ([f"`{name}`", *(cell(name, number) for number in chosen(tuning, name, found.counts))]
                           for name in names))  # fmt: skip


def _masks(found: Scores) -> list[str]:
    names = ", ".join(scene for _, scene in found.scenes)
    columns = [(metric, count) for metric in (*DECISIVE, "Achievable overlap") for count in found.counts]
    titles = ["segmenter", *(f"{arrow(metric)}, {count}" for metric, count in columns)]
    lines = ([f"`{name}`", *(f"{found.over(metric, name, count).mean():.3f}" for metric, count in columns)]
             for name in found.segmenters)  # fmt: skip
    return [f"Images with masks of their own ({names}), means:", _table(titles, lines)]


def _table(titles: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    rows = [titles, ["---", *["---:"] * (len(titles) - 1)], *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
