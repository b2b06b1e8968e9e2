"""thm:bound's maximum over the mean square L of the fitted line, as balls: piece by piece, without concavity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb, arb_mat

from limetheory.statistics import Bound
from limetheory.statistics.bound import SHARES
from proofs_check.balls.certificate import certify
from proofs_check.balls.moments import Moments, total

ZERO, ONE = arb(0), arb(1)


@dataclass(frozen=True)
class Class:
    """Masks of one size that show the superpixel, or not: probability, π, |a|, ℓ, and u/√π on its three axes."""

    law: arb
    density: arb
    slope: arb
    leverage: arb
    place: tuple[arb, arb, arb]
    square: arb
    """|ζ|², the squared length among the superpixels."""


class Lines:
    """The bound of one law at n masks and error probability η, for F with |F − c| ≤ 1, in balls.

    Args:
        m: moments of a law that is not efficient.
        n, odds: the question.
    """

    def __init__(self, m: Moments, n: int, odds: float):
        self.m, self.d, self.n, self.odds = m, m.d, arb(n), arb(odds)
        self.contrast = m.positive_delta / m.alphas[0]
        self.bound = Bound(m.law.library(), (-1.0, 1.0))

    @cached_property
    def classes(self) -> list[Class]:
        """All classes that are drawn."""
        return [one for shown in (0, 1) for k in range(self.d + 1) for one in self._class(k, shown)]

    def _class(self, k: int, shown: int) -> Iterator[Class]:
        m, weight = self.m, self.m.law.weights()[k]
        law = m.masses[k] / weight * (arb(k) if shown else arb(self.d - k)) / self.d
        if law > 0:
            density, size = weight / m.alphas[0], (k - m.mean) / m.variance.sqrt()
            own, square = shown - arb(k) / self.d, arb(k) * (self.d - k) / (self.d * self.contrast)
            place = (ONE, size, own / (self.contrast * (1 - ONE / self.d)).sqrt())
            slope = abs((k - m.mean) / m.variance + own / self.contrast)
            yield Class(law, density, slope, density * (1 + size * size + square), place, square)

    def above(self, low: arb, high: arb) -> arb:
        """An upper bound of the half-width for every √L in [low, high], by the shares that are best at its middle."""
        ways = self._best((float(low.mid()) + float(high.mid())) / 2)
        score_at = self.vector(self.program("leverage", low, high), self.norm(high), self.largest_score(high))
        if ways[0] == "length":
            share = arb(ways[1])
            return self.diagonal.sqrt() * score_at(self.odds * share) / (1 - self.loss(self.odds * (1 - share)))
        share, rest = arb(ways[1]), self.odds * (1 - arb(ways[1])) / 3
        lead = self.bernstein(self.program("influence", low, high), self.largest_influence(high),
                              (2 * self.d / (self.odds * share)).log())  # fmt: skip
        return lead + self.gram(rest / self.d) * score_at(rest) / (1 - self.loss(rest))

    def _best(self, root: float) -> tuple[str, float]:
        bound, at, n, odds = self.bound, np.array([root]), float(self.n.mid()), float(self.odds.mid())
        lead, score = bound._influence_at(at, n), bound._score_at(at, n)
        found = [("length", s, bound.chernoff(n, odds * (1 - s))) for s in SHARES]
        found += [("coordinate", s, bound.chernoff(n, odds * (1 - s) / 3)) for s in SHARES]
        feasible = [(way, share) for way, share, t in found if t < 1]
        values = [*bound._by_length(score, n, odds), *bound._by_coordinate(lead, score, n, odds)]
        return feasible[int(np.argmin([value[0] for value in values]))]

    def program(self, price: str, low: arb, high: arb) -> arb:
        """At least the linear program for every √L in the piece, by its dual at the float price of the last class.

        The shares have their bounds at the right end of the piece, and the budget is that at its left end.
        """
        prices = [one.leverage if price == "leverage" else one.density * one.slope**2 for one in self.classes]
        most = [one.law * (one.density.sqrt() + high * one.leverage.sqrt()) ** 2 for one in self.classes]
        budget = 1 - low * low
        tau = _last_price([float(x.mid()) for x in prices], [float(x.mid()) for x in most], float(budget.mid()))
        over = (bound * arb.max(x - tau, ZERO) for x, bound in zip(prices, most, strict=True))
        return tau * budget + total(over)

    def norm(self, root: arb) -> arb:
        """The squared norm of the score at a mean square L of the line, (√κ_2 + √(L κ_4))²."""
        return (self.second.sqrt() + root * self.fourth.sqrt()) ** 2

    @cached_property
    def second(self) -> arb:
        """The second moment κ_2 in the worst direction."""
        planes = [(one.law * one.density**2, one.place[:2]) for one in self.classes]
        rest = total(one.law * one.density**2 * one.square for one in self.classes) / (self.d - 1)
        return arb.max(top(planes), rest)

    @cached_property
    def fourth(self) -> arb:
        """κ_4: the largest value of P (1−q)² + 6Q q(1−q) + 2T q + C q² over q in [0, 1], or R."""
        radius, d = _largest(one.leverage for one in self.classes), self.d
        if d < 4:
            return radius
        law = [one.law * one.density**2 for one in self.classes]
        size = top([(w, (ONE, arb(2).sqrt() * c.place[1], c.place[1] ** 2)) for w, c in self._with(law)])
        mixed = top([(w * c.square / (d - 1), c.place[:2]) for w, c in self._with(law)])
        third = [
            w * c.square * (d - 2 * k) / ((d - 1) * (d - 2) * self.contrast.sqrt()) for w, c, k in self._sized(law)
        ]
        skew = total((total(x * c.place[i] for x, c in self._with(third))) ** 2 for i in (0, 1)).sqrt()
        scale = d * (d - 1) * (d - 2) * (d - 3) * self.contrast**2
        even = total(w * 3 * k * (k - 1) * (d - k) * (d - k - 1) for w, _, k in self._sized(law)) / scale
        uneven = total(w * k * (d - k) * (d * (d + 1) - 6 * k * (d - k)) for w, _, k in self._sized(law)) / scale
        rest = even + arb.max(uneven, uneven / d)
        return arb.min(_quadratic(size, 2 * (3 * mixed + skew - size), size + rest - 6 * mixed), radius)

    def _with(self, law: Sequence[arb]) -> Iterator[tuple[arb, Class]]:
        return zip(law, self.classes, strict=True)

    def _sized(self, law: Sequence[arb]) -> Iterator[tuple[arb, Class, int]]:
        sizes = [k for shown in (0, 1) for k in range(self.d + 1) for _ in self._class(k, shown)]
        return zip(law, self.classes, sizes, strict=True)

    @property
    def diagonal(self) -> arb:
        """The diagonal entry h² of Σ^{-1}."""
        return (1 - ONE / self.d) / self.contrast + 1 / self.m.variance

    def largest_influence(self, root: arb) -> arb:
        """max π |a| + √L max √(π ℓ) |a|."""
        plain = _largest(one.density * one.slope for one in self.classes)
        return plain + root * _largest((one.density * one.leverage).sqrt() * one.slope for one in self.classes)

    def largest_score(self, root: arb) -> arb:
        """max √(π ℓ) + √L R."""
        plain = _largest((one.density * one.leverage).sqrt() for one in self.classes)
        return plain + root * _largest(one.leverage for one in self.classes)

    def gram(self, odds: arb) -> arb:
        """The bound of ‖(M̂ − I) w‖."""
        trace, norm, largest = self._gram_moments
        return self.vector(trace, norm, largest)(odds)

    @cached_property
    def _gram_moments(self) -> tuple[arb, arb, arb]:
        h, diagonal = (ZERO, 1 / self.m.variance.sqrt(), ((1 - ONE / self.d) / self.contrast).sqrt()), self.diagonal
        law = [one.law * one.density**2 * one.slope**2 for one in self.classes]
        block = top([(w, c.place) for w, c in self._with(law)], h)
        rest = total(w * (c.square - c.place[2] ** 2) for w, c in self._with(law)) / max(self.d - 2, 1)
        trace = total(one.law * one.density * one.slope**2 * one.leverage for one in self.classes) - diagonal
        squares = (one.density * one.slope**2 * (one.leverage - 2) + diagonal for one in self.classes)
        return trace, arb.max(block, rest), _largest(squares).sqrt()

    def loss(self, odds: arb) -> arb:
        """A t, the library's, of which n φ(t) ≥ R log((d+1)/η) is certified."""
        t = arb(self.bound.chernoff(float(self.n.mid()), float(odds.mid())))
        exponent = self.n * (t + (1 - t) * (1 - t).log()) / _largest(one.leverage for one in self.classes)
        certify(exponent >= ((self.d + 1) / odds).log(), "t is large enough", exponent.str(12))
        return t

    def bernstein(self, variance: arb, largest: arb, log_odds: arb) -> arb:
        """Bernstein's bound B."""
        linear = largest * log_odds / (3 * self.n)
        return linear + (linear * linear + 2 * variance * log_odds / self.n).sqrt()

    def vector(self, trace: arb, norm: arb, largest: arb) -> Deviation:
        """The bound C for a vector, given the odds."""
        return Deviation(self, trace, arb.min(trace, norm), largest)


@dataclass(frozen=True)
class Deviation:
    """The smaller of Bousquet's and Bernstein's bounds, of the given odds each."""

    lines: Lines
    trace: arb
    norm: arb
    largest: arb

    def __call__(self, odds: arb) -> arb:
        """The bound for these odds."""
        n, mean, log_odds = self.lines.n, (self.trace / self.lines.n).sqrt(), -odds.log()
        spread = (2 * log_odds * (self.norm + 2 * self.largest * mean) / n).sqrt()
        by_norm = mean + spread + self.largest * log_odds / (3 * n)
        return arb.min(by_norm, self.lines.bernstein(self.trace, self.largest, log_odds + arb(2).log()))


def top(rows: Sequence[tuple[arb, tuple[arb, ...]]], less: tuple[arb, ...] = ()) -> arb:
    """A number certified to be above the largest eigenvalue of Σ w x xᵀ − y yᵀ, by 1e-12 of it about."""
    size = len(rows[0][1])
    matrix = [[total(w * x[i] * x[j] for w, x in rows) - (less[i] * less[j] if less else 0) for j in range(size)]
              for i in range(size)]  # fmt: skip
    floats = np.array([[float(entry.mid()) for entry in row] for row in matrix])
    found = arb(float(np.linalg.eigvalsh(floats)[-1]) * (1 + 1e-10) + 1e-300)
    gap = arb_mat([[(found if i == j else 0) - matrix[i][j] for j in range(size)] for i in range(size)])
    for minor in range(1, size + 1):
        part = arb_mat([[gap[i, j] for j in range(minor)] for i in range(minor)])
        certify(part.det() > 0, "a bound of the largest eigenvalue", part.det().str(5))
    return found


def _largest(balls: Iterator[arb]) -> arb:
    found = ZERO
    for ball in balls:
        found = arb.max(found, ball)
    return found


def _quadratic(constant: arb, linear: arb, square: arb) -> arb:
    """The maximum of constant + linear q + square q² over [0, 1]."""
    ends = arb.max(constant, constant + linear + square)
    if square < 0 and linear > 0 and linear < -2 * square:
        return arb.max(ends, constant - linear**2 / (4 * square))
    certify(not square < 0 or linear <= 0 or linear >= -2 * square, "where the quadratic is largest", linear.str(5))
    return ends


def _last_price(prices: Sequence[float], most: Sequence[float], budget: float) -> arb:
    """The price of the class that is filled in part, 0 if all are filled."""
    left = budget
    for price, bound in sorted(zip(prices, most, strict=True), reverse=True):
        left -= bound
        if left < 0:
            return arb(price)
    return ZERO


def exceed_none(bound: Lines, claimed: float, excess: float) -> int:
    """How many pieces certify that no L gives more than claimed × (1 + excess); they are halved until each does.

    Raises:
        NotCertifiedError: some piece of √L of length 2^(−24) does not.
    """
    most, pieces = arb(claimed) * (1 + arb(excess)), 0
    waiting = [(0, 0)]
    while waiting:
        index, depth = waiting.pop()
        low, high = arb(index) / 2**depth, arb(index + 1) / 2**depth
        found = bound.above(low, high)
        if found <= most:
            pieces += 1
            continue
        certify(depth < 24, f"a half-width of {claimed:.6g} for every line under {bound.m.law}", found.str(10))
        waiting += [(2 * index, depth + 1), (2 * index + 1, depth + 1)]
    return pieces
