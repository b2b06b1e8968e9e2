"""thm:bound, its algebra and its tails: whitened masks, their moments in any direction, the two parts of the error, and
all samples of three masks."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import brute, drawn, power_sums
from proofs_check.arrow import Stack
from proofs_check.exact import ONE, ZERO, SingularError, inverse_matrix, value
from proofs_check.notation import alpha_0, d, delta, gram, k, mean_size, size_variance
from proofs_check.samples import Sample, chernoff, sampled, tail
from proofs_check.statement import Claim, Statement
from proofs_check.statements import lem_leverage, prop_gram_inverse
from proofs_check.statements.thm_clt import active
from proofs_check.world import REGULAR

_inner, _square, _diagonal, _mean_square = sp.symbols("pi_a2 ell h2 M")
"""π a² = (u·w)², ℓ = ‖u‖², h² = ‖w‖² and E[π a² ℓ]."""

_first, _remainder, _score, _empirical = sp.symbols("s_w rho s M_hat")
_mass, _line = sp.symbols("E_F2 L")
"""E[π F²] and E[π (z̃ᵀβ)²]."""

_t = sp.Symbol("t", positive=True)
_LOSSES = (Fraction(1, 2), Fraction(9, 10), ONE)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Whitened lengths by the inverse Gram matrix; the remainder; the exponent from its second derivative."""
    inverse = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim)
    error = claim["error"].subs({_first: _score, _remainder: (_empirical - 1) * _score / _empirical}, simultaneous=True)
    return {
        "u·w = √π a": inverse.apply(Stack(sp.S.One, active, k)).entry - claim["influence"],
        "‖u‖² = ℓ": inverse.quadratic(sp.S.One, k, k) - claim["leverage"],
        "tr I = E ‖u‖²": (inverse @ gram).trace() - claim["dimension"],
        "‖w‖² = h²": inverse.quadratic(sp.S.Zero, sp.S.One, sp.S.One) - claim["diagonal"],
        "‖√π a u − w‖²": _inner * _square - 2 * _inner + _diagonal - claim["length"],
        "E ‖√π a u − w‖², by E[π a²] = h²": _mean_square - 2 * _diagonal + _diagonal - claim["noise"],
        "E[π r²], by E[π F z̃ᵀβ] = L": _mass - 2 * _line + _line - claim["budget"],
        "M̂^{-1} = I − (M̂ − I) M̂^{-1}": _score / _empirical - error,
        **power_sums.identities(claim),
        **_exponent(),
    }


def _exponent() -> dict[str, sp.Expr]:
    """φ(0) = φ'(0) = 0 and φ'' = 1 + t/(1 − t) ≥ 1, so φ ≥ t²/2 on [0, 1)."""
    phi = _t + (1 - _t) * sp.log(1 - _t)
    return {
        "φ(0) = 0": phi.subs(_t, 0),
        "φ'(0) = 0": sp.diff(phi, _t).subs(_t, 0),
        "φ'' = 1 + t/(1 − t)": sp.diff(phi, _t, 2) - 1 - _t / (1 - _t),
    }


def draw(rng: Random, d: int) -> Sample:
    """A random design and F."""
    further = tuple(rng.randrange(2**d) for _ in range(rng.randint(1, 6)))
    return Sample.drawn(rng, d, law=drawn.law(rng, d), masks=(0, *(1 << j for j in range(d)), *further))


def check(instance: Sample, claim: Claim) -> dict[str, Fraction]:
    """Every mask with the inverse by elimination, the error of a sample, and for d = 2 all samples of three masks."""
    inverse = inverse_matrix(brute.gram(instance.d, instance.weights))
    return {
        "dimension": len(inverse) - value(claim["dimension"], instance.moments),
        "h²": inverse[1][1] - value(claim["diagonal"], instance.moments),
        **_by_mask(instance, claim, inverse),
        **_projection(instance, claim, inverse),
        **_direction(instance, claim),
        **_error(instance, claim, inverse),
        **_tails(instance, claim),
    }


def _by_mask(instance: Sample, claim: Claim, inverse: list[list[Fraction]]) -> dict[str, Fraction]:
    """u·w, ‖u‖² and ‖√π a u − w‖² = (π a z̃ − e_1)ᵀ Σ^{-1} (π a z̃ − e_1), with its mean."""
    found, lengths, inners = {}, [], []
    for mask in range(2**instance.d):
        solved, weight = brute.at_mask(inverse, mask), instance.weight(mask)
        point = {**instance.moments, k: mask.bit_count(), active: brute.shows(mask, 0)}
        quadratic = solved[0] + sum((x for j, x in enumerate(solved[1:]) if brute.shows(mask, j)), ZERO)
        extended: list[Fraction | int] = [ONE, *(brute.shows(mask, j) for j in range(instance.d))]
        shift = [weight * solved[1] * x for x in extended]
        shift[1] -= 1
        length = _dot(shift, [_dot(shift, row) for row in inverse])
        squares = {_inner: weight * solved[1] ** 2, _square: weight * quadratic, _diagonal: inverse[1][1]}
        found[f"u·w, mask {mask}"] = solved[1] - value(claim["influence"], point)
        found[f"‖u‖², mask {mask}"] = quadratic - value(claim["leverage"], point)
        found[f"length, mask {mask}"] = length - value(claim["length"], squares)
        lengths.append(length)
        inners.append(squares[_inner] * squares[_square])
    law = [instance.law[mask.bit_count()] for mask in range(2**instance.d)]
    claimed = value(claim["noise"], {_mean_square: brute.integral(law, inners), _diagonal: inverse[1][1]})
    return {**found, "mean length": brute.integral(law, lengths) - claimed}


def _projection(instance: Sample, claim: Claim, inverse: list[list[Fraction]]) -> dict[str, Fraction]:
    """E[π r²] = E[π F²] − L, and (z̃ᵀβ)² ≤ z̃ᵀΣ^{-1}z̃ · L by how much it fails; both of F itself, c being free."""
    fitted = [
        sum((x for x, s in zip(instance.beta, (1, *_shown(instance.d, mask)), strict=True) if s), ZERO)
        for mask in range(2**instance.d)
    ]
    mass, line, rest = (
        brute.integral(instance.weights, [x * x for x in values])
        for values in (instance.table, fitted, [f - x for f, x in zip(instance.table, fitted, strict=True)])
    )
    found = {"Pythagoras": rest - value(claim["budget"], {_mass: mass, _line: line})}
    for mask, predicted in enumerate(fitted):
        solved = brute.at_mask(inverse, mask)
        quadratic = solved[0] + sum((x for x, s in zip(solved[1:], _shown(instance.d, mask), strict=True) if s), ZERO)
        found[f"projection at mask {mask}"] = max(ZERO, predicted**2 - quadratic * line)
    return found


def _direction(instance: Sample, claim: Claim) -> dict[str, Fraction]:
    """Means of (Σ τ_j z_j)³ and (Σ τ_j z_j)⁴ over the masks of each size, for a τ of sum 0, at d ≥ 4."""
    if instance.d < 4:
        return {}
    middle = Fraction(sum(j * j for j in range(instance.d)), instance.d)
    tau = [j * j - middle for j in range(instance.d)]
    squares, cubes, fourths = (sum((x**power for x in tau), ZERO) for power in (2, 3, 4))
    found = {}
    for size in range(instance.d + 1):
        masks = [mask for mask in range(2**instance.d) if mask.bit_count() == size]
        sums = [sum((x for x, s in zip(tau, _shown(instance.d, mask), strict=True) if s), ZERO) for mask in masks]
        third, fourth = (sum((x**power for x in sums), ZERO) / len(masks) for power in (3, 4))
        at = {name: value(claim[name], {**instance.moments, k: size}) for name in ("third", "even", "uneven")}
        found[f"third moment at size {size}"] = third - at["third"] * cubes
        found[f"fourth moment at size {size}"] = fourth - at["even"] * squares**2 - at["uneven"] * fourths
    return found


def _shown(d: int, mask: int) -> tuple[int, ...]:
    return tuple(brute.shows(mask, j) for j in range(d))


def _error(instance: Sample, claim: Claim, inverse: list[list[Fraction]]) -> dict[str, Fraction]:
    """e_1ᵀ(β̂ − β) against e_1ᵀΣ^{-1} s and e_1ᵀΣ^{-1} (Σ̂ − Σ)(β̂ − β); no comparison if Σ̂ is singular."""
    weights = sampled(instance, instance.masks)
    try:
        found = brute.least_squares(instance.d, weights, instance.table)
    except SingularError:
        return {}
    gap = [x - y for x, y in zip(found, instance.beta, strict=True)]
    residual = [f - sum((x for x, s in zip(instance.beta, (1, *_shown(instance.d, mask)), strict=True) if s), ZERO)
                for mask, f in enumerate(instance.table)]  # fmt: skip
    score = brute.right_hand_side(instance.d, weights, residual)
    pairs = zip(brute.gram(instance.d, weights), brute.gram(instance.d, instance.weights), strict=True)
    moved = [sum(((x - y) * g for x, y, g in zip(one, other, gap, strict=True)), ZERO) for one, other in pairs]
    point = {_first: _dot(inverse[1], score), _remainder: _dot(inverse[1], moved)}
    return {"error of a sample": gap[1] - value(claim["error"], point)}


def _dot(one: list[Fraction], other: list[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(one, other, strict=True)), ZERO)


def _tails(instance: Sample, claim: Claim) -> dict[str, Fraction]:
    """P(λ_min ≤ 1 − t) over all samples of three masks of two superpixels, by how much it exceeds the bound."""
    if instance.d != 2:
        return {}
    leverages = [
        instance.weight(mask) * value(claim["leverage"], {**instance.moments, k: mask.bit_count()}) for mask in range(4)
    ]
    factor, radius = float(value(claim["dimension"], instance.moments)), float(max(leverages))
    return {
        f"tail at t = {t}": max(ZERO, tail(instance, t) - Fraction(factor * chernoff(float(t), radius) * (1 + 1e-9)))
        for t in _LOSSES
    }


_LEVERAGE = lem_leverage.STATEMENT.claim["leverage"]
_SIZES = 1 / (alpha_0 * size_variance)
_FOUR = d * (d - 1) * (d - 2) * (d - 3)

STATEMENT = Statement(
    label="thm:bound",
    words="With probability 1 − η every |β̂_j − β_j| is below explicit constants, for n of order R log(d/η).",
    latex=r"""
Let $F$ take values in $[c - \rho, c + \rho]$, let $\hat\beta$ be the weighted least squares of $n$ independent masks,
$r = F - \tilde z^\top \beta$, $\ell$ the leverage of Lemma~\ref{lem:leverage} and $R = \max \ell$. Divide the weights
by $\alpha_0$, so that $\mathbb{E}[\pi] = \alpha_0 = 1$, and put $a = e_j^\top \Sigma^{-1} \tilde z
= (K - \kappa)/(\alpha_0 V) + (z_j - K/d)/\Delta$, $h^2 = (\Sigma^{-1})_{jj} = (1 - 1/d)/\Delta + 1/(\alpha_0 V)$,
$\varphi(t) = t + (1 - t) \log(1 - t) \ge t^2/2$ and
$B(v, b, \lambda) = \frac{b \lambda}{3n} + \sqrt{(\frac{b \lambda}{3n})^2 + \frac{2 v \lambda}{n}}$.

Divide $F - c$ by $\rho$, and let $L = \mathbb{E}[\pi (\tilde z^\top \beta)^2] \in [0, 1]$ be the mean square of its
fitted line and $S \le 1$ with $\mathbb{E}[\pi r^2] \le S^2$ (always true of $S = 1$). Let $v_1(L)$ and $v_2(L)$ be the
largest values of $\mathbb{E}[\pi x\, a^2]$ and $\mathbb{E}[x\, \ell]$ over functions $x$ of $(K, z_j)$ with
$0 \le x \le (\sqrt\pi + \sqrt{L \ell})^2$ and $\mathbb{E}[x] \le \min(S^2, 1 - L)$. Put
$b_1(L) = \max \pi |a| + \sqrt L \max \sqrt{\pi \ell}\, |a|$, $b_2(L) = \max \sqrt{\pi \ell} + \sqrt L\, R$ and
$\sigma_2^2(L) = \min\{v_2(L), (\sqrt{\kappa_2} + \sqrt{L \kappa_4})^2\}$, where, with
$u = \sqrt\pi\, \Sigma^{-1/2} \tilde z$ and $w = \Sigma^{-1/2} e_j$,
$\kappa_2 = \lambda_{\max}(\mathbb{E}[\pi u u^\top])$ and $\kappa_4 \ge \mathbb{E}(u^\top \theta)^4$ for every $\theta$
of length 1. Put $v_3 = \mathbb{E}[\pi a^2 \ell] - h^2$, $b_3 = \max \sqrt{\pi a^2 (\ell - 2) + h^2}$ and
$\sigma_3^2 = \lambda_{\max}(\mathbb{E}[\pi a^2 u u^\top] - w w^\top)$. Let
\[
  C(v, \sigma^2, b, \lambda) = \min\Bigl\{ \sqrt{\tfrac vn}
    + \sqrt{\tfrac{2 \lambda}{n} \bigl(\sigma^2 + 2 b \sqrt{\tfrac vn}\bigr)} + \tfrac{b \lambda}{3 n},\
    B(v, b, \lambda + \log 2) \Bigr\} .
\]
For $\eta_0, \eta_1, \eta_2, \eta_3 > 0$ let $t$ solve $n \varphi(t) = R \log((d + 1)/\eta_0)$, $t < 1$. Then with
probability at least $1 - \eta_0 - \eta_2$, for all $j$,
\[
  |\hat\beta_j - \beta_j| \le \max_{0 \le L \le 1} \frac{\rho h}{1 - t}\,
    C\bigl(v_2, \sigma_2^2, b_2, \log \tfrac{1}{\eta_2}\bigr),
\]
and with probability at least $1 - \eta_0 - \eta_1 - \eta_2 - \eta_3$, for all $j$,
\[
  |\hat\beta_j - \beta_j| \le \max_{0 \le L \le 1} \rho\, \Bigl[ B\bigl(v_1, b_1, \log \tfrac{2d}{\eta_1}\bigr)
    + \frac{1}{1 - t}\, C\bigl(v_3, \sigma_3^2, b_3, \log \tfrac{d}{\eta_3}\bigr)\,
      C\bigl(v_2, \sigma_2^2, b_2, \log \tfrac{1}{\eta_2}\bigr) \Bigr] .
\]
Both brackets are concave in $L$, and the $\eta_i$ and the bound may be chosen for each $L$ apart.

After the draw, let $\hat M = \frac1n \sum_i u_i u_i^\top$, $\lambda = \lambda_{\min}(\hat M) > 0$ and
$\hat r = F - \tilde z^\top \hat\beta$. Write $v^D$ for $\bigl(\frac1n \sum_i \pi_i \hat r_i^2 \omega_i\bigr)^{1/2}
+ D\, \lambda_{\max}\bigl(\frac1n \sum_i \omega_i u_i u_i^\top\bigr)^{1/2}$ squared, plus
$\sqrt{2 q \lambda' / n}$, with $\omega = \pi a^2$ and $\lambda' = \log(d/\eta_2)$, or $\omega = \ell$ and
$\lambda' = \log(1/\eta_4)$, and $q$ the largest $\mathbb{E}[x\,(\sqrt\pi + \sqrt{L\ell})^2 \omega^2]$. If the map that
sends a bound $D$ of $\|\Sigma^{1/2}(\hat\beta - \beta)\|$ to
$C(\min\{v^D, v_2\}, \sigma_2^2, b_2, \log \frac{1}{\eta_3}) / \lambda$ is iterated from $D = \infty$, all
moments being taken at $\sqrt L = \min(1, \|\Sigma^{1/2}\hat\beta\| + D)$ but with the budget at
$\sqrt L = (\|\Sigma^{1/2}\hat\beta\| - D)_+$, then with probability
at least $1 - \eta_1 - \dots - \eta_4$, for all $j$ and every iterate $D$,
\[
  |\hat\beta_j - \beta_j| \le \rho\, \min\bigl\{ B\bigl(\min\{v^D, v_1\}, b_1, \log \tfrac{2d}{\eta_1}\bigr)
    + \|(\hat M^{-1} - I) w_j\|\, \lambda D,\ \|\hat M^{-1} w_j\|\, \lambda D \bigr\} .
\]
The mean of $n$ terms $\Sigma^{-1} \pi \tilde z (F - c)$ (Proposition~\ref{prop:unbiased}) has, with probability at
least $1 - \eta$, all its errors below $B(\rho^2\, \mathbb{E}[\pi^2 a^2],\ \rho \max \pi |a|,\ \log \frac{2d}{\eta})$.

What is checked by machine: the whitened lengths and inner products, the third and fourth moments of a whitened mask in
any direction, the decomposition of the error, the exponent, Pythagoras and the bound of a prediction, and the
tail of the smallest eigenvalue over all samples of three masks of two superpixels.
The matrix Chernoff inequality and Bousquet's are quoted; the rest is proved in \texttt{paper/bound.md}.""",
    source="new; the matrix Chernoff inequality is Tropp 2012, Theorem 1.1, the other Bousquet 2002, Theorem 2.3",
    code=(
        "limetheory/statistics/bound.py",
        "limetheory/statistics/mask_classes.py",
        "limetheory/statistics/concentration.py",
        "limetheory/statistics/concave.py",
        "limetheory/statistics/residual_program.py",
        "limetheory/statistics/whitened_norms.py",
        "limetheory/statistics/worst_residual.py",
        "limetheory/statistics/whitened_sample.py",
        "limetheory/statistics/observed_bound.py",
        "limetheory/statistics/planning.py",
    ),
    tests=(
        "tests/statistics/test_bound.py",
        "tests/statistics/test_mask_classes.py",
        "tests/statistics/test_concentration.py",
        "tests/statistics/test_concave.py",
        "tests/statistics/test_residual_program.py",
        "tests/statistics/test_whitened_norms.py",
        "tests/statistics/test_worst_residual.py",
        "tests/statistics/test_observed_bound.py",
        "tests/statistics/test_planning.py",
    ),
    claim={
        "influence": (k - mean_size) * _SIZES + (active - k / d) / delta,
        "leverage": _LEVERAGE,
        "dimension": d + 1,
        "diagonal": (1 - 1 / d) / delta + _SIZES,
        "length": _inner * (_square - 2) + _diagonal,
        "noise": _mean_square - _diagonal,
        "error": _first - _remainder,
        "budget": _mass - _line,
        "third": k * (d - k) * (d - 2 * k) / (d * (d - 1) * (d - 2)),
        "even": 3 * k * (k - 1) * (d - k) * (d - k - 1) / _FOUR,
        "uneven": k * (d - k) * (d * (d + 1) - 6 * k * (d - k)) / _FOUR,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    mutants={
        "d parameters": {"dimension": d},
        "R a quarter": {"leverage": _LEVERAGE / 4},
        "remainder of the other sign": {"error": _first + _remainder},
        "no remainder": {"error": _first},
        "length without the inner product": {"length": _inner * _square + _diagonal},
        "noise not centred": {"noise": _mean_square},
        "diagonal without the size": {"diagonal": (1 - 1 / d) / delta},
        "a line costs nothing": {"budget": _mass},
        "symmetric third moment": {"third": sp.S.Zero},
        "normal fourth moment": {"uneven": sp.S.Zero},
        "fourth moment with replacement": {"even": 3 * (k * (d - k) / d**2) ** 2},
    },
    open_part="matrix Chernoff and Bousquet's inequality are quoted; those of Bernstein, the lemma on the shortfall "
    "and the concavity in L are proved by hand in paper/bound.md",
    largest=5,
)
