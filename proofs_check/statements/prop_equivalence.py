"""prop:equivalence: on leave-one-out masks OLS, SHAP, PDA, CIU and RISE rank the superpixels alike."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import brute, drawn
from proofs_check.exact import ZERO, value
from proofs_check.notation import d
from proofs_check.statement import Claim, Statement
from proofs_check.statements import cor_efficient
from proofs_check.world import World

drop, drops, full, rise, extent = sp.symbols("D_j D F_1 R C")
"""D_j = F(1) − F(1∖j); Σ_j D_j; F(1); F(1) − F(0); the range of the model's output, by which CIU divides."""

_other, _all_coefficients = sp.symbols("D_i B")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Exact interpolation; Lagrange; the sums that define RISE and PDA over the d + 1 rows; CIU by the sign of D_j."""
    entry = claim["least squares"]
    efficient = claim["efficient"] - drop
    rest = d * full - drops
    return {
        "residual of the full mask": claim["intercept"] + drops - full,
        "residual of the mask without j": claim["intercept"] + drops - entry - (full - drop),
        "efficient: sum": (d * claim["efficient"].subs(drop, 0) + drops) - rise,
        "efficient: the residuals φ_j − D_j are alike": efficient - efficient.subs(drop, _other),
        "PDA: one mask lacks j": full - (full - drop) - claim["pda"],
        "RISE: d masks show j": (full + rest - (full - drop)) / d - claim["rise"],
        "CIU, D_j > 0": _ciu(full - drop, full) - claim["ciu"],
        "CIU, D_j < 0": _ciu(full, full - drop) - claim["ciu"],
        "CIU, D_j = 0": claim["ciu"].subs(drop, 0),
    }


def _ciu(low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """Contextual importance × (contextual utility − 1/2)."""
    return (high - low) / extent * ((full - low) / (high - low) - sp.Rational(1, 2))


def draw(rng: Random, d: int) -> World:
    """Any F, with any masses on the sizes d − 1 and d alone."""
    masses = (*[ZERO] * (d - 1), drawn.positive(rng), drawn.positive(rng))
    return replace(World.drawn(rng, d), masses=masses)


def check(instance: World, claim: Claim) -> dict[str, Fraction]:
    """Each method by its definition on the full mask and the d masks that lack one superpixel."""
    rows = [2**instance.d - 1, *(2**instance.d - 1 ^ 1 << j for j in range(instance.d))]
    dropped = [instance.table[-1] - instance.table[row] for row in rows[1:]]
    values = {full: instance.table[-1], rise: instance.table[-1] - instance.table[0], drops: sum(dropped)}
    values |= {d: instance.d, extent: max(instance.table) - min(instance.table) + 1}
    points = [{**values, drop: x} for x in dropped]
    found = {
        "least squares": instance.beta[1:],
        "efficient": cor_efficient.constrained(instance),
        "pda": [instance.table[-1] - _mean(instance, rows, j, 0) for j in range(instance.d)],
        "rise": [_mean(instance, rows, j, 1) for j in range(instance.d)],
        "ciu": [_influence(instance.table[-1], instance.table[row], values[extent]) for row in rows[1:]],
    }
    differences = {"β_0": value(claim["intercept"], values) - instance.beta[0]}
    for name, vector in found.items():
        differences |= brute.differences([value(claim[name], point) for point in points], vector, name)
    return differences


def _mean(instance: World, rows: list[int], j: int, active: int) -> Fraction:
    """The mean of F over the rows in which z_j has the given value."""
    chosen = [instance.table[row] for row in rows if brute.shows(row, j) == active]
    return sum(chosen, ZERO) / len(chosen)


def _influence(shown: Fraction, without: Fraction, extent: Fraction) -> Fraction:
    """CIU of a superpixel whose output ranges over the two values; 0 where the output does not move."""
    low, high = sorted((shown, without))
    if low == high:
        return ZERO
    return (high - low) / extent * ((shown - low) / (high - low) - Fraction(1, 2))


STATEMENT = Statement(
    label="prop:equivalence",
    words="On the full mask and the leave-one-out masks OLS, SHAP, PDA, CIU and RISE give one ranking.",
    latex=r"""
Let the sample be the full mask and the $d$ masks that lack one superpixel, and $D_j = F(\mathbf{1}) -
F(\mathbf{1} \setminus j)$. Least squares with any positive weights (OLS, SHAP's kernel) gives $\beta_j = D_j$; with
the efficiency constraint and $\beta_0 = F(0)$ it gives $D_j + (F(\mathbf{1}) - F(0) - \sum_l D_l)/d$ whatever the
weights. PDA, $F(\mathbf{1})$ minus the mean over the masks without $j$, is $D_j$. CIU, the contextual importance times
the contextual utility minus $\tfrac12$, is $D_j / (2 C)$ if $C$ is the range of the output. RISE, the mean over the
masks with $j$, is
\[
  \frac{1}{d} \Bigl( \sum_l F(\mathbf{1} \setminus l) + D_j \Bigr) .
\]
All are increasing functions of $D_j$, the same for each $j$: they rank the superpixels alike. Under Bernoulli masks the
limits of least squares, RISE and PDA share one ranking too (Corollary~\ref{cor:unweighted}).""",
    source="new; the methods side by side: Pihlgren & Främling 2025",
    code=(),
    tests=(),
    claim={
        "intercept": full - drops,
        "least squares": drop,
        "efficient": drop + (rise - drops) / d,
        "pda": drop,
        "rise": (d * full - drops + drop) / d,
        "ciu": drop / (2 * extent),
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"d ≥ 2": lambda world: world.d >= 2},
    mutants={
        "the constraint ignored": {"efficient": drop},
        "the constraint shared by d − 1": {"efficient": drop + (rise - drops) / (d - 1)},
        "PDA of the other sign": {"pda": -drop},
        "RISE without the others": {"rise": drop / d},
        "RISE with F(1) counted twice": {"rise": ((d + 1) * full - drops + drop) / d},
        "CIU not halved": {"ciu": drop / extent},
        "intercept F(1)": {"intercept": full},
    },
)
