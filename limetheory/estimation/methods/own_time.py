"""How long `adjusted` and `quadrature` compute beside the model, where lines alone are fitted, and what is too long."""

from __future__ import annotations

from collections.abc import Callable

from limetheory.designs import Design
from limetheory.estimation.samples.sampling import Scheme

LARGEST_KERNEL_D = 400
"""The most superpixels for which kernels are fitted; with more, sums over the products of all masks take minutes."""
LONGEST = 30.0
"""The most seconds that a method may compute by itself beyond `LARGEST_KERNEL_D` superpixels; a convention."""

# Measured with one thread of a 2.1 GHz Xeon for d = 600, 2000 and 5000 and n = 1000, and rounded: 17e9 operations a
# second for a singular value decomposition, a nanosecond for each mask and pair of superpixels of `adjusted`, and
# binomial coefficients of many digits.
_OPERATIONS, _PAIR, _COUNT = 17e9, 1e-9, 6.4e-11


def seconds_of_adjusted(d: int, n: int) -> float:
    """The processor time of `adjusted` in seconds, roughly, for more than `LARGEST_KERNEL_D` superpixels.

    >>> round(seconds_of_adjusted(600, 1000)), round(seconds_of_adjusted(5000, 1000))
    (1, 39)
    """
    return recipes_of(n) * _line(d, n) + _PAIR * n * d**2 + _COUNT * d**3


def seconds_of_quadrature(d: int, n: int) -> float:
    """The processor time of `quadrature` in seconds, roughly, for more than `LARGEST_KERNEL_D` superpixels.

    >>> round(seconds_of_quadrature(600, 1000)), round(seconds_of_quadrature(5000, 1000))
    (2, 26)
    """
    return 6 * _line(d, n) + _COUNT * d**3


def recipes_of(n: int) -> int:
    """How many recipes `adjusted` learns from n masks: the fewer the masks, the more."""
    return max(2, min(600 // n, 10))


def refusal(name: str, seconds: Callable[[int, int], float]) -> Callable[[Design, int, Scheme], None]:
    """(design, n, scheme) → None, or a refusal of what would take longer than `LONGEST`.

    Args:
        name: of the method.
        seconds: (d, n) → how long it takes.
    """

    def accept(design: Design, n: int, scheme: Scheme) -> None:
        took = seconds(design.d, n) if design.d > LARGEST_KERNEL_D else 0.0
        if took > LONGEST:
            raise ValueError(
                f"method {name!r} must take at most {LONGEST:g} s of its own, got about {took:.0f} s for "
                f"d = {design.d} and n = {n}; use method 'wls' with more than {design.d} masks, which is as accurate "
                f"above d = {LARGEST_KERNEL_D}, or make fewer parts"
            )

    return accept


def _line(d: int, n: int) -> float:
    """Seconds of a singular value decomposition of n masks of d superpixels."""
    long, short = max(d, n), min(d, n)
    return (6 * long * short**2 + 20 * short**3) / _OPERATIONS
