"""prop:normalised: a quotient of two counts is an integral of products of factors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, Point, value
from proofs_check.statement import Claim, Statement
from proofs_check.world import REGULAR, World

size, node, _u = sp.symbols("s t u", positive=True)
"""s(z) > 0, t, and u = e^{−t}."""
token_size, token_weight = sp.symbols("a_k w_j")
_entry, _slope = sp.symbols("x_j lambda_j", positive=True)
_frequency = sp.Symbol("omega", positive=True)
_power = sp.Symbol("p")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The integral over t at both powers, its substitution, and the Fourier transforms that bound the rule's error."""
    integrand = node ** (_power - 1) * sp.exp(-node * size) / sp.gamma(_power)
    half, one = (integrand.subs(_power, power) for power in (sp.Rational(1, 2), sp.Integer(1)))
    shown, hidden = (sp.exp(-node * claim[f"exponent {side}"]) for side in ("on", "off"))
    alone = claim["weight under norm l2"] / sp.sqrt(claim["size under norm l2"])
    return {
        "power 1/2": sp.simplify(sp.integrate(half, (node, 0, sp.oo)) - 1 / sp.sqrt(size)),
        "power 1": sp.simplify(sp.integrate(one, (node, 0, sp.oo)) - 1 / size),
        "power 1 in u": sp.integrate(_u ** (size - 1), (_u, 0, 1)) - 1 / size,
        "factor of a part that is shown": shown - sp.exp(-node * token_size),
        "factor of a part that is hidden": hidden - 1,
        "one token under norm l2": sp.simplify(alone - _slope * _entry / sp.sqrt(_entry**2)),
        "|Γ(1/2 + iω)|²": sp.simplify(
            sp.pi / sp.cosh(sp.pi * _frequency) - sp.gammasimp(_gamma(_frequency) * _gamma(-_frequency))
        ),
    }


def _gamma(frequency: sp.Symbol) -> sp.Expr:
    """Γ(1/2 + iω)."""
    return sp.gamma(sp.Rational(1, 2) + sp.I * frequency)


@dataclass(frozen=True)
class Quotient(World):
    """Integer sizes, which may be 0, and weights, which are 0 where the size is; the entries of a vector x."""

    sizes: tuple[int, ...]
    slopes: tuple[Fraction, ...]
    base: Fraction
    entries: tuple[Fraction, ...]

    @cached_property
    def quotient(self) -> tuple[Fraction, ...]:
        """b + Σ_j w_j z_j / s(z), by its definition."""
        return brute.tabulated(self.d, self._of)

    def _of(self, mask: int) -> Fraction:
        shown = [j for j in range(self.d) if brute.shows(mask, j)]
        total = sum(self.sizes[j] for j in shown)
        return self.base + (sum((self.slopes[j] for j in shown), ZERO) / total if total else ZERO)


def draw(rng: Random, d: int) -> Quotient:
    """Any design; sizes of 0 to 6."""
    sizes = tuple(rng.randint(0, 6) for _ in range(d))
    slopes = tuple(drawn.rational(rng) if size else ZERO for size in sizes)
    entries = tuple(drawn.positive(rng) for _ in range(d))
    return Quotient.drawn(rng, d, sizes=sizes, slopes=slopes, base=drawn.rational(rng), entries=entries)


def negative(rng: Random, d: int) -> Quotient:
    """A part whose size is below 0."""
    instance = draw(rng, d)
    return replace(instance, sizes=(-7, *instance.sizes[1:]), slopes=(Fraction(1), *instance.slopes[1:]))


def check(instance: Quotient, claim: Claim) -> dict[str, Fraction]:
    """Each value as a sum of integrals of u^{exponent − 1} over [0, 1], and least squares on both tables; the norm."""
    claimed = brute.tabulated(instance.d, lambda mask: _integrated(instance, mask, claim))
    found = brute.least_squares(instance.d, instance.weights, instance.quotient)
    again = brute.least_squares(instance.d, instance.weights, claimed)
    apart = max(abs(x - y) for x, y in zip(claimed, instance.quotient, strict=True))
    return {**brute.differences(again, found), "value": apart, **_norm(instance, claim)}


def _norm(instance: Quotient, claim: Claim) -> dict[str, Fraction]:
    """‖x ∘ z‖² is the sum of the sizes, and the weight of a token with the slope 2 is twice its entry."""
    points: list[Point] = [{_entry: x, _slope: 2} for x in instance.entries]
    apart = {
        f"‖x ∘ z‖², mask {mask}": sum(
            (value(claim["size under norm l2"], points[j]) - x * x for j, x in _shown(instance, mask)), ZERO
        )
        for mask in range(2**instance.d)
    }
    return apart | {
        f"weight of token {j}": value(claim["weight under norm l2"], points[j]) - 2 * x
        for j, x in enumerate(instance.entries)
    }


def _shown(instance: Quotient, mask: int) -> list[tuple[int, Fraction]]:
    return [(j, x) for j, x in enumerate(instance.entries) if brute.shows(mask, j)]


def _integrated(instance: Quotient, mask: int, claim: Claim) -> Fraction:
    """b + Σ_j w_j z_j ∫ u^{m − 1} du, m = Σ_k exponent_k; the integral over [0, 1] is 1/m for m > 0."""
    exponent = sum((_exponent(instance, k, mask, claim) for k in range(instance.d)), ZERO)
    shown = sum((slope for j, slope in enumerate(instance.slopes) if brute.shows(mask, j)), ZERO)
    return instance.base + (shown / exponent if exponent > 0 else ZERO)


def _exponent(instance: Quotient, k: int, mask: int, claim: Claim) -> Fraction:
    side = "on" if brute.shows(mask, k) else "off"
    return value(claim[f"exponent {side}"], {token_size: instance.sizes[k]})


def computed(instance: Quotient) -> dict[str, library.Computed]:
    """`limetheory.limit` of a `NormalisedSum` of power 1."""
    exact = brute.least_squares(instance.d, instance.weights, instance.quotient)
    model = lt.NormalisedSum(list(map(float, instance.slopes)), instance.sizes, 1.0, float(instance.base))
    scale = abs(instance.base) + sum(map(abs, instance.slopes), ZERO)
    return library.limit(instance, model, exact, scale)


STATEMENT = Statement(
    label="prop:normalised",
    words="Σ_j w_j z_j / (Σ_k a_k z_k)^p is an integral over t of Σ_j w_j z_j Π_k e^{−t a_k z_k}, sums of products.",
    latex=r"""
Let $a_k \ge 0$, let $w_j = 0$ where $a_j = 0$, let $s(z) = \sum_k a_k z_k$, $0 < p \le 1$, and
$F(z) = b + \sum_j w_j z_j / s(z)^p$, which is $b$ where $s(z) = 0$. Then
\[
  F(z) = b + \frac{1}{\Gamma(p)} \int_0^\infty t^{p-1} \sum_j w_j z_j \prod_k e^{-t a_k z_k}\, dt,
\]
and each product has the limit of Proposition~\ref{prop:factor}, with $p_k = e^{-t a_k}$ and $q_k = 1$ but $q_j = 0$.
Since the limit is linear in $F$, that of $F$ is the integral of those limits. In $x = \log t$ the integrand is
analytic, with the Fourier transform $s^{-p + i\omega}\, \Gamma(p - i\omega)$, so the trapezoidal rule with step $h$ has
the relative error $2 |\Gamma(p + 2\pi i / h)| / \Gamma(p)$ to leading order; $|\Gamma(\tfrac12 + i\omega)|^2 =
\pi / \cosh \pi\omega$. A linear score $\sum_j \lambda_j x_j z_j / \lVert x \circ z \rVert_2$ of a vector $x$ that is
divided by its Euclidean norm, as TF-IDF is, has $w_j = \lambda_j x_j$, $a_j = x_j^2$ and $p = \tfrac12$.""",
    source="new; the score on normalised TF-IDF: Mardaoui & Garreau 2021",
    code=("limetheory/limits/normalised.py",),
    tests=("tests/limits/test_normalised.py",),
    claim={
        "exponent on": token_size,
        "exponent off": sp.S.Zero,
        "weight under norm l2": _slope * _entry,
        "size under norm l2": _entry**2,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={"the sizes are 0 or more": negative},
    library=computed,
    mutants={
        "hidden parts count": {"exponent off": token_size},
        "sizes doubled": {"exponent on": 2 * token_size},
        "the size of a token not squared": {"size under norm l2": _entry},
        "the weight of a token without its entry": {"weight under norm l2": _slope},
    },
)
