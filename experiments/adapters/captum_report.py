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
        f"Processor time of {first['samples']:,} masks of {first['side']}×{first['side']} pixels, {first['superpixels']} "
        f"superpixels, with a small network (medians and quartiles of {len(rounds)} rounds; ratios round by round):",
        "",
        "| | milliseconds a mask | more than limetheory called directly | Captum takes |",
        "|---|---:|---:|---:|",
    ]
    for name in ("Lime", "KernelShap"):
        own, direct, peer = (
            np.array([row["seconds"][f"{name}, {who}"] for row in rounds]) for who in ("adapter", "direct", "Captum")
        )
        lines.append(
            f"| {name} | {1000 * np.median(own) / first['samples']:.2f} | {_quartiles(100 * (own / direct - 1), 1)} % | "
            f"{_quartiles(peer / own, 2)} times as long |"
        )
    return "\n".join(lines)


def defaults(rows: Sequence[Row]) -> str:
    """What Captum's defaults do, one line each."""
    (row,) = (row for row in rows if row["measured"] == "defaults")
    lasso, weights, few, ends = row["lasso"], row["weights"], row["few"], row["ends"]
    d, n = row["superpixels"], row["samples"]
    return "\n".join([
        "| Captum's default | measured | here |",
        "|---|---|---|",
        f"| `SkLearnLasso(alpha=0.01)` | {lasso['zeros']} of {d} coefficients are 0 for {n} masks of a probability that "
        f"ranges over {lasso['span']:.2f}; least squares on the same masks finds coefficients up to "
        f"{lasso['largest']:.3f}, and {lasso['certain']} whose 95 % interval leaves out 0 | the same default; a warning "
        "where all are 0; `SkLearnLinearRegression()` has no penalty |",
        f"| a kernel of width 1 on the pixels | weights lie in {_between(weights['black'])} against black and in "
        f"{_between(weights['grey'])} against grey, for the same masks; lime's in {_between(weights['lime'])} | the same "
        "default, computed in float64; a kernel of the mask is a function away |",
        f"| `n_samples=25` | root mean square error {few['error']:.3f} of coefficients of root mean square "
        f"{few['size']:.3f}; the masks leave {few['undetermined']} of {d} undetermined | the same default; a "
        "`FewMasksWarning`, and infinite standard errors in `explanations` |",
        f"| weight 10⁶ of F(1) and F(0) in `KernelShap`, in float32 | coefficients miss F(1) − F(0) by "
        f"{_signed(ends['sum'][0])}, and the exact fit to the same masks by up to {ends['difference']:.1e}, of "
        f"coefficients up to {ends['largest']:.2f} | the exact constraint: the sum is missed by "
        f"{_signed(ends['sum'][1])} |",
    ])  # fmt: skip


def _between(spread: Sequence[float]) -> str:
    return f"[{spread[0]:.3f}, {spread[2]:.3f}] (median {spread[1]:.3f})"


def _signed(value: float) -> str:
    return f"{abs(value):.0e}" if value else "0"


def _quartiles(values: np.ndarray, digits: int) -> str:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
