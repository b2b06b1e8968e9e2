"""The few numbers that README.md shows, read from the tables that the experiments make of their saved rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Blocks = Mapping[str, Callable[[], str]]

_HEAD = "| question | measured | limits | page |\n|---|---|---|---|\n"


def evidence(blocks: Blocks) -> str:
    """A table with a row for each claim: what was measured, under which conditions, and the page with details."""
    rows = (_verify, _coverage, _stopping, _rivals, _speed, _cost, _trees, _dseg)
    return _HEAD + "\n".join(f"| {' | '.join(row(blocks))} |" for row in rows)


def cells(text: str, *first: str) -> list[str]:
    """The cells of the one row of a Markdown table that begins with these cells.

    >>> cells("| 12 | a | 1 |\\n| 12 | b | 2 |", "12", "b")
    ['12', 'b', '2']

    Raises:
        ValueError: there is no such row.
    """
    for line in text.splitlines():
        found = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and tuple(found[: len(first)]) == first:
            return found
    raise ValueError(f"a table must have a row that begins with {first}, got none; change what README.md quotes")


def found(text: str, pattern: str) -> str:
    """The first group of a pattern in a text.

    Raises:
        ValueError: the text has no such place.
    """
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"a text must match {pattern!r}, got none; change what README.md quotes")
    return match[1]


def _page(name: str) -> str:
    return f"[{name}](docs/results/{name}.md)"


def _verify(blocks: Blocks) -> list[str]:
    text = blocks["verify"]()
    passed = found(text, r"(\d+ of \d+) checks passed")
    rate = found(text, r"chelsea: rate of the error +(\S+)")
    return [
        "Does LIME converge to its limit on a real network?",
        f"{passed} checks pass; the error falls as n^{rate}, where theory says n^−0.5",
        "one network, two photographs, 11 superpixels",
        _page("verify"),
    ]


def _coverage(blocks: Blocks) -> list[str]:
    _, each, _, every, _ = cells(blocks["inference"](), "256")
    wls, ridge, quadrature = (
        cells(blocks["coverage"](), name)[2] for name in ("`wls`", "`wls`, ridge", "`quadrature`")
    )
    return [
        "Do 95 % intervals hold the exact limit?",
        f"for 256 masks each coefficient in {each} of runs, all at once in {every} (in brackets the table with the "
        "smallest share)",
        f"in a grid chosen to be difficult, coverage is at least 93 % in {wls} of the cells of `wls`, {ridge} with "
        f"a ridge, {quadrature} of `quadrature`; no method sees an interaction that no mask shows",
        _page("certainty"),
    ]


def _stopping(blocks: Blocks) -> list[str]:
    _, _, runs, missed, _, masks, _ = cells(blocks["stopping"](), "betting, linear surrogates", "±0.02")
    return [
        "Does an explanation to ±0.02 keep its promise?",
        f"{missed} of {runs} runs missed a coefficient; {masks} masks, median",
        "two tables of one network, 12 superpixels; the guarantee needs bounds of the output",
        _page("certainty"),
    ]


def _rivals(blocks: Blocks) -> list[str]:
    text = blocks["rivals"]()
    few, many = (_beside_rivals(cells(text, "Shapley", d, "125")) for d in ("12", "16"))
    where = found(
        text, r"In (\d+ comparisons limetheory has the smaller error in \d+, (?:no rival in any|a rival in \d+))"
    )
    fifty = cells(blocks["efficiency"](), "50", "1,000")[3]
    worst = found(blocks["worst_case"](), r"The largest ratio of all is ([\d.]+ ± [\d.]+)")
    return [
        "Method alone: how much larger is the mean squared error of others for the same 125 evaluations?",
        f"Shapley values, 12 superpixels: {few}; 16: {many}",
        f"one network; in {where}; 50 superpixels, without rivals: `adjusted` gains {fifty} times on least squares by "
        f"1,000 evaluations; where there is little to learn its error can be larger, {worst} times at most",
        _page("rivals"),
    ]


def _beside_rivals(line: list[str]) -> str:
    """What a line of the table of rivals says of one limit and number of superpixels."""
    own, rival, ratio, _, _, plain, paired, _ = line[3:]
    best, method = rival.partition(": ")[0], own.partition(": ")[0]
    others = f"least squares {plain} times, in pairs {paired} times"
    return f"the best rival ({best}) {ratio} times that of {method}, {others}"


def _speed(blocks: Blocks) -> list[str]:
    text = blocks["speed"]()
    small, large = (cells(text, "000000289059.jpg × efficientnet_lite0", d, "adjusted")[-1] for d in ("12", "16"))
    same = found(text, r"lime takes as long as `adjusted` (\S+) ")
    return [
        "End to end: how much sooner is the accuracy of lime's 1,000 evaluations reached?",
        f"12 superpixels: {small} times; 16: {large} times (median [quartiles])",
        f"one network on 2 threads, each library loads it in its own way; with the same callable and memory allocator "
        f"{same} times",
        _page("efficiency"),
    ]


def _cost(blocks: Blocks) -> list[str]:
    text = blocks["cost"]()
    lime, captum = cells(text, "lime 0.2.0.1")[-1], cells(text, "captum Lime")[-2]
    return [
        "What do masking and fitting cost?",
        f"lime takes {lime} times as long with a callable, Captum {captum} times with a module",
        "a model that costs nothing; with a real network its forward passes take most of the time",
        _page("cost"),
    ]


def _trees(blocks: Blocks) -> list[str]:
    one, _, many, _ = cells(blocks["trees"](), "limetheory")[1:]
    ratio = r"\(([\d.]+)"
    return [
        "How fast are exact explanations of a forest?",
        f"in batches of 20 images {found(many, ratio)} times as fast as shap's path-dependent TreeExplainer, in "
        "processor time",
        f"for single images {found(one, ratio)} times as fast, that is slower; shap's explanations are Shapley values",
        _page("cost"),
    ]


def _dseg(blocks: Blocks) -> list[str]:
    table = blocks["segments-mixed"]()
    photographs = found(blocks["segments-curves"](), r"(\d+) photographs")
    faithful, linear = cells(table, "`dino`", "SRG ↑")[2], cells(table, "`dino`", "R² of 256 masks ↑")[4]
    return [
        "Do segments that follow objects (`dino`) explain better than classical ones?",
        f"not shown: SRG differs by {faithful}; R² from segmenters that follow colours by {linear}, though it is "
        "clearly larger than a grid's",
        f"{photographs} photographs, one network, 8, 16 and 32 segments",
        _page("object-segments"),
    ]
