"""prop:keep-one: on masks that keep one superpixel OLS, SHAP, PDA, inverse CIU and RISE rank the superpixels alike."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import brute, drawn, library, ranking
from proofs_check.exact import ONE, ZERO, value
from proofs_check.notation import d
from proofs_check.statement import Claim, Statement
from proofs_check.statements import cor_efficient
from proofs_check.statements.prop_equivalence import Rows, extent, full, inverse_sum, rise, row

alone, together, empty = sp.symbols("G_j G F_0")
"""G_j = F(j), the value with superpixel j alone; Σ_j G_j; F(0)."""

_other, _other_row = sp.symbols("G_i p_i")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Exact interpolation; Lagrange; the sums that define RISE and PDA over the d + 1 rows; CIU of 1 − F by sign."""
    entry, change = claim["least squares"], alone - empty
    multiplier = row * (claim["efficient"] - change)
    coefficients = entry.subs(alone, 0) * d + together
    return {
        "residual of the mask of j alone": claim["intercept"] + entry - alone,
        "residual of the full mask": claim["intercept"] + coefficients - full,
        "efficient: sum": multiplier * inverse_sum + together - d * empty - rise,
        "efficient: p_j (φ_j − G_j) are alike": multiplier - multiplier.subs({alone: _other, row: _other_row}),
        "efficient, equal weights: H = d / p": claim["efficient"].subs(inverse_sum, d / row) - claim["SHAP"],
        "SHAP: G_j plus a constant": (claim["SHAP"] - alone) - (claim["SHAP"] - alone).subs(alone, _other),
        "PDA: d − 1 masks lack j": full - (together - alone) / (d - 1) - claim["pda"],
        "RISE: two masks show j": (full + alone) / 2 - claim["rise"],
        "CIU, F(j) < F(1)": _ciu(1 - full, 1 - alone) - claim["ciu"],
        "CIU, F(j) > F(1)": _ciu(1 - alone, 1 - full) - claim["ciu"],
        "CIU, F(j) = F(1)": claim["ciu"].subs(alone, full),
    }


def _ciu(low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """Contextual importance × (contextual utility − 1/2) of the output 1 − F, which is 1 − F(1) now."""
    return (high - low) / extent * ((1 - full - low) / (high - low) - sp.Rational(1, 2))


def draw(rng: Random, d: int) -> Rows:
    """A random F and range, and random positive weights on the sampled masks."""
    masses = [ONE if size in (1, d) else ZERO for size in range(d + 1)]
    tilt = tuple(drawn.positive(rng) for _ in range(2**d))
    further = {"shap": (drawn.positive(rng),) * 2**d, "extent": drawn.positive(rng), "tilt": tilt}
    return replace(Rows.drawn(rng, d, **further), masses=tuple(masses))


def uneven(rng: Random, d: int) -> Rows:
    """The masks of one superpixel have different weights for SHAP too."""
    instance = draw(rng, d)
    return replace(instance, shap=instance.tilt)


def check(instance: Rows, claim: Claim) -> dict[str, Fraction]:
    """Each method by its definition on the full mask and the d masks of one superpixel, and its ranking."""
    points, alike = _points(instance), replace(instance, tilt=()).weights
    shap = [w * p for w, p in zip(alike, instance.shap, strict=True)]
    full_mask, *kept = (instance.table[mask] for mask in _rows(instance))
    found = {
        "least squares": instance.beta[1:],
        "efficient": cor_efficient.constrained(instance.d, instance.weights, instance.table),
        "SHAP": cor_efficient.constrained(instance.d, shap, instance.table),
        "pda": [full_mask - ranking.mean(alike, instance.table, j, 0) for j in range(instance.d)],
        "rise": [ranking.mean(alike, instance.table, j, 1) for j in range(instance.d)],
        "ciu": [ranking.influence(1 - full_mask, 1 - x, instance.extent) for x in kept],
    }
    differences = {"β_0": value(claim["intercept"], points[0]) - instance.beta[0]}
    for name, vector in found.items():
        differences |= brute.differences([value(claim[name], point) for point in points], vector, name)
    ranked = {name: vector for name, vector in found.items() if name != "efficient"}
    return differences | ranking.same_order(ranked, kept, instance.table)


def _rows(instance: Rows) -> list[int]:
    return [2**instance.d - 1, *(1 << j for j in range(instance.d))]


def _points(instance: Rows) -> list[dict[sp.Symbol, Fraction | int]]:
    """The symbols of the claim at each superpixel."""
    masks = _rows(instance)[1:]
    kept, weights = [instance.table[mask] for mask in masks], [instance.weights[mask] for mask in masks]
    shared = {full: instance.table[-1], empty: instance.table[0], rise: instance.table[-1] - instance.table[0]}
    shared |= {d: instance.d, extent: instance.extent, together: sum(kept), inverse_sum: sum(1 / w for w in weights)}
    return [{**shared, alone: x, row: w} for x, w in zip(kept, weights, strict=True)]


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
        "ciu_inverse": [(x - full_mask) / (2 * extent) if extent else ZERO for x in others],
    }
    constrained = cor_efficient.constrained(instance.d, instance.weights, instance.table)
    found = library.attributions(instance.table, rows, exact, extent)
    return found | library.weighted_rows(instance, rows, constrained)


_CHANGES = rise - together + d * empty

STATEMENT = Statement(
    label="prop:keep-one",
    words="On the full mask and the masks of one superpixel OLS, SHAP, PDA, inverse CIU and RISE give one ranking.",
    latex=r"""
Let $d \ge 2$, and let the sample be the full mask and the $d$ masks that keep one superpixel alone, with weight
$p_j > 0$ on the mask of $j$, and $G_j = F(\{j\})$. Least squares gives, whatever the weights,
\[
  \beta_0 = \frac{\sum_l G_l - F(\mathbf{1})}{d - 1}, \qquad \beta_j = G_j - \beta_0 .
\]
With the efficiency constraint and $\beta_0 = F(0)$ it gives
\[
  \beta_j = G_j - F(0) + \frac{F(\mathbf{1}) - F(0) - \sum_l (G_l - F(0))}{p_j \sum_l 1/p_l} ,
\]
which for equal weights, as SHAP's kernel has them, is $G_j$ plus a constant. PDA, $F(\mathbf{1})$ minus the mean over
the masks without $j$, is $F(\mathbf{1}) - (\sum_l G_l - G_j)/(d - 1)$. RISE, the mean over the masks with $j$, is
$(F(\mathbf{1}) + G_j)/2$. Inverse CIU, the contextual importance times the contextual utility minus $\tfrac12$ of the
output $1 - F$, is $(G_j - F(\mathbf{1}))/(2 C)$ if $C > 0$ is the range of the output.

All but the constrained fit with unequal weights are increasing functions of $G_j$, the same for each $j$: they rank the
superpixels alike, ties included, and have the same score by every measure that depends on the order alone. The order is
that of $F(\{j\})$, not that of $F(\mathbf{1}) - F(\mathbf{1} \setminus j)$ (Proposition~\ref{prop:equivalence}), and
for $d \ge 3$ the values that make the one do not enter the other.""",
    source="new; the methods side by side: Pihlgren & Främling 2025",
    code=(
        "limetheory/attribution/contextual.py",
        "limetheory/attribution/table.py",
        "limetheory/designs/one_part.py",
    ),
    tests=("tests/attribution/test_one_order.py", "tests/attribution/test_rankings.py"),
    claim={
        "intercept": (together - full) / (d - 1),
        "least squares": alone + (full - together) / (d - 1),
        "efficient": alone - empty + _CHANGES / (row * inverse_sum),
        "SHAP": alone - empty + _CHANGES / d,
        "pda": full - (together - alone) / (d - 1),
        "rise": (full + alone) / 2,
        "ciu": (alone - full) / (2 * extent),
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"d ≥ 2": lambda world: world.d >= 2},
    without={"the weights of SHAP are equal": uneven},
    library=computed,
    mutants={
        "F(j) alone": {"least squares": alone},
        "intercept F(0)": {"intercept": empty},
        "the rest shared by d": {"least squares": alone + (full - together) / d},
        "the constraint ignored": {"efficient": alone - empty},
        "the constraint shared equally whatever the weights": {"efficient": alone - empty + _CHANGES / d},
        "F(0) counted once": {"SHAP": alone - empty + (rise - together + empty) / d},
        "PDA with j's own mask": {"pda": full - together / d},
        "RISE without the full mask": {"rise": alone},
        "CIU of F, not of 1 − F": {"ciu": (full - alone) / (2 * extent)},
        "CIU not halved": {"ciu": (alone - full) / extent},
    },
)
