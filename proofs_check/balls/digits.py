"""Certified digits: the errors of limetheory's float64 results relative to the true values, in ulps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import arb

from proofs_check.balls.certificate import Certificate, NotCertifiedError
from proofs_check.balls.grid import GLIME_RANGE, RANGE, regular
from proofs_check.balls.laws import Law
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import largest, narrow, narrow_together

SMALLEST_NORMAL = arb(2) ** -1022

Computed = Callable[[Law], Sequence[float]]
Truth = Callable[[Moments], Sequence[arb]]


@dataclass(frozen=True)
class Value:
    """A float64 and the number it stands for; ulps are those of ``scale``, and ``e_folds`` those of the law and it."""

    computed: float
    true: arb
    scale: arb
    law: Law
    e_folds: float

    @cached_property
    def ulps(self) -> float:
        """An upper bound of |computed − true| in units in the last place of the scale."""
        if not math.isfinite(self.computed):
            return math.inf
        return float((abs(arb(self.computed) - self.true) / arb(self.unit)).upper())

    @property
    def unit(self) -> float:
        """One unit in the last place of the scale, or of the largest float64 below it."""
        return math.ulp(math.nextafter(float(abs(self.scale).lower()), 0.0))

    @property
    def digits(self) -> float:
        """A lower bound of the correct decimal digits, relative to the scale."""
        error = abs(arb(self.computed) - self.true).upper() / abs(self.scale).lower()
        return -float(error.log().upper()) / math.log(10) if error > 0 else math.inf

    @property
    def is_normal(self) -> bool:
        """Whether the scale is a normal float64 number; below these, digits are lost to underflow."""
        return bool(abs(self.scale) >= SMALLEST_NORMAL)

    def within(self, ulps: float) -> bool:
        """True if the error is certainly at most that many ulps, or one smallest normal number."""
        return self.ulps <= ulps or bool(abs(arb(self.computed) - self.true) < SMALLEST_NORMAL)


@dataclass(frozen=True)
class Digits:
    """Claim: each computed value lies within ``ulps`` × (1 + log d + |log α_0| + |log value|) ulps of the true one.

    The library holds its numbers as logarithms. A logarithm of size L is rounded by up to L/2 units of 2^(−52),
    which the exponential turns into that relative error, L/2 to L ulps; so ulps are counted for each e-fold of
    what is held: the binomial law (log d), the total mass and the value itself. Below 2^(−1022) float64 runs out of
    places, and an error smaller than that is not counted.

    Args:
        quantity: what is computed.
        ulps: claimed for each e-fold.
        computed: the values from limetheory, float64.
        truth: the same as balls.
        laws: the designs.
        range: these in words.
        together: True if the ulps are those of the largest value of a design, for vectors with entries near 0.
    """

    quantity: str
    ulps: float
    computed: Computed
    truth: Truth
    laws: Callable[[], Iterable[Law]]
    range: str = RANGE
    together: bool = False

    def values(self) -> list[Value]:
        """Every value of every design."""
        return [value for law in self.laws() for value in self.of(law)]

    def of(self, law: Law) -> list[Value]:
        """The values of one design."""
        true, held = self._true(law), e_folds_held(law)
        scales = [largest(true)] * len(true) if self.together else true
        return [
            Value(float(x), ball, scale, law, held + _magnitude(scale))
            for x, ball, scale in zip(self.computed(law), true, scales, strict=True)
        ]

    def _true(self, law: Law) -> list[arb]:
        search = narrow_together if self.together else narrow
        return search(lambda: self.truth(moments(law)))

    def run(self) -> str:
        """The largest error found.

        Raises:
            NotCertifiedError: some value is not within the tolerance.
        """
        values = self.values()
        for value in values:
            if not value.within(self.ulps * value.e_folds):
                raise NotCertifiedError(self._refusal(value))
        return _found([value for value in values if value.is_normal], self.ulps)

    def _refusal(self, value: Value) -> str:
        return (
            f"{self.quantity} within {self.ulps:g} ulps for each of {value.e_folds:.0f} e-folds is not certified: got "
            f"{value.ulps:.3g} ulps at {value.law}, {value.computed!r} for {value.true.str(20)}"
        )

    def moved(self, by: float) -> Digits:
        """The wrong claim that results from moving the values by a multiple of the tolerance."""

        def computed(law: Law) -> list[float]:
            return [v.computed + by * self.ulps * v.e_folds * v.unit for v in self.of(law)]

        return replace(self, computed=computed)

    def certificate(self) -> Certificate:
        """The certificate for this claim."""
        return Certificate(f"float64 {self.quantity} ≤ {self.ulps:g} ulps per e-fold", self.range, self.run)


def _found(values: list[Value], claimed: float) -> str:
    worst = max(values, key=lambda value: value.ulps)
    rate = max(value.ulps / value.e_folds for value in values)
    digits = min(value.digits for value in values)
    return (
        f"{worst.ulps:.0f} ulps at most (at {worst.law}), {rate:.2f} of {claimed:g} for each e-fold; "
        f"{digits:.1f} digits, {len(values)} values"
    )


def e_folds_held(law: Law) -> float:
    """1 + log d + |log α_0|."""
    return 1 + math.log(law.d) + _magnitude(narrow(lambda: [moments(law).alphas[0]])[0])


def _magnitude(ball: arb) -> float:
    """|log |x||, and 0 where x is exactly 0."""
    return 0.0 if ball == 0 else abs(float(abs(ball).log().mid()))


ULPS, GLIME_ULPS = 4, 16
"""Claimed for each e-fold: a few roundings of each logarithm; GLIME's p has one more, of e^{1/σ²}."""


def by_design(
    quantity: str,
    computed: Computed,
    truth: Truth,
    laws: Callable[[], Iterable[Law]],
    *,
    ulps: float = ULPS,
    together: bool = False,
) -> tuple[Digits, Digits]:
    """The claim for all designs but GLIME's, and the claim for GLIME's, if limetheory does not refuse the design."""

    def some(glime: bool) -> Callable[[], list[Law]]:
        return lambda: [law for law in laws() if (law.design == "Glime") == glime and regular(law)]

    others = Digits(quantity, ulps, computed, truth, some(False), RANGE, together)
    own = f"{quantity} of GLIME-binomial"
    return others, Digits(own, GLIME_ULPS, computed, truth, some(True), GLIME_RANGE, together)
