"""prop:ridge: a ridge penalty shrinks the mean coefficient and the deviations by two known factors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import brute, drawn, library
from proofs_check.arrow import Arrow, Stack
from proofs_check.notation import alpha_0, alpha_1, d, delta, gamma, gamma_0, gram, mean_size, size_variance, summed
from proofs_check.statement import Claim, Statement
from proofs_check.statements.thm_limit import limit, slope
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

penalty, _v, _beta_j = sp.symbols("lambda v beta_j", positive=True)


def solution(claim: Claim) -> Stack:
    """(β^λ_0, …, β^λ_d) for the right-hand side Γ."""
    entry, mean = (part.subs(_values(claim), simultaneous=True) for part in (_entry(claim), claim["mean"]))
    return Stack(gamma_0 / alpha_0 - mean_size * mean, entry, summed(entry))


def _entry(claim: Claim) -> sp.Expr:
    return claim["mean"] + claim["deviation"]


def _values(claim: Claim) -> dict[sp.Symbol, sp.Expr]:
    free = limit(gamma)
    return {_v: claim["v"], slope: free.total / d, _beta_j: free.entry}


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The penalised normal equations (Σ + λ diag(0, I)) β^λ = Γ."""
    free, shrunk = limit(gamma), solution(claim)
    mean, entry = claim["mean"].subs(_values(claim), simultaneous=True), shrunk.entry
    penalised = Arrow(gram.corner, gram.row, gram.column, gram.scale + penalty, gram.flat)
    return {
        **(penalised.apply(shrunk) - gamma).parts("(Σ + λ diag(0, I)) β^λ = Γ"),
        "the mean coefficient": shrunk.total - d * mean,
        "no penalty, no shrinkage": (entry - free.entry).subs(penalty, 0),
    }


@dataclass(frozen=True)
class Penalised(World):
    """An instance with a penalty λ ≥ 0."""

    penalty: Fraction


def draw(rng: Random, d: int) -> Penalised:
    """A random design, F and penalty, which is sometimes 0."""
    return Penalised.drawn(rng, d, penalty=drawn.positive(rng) * rng.choice((0, 1, 1, 1)))


def check(instance: Penalised, claim: Claim) -> dict[str, Fraction]:
    """Penalised weighted least squares over all masks, and steps away from the minimum."""
    given = (instance.d, instance.weights, instance.table)
    claimed = instance.vector(solution(claim), {penalty: instance.penalty})
    return {
        **brute.differences(claimed, brute.least_squares(*given, instance.penalty), "β^λ"),
        **brute.gain(*given, claimed, instance.penalty),
    }


def rewarded(rng: Random, d: int) -> Penalised:
    """An instance with a negative penalty."""
    return replace(draw(rng, d), penalty=-drawn.positive(rng))


def computed(instance: Penalised) -> dict[str, library.Computed]:
    """`limetheory.limit` of the table of F with a ridge."""
    exact = brute.least_squares(instance.d, instance.weights, instance.table, instance.penalty)
    table = library.set_function(instance.table)
    return library.limit(instance, table, exact, library.height(instance.table), instance.penalty)


STATEMENT = Statement(
    label="prop:ridge",
    words="A ridge penalty shrinks the mean coefficient by v/(v+λ) and the deviations by Δ/(Δ+λ).",
    latex=r"""
For $\lambda \ge 0$ the minimiser of
$\mathbb{E}\bigl[\pi\,(F - \beta_0 - \sum_j \beta_j z_j)^2\bigr] + \lambda \sum_j \beta_j^2$ is
\[
  \beta^\lambda_j = s\, \frac{v}{v + \lambda} + (\beta_j - s)\, \frac{\Delta}{\Delta + \lambda}, \qquad
  v = \frac{\alpha_0 V}{d}, \qquad
  \beta^\lambda_0 = \mathbb{E}_\mu[F] - \kappa\, s\, \frac{v}{v + \lambda},
\]
with $\beta_j$ and $s$ of Theorem~\ref{thm:limit}. The penalty $\alpha$ of lime on $N$ masks is
$\lambda = \alpha / N$.""",
    source="new",
    code=("limetheory/designs/exchangeable.py",),
    tests=("tests/limits/test_thm_limit.py",),
    claim={
        "v": alpha_0 * size_variance / d,
        "mean": slope * _v / (_v + penalty),
        "deviation": (_beta_j - slope) * delta / (delta + penalty),
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw), "λ ≥ 0": rewarded},
    library=computed,
    mutants={
        "v without 1/d": {"v": alpha_0 * size_variance},
        "v without α_0": {"v": size_variance / d},
        "the mean is not shrunk": {"mean": slope},
        "deviations shrunk by v": {"deviation": (_beta_j - slope) * _v / (_v + penalty)},
        "deviations shrunk by α_1": {"deviation": (_beta_j - slope) * alpha_1 / (alpha_1 + penalty)},
    },
)
