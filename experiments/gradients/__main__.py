"""Split the gap between LIME and integrated gradients on the networks whose tables are saved.

limetheory experiment run gradients            the tables of experiments/tables that have no row yet
limetheory experiment run gradients --smoke    a synthetic table, printed only
limetheory experiment plot gradients           gap.png and the summary of the saved rows
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.arguments import parser
from experiments.gradients.figure import draw
from experiments.gradients.report import summary
from experiments.gradients.rows import ROWS, fill, measured, saved
from experiments.gradients.synthetic import synthetic
from experiments.tables.store import FOLDER
from limetheory.arguments import integer

SMOKE_D = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Append the rows that are missing, or draw and print those that are there."""
    whole, run, plot = parser("gradients", "The gap between LIME and integrated gradients on real networks.")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--smoke", action="store_true", help="a synthetic table, printed only")
    for command in (run, plot):
        command.add_argument("--superpixels", type=int, default=10, metavar="D")
        command.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows; gap.png is beside them")
    options = whole.parse_args(arguments)
    d = integer("superpixels", options.superpixels, 2)
    if options.command == "plot":
        draw(saved(options.out, d)).savefig(options.out.with_name("gap.png"), dpi=110)
        print(summary(options.out, d))
    elif options.smoke:
        print(json.dumps(measured(synthetic(SMOKE_D, 0, 0.5)), ensure_ascii=False, indent=1))
    else:
        for row in fill(options.out, d, options.tables):
            print(f"{row['photograph']} × {row['network']}: R² {row['prediction']['r2']:.2f}, {row['lengths']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
