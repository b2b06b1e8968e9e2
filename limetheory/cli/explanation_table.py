"""What `limetheory explain` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from limetheory.cli.explain_outputs import SHOWN, largest
from limetheory.cli.shown import shown
from limetheory.explanation import Explanation
from limetheory.images.answer import Answer

UNITS = {**dict.fromkeys(("probabilities", "sigmoid", "softmax"), "probability"), "logits": "logit"}
"""The unit of a coefficient, for each value of --output."""


def print_explanation(record: dict[str, Any], answer: Answer) -> None:
    """Print the class, the largest coefficients at the largest depth, and the gaps between depths."""
    from rich.console import Console

    console, found = Console(), answer.finest
    unit = UNITS[record["output"]]
    what = f"{record['target_name']} (class {record['target']}), {unit} {record['prediction']:.4g}"
    console.print(f"{shown(record['image'])}: {what}", highlight=False, markup=False)
    console.print(_coefficients(found, record["level"]))
    finest = len(answer.explanations)
    where = f"depth {finest}: " if record["depth"] > 1 else ""
    more = f", the largest {SHOWN} shown" if found.d > SHOWN else ""
    apart = "\n" if record["tolerance"] else "; "
    console.print(f"{where}{found.d} superpixels{more}{apart}{stopped(found)}", highlight=False, soft_wrap=True)
    if answer.generator is not None:
        console.print(f"segments found by {answer.generator}", highlight=False, markup=False)
    for consistency in record["consistency"]:
        console.print(_split(consistency))
    if record["consistency"]:
        console.print(record["consistency"][-1]["theory"], highlight=False)
    if finest < record["depth"] and not answer.interrupted:
        console.print(f"nothing left to split after depth {finest} of {record['depth']}", highlight=False)
    if record["activation"] == "none" and record["output"] != "logits":
        console.print("the network returns probabilities already; they are explained as they are", highlight=False)
    if record["precision"] != "float32":
        console.print(f"{record['precision']} moved outputs by up to {record['precision_gap']:.2g}", highlight=False)


def stopped(found: Any) -> str:
    """How many evaluations there were, and whether they reached the tolerance if there is one."""
    stop = found.stopping
    if stop is None:
        return f"{found.n_evaluations} evaluations"
    about = "" if stop.guarantee == "bounded" else " (asymptotic)"
    asked = f"every coefficient within ±{stop.tolerance:g} at {100 * stop.level:g} %{about}"
    if stop.reached:
        exact = "" if stop.sequence else ": all masks, so exact"
        return f"{asked}, {found.n_evaluations} evaluations{exact}"
    return f"not reached: {asked}; ±{stop.half_widths.max():.3g} after {found.n_evaluations} evaluations"


def print_parts(
    heading: str, found: Explanation, level: float, part: str, parts: str, coloured: object | None = None
) -> None:
    """Print what is explained, the input in colours where it has any, and the largest coefficients.

    Args:
        heading: what is explained.
        found: the explanation.
        level: of the intervals.
        part, parts: what its coefficients are of, in the singular and plural.
        coloured: what rich shows below the heading; None of nothing.
    """
    from rich.console import Console

    console = Console()
    console.print(heading, highlight=False, markup=False, soft_wrap=True)
    if coloured is not None:
        console.print(coloured, "")
    console.print(_coefficients(found, level, part, found.names))
    more = f", the largest {SHOWN} shown" if found.d > SHOWN else ""
    counted = parts.removesuffix("s") if found.d == 1 else parts
    console.print(f"{found.d} {counted}{more}; {stopped(found)}", highlight=False, soft_wrap=True)


def _coefficients(
    found: Explanation, level: float, part: str = "superpixel", names: Sequence[str] | None = None
) -> Any:
    from rich.text import Text

    table = _table(part, "coefficient", f"{100 * level:g} % interval")
    ends = found.asked_interval(level)
    for j in largest(found):
        name = str(j) if names is None else shown(names[j])
        table.add_row(Text(name), f"{found.coefficients[j]:+.4f}", f"{ends[j, 0]:+.4f} … {ends[j, 1]:+.4f}")
    return table


def _split(consistency: dict[str, Any]) -> Any:
    """A row for each segment that was split: its coefficient beside the sum of those of its parts."""
    coarse, parents = consistency["coarse"], np.array(consistency["parents"])
    table = _table(f"depth {coarse}", f"depth {coarse + 1}", "coefficient", "parts' sum", "gap", "by chance")
    for j in np.flatnonzero(np.bincount(parents) > 1):
        half_width = consistency["reach"][j]
        table.add_row(
            str(j),
            " + ".join(map(str, np.flatnonzero(parents == j))),
            f"{consistency['coefficients'][j]:+.4f}",
            f"{consistency['children_sums'][j]:+.4f}",
            f"{consistency['gaps'][j]:+.4f}",
            "unknown" if half_width is None else f"±{half_width:.4f}",
        )
    return table


def _table(*headings: str) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table
