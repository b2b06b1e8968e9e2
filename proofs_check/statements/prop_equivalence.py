"""prop:equivalence: on leave-one-out masks OLS, SHAP, PDA, CIU and RISE rank the superpixels alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import brute, drawn, library, ranking
from proofs_check.exact import ONE, ZERO, value
from proofs_check.notation import d
from proofs_check.statement import Claim, Statement
from proofs_check.statements import cor_efficient
from proofs_check.world import World

drop, drops, full, rise, extent = sp.symbols("D_j D F_1 R C")
"""D_j = F(1) − F(1∖j); Σ_j D_j; F(1); F(1) − F(0); the range of the model's output, by which CIU divides."""

row, inverse_sum = sp.symbols("p_j H", positive=True)
"""The weight of the mask without j, and Σ_l 1/p_l."""

_other, _other_row = sp.symbols("D_i p_i")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Exact interpolation; Lagrange; the sums that define RISE and PDA over the d + 1 rows; CIU by the sign of D_j."""
    entry = claim["least squares"]
    multiplier = row * (claim["efficient"] - drop)
    rest = d * full - drops
    return {
        "residual of the full mask": claim["intercept"] + drops - full,
        "residual of the mask without j": claim["intercept"] + drops - entry - (full - drop),
        "efficient: sum": multiplier * inverse_sum + drops - rise,
        "efficient: p_j (φ_j − D_j) are alike": multiplier - multiplier.subs({drop: _other, row: _other_row}),
        "efficient, equal weights: H = d / p": claim["efficient"].subs(inverse_sum, d / row) - claim["SHAP"],
        "SHAP: D_j plus a constant": (claim["SHAP"] - drop) - (claim["SHAP"] - drop).subs(drop, _other),
        "PDA: one mask lacks j": full - (full - drop) - claim["pda"],
        "RISE: d masks show j": (full + rest - (full - drop)) / d - claim["rise"],
        "CIU, D_j > 0": _ciu(full - drop, full) - claim["ciu"],
        "CIU, D_j < 0": _ciu(full, full - drop) - claim["ciu"],
        "CIU, D_j = 0": claim["ciu"].subs(drop, 0),
        **_counterexample(claim),
    }


def _counterexample(claim: Claim) -> dict[str, sp.Expr]:
    """D = (0.2, 0.3), F(1) − F(0) = 1 and p = (1, 3), for which Σ 1/p = 4/3."""
    given = {drops: sp.Rational(1, 2), rise: 1, inverse_sum: sp.Rational(4, 3)}
    both = [(sp.Rational(1, 5), 1, sp.Rational(575, 1000)), (sp.Rational(3, 10), 3, sp.Rational(425, 1000))]
    found = [claim["efficient"].subs({**given, drop: x, row: w}) - answer for x, w, answer in both]
    return {f"counterexample, superpixel {j}": left for j, left in enumerate(found, 1)}


def _ciu(low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """Contextual importance × (contextual utility − 1/2)."""
    return (high - low) / extent * ((full - low) / (high - low) - sp.Rational(1, 2))


@dataclass(frozen=True)
class Rows(World):
    """Weights on the d + 1 rows, the equal weights of the rows for SHAP, and the range of the output."""

    shap: tuple[Fraction, ...]
    extent: Fraction


def draw(rng: Random, d: int) -> Rows:
    """A random F and range, and random positive weights on the sampled masks."""
    masses = (*[ZERO] * (d - 1), ONE, ONE)
    tilt = tuple(drawn.positive(rng) for _ in range(2**d))
    further = {"shap": (drawn.positive(rng),) * 2**d, "extent": drawn.positive(rng), "tilt": tilt}
    return replace(Rows.drawn(rng, d, **further), masses=masses)


def uneven(rng: Random, d: int) -> Rows:
    """The masks that lack a superpixel have different weights for SHAP too."""
    instance = draw(rng, d)
    return replace(instance, shap=instance.tilt)


def check(instance: Rows, claim: Claim) -> dict[str, Fraction]:
    """Each method by its definition on the full mask and the d masks that lack one superpixel, and its ranking."""
    points, alike = _points(instance), replace(instance, tilt=()).weights
    shap = [w * p for w, p in zip(alike, instance.shap, strict=True)]
    full_mask, *without = (instance.table[mask] for mask in _rows(instance))
    found = {
        "least squares": instance.beta[1:],
        "efficient": cor_efficient.constrained(instance.d, instance.weights, instance.table),
        "SHAP": cor_efficient.constrained(instance.d, shap, instance.table),
        "pda": [full_mask - ranking.mean(alike, instance.table, j, 0) for j in range(instance.d)],
        "rise": [ranking.mean(alike, instance.table, j, 1) for j in range(instance.d)],
        "ciu": [ranking.influence(full_mask, x, instance.extent) for x in without],
    }
    differences = {"β_0": value(claim["intercept"], points[0]) - instance.beta[0]}
    for name, vector in found.items():
        differences |= brute.differences([value(claim[name], point) for point in points], vector, name)
    ranked = {name: vector for name, vector in found.items() if name != "efficient"}
    return differences | ranking.same_order(ranked, [full_mask - x for x in without], instance.table)


def _rows(instance: Rows) -> list[int]:
    everything = 2**instance.d - 1
    return [everything, *(everything ^ 1 << j for j in range(instance.d))]


def _points(instance: Rows) -> list[dict[sp.Symbol, Fraction | int]]:
    """The symbols of the claim at each superpixel."""
    without = _rows(instance)[1:]
    dropped = [instance.table[-1] - instance.table[mask] for mask in without]
    weights = [instance.weights[mask] for mask in without]
    shared = {full: instance.table[-1], rise: instance.table[-1] - instance.table[0], drops: sum(dropped)}
    shared |= {d: instance.d, extent: instance.extent, inverse_sum: sum(1 / w for w in weights)}
    return [{**shared, drop: x, row: w} for x, w in zip(dropped, weights, strict=True)]


def computed(instance: Rows) -> dict[str, library.Computed]:
    """`attribute` on the d + 1 rows; weighted least squares there too, where no row outweighs the others."""
    rows, alike = _rows(instance), replace(instance, tilt=())
    full_mask, *others = values = [instance.table[mask] for mask in rows]
    extent = max(values) - min(values)
    exact = {
        "rise": [ranking.mean(alike.weights, instance.table, j, 1) for j in range(instance.d)],
        "pda": [full_mask - ranking.mean(alike.weights, instance.table, j, 0) for j in range(instance.d)],
        "ols": alike.beta[1:],
        "kernel_shap": cor_efficient.constrained(instance.d, alike.weights, instance.table),
        "ciu": [(full_mask - x) / (2 * extent) if extent else ZERO for x in others],
    }
    constrained = cor_efficient.constrained(instance.d, instance.weights, instance.table)
    found = library.attributions(instance.table, rows, exact, extent)
    return found | library.weighted_rows(instance, rows, constrained)


STATEMENT = Statement(
    label="prop:equivalence",
    words="On the full mask and the leave-one-out masks OLS, SHAP, PDA, CIU and RISE give one ranking.",
    latex=r"""
Let the sample be the full mask and the $d$ masks that lack one superpixel, with weight $p_j > 0$ on the mask without
$j$, and $D_j = F(\mathbf{1}) - F(\mathbf{1} \setminus j)$. Least squares gives $\beta_j = D_j$ whatever the weights:
without weights, with LIME's, and with those of SHAP where large numbers stand for its infinite ones.
With the efficiency constraint and $\beta_0 = F(0)$ it gives
\[
  \beta_j = D_j + \frac{F(\mathbf{1}) - F(0) - \sum_l D_l}{p_j \sum_l 1/p_l} ,
\]
which for equal weights, as SHAP's kernel has them, is $D_j + (F(\mathbf{1}) - F(0) - \sum_l D_l)/d$.
PDA, $F(\mathbf{1})$ minus the mean over the masks without $j$, is $D_j$. CIU, the contextual importance times
the contextual utility minus $\tfrac12$, is $D_j / (2 C)$ if $C > 0$ is the range of the output. RISE, the mean over the
masks with $j$, is
\[
  \frac{1}{d} \Bigl( \sum_l F(\mathbf{1} \setminus l) + D_j \Bigr) .
\]
All but the constrained fit with unequal weights are increasing functions of $D_j$, the same for each $j$: they rank the
superpixels alike, ties included, and so they have the same score by every measure that depends on the order alone, such
as deletion, insertion and symmetric relevance gain. With unequal weights even the ranking can differ:
$D = (0.2, 0.3)$, $F(\mathbf{1}) - F(0) = 1$ and $p = (1, 3)$ give $(0.575, 0.425)$. Masks that keep one superpixel are
the subject of Proposition~\ref{prop:keep-one}, the limits under one sampling law that of
Proposition~\ref{prop:one-ranking}.""",
    source="new; the methods side by side: Pihlgren & Främling 2025",
    code=(
        "limetheory/attribution/attribute.py",
        "limetheory/attribution/contextual.py",
        "limetheory/attribution/table.py",
        "limetheory/designs/one_part.py",
    ),
    tests=("tests/attribution/test_one_order.py", "tests/attribution/test_rankings.py"),
    claim={
        "intercept": full - drops,
        "least squares": drop,
        "efficient": drop + (rise - drops) / (row * inverse_sum),
        "SHAP": drop + (rise - drops) / d,
        "pda": drop,
        "rise": (d * full - drops + drop) / d,
        "ciu": drop / (2 * extent),
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"d ≥ 2": lambda world: world.d >= 2},
    without={"the weights of SHAP are equal": uneven},
    library=computed,
    mutants={
        "the constraint ignored": {"efficient": drop},
        "the constraint shared equally whatever the weights": {"efficient": drop + (rise - drops) / d},
        "the constraint shared by the weights": {"efficient": drop + (rise - drops) * row / inverse_sum},
        "the constraint shared by d − 1": {"SHAP": drop + (rise - drops) / (d - 1)},
        "PDA of the other sign": {"pda": -drop},
        "RISE without the others": {"rise": drop / d},
        "RISE with F(1) counted twice": {"rise": ((d + 1) * full - drops + drop) / d},
        "CIU not halved": {"ciu": drop / extent},
        "intercept F(1)": {"intercept": full},
    },
)
