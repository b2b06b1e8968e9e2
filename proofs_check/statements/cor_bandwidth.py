"""cor:bandwidth: image LIME between occlusion (ν → 0) and the Banzhaf value (ν → ∞)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, value
from proofs_check.notation import alpha_0, alpha_1, alpha_2, d, delta, gamma, gamma_0, gamma_j, size_variance, total
from proofs_check.statement import Claim, Statement
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, World, tilted

full, without, others = sp.symbols("F_1 F_j S")
"""F(1), F(1∖j) and Σ_l F(1∖l)."""

_near, _far = sp.symbols("epsilon eta", positive=True)
_sizes = sp.symbols("M_0 M_1 M_2")
_sums = sp.symbols("H_0 H_j H_T")
_nu, _gap, _k = sp.symbols("nu g k", positive=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Masses 1 on the full mask, ε one superpixel below, ε η r(k) further below: β_j is continuous at ε = η = 0."""
    beta = limit(gamma).entry
    entry = sp.cancel(sp.together(beta.subs(_narrow(), simultaneous=True)))
    start = {_near: 0, _far: 0}
    wide = {alpha_0: 1, alpha_1: sp.Rational(1, 2), alpha_2: sp.Rational(1, 4)}
    weight, root = sp.exp(-_gap / (2 * _nu**2)), sp.sqrt(_k + 1) + sp.sqrt(_k)
    return {
        "ν → 0: a smaller mask weighs infinitely less": sp.limit(weight, _nu, 0, "+"),
        "the distance falls with the size": sp.expand((sp.sqrt(_k + 1) - sp.sqrt(_k)) * root) - 1,
        "ν → 0: Δ/ε → 1": _divided(delta).subs(start) - 1,
        "ν → 0: α_0² V/ε → d": _divided(alpha_0**2 * size_variance).subs(start) - d,
        "ν → 0: β_j": entry.subs(start) - claim["narrow"],
        "ν → ∞: the weight tends to 1": sp.limit(weight, _nu, sp.oo) - 1,
        "ν → ∞: β_j": beta.subs(wide, simultaneous=True) - claim["wide"],
    }


def _narrow() -> dict[sp.Symbol, sp.Expr]:
    """α_p, Γ_0, Γ_j and T by E[π], E[π K] = d α_1 and E[π K (K − 1)] = d (d − 1) α_2."""
    rest = _near * _far
    return {
        alpha_0: 1 + d * _near + rest * _sizes[0],
        alpha_1: 1 + (d - 1) * _near + rest * _sizes[1] / d,
        alpha_2: 1 + (d - 2) * _near + rest * (_sizes[2] - _sizes[1]) / (d * (d - 1)),
        gamma_0: full + _near * others + rest * _sums[0],
        gamma_j: full + _near * (others - without) + rest * _sums[1],
        total: d * full + (d - 1) * _near * others + rest * _sums[2],
    }


def _divided(expression: sp.Expr) -> sp.Expr:
    return sp.cancel(sp.together(expression.subs(_narrow(), simultaneous=True) / _near))


@dataclass(frozen=True)
class Ends(World):
    """The two extreme designs: masses on the sizes d − 1 and d alone, and the same mass on every mask."""

    @property
    def flat(self) -> World:
        """The design with the same mass on every mask."""
        return replace(self, masses=(self.masses[-1],) * (self.d + 1))


def draw(rng: Random, d: int) -> Ends:
    """A random F, and random masses on the sizes d − 1 and d."""
    masses = (*[ZERO] * (d - 1), drawn.positive(rng), drawn.positive(rng))
    return replace(Ends.drawn(rng, d), masses=masses)


def check(instance: Ends, claim: Claim) -> dict[str, Fraction]:
    """Compare with weighted least squares under both designs."""
    mass = instance.masses[-1] * 2**instance.d
    right = [x / mass for x in instance.flat.right_hand_side]
    points = [{full: instance.table[-1], without: instance.table[~(1 << j)]} for j in range(instance.d)]
    narrow = [value(claim["narrow"], point) for point in points]
    wide = [value(claim["wide"], {gamma_0: right[0], gamma_j: x}) for x in right[1:]]
    return {
        **brute.differences(narrow, instance.beta[1:], "ν → 0: coefficient"),
        **brute.differences(wide, instance.flat.beta[1:], "ν → ∞: coefficient"),
    }


def broad(rng: Random, d: int) -> Ends:
    """An instance with masses on all sizes."""
    return replace(draw(rng, d), masses=tuple(drawn.positive(rng) for _ in range(d + 1)))


def computed(instance: Ends) -> dict[str, library.Computed]:
    """`limetheory.limit` under `ImageDesign` at ν = ∞."""
    design, exact = lt.ImageDesign(instance.d, bandwidth=math.inf), instance.flat.beta
    found = lt.limit(library.set_function(instance.table), design)
    height = library.height(instance.table)
    return {"lt.limit": library.Computed.of((found.intercept, *found.coefficients), exact, height)}


STATEMENT = Statement(
    label="cor:bandwidth",
    words="Image LIME tends to occlusion F(1) − F(1∖j) as ν → 0 and to the Banzhaf value as ν → ∞.",
    latex=r"""
Let $\beta(\nu)$ be the limit of image LIME. As $\nu \to 0$
\[
  \beta_j(\nu) \longrightarrow F(\mathbf{1}) - F(\mathbf{1} \setminus j),
\]
the score of occlusion; as $\nu \to \infty$
\[
  \beta_j(\nu) \longrightarrow 4\, \mathbb{E}[z_j F] - 2\, \mathbb{E}[F]
    = \mathbb{E}[F \mid z_j = 1] - \mathbb{E}[F \mid z_j = 0],
\]
the Banzhaf value, with expectations over uniform masks. The same holds for every family of masses with
$w(k)/w(k+1) \to 0$ for all $k < d$, or with $w(k) \to 2^{-d}$.""",
    source="new",
    code=("limetheory/verification/bandwidth.py",),
    tests=("tests/verification/test_sections.py",),
    claim={"narrow": full - without, "wide": 4 * gamma_j - 2 * gamma_0},
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"d ≥ 2": lambda world: world.d >= 2},
    without={EXCHANGEABLE: tilted(draw), "w(k) / w(k + 1) tends to 0": broad},
    library=computed,
    mutants={
        "inclusion for occlusion": {"narrow": without},
        "occlusion of the other sign": {"narrow": without - full},
        "difference to the mean": {"wide": 2 * gamma_j - gamma_0},
        "covariance for the contrast": {"wide": gamma_j - gamma_0 / 2},
    },
)
