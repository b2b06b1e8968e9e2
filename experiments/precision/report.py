"""The summary of the saved rows for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]


def gain(row: Row) -> float:
    """Seconds × variance in float32 divided by that of the estimate with two precisions."""
    one, two = (row["seconds"][name] * row["error"][name] for name in ("float32", "two levels"))
    return float(one / two)


def summary(rows: list[Row]) -> str:
    """A line for each device, network and precision with medians over photographs, and the seconds of the methods."""
    first = rows[0]
    lines = [
        f"Cheaper precisions, {first['superpixels']} superpixels (medians over photographs; two levels: how many times "
        f"less time `two_level` takes to the error of `unbiased` after {first['n']:,} evaluations in float32):",
        "",
        "| device | network | photographs | precision | ms an evaluation: float32 | in it "
        "| standard deviation of the difference | bias without correction | two levels |",
        "|---|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    places = dict.fromkeys((row["device"], row["network"], row["cheap"]) for row in rows)
    for device, network, cheap in places:
        own = _of(rows, device=device, network=network, cheap=cheap)
        exact, cheaper = (1000 * _median(own, lambda row, name=name: row["cost"][name]) for name in first["cost"])
        cells = [
            device, network, str(len(own)), cheap, f"{exact:.2g}", f"{cheaper:.2g}",
            f"{100 * _median(own, _relative_spread):.2g} %",
            f"{_median(own, _relative_bias):.2g} standard errors", f"{_median(own, gain):.2f}×",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    devices = dict.fromkeys(device for device, _, _ in places)
    return "\n".join([*lines, *("\n" + _methods(_of(rows, device=device)) for device in devices)])


def _methods(rows: list[Row]) -> str:
    """The seconds of the methods on a device."""
    medians = {name: _median(rows, lambda row, name=name: row["methods"][name]) for name in rows[0]["methods"]}
    plain = next(iter(medians))
    told = ", ".join(f"`{name}` {seconds:.2f}{_times(rows, name, plain)}" for name, seconds in medians.items())
    return f"Seconds for {rows[0]['n']:,} evaluations in float32, {rows[0]['device']}: {told}."


def _times(rows: list[Row], name: str, plain: str) -> str:
    """How many times as long each method takes as the first."""
    ratio = _median(rows, lambda row: row["methods"][name] / row["methods"][plain])
    return "" if name == plain else f" ({ratio:.1f} times as long as `{plain}`)"


def _of(rows: list[Row], **where: str) -> list[Row]:
    return [row for row in rows if where.items() <= row.items()]


def _relative_spread(row: Row) -> float:
    """The standard deviation of the difference divided by that of the network, both without their linear parts."""
    return float((row["spread"]["difference"] / row["spread"]["float32"]) ** 0.5)


def _relative_bias(row: Row) -> float:
    """The root mean square of the bias divided by the standard error at n."""
    bias: float = float(max(row["bias"], 0.0) / row["error"]["float32"]) ** 0.5
    return bias


def _median(rows: list[Row], value: Callable[..., float]) -> float:
    return statistics.median(map(value, rows))
