"""The working precision, which is increased until balls are narrow enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, ctx

from proofs_check.balls.certificate import NotCertifiedError

PRECISIONS = (256, 512, 1024, 2048, 4096, 8192, 16384)
"""Precisions in bits, in the order in which they are tried; formulas with cancellation need more of them."""

BITS = 80
"""A ball is narrow if its radius is at most 2^(−80) of its number."""


# A computation is called without arguments; one in a loop has the loop's variables as defaults, hence the `...`.


def narrow(computation: Callable[..., Sequence[arb]]) -> list[arb]:
    """Balls that are narrow relative to their own numbers; an exact 0 counts as narrow.

    Raises:
        NotCertifiedError: a ball stays wider.
    """
    return narrow_against(lambda: [(ball, abs(ball)) for ball in computation()])


def narrow_together(computation: Callable[..., Sequence[arb]]) -> list[arb]:
    """Balls that are narrow relative to the largest of their numbers, so that some may contain 0.

    Raises:
        NotCertifiedError: a ball stays wider.
    """

    def against_largest() -> list[tuple[arb, arb]]:
        balls = computation()
        return [(ball, largest(balls)) for ball in balls]

    return narrow_against(against_largest)


def narrow_against(computation: Callable[..., Sequence[tuple[arb, arb]]]) -> list[arb]:
    """The first of each pair, narrow relative to the second.

    Raises:
        NotCertifiedError: a ball stays wider.
    """
    pairs: list[tuple[arb, arb]] = []
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            pairs = _computed(computation)
            if pairs and all(_is_narrow(ball, size) for ball, size in pairs):
                return [ball for ball, _ in pairs]
    raise NotCertifiedError(f"relative radius 2^-{BITS} is not reached with {PRECISIONS[-1]} bits: got {pairs[:3]}")


def _computed(computation: Callable[..., Sequence[tuple[arb, arb]]]) -> list[tuple[arb, arb]]:
    """The pairs; none if a matrix is not certainly regular."""
    try:
        return list(computation())
    except ZeroDivisionError:
        return []


def largest(balls: Sequence[arb]) -> arb:
    """The ball of the largest magnitude, as judged by its midpoint."""
    return max((abs(ball) for ball in balls), key=lambda ball: _Midpoint(ball.mid()))


class _Midpoint:
    """A key that orders balls by their exact midpoints, also outside the range of float64."""

    def __init__(self, ball: arb):
        self.ball = ball

    def __lt__(self, other: _Midpoint) -> bool:
        return bool(self.ball < other.ball)


def _is_narrow(ball: arb, size: arb) -> bool:
    return ball.is_exact() or bool(ball.rad() <= size.lower() * arb(2) ** -BITS)
