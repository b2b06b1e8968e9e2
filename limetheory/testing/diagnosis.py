"""What a deviation looks like: the common mistake whose limit the runs agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.designs import Design, ExchangeableDesign, ProductDesign
from limetheory.limits import limit
from limetheory.testing.error_rates import deviation

_AGREES = 0.01  # the false-alarm rate at which a mistake's target is refused
_WIDTHS = (0.5, 2**-0.5, 2**0.5, 2.0, 4.0)  # of the bandwidth: the mistakes of a factor 2, or of its square root
_GENERAL = "look at the law and the weights of the masks, the order of the parts and the penalty"


def hint(runs: Floats, F: Any, design: Design, n: int, ridge: float, allowed: Any) -> str:
    """What to look at: the mistake that explains the runs best, or what decides the limit."""
    fits = [
        (float(np.abs(np.median(runs, axis=0) - target).max()), words)
        for words, target in _mistakes(F, design, n, ridge)
        if not deviation(runs, target, allowed=allowed, false_alarm=_AGREES).found
    ]
    return min(fits, default=(0.0, _GENERAL))[1]


def _mistakes(F: Any, design: Design, n: int, ridge: float) -> Iterator[tuple[str, Floats]]:
    exact = limit(F, design, ridge / n).coefficients
    for step in (1, -1):
        yield "the coefficients fit parts that are shifted by one place: look at the labels", np.roll(exact, step)
    for words, other, penalty in _other_limits(design, ridge):
        try:
            yield words, limit(F, other(), penalty / n).coefficients
        except ValueError:  # a design without a limit
            continue


def _other_limits(design: Design, ridge: float) -> Iterator[tuple[str, Callable[[], Design], float]]:
    if isinstance(design, (ExchangeableDesign, ProductDesign)):
        yield "the coefficients fit masks without weights: look at the kernel", lambda: _unweighted(design), ridge
    bandwidth = getattr(design, "bandwidth", 0.0)
    for factor in _WIDTHS if bandwidth else ():
        width = factor * bandwidth
        words = f"the coefficients fit the bandwidth {width:.3g} instead of {bandwidth:g}: look at the kernel width"
        yield words, lambda width=width: type(design)(design.d, width), ridge  # type: ignore[misc,call-arg]
    for penalty in {0.0, 1.0} - {ridge}:
        words = f"the coefficients fit the penalty {penalty:g} instead of {ridge:g}: look at the ridge"
        yield words, lambda: design, penalty


def _unweighted(design: Any) -> Design:
    if isinstance(design, ProductDesign):
        return ProductDesign(design.sample_keep)
    return ExchangeableDesign(design.d, design.log_law, np.zeros(design.d + 1))
