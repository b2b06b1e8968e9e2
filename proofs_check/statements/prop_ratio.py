"""prop:ratio: RISE and PDA are ratios of two means; their errors, covariances, and what holds at every n."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction

import sympy as sp

from limetheory.estimation.methods.few_masks import FewMasksWarning
from proofs_check import brute, library
from proofs_check.exact import ONE, ZERO, value
from proofs_check.ratios import Ratios, draw, given, indicators, moment, ratios, repeated, skewed, weighted
from proofs_check.statement import Claim, Statement

first, second = sp.symbols("r_j r_l")
"""r_j = E[Y_j] / E[N_j] with Y_j = Σ π z_j F and N_j = Σ π z_j over a unit, or the same with 1 − z_j; r_l."""

squares, products, crossed, both = sp.symbols("YY YN NY NN")
"""E[Y_j Y_l], E[Y_j N_l], E[N_j Y_l] and E[N_j N_l]."""

chance, other_chance, spread, count = sp.symbols("n_j n_l v_j N", positive=True)
"""E[N_j], E[N_l]; Var(F | z_j = 1); a number of masks or pairs."""

mean, share, score = sp.symbols("m h s")
"""The sample means of Y_j, of N_j and of Y_j − r_j N_j."""

term, size = sp.symbols("F z")
chosen = sp.Symbol("u", positive=True)
p, energy = sp.symbols("p S")
"""The p of Bernoulli masks, and Σ_{l≠j} c_l² of an additive F."""

_off = sp.Symbol("F_off")
_HALF = sp.Rational(1, 2)
_RATIOS: dict[str, Callable[[Fraction], Fraction]] = {"information": lambda u: u, "log odds": lambda u: u / (1 - u)}
_SAMPLED, _SUPERPIXELS = 3, 2
"""Masks of the samples that are all enumerated, and the largest d at which they are."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The error by its score; the square of the score; without weights; logarithms; counts; pairs; additive F."""
    centred = mean - first * share
    same = {second: first, other_chance: chance}
    alone = claim["covariance"].subs(same).subs({both: chance, products: chance * first, crossed: chance * first})
    return {
        "the error is the score over the share": mean / share - first - claim["error"].subs(score, centred),
        "the score is centred": centred.subs({mean: first * chance, share: chance}),
        "product of two scores": _products() - claim["covariance"] * chance * other_chance,
        "without weights: the variance": alone.subs(squares, chance * (spread + first**2)) - claim["variance"],
        "information: the derivative": sp.diff(sp.log(chosen), chosen) - claim["information"],
        "log odds: the derivative": sp.diff(sp.log(chosen / (1 - chosen)), chosen) - claim["log odds"],
        "given N_j: the variance of a mean": count * spread / count**2 - claim["given the count"],
        "pairs: as 2N independent masks": claim["variance"].subs(chance, _HALF) / (2 * count) - claim["pairs"],
        "pairs: two masks, or one": _pair(claim),
        "additive: RISE": claim["variance"].subs({spread: p * (1 - p) * energy, chance: p}) - claim["additive RISE"],
        "additive: PDA": claim["variance"].subs({spread: p * (1 - p) * energy, chance: 1 - p}) - claim["additive PDA"],
    }


def _products() -> sp.Expr:
    """E[(Y_j − r_j N_j)(Y_l − r_l N_l)] term by term."""
    y_j, y_l, n_j, n_l = names = sp.symbols("Y_j Y_l N_j N_l")
    means = {(1, 1, 0, 0): squares, (1, 0, 0, 1): products, (0, 1, 1, 0): crossed, (0, 0, 1, 1): both}
    expanded = sp.Poly(sp.expand((y_j - first * n_j) * (y_l - second * n_l)), *names)
    return sum((c * means[powers] for powers, c in expanded.terms()), sp.S.Zero)


def _pair(claim: Claim) -> sp.Expr:
    """z F(z) + (1 − z) F(1 − z) is the value of the member that shows the superpixel, and its count is 1."""
    member = claim["member"]
    return member.subs(size, 1) - term + member.subs(size, 0) - _off


def check(instance: Ratios, claim: Claim) -> dict[str, Fraction]:
    """Ratios and their covariances mask by mask, the error of a sample, and for d ≤ 2 every sample of three masks."""
    found: dict[str, Fraction] = {}
    for name, active in (("RISE", 1), ("PDA", 0)):
        found |= _covariances(instance, claim, name, active)
        found |= _error(instance, claim, name, active)
        found |= _without_weights(instance, claim, name, active)
        found |= _pairs(instance, claim, name, active)
        found[f"additive {name}"] = _additive(instance, claim, name, active)
        if instance.d <= _SUPERPIXELS:
            found |= _given_the_count(instance, claim, name, active)
    return found | _derivatives(instance, claim)


def _covariances(instance: Ratios, claim: Claim, name: str, active: int) -> dict[str, Fraction]:
    """E[(Y_j − r_j N_j)(Y_l − r_l N_l)] / (E[N_j] E[N_l]) of the first superpixel and each, for masks and for pairs."""
    found: dict[str, Fraction] = {}
    for unit, sums in (("masks", instance.of_a_mask), ("pairs", instance.of_a_pair)):
        tops, counts = ([sums(values, j, active) for j in range(instance.d)] for values in (instance.table, None))
        chances = [moment(instance.law, n) for n in counts]
        limits = [moment(instance.law, y) / n for y, n in zip(tops, chances, strict=True)]
        scores = [[x - r * m for x, m in zip(y, n, strict=True)] for y, n, r in zip(tops, counts, limits, strict=True)]
        for j in range(instance.d):
            point = {first: limits[0], second: limits[j], chance: chances[0], other_chance: chances[j]}
            pairs = {squares: (tops, tops), products: (tops, counts), crossed: (counts, tops), both: (counts, counts)}
            point |= {symbol: moment(instance.law, x[0], y[j]) for symbol, (x, y) in pairs.items()}
            exact = moment(instance.law, scores[0], scores[j]) / (chances[0] * chances[j])
            found[f"{name}: covariance of 1 and {j + 1} from {unit}"] = value(claim["covariance"], point) - exact
            found[f"{name}: score of {j + 1} from {unit}"] = moment(instance.law, scores[j])
    return found


def _error(instance: Ratios, claim: Claim, name: str, active: int) -> dict[str, Fraction]:
    """r̂_j − r_j on the sample, by its score and its share; no comparison where no mask has the state."""
    sampled = [ZERO] * 2**instance.d
    for mask in instance.sample:
        sampled[mask] += instance.weights[mask] / len(instance.sample)
    rows, found = indicators(instance.d, active), {}
    for j, r in enumerate(ratios(instance.mass, instance.table, rows)):
        seen = moment(sampled, rows[j])
        if seen:
            point = {score: moment(sampled, rows[j], [x - r for x in instance.table]), share: seen}
            point[chance] = moment(instance.mass, rows[j])
            exact = moment(sampled, rows[j], instance.table) / seen - r
            found[f"{name}: error of {j + 1}"] = value(claim["error"], point) - exact
    return found


def _without_weights(instance: Ratios, claim: Claim, name: str, active: int) -> dict[str, Fraction]:
    """n Var of the linearised ratio at π = 1, against Var(F | state) / P(state)."""
    weights = instance.weights if instance.weighted else (ONE,) * 2**instance.d
    rows, found = indicators(instance.d, active), {}
    mass = [p * w for p, w in zip(instance.law, weights, strict=True)]
    for j, r in enumerate(ratios(mass, instance.table, rows)):
        squared = [(x - r) ** 2 for x in instance.table]
        exact = moment(instance.law, weights, weights, rows[j], squared) / moment(mass, rows[j]) ** 2
        found[f"{name}: variance of {j + 1}"] = (
            value(claim["variance"], _state(instance.law, rows[j], instance)) - exact
        )
    return found


def _state(law: brute.Table, row: Sequence[Fraction], instance: Ratios) -> dict[sp.Symbol, Fraction]:
    """P(state) and Var(F | state)."""
    probability, variance = given(law, row, instance.table)
    return {chance: probability, spread: variance}


def _given_the_count(instance: Ratios, claim: Claim, name: str, active: int) -> dict[str, Fraction]:
    """Every sample of three masks: mean and variance of the average over those with the state, given N."""
    row = indicators(instance.d, active)[0]
    target = ratios(instance.law, instance.table, [row])[0]
    sums: dict[int, list[Fraction]] = defaultdict(lambda: [ZERO] * 3)
    for probability, masks in instance.samples(_SAMPLED):
        values = [instance.table[z] for z in masks if row[z]]
        if values:
            error = sum(values, ZERO) / len(values) - target
            powers = (ONE, error, error**2)
            sums[len(values)] = [x + probability * e for x, e in zip(sums[len(values)], powers, strict=True)]
    at, found = _state(instance.law, row, instance), {}
    for number, (weight, total, squared) in sums.items():
        found[f"{name}: mean given N = {number}"] = total / weight
        claimed = value(claim["given the count"], {**at, count: number})
        found[f"{name}: variance given N = {number}"] = squared / weight - claimed
    return found


def _pairs(instance: Ratios, claim: Claim, name: str, active: int) -> dict[str, Fraction]:
    """The member of a pair that has the state: its mean is r_j, and the variance of two pairs' mean."""
    row, law = indicators(instance.d, active)[0], instance.symmetric
    members = [
        value(claim["member"], {size: z, term: x, _off: y})
        for z, x, y in zip(row, instance.table, reversed(instance.table), strict=True)
    ]
    target = ratios(law, instance.table, [row])[0]
    variance = moment(law, [(x - target) ** 2 for x in members])
    claimed = value(claim["pairs"], {**_state(law, row, instance), count: 2})
    return {
        f"{name}: mean of a pair": moment(law, members) - target,
        f"{name}: variance of pairs": variance / 2 - claimed,
    }


def _additive(instance: Ratios, claim: Claim, name: str, active: int) -> Fraction:
    """Var(F | state) / P(state) of an additive F under Bernoulli masks, the furthest off of all superpixels."""
    world = instance.bernoulli
    rows, found = indicators(world.d, active), []
    for j, row in enumerate(rows):
        at = _state(world.law, row, world)
        others = sum((c**2 for i, c in enumerate(world.slopes) if i != j), ZERO)
        claimed = value(claim[f"additive {name}"], {p: world.p, energy: others})
        found.append(abs(claimed - at[spread] / at[chance]))
    return max(found)


def _derivatives(instance: Ratios, claim: Claim) -> dict[str, Fraction]:
    """The derivative of log R, R'/R: 1 / a secant of a fraction of two linear functions is linear in the step."""
    at = Fraction(1, 3) + instance.p / 3
    found = {}
    for name, ratio in _RATIOS.items():
        near, far = ((h / (ratio(at + h) - ratio(at))) for h in (Fraction(1, 7), Fraction(2, 7)))
        found[f"{name}: derivative"] = value(claim[name], {chosen: at}) - 1 / (2 * near - far) / ratio(at)
    return found


def computed(instance: Ratios) -> dict[str, library.Computed]:
    """`attribute` on the masks of the sample, where each superpixel is in both states by two of them."""
    counts = [Fraction(instance.sample.count(mask)) for mask in range(2**instance.d)]
    shown, hidden = (indicators(instance.d, active) for active in (1, 0))
    if any(moment(counts, row) < 2 for row in (*shown, *hidden)):
        return {}
    dropped = [instance.table[-1] - u for u in ratios(counts, instance.table, hidden)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewMasksWarning)
        exact = {"rise": ratios(counts, instance.table, shown), "pda": dropped}
        return library.attributions(instance.table, instance.sample, exact, ONE)


_CENTRED = squares - second * products - first * crossed + first * second * both

STATEMENT = Statement(
    label="prop:ratio",
    words="RISE and PDA are ratios of means: their asymptotic covariance, and exact means given the counts.",
    latex=r"""
Let $n$ units be drawn independently from one law, each a mask $z$, or each a pair $(z, 1 - z)$ of complements, with
weights $\pi \ge 0$ of the masks, and let $Y_j$ and $N_j$ be the sums of $\pi z_j F$ and of $\pi z_j$ over the masks of
a unit. RISE is $\hat r_j = \sum Y_j / \sum N_j$, summed over the units, and its limit is
$r_j = \mathbb{E}[Y_j] / \mathbb{E}[N_j]$ if $\mathbb{E}[N_j] > 0$. PDA is $F(\mathbf{1}) - \hat u_j$ with $\hat u$ the
same ratio for $1 - z_j$ in place of $z_j$, so that all that follows holds of it with $1 - z_j$ and $1 - z_l$. Without a
remainder,
\[
  \hat r_j - r_j = \frac{\sum (Y_j - r_j N_j)}{\sum N_j}, \qquad \mathbb{E}[Y_j - r_j N_j] = 0 .
\]
Hence $\sqrt n (\hat r - r) \to \mathcal{N}(0, S)$ in distribution, with
\[
  S_{jl} = \frac{\mathbb{E}[(Y_j - r_j N_j)(Y_l - r_l N_l)]}{\mathbb{E}[N_j]\, \mathbb{E}[N_l]} ,
\]
which for single masks is $\mathbb{E}[\pi^2 z_j z_l (F - r_j)(F - r_l)] / (\mathbb{E}[\pi z_j]\, \mathbb{E}[\pi z_l])$,
and at $\pi = 1$ on the diagonal $S_{jj} = \operatorname{Var}(F \mid z_j = 1) / \mathbb{P}(z_j = 1)$.
PDA with logarithms (Proposition~\ref{prop:one-ranking}) has $S_{jl}\, g'(u_j)\, g'(u_l)$, where
$g'(u) = 1/(u \log 2)$ for $\log_2 u$ and $g'(u) = 1/(u (1 - u) \log 2)$ for $\log_2 (u/(1-u))$.

If $\pi = 1$, then at every $n$, given that $N \ge 1$ of $n$ independent masks show $j$, $\hat r_j$ has the mean $r_j$
and the variance $\operatorname{Var}(F \mid z_j = 1)/N$. From $m$ pairs of a law under which $z$ and $1 - z$ are
equally likely, $\hat r_j$ is the mean over the pairs of $z_j F(z) + (1 - z_j) F(1 - z)$, exactly unbiased, with the
variance $\operatorname{Var}(F \mid z_j = 1)/m$: that of $2m$ independent masks in the limit, so that pairs change
nothing but the covariances of RISE and of PDA.

Unlike least squares, whose variance only misfit makes (Theorem~\ref{thm:clt}), neither is exact for an additive
$F = c_0 + \sum_l c_l z_l$: under Bernoulli($p$) masks $S_{jj}$ is $(1 - p) \sum_{l \ne j} c_l^2$ for RISE and
$p \sum_{l \ne j} c_l^2$ for PDA. CIU on the leave-one-out or the keep-one masks (Propositions~\ref{prop:equivalence}
and~\ref{prop:keep-one}) draws nothing and has no variance.

What is checked by machine: the error and its score, the covariance, the derivatives, means and variances given the
count over all samples of three masks of two superpixels, pairs, and additive $F$. The convergence then follows from
the law of large numbers, the central limit theorem, Slutsky's lemma and the delta method, which are quoted.""",
    source="new for RISE and PDA; ratio estimators: Cochran 1977, chapter 6",
    code=("limetheory/attribution/means.py",),
    tests=("tests/attribution/test_conditional_means.py",),
    claim={
        "error": score / share,
        "covariance": _CENTRED / (chance * other_chance),
        "variance": spread / chance,
        "information": 1 / chosen,
        "log odds": 1 / (chosen * (1 - chosen)),
        "given the count": spread / count,
        "pairs": spread / count,
        "member": size * term + (1 - size) * _off,
        "additive RISE": (1 - p) * energy,
        "additive PDA": p * energy,
    },
    identities=identities,
    draw=draw,
    check=check,
    without={
        "the masks count alike": weighted,
        "a mask and its complement are equally likely": skewed,
        "the masks are independent": repeated,
    },
    library=computed,
    mutants={
        "the share not random": {"error": score / chance},
        "the square about 0": {"covariance": squares / (chance * other_chance)},
        "the ratio taken for known": {"covariance": (squares - first * second * both) / (chance * other_chance)},
        "the ratios exchanged": {
            "covariance": (_CENTRED + (second - first) * (products - crossed)) / (chance * other_chance)
        },
        "the share not squared": {"covariance": _CENTRED / chance},
        "the spread of all masks with j": {"variance": spread},
        "all masks counted": {"variance": spread * chance},
        "odds for information": {"information": 1 / (chosen * (1 - chosen))},
        "log odds with 1/u": {"log odds": 1 / chosen},
        "the count squared": {"given the count": spread / count**2},
        "pairs halve the variance": {"pairs": spread / (2 * count)},
        "RISE of an additive F is exact": {"additive RISE": sp.S.Zero},
        "p and 1 − p exchanged": {"additive RISE": p * energy, "additive PDA": (1 - p) * energy},
    },
    holds="every d ≥ 1",
    open_part="convergence in distribution is quoted; proved: the error without remainder, covariance, every n given N",
    largest=6,
)
