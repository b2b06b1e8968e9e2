"""What the saved rows say, for README."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from typing import Any

from experiments.efficiency.methods import ADJUSTED, BY, PLAIN, QUADRATURE
from experiments.efficiency.samples import LONG
from experiments.saved_rows import load

ROWS = Path(__file__).with_name("rows.jsonl")
GOALS = {10: (10.0, 5.0), 12: (10.0, 5.0), 16: (4.0, 4.0), 50: (1.5, 1.5)}
"""By superpixels: the gain over plain least squares aimed at on average, and at least."""
NETWORK_SECONDS, WHOLE_NETWORK_SECONDS = 0.0084, 0.0124
"""An evaluation of EfficientNet-Lite0 on one core: among 1000 that share its first layers (d = 50), and as a whole."""


@dataclass(frozen=True)
class Gain:
    """How many times smaller the mean squared error is than that of plain least squares at the same n.

    Attributes:
        table, superpixels, family, n: of the two rows.
        ratio, error: the gain and its standard error, from those of the two mean squared errors.
        seconds: processor time of the method besides the network.
    """

    table: str
    superpixels: int
    family: str
    n: int
    ratio: float
    error: float
    seconds: float

    @property
    def worse(self) -> bool:
        """Whether the gain is below 1 by more than two standard errors."""
        return self.ratio + 2 * self.error < 1


def saved(file: Path = ROWS) -> list[dict[str, Any]]:
    """The saved rows, none if there is no file."""
    return load(file)


def gains(rows: list[dict[str, Any]], method: str = ADJUSTED, plain: str = PLAIN) -> list[Gain]:
    """The gain on each table at each n for which both rows are there, by superpixels, n and table."""
    of_plain = {_place(row): row for row in rows if row["method"] == plain}
    pairs = ((row, of_plain[_place(row)]) for row in rows if row["method"] == method and _place(row) in of_plain)
    return sorted((_gain(own, other) for own, other in pairs), key=lambda one: (one.superpixels, one.n, one.table))


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["table"], row["superpixels"], row["family"], row["n"]


def _gain(own: dict[str, Any], plain: dict[str, Any]) -> Gain:
    ratio = plain["mse"] / own["mse"]
    error = ratio * hypot(own["mse_se"] / own["mse"], plain["mse_se"] / plain["mse"])
    return Gain(*(own[name] for name in ("table", "superpixels", "family", "n")), ratio, error, own["seconds"])


def grouped(found: list[Gain]) -> Iterator[tuple[int, int, list[Gain]]]:
    """Superpixels, n and the gains at them."""
    for d, n in sorted({(one.superpixels, one.n) for one in found}):
        yield d, n, [one for one in found if (one.superpixels, one.n) == (d, n)]


def summary(rows: list[dict[str, Any]] | None = None) -> str:
    """Gains over plain least squares by superpixels and n, for both families, and what the methods cost."""
    rows = saved() if rows is None else rows
    found = {
        (family, method): gains([row for row in rows if row["family"] == family], method)
        for family in ("LIME", "Shapley") for method in (ADJUSTED, QUADRATURE)
    }  # fmt: skip
    places = {column: {(d, n): group for d, n, group in grouped(one)} for column, one in found.items()}
    lines = [
        "Mean squared error of plain least squares over that of the methods with surrogates, at equal evaluations; "
        "means over set functions, in brackets the least:",
        "",
        "| superpixels | evaluations | set functions | LIME: adjusted | quadrature | Shapley value: adjusted | "
        "quadrature | own time: adjusted | quadrature |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for d, n, group in grouped(found["LIME", ADJUSTED]):
        groups = [place.get((d, n), []) for place in places.values()]
        cells = [str(d), f"{n:,}", str(len(group)), *map(_mean_and_least, groups), *map(_own_time, groups[:2])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", _sentences(rows, found)])


def _mean_and_least(group: list[Gain]) -> str:
    ratios = [one.ratio for one in group]
    return f"{statistics.mean(ratios):.1f}× ({min(ratios):.1f}×)" if ratios else ""


def _own_time(group: list[Gain]) -> str:
    return f"{statistics.mean(one.seconds / (one.n * NETWORK_SECONDS) for one in group):.1%}" if group else ""


def _sentences(rows: list[dict[str, Any]], found: dict[tuple[str, str], list[Gain]]) -> str:
    networks = len({row["network"] for row in rows})
    photographs = len({row["photograph"] for row in rows})
    worse = " and ".join(
        f"`{method.split()[-1]}` in {sum(one.worse for one in cases)} of {len(cases)} cases"
        for method in (ADJUSTED, QUADRATURE)
        for cases in [found["LIME", method] + found["Shapley", method]]
    )
    return (
        f"{photographs} photographs, {networks} networks, errors against the exact limits (at d > 20 against a run of "
        f"{LONG:,} evaluations). Plain least squares draws masks with replacement as lime does, the others without. "
        f"Own time is that of the surrogates against {1000 * NETWORK_SECONDS:.1f} ms for an evaluation of the network "
        f"by masks that share its first layers ({1000 * WHOLE_NETWORK_SECONDS:.1f} ms as a whole). "
        f"Worse than plain least squares by more than two standard errors was {worse}.{_rivals(rows)}"
    )


def _rivals(rows: list[dict[str, Any]]) -> str:
    """The best of the others for the Shapley value, and other surrogates for LIME."""
    return _nearest(_times_adjusted(rows, "Shapley")) + _other_surrogates(_times_adjusted(rows, "LIME"))


def _nearest(ratios: dict[str, tuple[float, int]]) -> str:
    if not ratios:
        return ""
    best = min(ratios, key=lambda name: ratios[name][0])
    return (
        f" For the Shapley value at 1,000 evaluations the nearest rival was {best}, whose mean squared error was "
        f"{ratios[best][0]:.1f} times that of `adjusted` (median of {ratios[best][1]} tables)."
    )


def _other_surrogates(ratios: dict[str, tuple[float, int]]) -> str:
    found = {name.removeprefix(BY): ratios[name] for name in ratios if name.startswith(BY)}
    if not found:
        return ""
    times = " and ".join(f"{ratio:.1f} times with {name}" for name, (ratio, _) in found.items())
    tables = max(count for _, count in found.values())
    return (
        " With other surrogates in place of Gaussian processes it is larger, for LIME at 1,000 evaluations "
        f"{times} (medians of {tables} tables)."
    )


def _times_adjusted(rows: list[dict[str, Any]], family: str) -> dict[str, tuple[float, int]]:
    """The mean squared error of other methods over that of `adjusted` at 1000 evaluations: median, and how many."""
    own = [row for row in rows if row["n"] == 1000 and row["family"] == family]
    names = sorted({row["method"] for row in own} - {ADJUSTED, QUADRATURE})
    ratios = {name: [one.ratio for one in gains(own, ADJUSTED, name)] for name in names}
    return {name: (statistics.median(found), len(found)) for name, found in ratios.items() if found}
