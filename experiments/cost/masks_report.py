"""The table of masks: RISE beside loops, soft beside crisp edges, and what a network leaves."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.cost.report import Row, quartiles

LOOPS = {
    "loop, torch": "batch by batch, grids enlarged by torch, each mask cut out by itself, as in TorchRay",
    "loop, scikit-image": "grids enlarged one by one by scikit-image, as in the program of RISE's authors",
}
SOFT = ("gaussian", "bilinear")


def masks_table(rows: Sequence[Row]) -> str:
    """Times of RISE's map, the speed of soft edges, and the share of the network's forward passes."""
    first = rows[0]
    own = [row["rise"]["limetheory"] for row in rows]
    lines = [
        f"RISE's map of {first['masks']:,} masks of {first['side']}×{first['side']} pixels, with a model that costs "
        f"nothing (medians and quartiles of {len(rows)} rounds on one machine, {first['versions']['threads']} thread; "
        "ratios round by round). limetheory computes the standard error of every pixel besides; the loops are written "
        "for this comparison:",
        "",
        "| | seconds | times limetheory |",
        "|---|---:|---:|",
        f"| limetheory's `rise_map` | {quartiles(own, 2)} | 1.0 |",
    ]
    for name, words in LOOPS.items():
        seconds = [row["rise"][name] for row in rows]
        ratios = [row["rise"][name] / row["rise"]["limetheory"] for row in rows]
        lines.append(f"| {words} | {quartiles(seconds, 2)} | {quartiles(ratios)} |")
    speeds = ", ".join(
        f"{quartiles([row['soft']['crisp'] / row['soft'][name] for row in rows], 2)} ({name})" for name in SOFT
    )
    shares = ", ".join(
        f"{quartiles([100 * (1 - row['overhead'][way]['forward'] / row['overhead'][way]['total']) for row in rows])} % "
        f"({words})"
        for way, words in (("crisp", "crisp segments"), ("gaussian", "Gaussian edges"), ("rise", "RISE"))
    )
    return "\n".join([
        *lines, "",
        f"With this model and as many masks of {first['segments']} segments of a grid, explanations with soft edges "
        f"run at {speeds} times the speed of those with crisp ones. With EfficientNet-Lite0 and {first['samples']} "
        f"masks, everything but the forward passes takes {shares} of the time.",
    ])  # fmt: skip
