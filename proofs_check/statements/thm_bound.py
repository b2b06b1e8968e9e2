"""thm:bound, its algebra and its tails: whitened masks, the two parts of the error, and all samples of three masks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from random import Random

import sympy as sp

from proofs_check import brute, drawn
from proofs_check.arrow import Stack
from proofs_check.exact import ONE, ZERO, SingularError, determinant, inverse_matrix, value
from proofs_check.notation import alpha_0, d, delta, gram, k, mean_size, size_variance
from proofs_check.statement import Claim, Statement
from proofs_check.statements import lem_leverage, prop_gram_inverse
from proofs_check.statements.thm_clt import active
from proofs_check.world import REGULAR, World

_inner, _square, _diagonal, _mean_square = sp.symbols("pi_a2 ell h2 M")
"""π a² = (u·w)², ℓ = ‖u‖², h² = ‖w‖² and E[π a² ℓ]."""

_first, _remainder, _score, _empirical = sp.symbols("s_w rho s M_hat")
_t = sp.Symbol("t", positive=True)
_SAMPLED, _LOSSES = 3, (Fraction(1, 2), Fraction(9, 10), ONE)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Whitened lengths by the inverse Gram matrix; the remainder; the exponent from its second derivative."""
    inverse = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim)
    error = claim["error"].subs({_first: _score, _remainder: (_empirical - 1) * _score / _empirical}, simultaneous=True)
    return {
        "u·w = √π a": inverse.apply(Stack(sp.S.One, active, k)).entry - claim["influence"],
        "‖u‖² = ℓ": inverse.quadratic(sp.S.One, k, k) - claim["leverage"],
        "tr I = E ‖u‖²": (inverse @ gram).trace() - claim["dimension"],
        "‖w‖² = h²": inverse.quadratic(sp.S.Zero, sp.S.One, sp.S.One) - claim["diagonal"],
        "‖√π a u − w‖²": _inner * _square - 2 * _inner + _diagonal - claim["length"],
        "E ‖√π a u − w‖², by E[π a²] = h²": _mean_square - 2 * _diagonal + _diagonal - claim["noise"],
        "M̂^{-1} = I − (M̂ − I) M̂^{-1}": _score / _empirical - error,
        **_exponent(),
    }


def _exponent() -> dict[str, sp.Expr]:
    """φ(0) = φ'(0) = 0 and φ'' = 1 + t/(1 − t) ≥ 1, so φ ≥ t²/2 on [0, 1)."""
    phi = _t + (1 - _t) * sp.log(1 - _t)
    return {
        "φ(0) = 0": phi.subs(_t, 0),
        "φ'(0) = 0": sp.diff(phi, _t).subs(_t, 0),
        "φ'' = 1 + t/(1 − t)": sp.diff(phi, _t, 2) - 1 - _t / (1 - _t),
    }


@dataclass(frozen=True)
class Sample(World):
    """The law of a mask by its size, π = w / law, and a sample that holds each mask of one superpixel and the empty."""

    law: tuple[Fraction, ...]
    masks: tuple[int, ...]

    def weight(self, mask: int) -> Fraction:
        """π of a mask."""
        return self.masses[mask.bit_count()] / self.law[mask.bit_count()]


def draw(rng: Random, d: int) -> Sample:
    """Any design and F."""
    further = tuple(rng.randrange(2**d) for _ in range(rng.randint(1, 6)))
    return Sample.drawn(rng, d, law=drawn.law(rng, d), masks=(0, *(1 << j for j in range(d)), *further))


def check(instance: Sample, claim: Claim) -> dict[str, Fraction]:
    """Every mask with the inverse by elimination, the error of a sample, and for d = 2 all samples of three masks."""
    inverse = inverse_matrix(brute.gram(instance.d, instance.weights))
    return {
        "dimension": len(inverse) - value(claim["dimension"], instance.moments),
        "h²": inverse[1][1] - value(claim["diagonal"], instance.moments),
        **_by_mask(instance, claim, inverse),
        **_projection(instance, inverse),
        **_error(instance, claim, inverse),
        **_tails(instance, claim),
    }


def _by_mask(instance: Sample, claim: Claim, inverse: list[list[Fraction]]) -> dict[str, Fraction]:
    """u·w, ‖u‖² and ‖√π a u − w‖² = (π a z̃ − e_1)ᵀ Σ^{-1} (π a z̃ − e_1), with its mean."""
    found, lengths, inners = {}, [], []
    for mask in range(2**instance.d):
        reach, weight = brute.at_mask(inverse, mask), instance.weight(mask)
        point = {**instance.moments, k: mask.bit_count(), active: brute.shows(mask, 0)}
        quadratic = reach[0] + sum((x for j, x in enumerate(reach[1:]) if brute.shows(mask, j)), ZERO)
        shift = [weight * reach[1] * x for x in (ONE, *(brute.shows(mask, j) for j in range(instance.d)))]
        shift[1] -= 1
        length = _dot(shift, [_dot(shift, row) for row in inverse])
        squares = {_inner: weight * reach[1] ** 2, _square: weight * quadratic, _diagonal: inverse[1][1]}
        found[f"u·w, mask {mask}"] = reach[1] - value(claim["influence"], point)
        found[f"‖u‖², mask {mask}"] = quadratic - value(claim["leverage"], point)
        found[f"length, mask {mask}"] = length - value(claim["length"], squares)
        lengths.append(length)
        inners.append(squares[_inner] * squares[_square])
    law = [instance.law[mask.bit_count()] for mask in range(2**instance.d)]
    claimed = value(claim["noise"], {_mean_square: brute.integral(law, inners), _diagonal: inverse[1][1]})
    return {**found, "mean length": brute.integral(law, lengths) - claimed}


def _projection(instance: Sample, inverse: list[list[Fraction]]) -> dict[str, Fraction]:
    """(z̃ᵀβ)² ≤ z̃ᵀΣ^{-1}z̃ · E[π F²], by how much it fails."""
    mass, found = brute.integral(instance.weights, [x * x for x in instance.table]), {}
    for mask in range(2**instance.d):
        fitted = sum((x for x, s in zip(instance.beta, (1, *_shown(instance.d, mask)), strict=True) if s), ZERO)
        reach = brute.at_mask(inverse, mask)
        quadratic = reach[0] + sum((x for x, s in zip(reach[1:], _shown(instance.d, mask), strict=True) if s), ZERO)
        found[f"projection at mask {mask}"] = max(ZERO, fitted**2 - quadratic * mass)
    return found


def _shown(d: int, mask: int) -> tuple[int, ...]:
    return tuple(brute.shows(mask, j) for j in range(d))


def _error(instance: Sample, claim: Claim, inverse: list[list[Fraction]]) -> dict[str, Fraction]:
    """e_1ᵀ(β̂ − β) against e_1ᵀΣ^{-1} s and e_1ᵀΣ^{-1} (Σ̂ − Σ)(β̂ − β); no comparison if Σ̂ is singular."""
    weights = _sampled(instance, instance.masks)
    try:
        found = brute.least_squares(instance.d, weights, instance.table)
    except SingularError:
        return {}
    gap = [x - y for x, y in zip(found, instance.beta, strict=True)]
    residual = [f - sum((x for x, s in zip(instance.beta, (1, *_shown(instance.d, mask)), strict=True) if s), ZERO)
                for mask, f in enumerate(instance.table)]  # fmt: skip
    score = brute.right_hand_side(instance.d, weights, residual)
    pairs = zip(brute.gram(instance.d, weights), brute.gram(instance.d, instance.weights), strict=True)
    moved = [sum(((x - y) * g for x, y, g in zip(one, other, gap, strict=True)), ZERO) for one, other in pairs]
    point = {_first: _dot(inverse[1], score), _remainder: _dot(inverse[1], moved)}
    return {"error of a sample": gap[1] - value(claim["error"], point)}


def _dot(one: list[Fraction], other: list[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(one, other, strict=True)), ZERO)


def _sampled(instance: Sample, masks: tuple[int, ...]) -> list[Fraction]:
    """π / n for each mask of a sample, 0 for the others."""
    weights = [ZERO] * 2**instance.d
    for mask in masks:
        weights[mask] += instance.weight(mask) / len(masks)
    return weights


def _tails(instance: Sample, claim: Claim) -> dict[str, Fraction]:
    """P(λ_min ≤ 1 − t) over all samples of three masks of two superpixels, by how much it exceeds the bound."""
    if instance.d != 2:
        return {}
    leverages = [
        instance.weight(mask) * value(claim["leverage"], {**instance.moments, k: mask.bit_count()}) for mask in range(4)
    ]
    factor, radius = float(value(claim["dimension"], instance.moments)), float(max(leverages))
    return {
        f"tail at t = {t}": max(ZERO, tail(instance, t) - Fraction(factor * chernoff(float(t), radius) * (1 + 1e-9)))
        for t in _LOSSES
    }


def chernoff(t: float, radius: float, n: int = _SAMPLED) -> float:
    """exp(−n φ(t) / R)."""
    return math.exp(-n * (t + (1 - t) * math.log(1 - t) if t < 1 else 1.0) / radius) if radius > 0 else 0.0


def tail(instance: Sample, t: Fraction, n: int = _SAMPLED) -> Fraction:
    """P(λ_min(Σ^{-1/2} Σ̂ Σ^{-1/2}) ≤ 1 − t): that Σ̂ − (1 − t) Σ is not positive definite."""
    exact = brute.gram(instance.d, instance.weights)
    grams = ((p, brute.gram(instance.d, weights)) for p, weights in _samples(instance, n))
    return sum((p for p, found in grams if not _positive(found, exact, 1 - t)), ZERO)


def _samples(instance: Sample, n: int) -> Iterator[tuple[Fraction, list[Fraction]]]:
    """The probability of each unordered sample of n masks, and its weights."""
    for masks in combinations_with_replacement(range(2**instance.d), n):
        orders = math.factorial(n)
        for mask in set(masks):
            orders //= math.factorial(masks.count(mask))
        probability = Fraction(orders)
        for mask in masks:
            probability *= instance.law[mask.bit_count()]
        yield probability, _sampled(instance, masks)


def _positive(found: list[list[Fraction]], exact: list[list[Fraction]], share: Fraction) -> bool:
    """Whether found − share × exact is positive definite, by its leading minors."""
    gap = [[x - share * y for x, y in zip(*rows, strict=True)] for rows in zip(found, exact, strict=True)]
    return all(determinant([row[:size] for row in gap[:size]]) > 0 for size in range(1, len(gap) + 1))


_LEVERAGE = lem_leverage.STATEMENT.claim["leverage"]
_SIZES = 1 / (alpha_0 * size_variance)

STATEMENT = Statement(
    label="thm:bound",
    words="With probability 1 − η every |β̂_j − β_j| is below explicit constants, for n of order R log(d/η).",
    latex=r"""
Let $F$ take values in $[c - \rho, c + \rho]$, let $\hat\beta$ be the weighted least squares of $n$ independent masks,
$r = F - \tilde z^\top \beta$, $\ell$ the leverage of Lemma~\ref{lem:leverage} and $R = \max \ell$. Divide the weights
by $\alpha_0$, so that $\mathbb{E}[\pi] = \alpha_0 = 1$, and put $a = e_j^\top \Sigma^{-1} \tilde z
= (K - \kappa)/(\alpha_0 V) + (z_j - K/d)/\Delta$, $h^2 = (\Sigma^{-1})_{jj} = (1 - 1/d)/\Delta + 1/(\alpha_0 V)$,
$\varphi(t) = t + (1 - t) \log(1 - t) \ge t^2/2$ and
$B(v, b, \lambda) = \frac{b \lambda}{3n} + \sqrt{(\frac{b \lambda}{3n})^2 + \frac{2 v \lambda}{n}}$.

Let $S \le \rho$ with $\mathbb{E}[\pi r^2] \le S^2$ (always true of $S = \rho$), and let $v_1$ and $v_2$ be the largest
values of $\mathbb{E}[\pi x\, a^2]$ and $\mathbb{E}[x\, \ell]$ over functions $x$ of $(K, z_j)$ with
$0 \le x \le \rho^2 (\sqrt\pi + \sqrt\ell)^2$ and $\mathbb{E}[x] \le S^2$. Put $v_3 = \mathbb{E}[\pi a^2 \ell] - h^2$,
$b_1 = \rho \max \sqrt\pi |a| (\sqrt\pi + \sqrt\ell)$, $b_2 = \rho \max \sqrt\ell (\sqrt\pi + \sqrt\ell)$ and
$b_3 = \max \sqrt{\pi a^2 (\ell - 2) + h^2}$. For $\eta_0, \eta_1, \eta_2, \eta_3 > 0$ let $t$ solve
$n \varphi(t) = R \log((d + 1)/\eta_0)$, $t < 1$. Then with probability at least $1 - \eta_0 - \eta_2$, for all $j$,
\[
  |\hat\beta_j - \beta_j| \le \frac{h}{1 - t}\, B\bigl(v_2, b_2, \log \tfrac{2}{\eta_2}\bigr),
\]
and with probability at least $1 - \eta_0 - \eta_1 - \eta_2 - \eta_3$, for all $j$,
\[
  |\hat\beta_j - \beta_j| \le B\bigl(v_1, b_1, \log \tfrac{2d}{\eta_1}\bigr)
    + \frac{1}{1 - t}\, B\bigl(v_3, b_3, \log \tfrac{2d}{\eta_3}\bigr)\, B\bigl(v_2, b_2, \log \tfrac{2}{\eta_2}\bigr).
\]
The mean of $n$ terms $\Sigma^{-1} \pi \tilde z (F - c)$ (Proposition~\ref{prop:unbiased}) has, with probability at
least $1 - \eta$, all its errors below $B(\rho^2\, \mathbb{E}[\pi^2 a^2],\ \rho \max \pi |a|,\ \log \frac{2d}{\eta})$.

What is checked by machine: the whitened lengths and inner products, the decomposition of the error, the exponent, the
bound of a prediction, and the tail of the smallest eigenvalue over all samples of three masks of two superpixels.
The matrix Chernoff inequality is quoted; the rest is proved in \texttt{paper/bound.md}.""",
    source="new; the matrix Chernoff inequality is Tropp 2012, Theorem 1.1",
    code=(
        "limetheory/statistics/bound.py",
        "limetheory/statistics/mask_classes.py",
        "limetheory/statistics/concentration.py",
        "limetheory/statistics/planning.py",
    ),
    tests=(
        "tests/statistics/test_bound.py",
        "tests/statistics/test_mask_classes.py",
        "tests/statistics/test_concentration.py",
        "tests/statistics/test_planning.py",
    ),
    claim={
        "influence": (k - mean_size) * _SIZES + (active - k / d) / delta,
        "leverage": _LEVERAGE,
        "dimension": d + 1,
        "diagonal": (1 - 1 / d) / delta + _SIZES,
        "length": _inner * (_square - 2) + _diagonal,
        "noise": _mean_square - _diagonal,
        "error": _first - _remainder,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    mutants={
        "d parameters": {"dimension": d},
        "R a quarter": {"leverage": _LEVERAGE / 4},
        "remainder of the other sign": {"error": _first + _remainder},
        "no remainder": {"error": _first},
        "length without the inner product": {"length": _inner * _square + _diagonal},
        "noise not centred": {"noise": _mean_square},
        "diagonal without the size": {"diagonal": (1 - 1 / d) / delta},
    },
    open_part="matrix Chernoff is quoted; the two Bernstein inequalities are proved by hand in paper/bound.md",
    largest=5,
)
