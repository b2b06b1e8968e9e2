"""The tables of the saved rows for the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from experiments.power.measure import OWN, RIGHT
from limetheory.testing import FAULTS

Row = dict[str, Any]


def table(rows: Sequence[Row]) -> str:
    """What is caught, what is blamed wrongly, and how long the package's own explainers take."""
    right = [row for row in rows if row["explainer"] == RIGHT]
    faults = [row for row in rows if row["explainer"] not in {RIGHT, *OWN}]
    return "\n\n".join(
        [
            "Explainers with one fault each, and how many of so many batteries fail (in brackets the 95 % interval of "
            "Clopper and Pearson):",
            _lines(("fault", "n", "caught", "mostly by"), (_fault(*one) for one in _grouped(faults))),
            "A right explainer, all of whose checks are made:",
            _lines(
                ("n", "false-alarm rate asked for", "batteries that fail", "checks that fail"),
                (_right(*one) for one in _grouped(right)),
            ),
            "This package's own explainers, once each:",
            _lines(("explainer", "checks", "fail", "processor seconds"), map(_own, _own_rows(rows))),
        ]
    )


def _own_rows(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["explainer"] in OWN]


def _grouped(rows: Iterable[Row]) -> list[tuple[tuple[Any, ...], list[Row]]]:
    """Rows by explainer, n and rate, in their order."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["explainer"], row["n"], row["false_alarm"]), []).append(row)
    return list(groups.items())


def _fault(key: tuple[Any, ...], rows: list[Row]) -> list[str]:
    name, n, _ = key
    failures = sum((Counter(row["failures"]) for row in rows), Counter[str]())
    words = FAULTS[name].summary if name in FAULTS else f"the original stands first, with the weight {name.split()[-1]}"
    return [words, f"{n:,}", share(rows), failures.most_common(1)[0][0] if failures else "none"]


def _right(key: tuple[Any, ...], rows: list[Row]) -> list[str]:
    _, n, rate = key
    checks = sum(row["batteries"] * row["cases"] for row in rows)
    failed = sum(sum(row["failures"].values()) for row in rows)
    return [f"{n:,}", f"{rate:g}", share(rows), _with_interval(failed, checks)]


def _own(row: Row) -> list[str]:
    return [f"`{row['explainer']}`", str(row["cases"]), str(sum(row["failures"].values())), f"{row['seconds']:.1f}"]


def share(rows: Iterable[Row]) -> str:
    """How many of the batteries of rows fail, with an interval of their share."""
    rows = list(rows)
    return _with_interval(sum(row["caught"] for row in rows), sum(row["batteries"] for row in rows))


def _with_interval(count: int, number: int) -> str:
    from scipy.stats import binomtest

    low, high = binomtest(count, number).proportion_ci(0.95)
    return f"{count:,} of {number:,} ({100 * low:.3g}–{100 * high:.3g} %)"


def _lines(titles: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    rows = [titles, ["---"] * len(titles), *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
