"""What leaving patches out changes, from all masks of each pair, and how much time it saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import limetheory as lt
from experiments.cost.report import quartiles

Row = dict[str, Any]

_HEAD = (
    "photograph", "reference", "similarity", "nothing shown: removed, mean", "largest difference of F",
    "correlation of the limits", "same largest segment", "R² removed", "R² mean",
)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """Each pair's exact limits in both ways, and the speed of all."""
    d = rows[0]["segments"]
    speeds = [row["seconds"]["mean"] / row["seconds"]["removed"] for row in rows]
    lines = [
        f"All {2**d} masks of {d} segments of a grid whose edges are those of patches, evaluated on a CPU with "
        f"{rows[0]['versions']['threads']} thread, once with hidden segments left out of the transformer's input and "
        f"once with their mean colours. Leaving them out is {quartiles(speeds, 2)} × as fast (processor seconds, "
        f"median and quartiles of {len(rows)} pairs). The numbers below have no sampling error; R² is the share of F's "
        "variance over all masks that an additive function explains:",
        "",
        f"| {' | '.join(_HEAD)} |",
        f"| --- | --- |{' ---: |' * 4} --- | ---: | ---: |",
    ]
    return "\n".join([*lines, *map(_line, rows)])


def _line(row: Row) -> str:
    removed, mean = (np.array(row["values"][name]) for name in ("removed", "mean"))
    limits = [coefficients(values, row["segments"]) for values in (removed, mean)]
    same = np.argmax(np.abs(limits[0])) == np.argmax(np.abs(limits[1]))
    return (
        f"| {row['photograph']} | {row['reference']} | {removed[-1]:.3f} | {removed[0]:.3f}, {mean[0]:.3f} | "
        f"{np.abs(removed - mean).max():.3f} | {np.corrcoef(*limits)[0, 1]:.2f} | {'yes' if same else 'no'} | "
        f"{additive_share(removed):.2f} | {additive_share(mean):.2f} |"
    )


def coefficients(values: np.ndarray, d: int) -> np.ndarray:
    """Those of LIME's limit, from F on all masks."""
    found: np.ndarray = lt.limit(lt.SetFunction(values), lt.ImageDesign(d)).coefficients
    return found


def additive_share(values: np.ndarray) -> float:
    """R² of the best additive function of the mask, each mask counting alike."""
    d = len(values).bit_length() - 1
    signs = np.column_stack([np.ones(len(values)), 2.0 * lt.all_masks(d) - 1])
    fitted = signs @ (signs.T @ values) / len(values)  # the columns are orthogonal
    return float(1 - ((values - fitted) ** 2).sum() / ((values - values.mean()) ** 2).sum())
