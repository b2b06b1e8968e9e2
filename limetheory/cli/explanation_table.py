"""What `limetheory explain` prints."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.cli.coefficient_table import print_coefficients, print_splits
from limetheory.cli.explain_outputs import SHOWN
from limetheory.cli.shown import shown
from limetheory.contrasts import OF_OUTPUTS
from limetheory.explaining.explained import InputExplanation
from limetheory.explanation import Explanation
from limetheory.images.answer import Answer
from limetheory.images.explanation import ImageExplanation
from limetheory.images.question import DSEG
from limetheory.images.units import UNITS
from limetheory.shown_numbers import plain

if TYPE_CHECKING:
    from rich.console import Console


def print_explanation(record: dict[str, Any], answer: Answer) -> None:
    """Print the class, the largest coefficients at each depth, the gaps between depths, and all evaluations."""
    from rich.console import Console

    console = Console()
    unit = UNITS[record["output"]]
    which = "" if record["output"] in OF_OUTPUTS.values() else f" (class {record['target']})"
    what = f"{shown(record['target_name'])}{which}, {unit} {plain(record['prediction'])}"
    console.print(f"{shown(record['image'])}: {what}", highlight=False, markup=False)
    for number, found in enumerate(answer.explanations, start=1):
        _depth(console, found, f"depth {number}: " if record["depth"] > 1 else "", record)
    if len(answer.explanations) > 1:
        console.print(f"{answer.n_evaluations} evaluations at all depths together", highlight=False)
    if answer.generator is not None:
        console.print(f"segments found by {_generator(record, answer.generator)}", highlight=False, markup=False)
    for consistency, (coarse, fine) in zip(record["consistency"], pairwise(answer.explanations), strict=True):
        print_splits(console, consistency, coarse.names or (), fine.names or ())
    if record["consistency"]:
        console.print(record["consistency"][-1]["theory"], highlight=False)
    finest = len(answer.explanations)
    if finest < record["depth"] and not answer.interrupted:
        console.print(f"nothing left to split after depth {finest} of {record['depth']}", highlight=False)
    if no_change(answer.finest, record["prediction"]):
        console.print(NO_CHANGE, highlight=False)
    if record["activation"] == "none" and UNITS[record["output"]] == "probability":
        console.print("the network returns probabilities already; they are explained as they are", highlight=False)
    if record["precision"] != "float32":
        console.print(f"{record['precision']} moved outputs by up to {record['precision_gap']:.2g}", highlight=False)


NO_CHANGE = "masking changes nothing: the output is the same at every mask, within its rounding"
_ROUNDING = 1e-14  # of sums of equal float64 numbers, as a share of each; a convention


def no_change(found: Explanation, prediction: float) -> bool:
    """Whether every coefficient is 0, but for the rounding of sums of equal numbers."""
    return bool(np.abs(found.coefficients).max() <= _ROUNDING * abs(prediction))


def _depth(console: Console, found: ImageExplanation, where: str, record: dict[str, Any]) -> None:
    """The largest coefficients at one depth, and what they rest on."""
    print_coefficients(console, found, record["level"], "superpixel")
    more = f", the largest {SHOWN} shown" if found.d > SHOWN else ""
    apart = "\n" if record["tolerance"] else "; "
    console.print(f"{where}{found.d} superpixels{more}{apart}{stopped(found)}", highlight=False, soft_wrap=True)


def _generator(record: dict[str, Any], name: str) -> str:
    """The mask generator, by the name that it was asked for too where that is another one."""
    asked = record["segmenter"] == DSEG
    return f"{shown(name)}, which is --segmenter {DSEG} on this machine" if asked else shown(name)


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
    heading: str, found: InputExplanation, level: float, part: str, parts: str, coloured: object | None = None
) -> None:
    """Print what is explained, the input in colours where it has any, the largest coefficients, and if all are 0.

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
    print_coefficients(console, found, level, part)
    more = f", the largest {SHOWN} shown" if found.d > SHOWN else ""
    counted = parts.removesuffix("s") if found.d == 1 else parts
    console.print(f"{found.d} {counted}{more}; {stopped(found)}", highlight=False, soft_wrap=True)
    if no_change(found, found.outputs[found.target]):
        console.print(NO_CHANGE, highlight=False)
