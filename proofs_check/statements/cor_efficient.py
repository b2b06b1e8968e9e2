"""cor:efficient: the efficiency constraint, and the Shapley value as one of its solutions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import sympy as sp

import limetheory as lt
from proofs_check import brute, library
from proofs_check.arrow import Stack
from proofs_check.exact import ONE, ZERO, solve, value
from proofs_check.notation import alpha_1, d, delta, gamma_j, gram, k, summed, total
from proofs_check.statement import Claim, Statement
from proofs_check.world import EXCHANGEABLE, World, tilted

empty, rise = sp.symbols("F_0 R")
"""F(0) and F(1) − F(0)."""

_other_entry = sp.Symbol("Gamma_i")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Lagrange: with β_0 = F(0) the gradient is the same in every direction; then weights, mask by mask."""
    entry = claim["coefficient"]
    beta = Stack(empty, entry, summed(entry))
    gradient = gram.apply(beta).entry - gamma_j
    return {
        "the coefficients sum to F(1) − F(0)": beta.total - rise,
        "the gradient is parallel to the constraint": gradient - gradient.subs(gamma_j, _other_entry),
        **_shapley(claim),
    }


def _shapley(claim: Claim) -> dict[str, sp.Expr]:
    """Compare the weight of F(z), |z| = k, with (|S|)! (d−1−|S|)! / d!, S the coalition without j."""
    mass = sp.combsimp(claim["mass"])
    size_mass = sp.combsimp(sp.binomial(d, k) * mass)
    contrast = sp.summation(sp.cancel(size_mass * k * (d - k) / (d * (d - 1))), (k, 1, d - 1))
    present = mass * _weight(claim, sp.S.One).subs(delta, contrast)
    absent = mass * _weight(claim, sp.S.Zero).subs(delta, contrast)
    return {
        "Δ = 1 − 1/d": contrast - (1 - 1 / d),
        "Shapley weight of a mask with j": present - _shapley_weight(k - 1),
        "Shapley weight of a mask without j": absent + _shapley_weight(k),
        "Shapley weight of the full mask": sp.diff(claim["coefficient"], rise) - _shapley_weight(d - 1),
        "Shapley weight of the empty mask": sp.diff(claim["coefficient"], rise) - _shapley_weight(sp.S.Zero),
    }


def _weight(claim: Claim, active: sp.Expr) -> sp.Expr:
    """What w(k) F(z) contributes to β_j: Γ_j counts it if z_j = 1, T counts it k times."""
    change = claim["coefficient"].subs({gamma_j: active, total: k}, simultaneous=True)
    return change.subs(rise, 0)


def _shapley_weight(size: sp.Expr) -> sp.Expr:
    return sp.factorial(size) * sp.factorial(d - 1 - size) / sp.factorial(d)


_MASS = (d - 1) / (sp.binomial(d, k) * k * (d - k))


def check(instance: World, claim: Claim) -> dict[str, Fraction]:
    """Constrained least squares over all masks; with the claimed masses, the Shapley value by its potential."""
    inner = [value(claim["mass"], {d: instance.d, k: size}) for size in range(1, instance.d)]
    kernel = replace(instance, masses=(ZERO, *inner, ZERO))
    shapley = brute.shapley(instance.d, instance.table)
    found = constrained(instance.d, instance.weights, instance.table)
    return {
        **brute.differences(_claimed(instance, claim), found, "coefficient"),
        **brute.differences(_claimed(kernel, claim), shapley, "Shapley value"),
    }


def _claimed(instance: World, claim: Claim) -> list[Fraction]:
    change = {rise: instance.table[-1] - instance.table[0]}
    return [value(claim["coefficient"], {**instance.point(j), **change}) for j in range(instance.d)]


def constrained(size: int, weights: brute.Table, values: brute.Table) -> list[Fraction]:
    """β_1, …, β_d minimising E[π (F − F(0) − Σ_j β_j z_j)²] subject to Σ_j β_j = F(1) − F(0)."""
    centred = [x - values[0] for x in values]
    matrix = [[*row[1:], ONE] for row in brute.gram(size, weights)[1:]]
    right = [*brute.right_hand_side(size, weights, centred)[1:], values[-1] - values[0]]
    return solve([*matrix, [*[ONE] * size, ZERO]], right)[:-1]


def computed(instance: World) -> dict[str, library.Computed]:
    """`limetheory.limit` under `ShapleyDesign`."""
    found = lt.limit(library.set_function(instance.table), lt.ShapleyDesign(instance.d)).coefficients
    exact = brute.shapley(instance.d, instance.table)
    return {"lt.limit": library.Computed.of(found, exact, library.height(instance.table))}


STATEMENT = Statement(
    label="cor:efficient",
    words="Under the efficiency constraint s becomes (F(1) − F(0))/d; with the Shapley mass this is the Shapley value.",
    latex=r"""
Let $\Delta > 0$. Subject to $\beta_0 = F(0)$ and $\sum_j \beta_j = F(\mathbf{1}) - F(0)$ the minimiser is
\[
  \beta_j = \frac{F(\mathbf{1}) - F(0)}{d} + \frac{\mathbb{E}[\pi z_j F] - \mathbb{E}[\pi \tfrac{K}{d} F]}{\Delta} .
\]
With $w(k) = (d-1) / \bigl( \binom{d}{k} k (d-k) \bigr)$ for $1 \le k \le d-1$ and $w(0) = w(d) = 0$ one has
$\Delta = 1 - 1/d$ and
\[
  \beta_j = \sum_{S \not\ni j} \frac{|S|!\,(d - 1 - |S|)!}{d!} \bigl( F(S \cup \{j\}) - F(S) \bigr),
\]
the Shapley value.""",
    source="the Shapley case: Lundberg & Lee 2017, Covert & Lee 2021; any exchangeable design: new",
    code=("limetheory/designs/exchangeable.py", "limetheory/designs/shapley.py"),
    tests=("tests/limits/test_thm_limit.py",),
    claim={"coefficient": rise / d + (gamma_j - total / d) / delta, "mass": _MASS},
    identities=identities,
    draw=World.drawn,
    check=check,
    assumptions={"d ≥ 2": lambda world: world.d >= 2, "Δ > 0": lambda world: world.delta > 0},
    without={EXCHANGEABLE: tilted(World.drawn)},
    library=computed,
    mutants={
        "the rise not shared": {"coefficient": rise + (gamma_j - total / d) / delta},
        "deviations not centred": {"coefficient": rise / d + gamma_j / delta},
        "Δ replaced by α_1": {"coefficient": rise / d + (gamma_j - total / d) / alpha_1},
        "mass without d − k": {"mass": (d - 1) / (sp.binomial(d, k) * k)},
        "mass of a size, not of a mask": {"mass": (d - 1) / (k * (d - k))},
    },
)
