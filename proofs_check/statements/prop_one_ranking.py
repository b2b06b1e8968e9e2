"""prop:one-ranking: under one exchangeable design least squares, RISE and PDA have one limiting ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library, ranking
from proofs_check.exact import value
from proofs_check.notation import alpha_0, alpha_1, d, delta, gamma, gamma_0, gamma_j, total
from proofs_check.statement import Claim, Statement
from proofs_check.statements import cor_efficient, cor_unweighted, prop_ridge
from proofs_check.statements.cor_efficient import rise
from proofs_check.statements.cor_unweighted import mean, on, p
from proofs_check.statements.prop_ridge import penalty
from proofs_check.statements.thm_limit import limit, slope
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

full, hidden, difference = sp.symbols("F_1 u Delta_j")
"""F(1); u_j = E_μ[F | z_j = 0]; Δ_j = E[F | z_j = 1] − E[F | z_j = 0] under Bernoulli masks."""

_other = sp.Symbol("Gamma_i")
_RAREST = Fraction(1, 1000)
"""In float64 a chance near 1 does not tell that of the other state, which no sample would show either."""

_FITS = ("least squares", "ridge", "efficient", "RISE", "PDA")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The definitions by moments; each is affine in Γ_j with one slope; Bernoulli masks; logarithms by derivatives."""
    ridge = prop_ridge.solution(prop_ridge.STATEMENT.claim).entry
    moved = {name: claim[name] - claim[name].subs(gamma_j, _other) for name in _FITS}
    slopes = {name: claim[f"slope of {name}"] * (gamma_j - _other) for name in _FITS}
    return {
        "least squares: thm:limit": limit(gamma).entry - _at_slope(claim["least squares"]),
        "ridge: prop:ridge": ridge - _at_slope(claim["ridge"]),
        "efficient: cor:efficient": cor_efficient.STATEMENT.claim["coefficient"] - claim["efficient"],
        "RISE: E[π z_j F] / E[π z_j]": gamma_j / alpha_1 - claim["RISE"],
        "PDA: E[π (1 − z_j)] = α_0 − α_1": full - (gamma_0 - gamma_j) / (alpha_0 - alpha_1) - claim["PDA"],
        **{f"affine: {name}": moved[name] - slopes[name] for name in _FITS},
        **_bernoulli(claim),
        **_logarithms(claim),
    }


def _at_slope(formula: sp.Expr) -> sp.Expr:
    """A formula with the mean coefficient s of thm:limit put in."""
    return formula.subs(slope, limit(gamma).total / d)


def _bernoulli(claim: Claim) -> dict[str, sp.Expr]:
    """RISE_j and PDA_j with α_1 = p, and E[F | z_j = 0] of the law of total expectation."""
    off = cor_unweighted.off
    moments = {alpha_0: 1, alpha_1: p, gamma_0: mean, gamma_j: p * on}
    return {
        f"Bernoulli: {name}": (claim[name] - claim[f"Bernoulli {name}"].subs(difference, on - off)).subs(moments)
        for name in ("RISE", "PDA")
    }


def _logarithms(claim: Claim) -> dict[str, sp.Expr]:
    """The logarithm of the claimed ratio falls in u at the rate of −log u and of −log odds, and is 0 at u = F(1)."""
    rates = {"information": -1 / hidden, "log odds": -1 / (hidden * (1 - hidden))}
    falls = {f"{name}: rate in u": sp.diff(sp.log(claim[name]), hidden) - rate for name, rate in rates.items()}
    return falls | {f"{name}: 0 at u = F(1)": claim[name].subs(hidden, full) - 1 for name in rates}


@dataclass(frozen=True)
class Designs(World):
    """A penalty, the p of Bernoulli masks, and the masses under which RISE is taken if they are others."""

    penalty: Fraction
    p: Fraction
    for_rise: tuple[Fraction, ...] = ()
    exponents: tuple[Fraction, ...] = ()
    """log2 of a positive set function whose logarithms are averaged."""

    @cached_property
    def bernoulli(self) -> brute.Table:
        """The probability of each mask of independent superpixels."""
        masses = tuple(self.p**k * (1 - self.p) ** (self.d - k) for k in range(self.d + 1))
        return replace(self, masses=masses, tilt=()).weights

    @cached_property
    def probabilities(self) -> brute.Table:
        """F brought into the open interval (0, 1)."""
        low, high = min(self.table), max(self.table)
        return tuple((x - low + 1) / (high - low + 2) for x in self.table)


def draw(rng: Random, d: int) -> Designs:
    """A random design and F, a penalty that is sometimes 0, and a p."""
    return Designs.drawn(rng, d, penalty=drawn.positive(rng) * rng.choice((0, 1, 1)), p=drawn.share(rng))


def rewarded(rng: Random, d: int) -> Designs:
    """A negative penalty."""
    return replace(draw(rng, d), penalty=-drawn.positive(rng))


def mixed(rng: Random, d: int) -> Designs:
    """RISE is taken under another exchangeable law than the rest."""
    return replace(draw(rng, d), for_rise=drawn.law(rng, d))


def averaging(rng: Random, d: int) -> Designs:
    """A set function of powers of two, whose logarithms are averaged."""
    exponents = brute.tabulated(d, lambda mask: Fraction(-rng.randint(1, 9)))
    return replace(draw(rng, d), exponents=exponents, table=tuple(Fraction(2) ** int(x) for x in exponents))


def check(instance: Designs, claim: Claim) -> dict[str, Fraction]:
    """Every limit by its definition over all masks, their order, the Bernoulli forms, and the logarithms."""
    given = (instance.d, instance.weights, instance.table)
    rise_weights = replace(instance, masses=instance.for_rise or instance.masses).weights
    found = {
        "least squares": instance.beta[1:],
        "ridge": brute.least_squares(*given, instance.penalty)[1:],
        "efficient": cor_efficient.constrained(*given),
        "RISE": [ranking.mean(rise_weights, instance.table, j, 1) for j in range(instance.d)],
        "PDA": [instance.table[-1] - ranking.mean(*given[1:], j, 0) for j in range(instance.d)],
    }
    points, differences = _points(instance), dict[str, Fraction]()
    for name, vector in found.items():
        differences |= brute.differences([value(_at_slope(claim[name]), at) for at in points], vector, name)
        differences[f"slope of {name}"] = _off_slope(vector, points, claim[f"slope of {name}"])
    reference = instance.right_hand_side[1:]
    differences |= ranking.same_order(found, reference, instance.table)
    return differences | _under_bernoulli(instance, claim) | _in_logarithms(instance, claim)


def _points(instance: Designs) -> list[dict[sp.Symbol, Fraction | int]]:
    ends = {full: instance.table[-1], rise: instance.table[-1] - instance.table[0], penalty: instance.penalty}
    return [{**instance.point(j), **ends} for j in range(instance.d)]


def _off_slope(
    vector: Sequence[Fraction], points: Sequence[dict[sp.Symbol, Fraction | int]], claimed: sp.Expr
) -> Fraction:
    """How far a vector is from a line in Γ_j of the claimed slope."""
    lines = [x - value(claimed, at) * at[gamma_j] for x, at in zip(vector, points, strict=True)]
    return max(abs(line - lines[0]) for line in lines)


def _under_bernoulli(instance: Designs, claim: Claim) -> dict[str, Fraction]:
    """RISE and PDA under Bernoulli masks, by conditional means, beside E F and Δ_j."""
    found: dict[str, Fraction] = {}
    for j in range(instance.d):
        shown, without = (ranking.mean(instance.bernoulli, instance.table, j, active) for active in (1, 0))
        point = {p: instance.p, mean: brute.integral(instance.bernoulli, instance.table)}
        point |= {difference: shown - without, full: instance.table[-1]}
        found[f"Bernoulli: RISE {j + 1}"] = value(claim["Bernoulli RISE"], point) - shown
        found[f"Bernoulli: PDA {j + 1}"] = value(claim["Bernoulli PDA"], point) - (instance.table[-1] - without)
    return found


def _in_logarithms(instance: Designs, claim: Claim) -> dict[str, Fraction]:
    """2 to the power of PDA with logarithms, and the order it gives, for F in (0, 1)."""
    table = instance.table if instance.exponents else instance.probabilities
    reference = brute.right_hand_side(instance.d, instance.weights, table)[1:]
    means = [ranking.mean(instance.weights, table, j, 0) for j in range(instance.d)]
    points = [{full: table[-1], hidden: u} for u in means]
    found = {
        "information": [table[-1] / u for u in means],
        "log odds": [table[-1] / (1 - table[-1]) / (u / (1 - u)) for u in means],
    }
    claimed = {name: [value(claim[name], point) for point in points] for name in found}
    if instance.exponents:
        logs = instance.exponents
        found["information"] = [logs[-1] - ranking.mean(instance.weights, logs, j, 0) for j in range(instance.d)]
        claimed["information"] = found["information"]
    differences = ranking.same_order(found, reference, table)
    for name, vector in found.items():
        differences |= brute.differences(claimed[name], vector, name)
    return differences


def computed(instance: Designs) -> dict[str, library.Computed]:
    """`limetheory.limit` with a ridge, and `attribution_limit` where each state of a superpixel has a chance."""
    table, height = library.set_function(instance.table), library.height(instance.table)
    given = (instance.d, instance.weights, instance.table)
    penalised = brute.least_squares(*given, instance.penalty)
    found = library.limit(instance, table, penalised, height, instance.penalty)
    chance = brute.moment(instance.weights, (0,)) / brute.moment(instance.weights)
    if min(chance, 1 - chance) < _RAREST:
        return found
    exact = {
        "ols": instance.beta[1:],
        "rise": [ranking.mean(*given[1:], j, 1) for j in range(instance.d)],
        "pda": [instance.table[-1] - ranking.mean(*given[1:], j, 0) for j in range(instance.d)],
    }
    law = library.size_law(instance)
    limits = {name: lt.attribution_limit(name, table, law).coefficients for name in exact}
    return found | {
        f"lt.attribution_limit, {name}": library.Computed.of(limits[name], exact[name], height) for name in exact
    }


_CENTRED = gamma_j - total / d
_OFF = alpha_0 - alpha_1

STATEMENT = Statement(
    label="prop:one-ranking",
    words="Under one exchangeable design least squares, RISE and PDA have one limiting ranking.",
    latex=r"""
Let the design be exchangeable with $V > 0$ and $\Delta > 0$, and let every method below average or fit under its law
and weight. With $\Gamma_j = \mathbb{E}[\pi z_j F]$, $\Gamma_0 = \mathbb{E}[\pi F]$ and
$T = \sum_l \Gamma_l = \mathbb{E}[\pi K F]$, as $n \to \infty$
\begin{gather*}
  \text{RISE}_j = \frac{\mathbb{E}[\pi z_j F]}{\mathbb{E}[\pi z_j]} = \frac{\Gamma_j}{\alpha_1}, \qquad
  \text{PDA}_j = F(\mathbf{1}) - \frac{\mathbb{E}[\pi (1 - z_j) F]}{\mathbb{E}[\pi (1 - z_j)]}
    = F(\mathbf{1}) - \frac{\Gamma_0 - \Gamma_j}{\alpha_0 - \alpha_1} , \\
  \beta_j = s + \frac{\Gamma_j - T/d}{\Delta}, \qquad
  \beta^\lambda_j = s\, \frac{v}{v + \lambda} + \frac{\Gamma_j - T/d}{\Delta + \lambda}, \qquad
  \varphi_j = \frac{F(\mathbf{1}) - F(0)}{d} + \frac{\Gamma_j - T/d}{\Delta} ,
\end{gather*}
where $\beta$ is least squares (Theorem~\ref{thm:limit}), $\beta^\lambda$ has a ridge penalty $\lambda \ge 0$
(Proposition~\ref{prop:ridge}) and $\varphi$ the efficiency constraint (Corollary~\ref{cor:efficient}). Each is
$\Gamma_j$ times a positive number plus a number, both the same for every $j$: the five rank the superpixels alike, ties
included, and have the same score by every measure that depends on the order alone, such as deletion, insertion and
symmetric relevance gain.

For independent Bernoulli($p$) masks without weights and $\Delta_j = \mathbb{E}[F \mid z_j = 1] -
\mathbb{E}[F \mid z_j = 0]$ this is
\[
  \beta_j = \Delta_j, \qquad \text{RISE}_j = \mathbb{E}[F] + (1 - p)\, \Delta_j, \qquad
  \text{PDA}_j = F(\mathbf{1}) - \mathbb{E}[F] + p\, \Delta_j .
\]
At SHAP's masses $\varphi_j$ is the Shapley value, by which RISE and PDA therefore rank on masks that are drawn from
SHAP's kernel and count alike. If $0 < F < 1$, the same holds of PDA with logarithms of its two terms, with
$u_j = \mathbb{E}_\mu[F \mid z_j = 0]$,
\[
  \log_2 F(\mathbf{1}) - \log_2 u_j \qquad \text{and} \qquad
  \log_2 \frac{F(\mathbf{1})}{1 - F(\mathbf{1})} - \log_2 \frac{u_j}{1 - u_j} ,
\]
which fall in $u_j$. The mean of the logarithms, in place of the logarithm of the mean, is PDA of the set function
$\log_2 F$, and can rank otherwise; so can two methods under two designs, such as image LIME with its weights and RISE
without any.""",
    source="new; Bernoulli masks as in cor:unweighted",
    code=("limetheory/attribution/attribute.py", "limetheory/attribution/table.py"),
    tests=("tests/attribution/test_one_order.py", "tests/attribution/test_rankings.py"),
    claim={
        "least squares": slope + _CENTRED / delta,
        "ridge": slope * prop_ridge.STATEMENT.claim["v"] / (prop_ridge.STATEMENT.claim["v"] + penalty)
        + _CENTRED / (delta + penalty),
        "efficient": rise / d + _CENTRED / delta,
        "RISE": gamma_j / alpha_1,
        "PDA": full - (gamma_0 - gamma_j) / _OFF,
        "slope of least squares": 1 / delta,
        "slope of ridge": 1 / (delta + penalty),
        "slope of efficient": 1 / delta,
        "slope of RISE": 1 / alpha_1,
        "slope of PDA": 1 / _OFF,
        "Bernoulli RISE": mean + (1 - p) * difference,
        "Bernoulli PDA": full - mean + p * difference,
        "information": full / hidden,
        "log odds": full * (1 - hidden) / ((1 - full) * hidden),
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={
        EXCHANGEABLE: tilted(draw),
        "λ ≥ 0": rewarded,
        "one design for all": mixed,
        "the logarithm is of the mean": averaging,
    },
    library=computed,
    mutants={
        "RISE over all masks": {"RISE": gamma_j / alpha_0, "slope of RISE": 1 / alpha_0},
        "PDA over all masks": {"PDA": full - (gamma_0 - gamma_j) / alpha_0, "slope of PDA": 1 / alpha_0},
        "PDA of the other sign": {"PDA": full + (gamma_0 - gamma_j) / _OFF, "slope of PDA": -1 / _OFF},
        "PDA over the masks with j": {"PDA": full - gamma_j / alpha_1, "slope of PDA": -1 / alpha_1},
        "the penalty on the mean alone": {"ridge": slope + _CENTRED / delta, "slope of ridge": 1 / delta},
        "the rise not shared": {"efficient": rise + _CENTRED / delta},
        "Bernoulli: RISE with p": {"Bernoulli RISE": mean + p * difference},
        "Bernoulli: PDA with 1 − p": {"Bernoulli PDA": full - mean + (1 - p) * difference},
        "Bernoulli: PDA without the mean": {"Bernoulli PDA": full + p * difference},
        "information of the other sign": {"information": hidden / full},
        "odds without F(1)'s complement": {"log odds": full * (1 - hidden) / hidden},
    },
)
