"""The summary of the saved rounds for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MODULE, CALLABLE = "limetheory, torch module", "limetheory, NumPy callable"

Row = dict[str, Any]


def summary(rows: Sequence[Row]) -> str:
    """Masking beside the other libraries, the share of the network's time, memory, malloc and shared layers."""
    return "\n\n".join([_masking(rows), _overhead(rows), _freed(rows), _shared_layers(rows)])


def quartiles(values: Sequence[float], digits: int = 1) -> str:
    """The median and the quartiles."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _masking(rows: Sequence[Row]) -> str:
    first = rows[0]
    lines = [
        f"Masking and fitting {first['samples']} samples of {first['side']}×{first['side']} pixels, "
        f"{first['superpixels']} superpixels, with a model that costs nothing (medians and quartiles of {len(rows)} "
        f"rounds on one machine, {first['versions']['threads']} threads; ratios round by round). lime hands NumPy "
        "arrays to a callable, Captum tensors to a module:",
        "",
        "| | seconds | times limetheory's module | times limetheory's callable |",
        "|---|---:|---:|---:|",
    ]
    for name in first["masking"]:
        seconds = statistics.median(row["masking"][name] for row in rows)
        ratios = ([row["masking"][name] / row["masking"][own] for row in rows] for own in (MODULE, CALLABLE))
        lines.append(f"| {name} | {seconds:.2f} | {' | '.join(map(quartiles, ratios))} |")
    return "\n".join(lines)


def _overhead(rows: Sequence[Row]) -> str:
    share = quartiles([100 * (1 - row["overhead"]["forward"] / row["overhead"]["total"]) for row in rows])
    explain, full = (
        _median(rows, lambda row, name=name: row["memory"][name] - row["memory"]["network"]) / 1024
        for name in ("explain", "explain_image at full size")
    )
    return (
        f"With EfficientNet-Lite0 everything but the forward passes takes {share} % of the time. On a "
        f"2000×3000 photograph the peak memory is {explain:.2f} GiB over the network's own for `limetheory explain`, "
        f"and {full:.2f} GiB for `explain_image` at full resolution."
    )


def _freed(rows: Sequence[Row]) -> str:
    freed = quartiles([100 * (1 - row["freed"]["kept"] / row["freed"]["as it is"]) for row in rows], 0)
    return (
        f"That glibc's malloc keeps what layers free (up to 1 GiB, once a torch module runs on a CPU) takes "
        f"{freed} % off the time of an explanation; any variable `MALLOC_…` in the environment leaves "
        "malloc as it is."
    )


def _shared_layers(rows: Sequence[Row]) -> str:
    """How much faster explanations are if masks share the first layers of the network."""
    (few, first), (many, second) = (
        (d, [row["shared"][d]["whole"] / row["shared"][d]["shared"] for row in rows]) for d in rows[0]["shared"]
    )
    return (
        "Behind a few convolutions a position of the feature map sees a few superpixels only, so it has few values. "
        "The first layers of the bundled networks and of any `nn.Sequential` are therefore evaluated for all masks at "
        "once, and the values picked position by position: the same numbers, and an explanation is "
        f"{quartiles(first, 2)} × as fast with {rows[0]['samples'] // 5} samples of {few} superpixels, "
        f"{quartiles(second, 2)} × with {rows[0]['samples']} of {many}. A network with hooks, or with a `forward` of "
        "its own, is run as a whole."
    )


def _median(rows: Sequence[Row], value: Callable[..., float]) -> float:
    return statistics.median(map(value, rows))
