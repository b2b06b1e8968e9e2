"""The summary of the saved rows for the documentation."""

from __future__ import annotations

from itertools import product
from math import hypot
from typing import Any

from limetheory.estimation.samples.allocation import PLAIN_SHARE

METHODS = ("adjusted", "quadrature")


def ratio(row: dict[str, Any], method: str) -> tuple[float, float]:
    """The mean squared error of a method over that of plain least squares, with its standard error."""
    (own, of_own), (plain, of_plain) = row["mse"][method], row["mse"]["wls"]
    value = own / plain
    return value, value * hypot(of_own / own, of_plain / plain)


def largest(rows: list[dict[str, Any]], method: str) -> tuple[float, float, float]:
    """The largest ratio over rows, its standard error, and the n / (d + 1) at which it occurs."""
    return max((*ratio(row, method), row["masks_per_parameter"]) for row in rows)


def summary(rows: list[dict[str, Any]]) -> str:
    """The largest ratio for each function, d and method."""
    dimensions = sorted({row["superpixels"] for row in rows})
    times = sorted({row["masks_per_parameter"] for row in rows})
    lines = [
        "Functions that leave little to learn: mean squared error of the methods with surrogates over that of plain "
        f"least squares, `adjusted` / `quadrature`, the largest of n = {', '.join(f'{t:g}' for t in times)} (d + 1) "
        "masks (± standard error):",
        "",
        f"| function | {' | '.join(f'd = {d}' for d in dimensions)} |",
        f"|---|{'---:|' * len(dimensions)}",
    ]
    for name in dict.fromkeys(row["function"] for row in rows):
        groups = [[row for row in rows if (row["function"], row["superpixels"]) == (name, d)] for d in dimensions]
        lines.append(f"| {name} | {' | '.join(map(_cell, groups))} |")
    return "\n".join([*lines, "", _sentence(rows)])


def _cell(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    return " / ".join(f"{value:.2f} ± {error:.2f}" for value, error, _ in (largest(rows, one) for one in METHODS))


def _sentence(rows: list[dict[str, Any]]) -> str:
    compared = [(row, ratio(row, method)) for row in rows for method in METHODS]
    worse = [row["function"] for row, (value, error) in compared if value - 2 * error > 1.05]
    return (
        f"{len(compared)} comparisons; worse by more than 5 % and two standard errors were {len(worse)}"
        + (f", on {', '.join(f'“{name}” ({worse.count(name)})' for name in dict.fromkeys(worse))}" if worse else "")
        + f". {_largest_of_all(rows)} {PLAIN_SHARE:.0%} of the masks are split among sizes as the design has it and "
        f"the rest are drawn where they count most, so that on no function at all is the variance of the stratified "
        f"mean much more than {1 / PLAIN_SHARE:.2f} times that of plain sampling (strata have whole numbers of masks). "
        f"The empty and the full mask are always among them, which plain sampling hardly ever draws: 2 of the "
        f"{min(row['n'] for row in rows)} masks where they are fewest."
    )


def _largest_of_all(rows: list[dict[str, Any]]) -> str:
    row, method = max(product(rows, METHODS), key=lambda one: ratio(*one))
    value, error = ratio(row, method)
    return (
        f"The largest ratio of all is {value:.2f} ± {error:.2f}, of `{method}` with {row['n']} masks of "
        f"{row['superpixels']} superpixels, on “{row['function']}”."
    )
