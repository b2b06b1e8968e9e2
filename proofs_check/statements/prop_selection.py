"""prop:selection: the population LASSO, forward selection and the largest coefficients, and how often samples agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from random import Random

import sympy as sp

from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, Matrix, Point, solve, value
from proofs_check.notation import alpha_0, alpha_1, alpha_2, d, delta, gamma, gamma_0, gamma_j, size_variance
from proofs_check.statement import Claim, Statement
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

_within, _beside = sp.symbols("delta gamma", positive=True)
"""δ and γ: Var_μ(z_j) = δ + γ, and Cov_μ(z_j, z_l) = γ."""

_beta_j, _beta_sum, _c_j, _c_sum = sp.symbols("beta_j B c_j c_A")
"""β_j, Σ_l β_l, c_j = Cov_μ(z_j, F), and the sum of c over a set A of m superpixels."""

_m = sp.Symbol("m", integer=True, positive=True)
_penalty = sp.Symbol("lambda", positive=True)
_sign, _sign_sum = sp.symbols("s_j s_A")
"""The sign of a coefficient of the LASSO, and the sum of the signs over A."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Covariances, the LASSO's normal equations on A, what A leaves of a further superpixel, and independent masks."""
    mean, free = alpha_1 / alpha_0, limit(gamma)
    known = {_within: claim["within"], _beside: claim["beside"]}
    moment = claim["moment"].subs({_beta_j: free.entry, _beta_sum: free.total}, simultaneous=True)
    solved = _summed(claim["lasso"])
    right, block = _c_j - _penalty * _sign, _within + _m * _beside
    alone = {_beside: sp.S.Zero, _c_j: claim["moment"].subs(_beside, 0)}
    return {
        "Var_μ(z_j)": claim["within"] + claim["beside"] - mean + mean**2,
        "Cov_μ(z_j, z_l)": claim["beside"] - alpha_2 / alpha_0 + mean**2,
        "Cov_μ(z_j, F)": moment.subs(known) - gamma_j / alpha_0 + mean * gamma_0 / alpha_0,
        "LASSO: C_AA b = c_A − λ s_A": _within * claim["lasso"] + _beside * solved - right,
        "left: C_jj − C_jA C_AA^{-1} C_Aj": _within + _beside - _m * _beside**2 / block - claim["left"],
        "partial: c_j − C_jA C_AA^{-1} c_A": _c_j - _beside * _c_sum / block - claim["partial"],
        "independent: soft thresholding": (claim["lasso"] - claim["soft"]).subs(alone, simultaneous=True),
        "independent: the gain of a superpixel": (claim["partial"] ** 2 / claim["left"]).subs(alone, simultaneous=True)
        - claim["gain"],
    }  # fmt: skip


def _summed(entry: sp.Expr) -> sp.Expr:
    """Σ over A of an expression that is affine in c_j and s_j."""
    totals = {_c_j: _c_sum / _m, _sign: _sign_sum / _m}
    return _m * entry.subs(totals, simultaneous=True)


@dataclass(frozen=True)
class Selecting(World):
    """A penalty as a share of max |c_j|, beyond which nothing is selected."""

    share: Fraction

    @property
    def flat(self) -> Selecting:
        """The same F under uniform masks, ν = ∞."""
        return replace(self, masses=(Fraction(1, 2**self.d),) * (self.d + 1), tilt=())

    @property
    def covariances(self) -> list[list[Fraction]]:
        """Cov_μ(z, z), from the definition."""
        gram, mass = brute.gram(self.d, self.weights), brute.moment(self.weights)
        means = [x / mass for x in gram[0][1:]]
        return [
            [x / mass - mean * other for x, other in zip(row[1:], means, strict=True)]
            for row, mean in zip(gram[1:], means, strict=True)
        ]

    @property
    def targets(self) -> list[Fraction]:
        """Cov_μ(z_j, F), from the definition."""
        right, mass = self.right_hand_side, brute.moment(self.weights)
        means = brute.gram(self.d, self.weights)[0][1:]
        return [x / mass - mean * right[0] / mass**2 for x, mean in zip(right[1:], means, strict=True)]

    @property
    def penalty(self) -> Fraction:
        """λ, above 0."""
        return self.share * (max(map(abs, self.targets)) or 1)


def draw(rng: Random, d: int) -> Selecting:
    """Any design, F and penalty."""
    return Selecting.drawn(rng, d, share=drawn.share(rng))


def check(instance: Selecting, claim: Claim) -> dict[str, Fraction]:
    """The LASSO by all 3^d patterns of signs, gains by least squares on sets, and both at ν = ∞ against |β|."""
    c, targets = instance.covariances, instance.targets
    known = {
        symbol: value(claim[name], instance.moments) for symbol, name in ((_within, "within"), (_beside, "beside"))
    }
    upper = [c[i][j] for i in range(instance.d) for j in range(i, instance.d)]
    claimed = [known[_beside] + known[_within] * (i == j) for i in range(instance.d) for j in range(i, instance.d)]
    beta = instance.beta[1:]
    moments = [value(claim["moment"], {**known, _beta_j: x, _beta_sum: sum(beta)}) for x in beta]
    return {
        **brute.differences(claimed, upper, "covariance"),
        **brute.differences(moments, targets, "Cov(z_j, F)"),
        **_lasso(instance, claim, known),
        **_gains(instance, claim, known),
        **_uniform(instance.flat, claim),
    }


def _lasso(instance: Selecting, claim: Claim, known: dict[sp.Symbol, Fraction]) -> dict[str, Fraction]:
    """The claimed coefficients on the support of the minimiser."""
    found, signs = minimiser(instance.covariances, instance.targets, instance.penalty)
    on = [j for j in range(instance.d) if signs[j]]
    sums = {_m: len(on), _c_sum: sum(instance.targets[j] for j in on), _sign_sum: sum(signs)}
    points = [{**known, **sums, _penalty: instance.penalty, _c_j: instance.targets[j], _sign: signs[j]} for j in on]
    return brute.differences([value(claim["lasso"], point) for point in points], [found[j] for j in on], "LASSO")


def minimiser(c: Matrix, targets: Sequence[Fraction], penalty: Fraction) -> tuple[list[Fraction], tuple[int, ...]]:
    """The b that minimises ½ bᵀCb − bᵀc + λ Σ |b_j|, C positive definite, with its signs: by trying all patterns.

    >>> one = Fraction(1)
    >>> minimiser([[one, 0 * one], [0 * one, one]], [3 * one, -one / 2], one)
    ([Fraction(2, 1), Fraction(0, 1)], (1, 0))
    """
    size = len(targets)
    for signs in product((0, 1, -1), repeat=size):
        on = [j for j in range(size) if signs[j]]
        solved = solve([[c[i][j] for j in on] for i in on], [targets[i] - penalty * signs[i] for i in on])
        if all(x * signs[j] > 0 for x, j in zip(solved, on, strict=True)):
            b = [ZERO] * size
            for x, j in zip(solved, on, strict=True):
                b[j] = x
            rest = [targets[i] - sum((c[i][j] * b[j] for j in on), ZERO) for i in range(size)]
            if all(abs(x) <= penalty for x in rest):
                return b, signs
    raise ValueError("a positive definite problem must have a minimiser, got none; check the covariances")


def explained(instance: World, chosen: Sequence[int]) -> Fraction:
    """Variance of F that a linear model of the chosen superpixels explains, times the mass: least squares by hand."""
    rows = [0, *(j + 1 for j in chosen)]
    gram = brute.gram(instance.d, instance.weights)
    right = [instance.right_hand_side[i] for i in rows]
    beta = solve([[gram[i][j] for j in rows] for i in rows], right)
    return sum((x * y for x, y in zip(beta, right, strict=True)), ZERO)


def _gains(instance: Selecting, claim: Claim, known: dict[sp.Symbol, Fraction]) -> dict[str, Fraction]:
    """What each superpixel adds to the first m of the others, for m = 1, …, d − 1."""
    mass, found = brute.moment(instance.weights), {}
    for m in range(1, instance.d):
        chosen, j = list(range(m)), m
        sums = {_m: m, _c_sum: sum(instance.targets[:m]), _c_j: instance.targets[j]}
        partial, left = (value(claim[name], {**known, **sums}) for name in ("partial", "left"))
        rise = (explained(instance, [*chosen, j]) - explained(instance, chosen)) / mass
        found[f"gain of {j} after {m}"] = rise * left - partial**2
    return found


def _uniform(flat: Selecting, claim: Claim) -> dict[str, Fraction]:
    """At ν = ∞: soft thresholding, the gain of each superpixel, and the path of forward selection against |β|."""
    solution, signs = minimiser(flat.covariances, flat.targets, flat.penalty)
    beta, found = flat.beta[1:], {}
    known = {_within: Fraction(1, 4), _penalty: flat.penalty}
    for j, x in enumerate(beta):
        point: Point = {**known, _beta_j: x, _sign: (x > 0) - (x < 0)}
        kept = abs(flat.targets[j]) > flat.penalty
        found[f"ν = ∞: threshold of {j}"] = (value(claim["soft"], point) if kept else ZERO) - solution[j]
        alone = (explained(flat, [j]) - explained(flat, [])) / brute.moment(flat.weights)
        found[f"ν = ∞: gain of {j}"] = value(claim["gain"], point) - alone
    sizes = sorted(map(abs, beta), reverse=True)
    support = [abs(x) for x, sign in zip(beta, signs, strict=True) if sign]
    largest = sorted(support, reverse=True)
    return {
        **found,
        **brute.differences([abs(beta[j]) for j in _forward(flat)], sizes, "ν = ∞: forward path"),
        **brute.differences(largest, sizes[: len(support)], "ν = ∞: support"),
    }


def _forward(instance: Selecting) -> list[int]:
    """The path of forward selection, by least squares on each set."""
    chosen: list[int] = []
    while len(chosen) < instance.d:
        free = [j for j in range(instance.d) if j not in chosen]
        chosen.append(max(free, key=lambda j: explained(instance, [*chosen, j])))
    return chosen


def computed(instance: Selecting) -> dict[str, library.Computed]:
    """`covariance` of the design."""
    found, exact = library.size_law(instance).covariance(), instance.covariances
    return {"Design.covariance": library.Computed.of(found.ravel(), (x for row in exact for x in row))}


STATEMENT = Statement(
    label="prop:selection",
    words="The population's K-LASSO and forward path in closed form; samples select them as a normal law says.",
    latex=r"""
Let the design be exchangeable with $V > 0$ and $\Delta > 0$, $\delta = \Delta / \alpha_0$ and
$\gamma = (V/d - \delta)/d$. Then $\operatorname{Var}_\mu(z_j) = \delta + \gamma$,
$\operatorname{Cov}_\mu(z_j, z_l) = \gamma$, and
$c_j := \operatorname{Cov}_\mu(z_j, F) = \delta \beta_j + \gamma \sum_l \beta_l$ with $\beta$ of
Theorem~\ref{thm:limit}.

(i) On its support $A$, of $m$ superpixels with signs $s$, the minimiser of
$\frac12 \operatorname{Var}_\mu(F - \sum_j b_j z_j) + \lambda \sum_j |b_j|$ is
\[
  b_j = \frac{1}{\delta} \Bigl( c_j - \lambda s_j - \frac{\gamma}{\delta + m \gamma}
    \sum_{l \in A} (c_l - \lambda s_l) \Bigr) .
\]

(ii) Forward selection adds to a set $A$ of $m$ superpixels the $j$ with the largest gain
\[
  \frac{p_j^2}{q}, \qquad p_j = c_j - \frac{\gamma}{\delta + m \gamma} \sum_{l \in A} c_l, \qquad
  q = \frac{\delta\, (\delta + (m + 1) \gamma)}{\delta + m \gamma} ,
\]
in the variance of $F$ that is explained.

(iii) If the $z_j$ are independent, $\gamma = 0$ and $\delta = \operatorname{Var}_\mu(z_j)$; then
$b_j = \operatorname{sign}(\beta_j) (|\beta_j| - \lambda / \delta)_+$ and the gain is $\delta \beta_j^2$. At
$\nu = \infty$, where $\delta = 1/4$, the $k$ largest $|\beta_j|$, the support of the LASSO with $k$ superpixels and the
first $k$ of the forward path are therefore the same set unless $|\beta_j|$ are equal, and the forward path follows the
order of $|\beta_j|$.

(iv) Let $\mathcal{S}(\beta)$ be the set of the $k$ largest $|\beta_j|$, the support of K-LASSO or the forward path
from the moments $C$ and $C\beta$, $C = \operatorname{Cov}_\mu(z, z)$ given, and $\Omega$ the covariance of
Theorem~\ref{thm:clt}, positive definite. Then for every $S$
\[
  P\bigl(\mathcal{S}(\hat\beta) = S\bigr) - P\bigl(\mathcal{S}(\beta + \Omega^{1/2} g / \sqrt{n}) = S\bigr)
    \longrightarrow 0, \qquad g \sim \mathcal{N}(0, I) .
\]
Without ties both probabilities tend to 1 at $S = \mathcal{S}(\beta)$. If lime selects on the rows of a sample, K-LASSO
and forward selection read $\hat C$ in place of $C$, whose error is of the same order; the selection still tends to that
of the population where it has no ties, but its law at a given $n$ is that of the joint normal limit of $\hat C$ and
$\hat c$, not that of $\hat\beta$ alone.

What is checked by machine: the covariances, the normal equations of (i), both formulas of (ii), and (iii), with the
LASSO by all patterns of signs and gains by least squares on sets. For (iv) it is quoted that convergence in
distribution to a positive definite normal law is uniform over convex sets: each
$\{\beta : \mathcal{S}(\beta) = S\}$ is, up to its boundary, a finite union of convex cones, since all comparisons are
between absolute values of linear forms.""",
    source="soft thresholding: Tibshirani 1996; uniformity over convex sets: Ranga Rao 1962; the rest: new",
    code=(
        "limetheory/selection/paths.py",
        "limetheory/selection/select.py",
        "limetheory/selection/probability.py",
    ),
    tests=("tests/selection/test_select.py", "tests/selection/test_probability.py"),
    claim={
        "within": delta / alpha_0,
        "beside": (size_variance / d - delta / alpha_0) / d,
        "moment": _within * _beta_j + _beside * _beta_sum,
        "lasso": (
            _c_j - _penalty * _sign - _beside * (_c_sum - _penalty * _sign_sum) / (_within + _m * _beside)
        ) / _within,
        "left": _within * (_within + (_m + 1) * _beside) / (_within + _m * _beside),
        "partial": _c_j - _beside * _c_sum / (_within + _m * _beside),
        "soft": _beta_j - _penalty * _sign / _within,
        "gain": _within * _beta_j**2,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw)},
    library=computed,
    mutants={
        "δ without α_0": {"within": delta},
        "superpixels uncorrelated": {"beside": sp.S.Zero},
        "moments without the sum": {"moment": _within * _beta_j},
        "LASSO of uncorrelated superpixels": {"lasso": (_c_j - _penalty * _sign) / _within},
        "LASSO without a penalty": {"lasso": (_c_j - _beside * _c_sum / (_within + _m * _beside)) / _within},
        "nothing of the variance is explained": {"left": _within + _beside},
        "nothing of the covariance is explained": {"partial": _c_j},
        "threshold not divided by the variance": {"soft": _beta_j - _penalty * _sign},
        "threshold of half the size": {"soft": _beta_j - _penalty * _sign / (2 * _within)},
        "gain without the variance": {"gain": _beta_j**2},
    },
    open_part="(iv), the probability that a sample selects a set, rests on thm:clt and on uniform convergence over "
    "convex sets, which is quoted; it is compared with simulated runs in tests/selection",
    largest=4,
)  # fmt: skip
