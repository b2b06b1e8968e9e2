"""Which explanations a random replacement has: those that need no more of a value than its mean and independence."""

from __future__ import annotations

from typing import Any

from limetheory.attribution import ATTRIBUTIONS, Attribution
from limetheory.counts import count
from limetheory.designs import Design
from limetheory.estimation import METHODS
from limetheory.given import given

_OR_ONE_IMAGE = "or a replacement of one image such as 'mean'"


def refuse_single_values(method: Any, attribution: Attribution | None) -> None:
    """Refuse a method of estimation, or an attribution, that takes a value for that of its mask.

    Args:
        method: see `estimate`; None to a tolerance, which takes draws.
        attribution: the row that takes its place; None for LIME.

    >>> refuse_single_values("adjusted", None)
    Traceback (most recent call last):
    ValueError: method 'adjusted' needs one value for each mask, got a random replacement; give method 'wls' or
    'unbiased', or a replacement of one image such as 'mean'
    """
    if attribution is not None:
        _refuse("attribution", attribution.name, "random" in attribution.as_method().takes, _attributions())
    elif method is not None:
        row = METHODS.chosen(method)
        _refuse("method", row.name, "random" in row.takes, [one.name for one in METHODS.own.values() if _draws(one)])


def refuse_repeats(repeats: Any) -> None:
    """Refuse several draws of a replacement that is one image."""
    if count("repeats", repeats, 1) > 1:
        raise ValueError(f"repeats is for a random replacement, got {given(repeats)} with one image; leave it out")


def refuse_known_ends(design: Design) -> None:
    """Refuse an efficient design, which takes F(0) for known."""
    if design.efficient:
        raise ValueError(
            f"an efficient design needs one value for each mask, got {design!r} with a random replacement; give a "
            f"design such as BernoulliDesign, {_OR_ONE_IMAGE}"
        )


def _attributions() -> list[str]:
    return [row.name for row in ATTRIBUTIONS.own.values() if _draws(row.as_method())]


def _draws(method: Any) -> bool:
    return "random" in method.takes


def _refuse(kind: str, name: str, accepted: bool, others: list[str]) -> None:
    if not accepted:
        *first, last = map(repr, others)
        raise ValueError(
            f"{kind} {name!r} needs one value for each mask, got a random replacement; give {kind} "
            f"{', '.join(first)} or {last}, {_OR_ONE_IMAGE}"
        )
