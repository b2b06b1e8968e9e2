"""Split the gap between LIME and integrated gradients on the networks whose tables are saved.

limetheory experiment run gradients                    the tables of experiments/tables that have no row yet
limetheory experiment run gradients --images FOLDER    and their slopes, from their networks and photographs
limetheory experiment run gradients --smoke            synthetic tables, printed only
limetheory experiment plot gradients                   gap.png and the summary of the saved rows
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments.arguments import parser
from experiments.gradients import slopes
from experiments.gradients.figure import draw
from experiments.gradients.report import summary
from experiments.gradients.rows import ROWS, SLOPES, Row, fill, measured, saved
from experiments.gradients.synthetic import synthetic
from experiments.gradients.synthetic_network import blended
from experiments.tables.store import FOLDER
from limetheory.arguments import integer

SMOKE_D = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Append the rows that are missing, or draw and print those that are there."""
    whole, run, plot = parser("gradients", "The gap between LIME and integrated gradients on real networks.")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--images", type=Path, metavar="FOLDER", help="the photographs of the tables, for the slopes")
    run.add_argument("--smoke", action="store_true", help="synthetic tables, printed only")
    for command in (run, plot):
        command.add_argument("--superpixels", type=int, default=10, metavar="D")
        command.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows; the rest is beside them")
    options = whole.parse_args(arguments)
    d = integer("superpixels", options.superpixels, 2)
    if options.command == "plot":
        draw(saved(options.out, d)).savefig(options.out.with_name("gap.png"), dpi=110)
        print(summary(options.out, d))
    elif options.smoke:
        print(json.dumps(smoke(), ensure_ascii=False, indent=1))
    else:
        run_all(options.out, d, options.tables, options.images)
    return 0


def smoke() -> Row:
    """A row of the gap and a row of slopes, neither of a real network."""
    bent = np.linspace(1, 2, SMOKE_D)
    return {**measured(synthetic(SMOKE_D, 0, 0.5)), "slopes": slopes.compared(*blended(SMOKE_D, 0, bent))}


def run_all(out: Path, d: int, folder: Path, images: Path | None) -> None:
    """Append the rows of the gap that are missing, and with photographs those of the slopes."""
    for row in fill(out, d, folder):
        print(f"{_unit(row)}: R² {row['prediction']['r2']:.2f}, {row['lengths']}")
    for row in slopes.fill(out.with_name(SLOPES), d, folder, images) if images else ():
        print(f"{_unit(row)}: slopes' correlation {row['log odds']['correlation']:.2f}", flush=True)


def _unit(row: Row) -> str:
    return f"{row['photograph']} × {row['network']}"


if __name__ == "__main__":
    sys.exit(main())
