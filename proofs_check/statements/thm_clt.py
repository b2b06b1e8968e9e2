"""thm:clt, its algebra: the score is centred, its influence is known, and it vanishes for additive F."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import sympy as sp

from limetheory.statistics.clt import asymptotic_covariance
from proofs_check import brute, drawn, library
from proofs_check.arrow import Stack
from proofs_check.exact import ZERO, inverse_matrix, matrix_product, value
from proofs_check.notation import alpha_0, d, delta, gamma, gram, k, mean_size, size_variance
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_gram_inverse
from proofs_check.statements.prop_linear import entries, entry, intercept
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

active = sp.Symbol("z_j")
"""z_j of a mask."""

_weight, _value, _fitted = sp.symbols("pi F g")
_additive = Stack(intercept, entry, entries)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Σ̂ (β̂ − β) is the mean of π r z̃, whose mean is 0; for additive F each π r z̃ is 0."""
    inverse = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim)
    residual = claim["residual"]
    exact = limit(gram.apply(_additive))
    return {
        **(gamma - gram.apply(limit(gamma))).parts("E[π r z̃] = 0"),
        "Σ̂ (β̂ − β) = mean of π r z̃": _weight * _value - _weight * _fitted - _weight * residual,
        "influence of a mask on β_j": inverse.apply(Stack(sp.S.One, active, k)).entry - claim["influence"],
        **_score(residual, exact),
    }


def _score(residual: sp.Expr, exact: Stack) -> dict[str, sp.Expr]:
    """r of an additive F: the summand of superpixel j and the constant."""
    summand = residual.subs({_value: entry * active, _fitted: exact.entry * active}, simultaneous=True)
    constant = residual.subs({_value: intercept, _fitted: exact.head}, simultaneous=True)
    return {"additive F: r, summand of superpixel j": summand, "additive F: r, constant": constant}


@dataclass(frozen=True)
class Sample(World):
    """The law of a mask by its size, π = w / law, and some masks drawn from it."""

    law: tuple[Fraction, ...]
    masks: tuple[int, ...]


def draw(rng: Random, d: int) -> Sample:
    """A random design and F, with one to twelve masks."""
    masks = tuple(rng.randrange(2**d) for _ in range(rng.randint(1, 12)))
    return Sample.drawn(rng, d, law=drawn.law(rng, d), masks=masks)


def check(instance: Sample, claim: Claim) -> dict[str, Fraction]:
    """The score's mean over all masks, the identity on a sample, the influence, and the score of an additive F."""
    everything = dict.fromkeys(range(2**instance.d), ZERO)
    fitted = {mask: prediction(instance.beta, mask) for mask in everything}
    residuals = {
        mask: value(claim["residual"], {_value: instance.table[mask], _fitted: fitted[mask]}) for mask in everything
    }
    score = brute.right_hand_side(instance.d, instance.weights, list(residuals.values()))
    additive = [value(claim["residual"], {_value: fitted[mask], _fitted: fitted[mask]}) for mask in everything]
    return {
        **brute.differences(score, [ZERO] * len(score), "E[π r z̃]"),
        **_sample_identity(instance, fitted, residuals),
        **_influences(instance, claim),
        "additive F: r": max(map(abs, additive)),
    }


def prediction(beta: list[Fraction], mask: int) -> Fraction:
    """The prediction z̃ᵀ β of the linear model at a mask."""
    return beta[0] + sum(x for j, x in enumerate(beta[1:]) if brute.shows(mask, j))


def _sample_identity(
    instance: Sample, fitted: dict[int, Fraction], residuals: dict[int, Fraction]
) -> dict[str, Fraction]:
    """Mean of π z̃ F − Σ̂ β, which is Σ̂ (β̂ − β), against the mean of π r z̃."""
    size, weight = len(instance.masks), [ZERO] * 2**instance.d
    for mask in instance.masks:
        weight[mask] += instance.masses[mask.bit_count()] / instance.law[mask.bit_count()] / size
    misfits = [f - fitted[mask] for mask, f in enumerate(instance.table)]
    left = brute.right_hand_side(instance.d, weight, misfits)
    return brute.differences(brute.right_hand_side(instance.d, weight, list(residuals.values())), left, "sample")


def _influences(instance: Sample, claim: Claim) -> dict[str, Fraction]:
    inverse = inverse_matrix(brute.gram(instance.d, instance.weights))
    found: dict[str, Fraction] = {}
    for mask in instance.masks:
        points = ({**instance.moments, k: mask.bit_count(), active: brute.shows(mask, j)} for j in range(instance.d))
        claimed = [value(claim["influence"], point) for point in points]
        found |= brute.differences(claimed, brute.at_mask(inverse, mask)[1:], f"influence of mask {mask}")
    return found


def computed(instance: Sample) -> dict[str, library.Computed]:
    """`asymptotic_covariance` up to d = 5, relative to that of the residual max |F| on every mask."""
    if instance.d > 5:
        return {}
    found = asymptotic_covariance(library.set_function(instance.table), library.sampled(instance, instance.law))
    misfits = [x - prediction(instance.beta, mask) for mask, x in enumerate(instance.table)]
    exact = covariance(instance, instance.law, [misfit**2 for misfit in misfits])
    flat = [library.height(instance.table) ** 2] * 2**instance.d
    scale = max(row[j] for j, row in enumerate(covariance(instance, instance.law, flat)))
    return {"asymptotic_covariance": library.Computed.of(found.ravel(), (x for row in exact for x in row), scale)}


def covariance(world: World, law: tuple[Fraction, ...], squares: list[Fraction]) -> list[list[Fraction]]:
    """The slopes of Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1} for given r²."""
    inverse = inverse_matrix(brute.gram(world.d, world.weights))
    middle = [world.masses[m.bit_count()] ** 2 / law[m.bit_count()] * square for m, square in enumerate(squares)]
    both = matrix_product(matrix_product(inverse, brute.gram(world.d, middle)), inverse)
    return [row[1:] for row in both[1:]]


STATEMENT = Statement(
    label="thm:clt",
    words="√n (β̂ − β) tends to N(0, Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1}); only misfit r makes variance.",
    latex=r"""
Let $\hat\beta$ minimise $\sum_{i \le n} \pi_i (F(z_i) - \tilde z_i^\top \beta)^2$ over independent masks of the
sampling law, and $r = F - \tilde z^\top \beta$ with $\beta$ of Theorem~\ref{thm:limit}. Then
\[
  \sqrt{n}\,(\hat\beta - \beta) \longrightarrow
  \mathcal{N}\bigl(0,\ \Sigma^{-1}\, \mathbb{E}[\pi^2 r^2 \tilde z \tilde z^\top]\, \Sigma^{-1}\bigr)
  \quad \text{in distribution},
\]
where the entry of $\Sigma^{-1} \tilde z$ at superpixel $j$ is $(K - \kappa)/(\alpha_0 V) + (z_j - K/d)/\Delta$. The
covariance is zero if $F$ is additive.

What is checked by machine: $\hat\Sigma (\hat\beta - \beta) = \frac1n \sum_i \pi_i r_i \tilde z_i$ and
$\mathbb{E}[\pi r \tilde z] = 0$; these entries of $\Sigma^{-1} \tilde z$; $r = 0$ for additive $F$. The convergence
then follows from the law of large numbers for $\hat\Sigma$, the central limit theorem for the mean and Slutsky's lemma,
which are quoted.""",
    source="the standard sandwich; for LIME with these Gram matrices: new",
    code=("limetheory/estimation/methods/wls.py", "limetheory/statistics/clt.py"),
    tests=("tests/estimation/methods/test_wls.py", "tests/estimation/test_monte_carlo.py"),
    claim={
        "residual": _value - _fitted,
        "influence": (k - mean_size) / (alpha_0 * size_variance) + (active - k / d) / delta,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw)},
    library=computed,
    mutants={
        "residual of the other sign": {"residual": _fitted - _value},
        "F for the residual": {"residual": _value},
        "influence not centred": {"influence": k / (alpha_0 * size_variance) + (active - k / d) / delta},
        "influence without the size": {"influence": (active - k / d) / delta},
    },
    open_part="convergence in distribution is quoted; proved: centred score, influence, zero covariance for additive F",
)
