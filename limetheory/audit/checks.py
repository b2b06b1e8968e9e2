"""The table of checks: what a method is asked about, and what decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from limetheory.audit.evidence import Evidence
from limetheory.audit.findings import Finding
from limetheory.registry import Registry, on_use


@dataclass(frozen=True)
class Check:
    """A check: the question that it answers, and the function of the evidence that does, None where it is not asked."""

    asks: str
    judge: Callable[[Evidence], Finding | None]


def _check(asks: str, place: str) -> Check:
    return Check(asks, on_use(f"limetheory.audit.{place}"))


CHECKS: Registry[Check] = Registry(
    "check",
    {
        "limit": _check("Do the coefficients converge to the limit of every set function?", "judges.limits:limits"),
        "fit": _check("Given its own masks, are the coefficients those of the stated regression?", "judges.fits:fit"),
        "law": _check("Are the masks drawn from the stated law?", "judges.fits:law"),
        "first row": _check("Is the first mask the one that it is said to be?", "judges.fits:first_row"),
        "ridge": _check("Does the penalty shrink by as much as prop:ridge says?", "judges.limits:ridge"),
        "rate": _check("Does the spread of runs fall as n^(−1/2)?", "judges.spreads:rate"),
        "variance": _check("Is the spread of runs that of thm:clt?", "judges.spreads:variance"),
        "seeds": _check("Does a seed give the same answer again, and another seed another?", "judges.settings:seeds"),
        "global seeds": _check("Are the global generators left alone?", "judges.settings:global_seeds"),
        "labels": _check("Does the numbering of the parts not matter?", "judges.settings:labels"),
        "batch": _check("Does the batch size not matter?", "judges.settings:batch"),
        "content": _check("Does the content of the input not matter where the outputs are the same?",
                          "judges.settings:content"),
        "selection": _check("Are coefficients that are kept for their size as large as their limits?",
                            "judges.selection:selection"),
    },
    row=Check,
    columns=("asks",),
)  # fmt: skip
"""The checks by name, in the order of the report."""
