"""Tables of the saved rows, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.dseg import published
from experiments.dseg.scores import Scores, better
from limetheory.metrics import PairedDifference, holm, interval, paired_differences

REFERENCE = "higra"
"""The data-driven hierarchy, with which the others are compared."""
STABILITY = "Expected relative stability"
"""The only tested metric that does not measure faithfulness."""

SHOWN = (
    "Random model", "Random explanation", "Similarity to random", "Kept-area preservation", "Kept area",
    "Incremental deletion", "Incremental deletion (public sum)", "Preservation", "Deletion", "Noise preservation",
    "Noise deletion", "Contrast preservation", "Contrast deletion", "Deletion AUC", "Insertion AUC", "SRG",
    "Infidelity", "Sensitivity", "Expected stability", "Expected relative stability", "Size", "Gini",
    "Effective number", "Segments",
)  # fmt: skip
TESTED = (
    "Kept-area preservation", "Incremental deletion", "Preservation", "Deletion", "Noise preservation",
    "Noise deletion", "Contrast preservation", "Contrast deletion", "Deletion AUC", "Insertion AUC", "SRG",
    "Infidelity", STABILITY,
)  # fmt: skip

Column = Callable[[str], np.ndarray]


def segmenters(scores: Scores) -> str:
    """Every metric of every segmenter, for LIME."""
    columns = {name: _column(scores, name, "LIME") for name in scores.conditions}
    return _table(SHOWN, columns, published.SEGMENTERS)


def summary(scores: Scores, metrics: Sequence[str]) -> str:
    """Some metrics of every segmenter, one row for each metric, for LIME."""
    lines = [f"| | {' | '.join(f'{m} {better(m)}' for m in metrics)} |", f"|---|{'---:|' * len(metrics)}"]
    for name in scores.conditions:
        cells = [_cell(scores.over(metric, name), None) for metric in metrics]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def variants(scores: Scores, condition: str = REFERENCE) -> str:
    """Every metric of every variant of LIME, on the segments of the hierarchy."""
    columns = {name: _column(scores, condition, name) for name in scores.variants}
    return _table([name for name in SHOWN if name not in ("Segments", "Sensitivity")], columns, published.VARIANTS)


def replacements(scores: Scores) -> str:
    """The metrics that depend on the replacement, with the other replacement."""
    columns = {name: _column(scores, name, "LIME", "mean") for name in scores.conditions}
    chosen = [m for m in SHOWN if (m, scores.conditions[0], "LIME", "mean") in scores.values]
    return _table(chosen, columns, {})


def _column(scores: Scores, condition: str, variant: str, replacement: str = "0.5") -> Column:
    return lambda metric: scores.over(metric, condition, variant, replacement)


def _table(metrics: Sequence[str], columns: dict[str, Column], beside: dict[str, dict[str, float]]) -> str:
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    for metric in metrics:
        cells = [_cell(column(metric), beside.get(metric, {}).get(name)) for name, column in columns.items()]
        lines.append(f"| {metric} {better(metric)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(values: np.ndarray, published_value: float | None) -> str:
    values = values[np.isfinite(values)]
    if not values.size:
        return "–"
    found = interval(values)
    number = _number(found.mean)
    if np.isfinite(found.low):
        number += f" [{_number(found.low)}, {_number(found.high)}]"
    return number if published_value is None else f"{number} ({_published(published_value)})"


def _published(value: float) -> str:
    """A published count with the number of published photographs, such as 12/20; other numbers as they are."""
    return f"{value}/{published.PHOTOGRAPHS}" if isinstance(value, int) else f"{value:g}"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


@dataclass(frozen=True)
class Difference:
    """The hierarchy minus another segmenter in one metric, with the p-value corrected for all comparisons."""

    metric: str
    other: str
    comparison: PairedDifference
    p: float

    @property
    def better(self) -> bool:
        """Whether the hierarchy is better, whatever the p-value."""
        return (self.comparison.difference.mean > 0) == (better(self.metric) == "↑")


def compared(scores: Scores) -> list[Difference]:
    """Every tested metric with every other segmenter, with Holm's correction over all of them."""
    others = [name for name in scores.conditions if name != REFERENCE]
    found = [(metric, name, _comparison(scores, metric, name)) for metric in TESTED for name in others]
    corrected = holm([comparison.p for _, _, comparison in found]).tolist()
    return [Difference(*row, p) for row, p in zip(found, corrected, strict=True)]


def differences(scores: Scores) -> str:
    """The hierarchy minus each other segmenter: the interval, and the p-value corrected over the whole table."""
    found = compared(scores)
    others = list(dict.fromkeys(one.other for one in found))
    lines = [f"| {REFERENCE} minus | {' | '.join(others)} |", f"|---|{'---:|' * len(others)}"]
    for metric in TESTED:
        cells = [_difference_cell(one) for one in found if one.metric == metric]
        lines.append(f"| {metric} {better(metric)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _difference_cell(one: Difference) -> str:
    mean, low, high = one.comparison.difference
    around = f" [{low:+.3f}, {high:+.3f}]" if np.isfinite(low) else ""
    return f"{mean:+.3f}{around}, p {one.comparison.p:.2g} → {one.p:.2g}"


def _comparison(scores: Scores, metric: str, name: str) -> PairedDifference:
    """The comparison on the photographs for which both are defined."""
    mine, theirs = scores.over(metric, REFERENCE), scores.over(metric, name)
    both = np.isfinite(mine) & np.isfinite(theirs)
    return paired_differences({REFERENCE: mine[both], name: theirs[both]})[0]


def stability(scores: Scores) -> str:
    """The standard deviations over repetitions beside those that one explanation predicts, for each photograph."""
    lines = ["| photograph | segmenter | variant | repeated | expected |", "|---|---|---|---:|---:|"]
    for metric, condition, variant, _ in scores.values:
        if metric != "Stability":
            continue
        repeated = scores.over("Stability", condition, variant)
        expected = scores.over("Expected stability", condition, variant)
        for name, a, b in zip(scores.photographs, repeated, expected, strict=True):
            if np.isfinite(a):
                lines.append(
                    f"| {name} | {condition} | {variant} | {a:.4f} | {f'{b:.4f}' if np.isfinite(b) else '–'} |"
                )
    return "\n".join(lines)
