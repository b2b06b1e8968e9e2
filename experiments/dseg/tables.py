"""Tables of the saved rows, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from experiments.dseg import published
from experiments.dseg.scores import Scores, better
from limetheory.metrics import holm, interval, paired_differences

REFERENCE = "higra"
"""The data-driven hierarchy that the others are compared with."""

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
    "Infidelity", "Expected relative stability",
)  # fmt: skip

Column = Callable[[str], np.ndarray]


def segmenters(scores: Scores) -> str:
    """Every metric by segmenter, with LIME."""
    columns = {name: _column(scores, name, "LIME") for name in scores.conditions}
    return _table(SHOWN, columns, published.SEGMENTERS)


def variants(scores: Scores, condition: str = REFERENCE) -> str:
    """Every metric by LIME variant, on the hierarchy's segments."""
    columns = {name: _column(scores, condition, name) for name in scores.variants}
    return _table([name for name in SHOWN if name not in ("Segments", "Sensitivity")], columns, published.VARIANTS)


def replacements(scores: Scores) -> str:
    """The metrics that depend on the replacement, under the other one."""
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
    """A count as a count of the published photographs."""
    return f"{value}/{published.PHOTOGRAPHS}" if isinstance(value, int) else f"{value:g}"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def differences(scores: Scores) -> str:
    """The hierarchy minus each other segmenter: interval, and p-value corrected over the whole table."""
    others = [name for name in scores.conditions if name != REFERENCE]
    found = {metric: _compared(scores, metric, others) for metric in TESTED}
    every = [pair.p for pairs in found.values() for pair in pairs]
    corrected = iter(holm(every).tolist())
    lines = [f"| {REFERENCE} minus | {' | '.join(others)} |", f"|---|{'---:|' * len(others)}"]
    for metric, pairs in found.items():
        cells = [
            f"{pair.difference.mean:+.3f} [{pair.difference.low:+.3f}, {pair.difference.high:+.3f}], "
            f"p {pair.p:.2g} → {next(corrected):.2g}"
            for pair in pairs
        ]
        lines.append(f"| {metric} {better(metric)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _compared(scores: Scores, metric: str, others: list[str]) -> list:  # type: ignore[type-arg]
    """One comparison for each other segmenter, on the photographs where both are defined."""
    mine, compared = scores.over(metric, REFERENCE), []
    for name in others:
        theirs = scores.over(metric, name)
        both = np.isfinite(mine) & np.isfinite(theirs)
        compared += paired_differences({REFERENCE: mine[both], name: theirs[both]})
    return compared


def stability(scores: Scores) -> str:
    """Standard deviations over repetitions beside those that one explanation expects, photograph by photograph."""
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
