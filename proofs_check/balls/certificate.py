"""A certificate: a claim about real numbers, checked with balls that are sure to contain them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flint import arb


class NotCertifiedError(AssertionError):
    """The balls do not establish the claim."""


@dataclass(frozen=True)
class Certificate:
    """What is certified, for which arguments, and the check: one line of what was found, or `NotCertifiedError`."""

    name: str
    range: str
    run: Callable[[], str]


def certify(established: bool, claim: str, found: object) -> None:
    """Raise an error unless the claim is established; a comparison of balls is true only if it holds at every point.

    Raises:
        NotCertifiedError: it is not.
    """
    if not established:
        raise NotCertifiedError(f"{claim} is not certified: got {found}")


def same(one: arb, other: arb, claim: str, bits: int = 60) -> None:
    """Check that two balls of one number overlap and are narrow, so that an error of 2^(−bits) in either would show.

    Raises:
        NotCertifiedError: they are disjoint or wide.
    """
    certify(one.overlaps(other), claim, f"{one.str(20)} and {other.str(20)}")
    widest, size = max(one.rad(), other.rad()), max(abs(one).upper(), abs(other).upper())
    certify(size == 0 or widest <= size * arb(2) ** -bits, f"{claim}, to {bits} bits", f"a radius of {widest.str(3)}")


def radius(balls: Iterable[arb]) -> str:
    """The largest relative radius as text, such as "1e-70"; balls that contain 0 are left out."""
    relative = [ball.rad() / abs(ball).lower() for ball in balls if not ball.contains(0)]
    return f"relative radius {max(relative).upper().str(1, radius=False)} at most, {len(relative)} values"
