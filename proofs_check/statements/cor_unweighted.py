"""cor:unweighted: unweighted Bernoulli masks give differences of conditional means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.arrow import Stack
from proofs_check.exact import value
from proofs_check.notation import alpha_0, alpha_1, alpha_2, d, delta, k, size_variance, total
from proofs_check.statement import Claim, Statement
from proofs_check.statements.thm_limit import limit
from proofs_check.world import World, tilted

p = sp.Symbol("p", positive=True)
mean, on = sp.symbols("E E_1")
"""E[F] and E[F | z_j = 1]."""

off = (mean - p * on) / (1 - p)
"""E[F | z_j = 0], by E[F] = p E[F | z_j = 1] + (1 − p) E[F | z_j = 0]."""

_z, _distance = sp.symbols("z delta_cos")
_nu = sp.Symbol("nu", positive=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Insert α_{a,b} = p^a (1−p)^b in thm:limit; the other estimators are affine in β_j."""
    independent = {alpha_0: 1, alpha_1: p, alpha_2: p**2}
    beta = limit(Stack(mean, p * on, total)).entry.subs(independent)
    return {
        **_coordinate_factors(),
        "Δ": delta.subs(independent) - p * (1 - p),
        "V": size_variance.subs(independent) - d * p * (1 - p),
        "β_j": beta - claim["coefficient"],
        "RISE": on - claim["rise"],
        "PDA": off - claim["dropped"],
        "Banzhaf weight at p = 1/2": (p**k * (1 - p) ** (d - 1 - k)).subs(p, sp.Rational(1, 2)) - 2 ** (1 - d),
        "the weight of image LIME tends to 1": sp.limit(sp.exp(-(_distance**2) / (2 * _nu**2)), _nu, sp.oo) - 1,
    }


def _coordinate_factors() -> dict[str, sp.Expr]:
    """E[Π_j f_j(z_j)] = Π_j Σ_z law(z) f_j(z): the factors of a free, an on and an off coordinate."""
    law = p**_z * (1 - p) ** (1 - _z)

    def factor(indicator: sp.Expr) -> sp.Expr:
        return sum(((law * indicator).subs(_z, value) for value in (0, 1)), sp.S.Zero)

    return {
        "factor of a free coordinate": factor(sp.S.One) - 1,
        "factor of an on coordinate": factor(_z) - p,
        "factor of an off coordinate": factor(1 - _z) - (1 - p),
    }


_BETA = on - off


@dataclass(frozen=True)
class Bernoulli(World):
    """Independent superpixels: w(k) = p^k (1 − p)^{d−k}."""

    p: Fraction


def draw(rng: Random, d: int) -> Bernoulli:
    """A random F, and a p near 0, near 1 or between."""
    p = drawn.share(rng)
    return Bernoulli(d, _masses(d, p), drawn.set_function(rng, d), p)


def _masses(d: int, p: Fraction) -> tuple[Fraction, ...]:
    return tuple(p**k * (1 - p) ** (d - k) for k in range(d + 1))


def dependent(rng: Random, d: int) -> Bernoulli:
    """Exchangeable coordinates, each active with probability p, that depend on each other."""
    instance = replace(draw(rng, d), masses=drawn.law(rng, d))
    return replace(instance, p=brute.moment(instance.weights, (0,)))


def check(instance: Bernoulli, claim: Claim) -> dict[str, Fraction]:
    """Least squares and conditional means over all masks."""
    found: dict[str, Fraction] = {}
    for j in range(instance.d):
        shown, hidden = (_conditional_mean(instance, j, active) for active in (1, 0))
        point = {p: instance.p, mean: brute.integral(instance.weights, instance.table), on: shown}
        found |= {
            f"β_{j + 1}": value(claim["coefficient"], point) - instance.beta[j + 1],
            f"RISE {j + 1}": value(claim["rise"], point) - shown,
            f"PDA {j + 1}": value(claim["dropped"], point) - hidden,
        }
    return found


def _conditional_mean(instance: Bernoulli, j: int, active: int) -> Fraction:
    chosen = [w if brute.shows(mask, j) == active else Fraction(0) for mask, w in enumerate(instance.weights)]
    return brute.integral(chosen, instance.table) / sum(chosen)


def computed(instance: Bernoulli) -> dict[str, library.Computed]:
    """`limetheory.limit` under `BernoulliDesign`, with p as float64 has it."""
    p = Fraction(float(instance.p))
    rounded = replace(instance, p=p, masses=_masses(instance.d, p))
    answer = lt.limit(library.set_function(instance.table), lt.BernoulliDesign(instance.d, float(p)))
    found = (answer.intercept, *answer.coefficients)
    return {"lt.limit": library.Computed.of(found, rounded.beta, library.height(instance.table))}


STATEMENT = Statement(
    label="cor:unweighted",
    words="Unweighted Bernoulli(p) masks give E[F | z_j = 1] − E[F | z_j = 0]; RISE and PDA are affine in it.",
    latex=r"""
Let $z_1, \dots, z_d$ be independent Bernoulli($p$), $0 < p < 1$, and $\pi = 1$. Then
$\alpha_{a,b} = p^a (1-p)^b$, $\Delta = p(1-p)$, $V = d p (1-p)$ and
\[
  \beta_j = \mathbb{E}[F \mid z_j = 1] - \mathbb{E}[F \mid z_j = 0],
\]
the Banzhaf value at $p = 1/2$, to which image LIME tends as $\nu \to \infty$. Moreover
\[
  \mathbb{E}[F \mid z_j = 1] = \mathbb{E}[F] + (1 - p)\,\beta_j, \qquad
  \mathbb{E}[F \mid z_j = 0] = \mathbb{E}[F] - p\,\beta_j ,
\]
so that the limits of RISE and of PDA rank the superpixels as $\beta$ does.""",
    source="new",
    code=("limetheory/designs/bernoulli.py", "limetheory/verification/bandwidth.py"),
    tests=("tests/limits/test_properties.py",),
    claim={"coefficient": _BETA, "rise": mean + (1 - p) * _BETA, "dropped": mean - p * _BETA},
    identities=identities,
    draw=draw,
    check=check,
    without={"the masks are not weighted": tilted(draw), "the coordinates are independent": dependent},
    library=computed,
    mutants={
        "difference to the mean": {"coefficient": on - mean},
        "covariance, not slope": {"coefficient": p * (1 - p) * _BETA},
        "RISE with p": {"rise": mean + p * _BETA},
        "PDA of the other sign": {"dropped": mean + p * _BETA},
    },
    holds="every d ≥ 2, 0 < p < 1",
)
