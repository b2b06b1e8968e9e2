"""What the saved rounds say of Captum's adapter, for the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]


def overhead(rows: Sequence[Row]) -> str:
    """Processor time of the adapter beside a direct call and beside Captum."""
    rounds = [row for row in rows if row["measured"] == "overhead"]
    first = rounds[0]
    lines = [
        f"Processor time of {first['samples']:,} masks of {first['side']}×{first['side']} pixels, "
        f"{first['superpixels']} superpixels, with a small network (medians and quartiles of {len(rounds)} rounds; "
        "ratios round by round):",
        "",
        "| | milliseconds a mask | more than limetheory called directly | Captum takes |",
        "|---|---:|---:|---:|",
    ]
    for name in ("Lime", "KernelShap"):
        own, direct, peer = (
            np.array([row["seconds"][f"{name}, {who}"] for row in rounds]) for who in ("adapter", "direct", "Captum")
        )
        cells = (
            f"{1000 * np.median(own) / first['samples']:.2f}", f"{_quartiles(100 * (own / direct - 1), 1)} %",
            f"{_quartiles(peer / own, 2)} times as long",
        )  # fmt: skip
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def defaults(rows: Sequence[Row]) -> str:
    """What Captum's defaults do, a line for each."""
    (row,) = (row for row in rows if row["measured"] == "defaults")
    lines = (" | ".join(each(row, row["superpixels"], row["samples"])) for each in (_lasso, _weights, _few, _ends))
    return "\n".join(["| Captum's default | measured | here |", "|---|---|---|", *(f"| {line} |" for line in lines)])


def _lasso(row: Row, d: int, n: int) -> tuple[str, str, str]:
    found = row["lasso"]
    return (
        "`SkLearnLasso(alpha=0.01)`",
        f"{found['zeros']} of {d} coefficients are 0 for {n} masks of a probability that ranges over "
        f"{found['span']:.2f}; least squares on the same masks finds coefficients up to {found['largest']:.3f}, "
        f"of which {found['certain']} have a 95 % interval that leaves out 0",
        "the same default; a warning where all are 0; `SkLearnLinearRegression()` has no penalty",
    )


def _weights(row: Row, d: int, n: int) -> tuple[str, str, str]:
    black, grey, lime = (_between(row["weights"][name]) for name in ("black", "grey", "lime"))
    return (
        "a kernel of width 1 on the pixels",
        f"weights of the same masks lie in {black} against black and in {grey} against grey; lime's in {lime}",
        "the same default, computed in float64; a function of the mask alone can take its place",
    )


def _few(row: Row, d: int, n: int) -> tuple[str, str, str]:
    found = row["few"]
    return (
        f"`n_samples={found['samples']}`",
        f"least squares: root mean square error {found['error']:.3f} of coefficients whose root mean square is "
        f"{found['size']:.3f}; the masks leave {found['undetermined']} of {d} undetermined",
        "the same default; a `FewMasksWarning` where n_samples ≤ d, and infinite standard errors in `explanations`",
    )


def _ends(row: Row, d: int, n: int) -> tuple[str, str, str]:
    found = row["ends"]
    theirs, ours = (f"{abs(one):.0e}" for one in found["sum"])
    return (
        "weight 10⁶ of F(1) and F(0) in `KernelShap`, in float32",
        f"the sum of {d} coefficients misses F(1) − F(0) by {theirs}, and a coefficient the exact fit to the same {n} "
        f"masks by up to {found['difference']:.0e}, where the largest is {found['largest']:.2f}",
        f"the exact constraint: the sum misses by {ours}",
    )


def _between(spread: Sequence[float]) -> str:
    return f"[{spread[0]:.3f}, {spread[2]:.3f}] (median {spread[1]:.3f})"


def _quartiles(values: np.ndarray, digits: int) -> str:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
