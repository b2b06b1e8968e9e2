"""prop:ig-linear: integrated gradients of a linear model, summed over a superpixel, are LIME's coefficient."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from proofs_check import brute
from proofs_check.exact import ZERO, value
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_linear
from proofs_check.statements.prop_linear import LinearModel, image, replacement, weight

_pixel, _rest, _time = sp.symbols("x_u r t")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The gradient integrated along the straight path from ξ̄ to ξ; the weight of a pixel in prop:linear."""
    gradient = sp.diff(weight * _pixel + _rest, _pixel)
    path = replacement + _time * (image - replacement)
    integral = sp.integrate(gradient.subs(_pixel, path), (_time, 0, 1))
    return {
        "∂f/∂x_u": gradient - claim["gradient"],
        "IG of a pixel": (image - replacement) * integral - claim["pixel"],
        "the weight of a pixel in prop:linear": claim["pixel"] - prop_linear.STATEMENT.claim["weight of a pixel"],
        "completeness, summand of a pixel": weight * image - weight * replacement - claim["pixel"],
    }


def check(instance: LinearModel, claim: Claim) -> dict[str, Fraction]:
    """Sums over superpixels against least squares; the gradient by differences, which are exact for a linear model."""
    table, found = instance.table, brute.least_squares(instance.d, instance.weights, instance.table)
    sums, total = [ZERO] * instance.d, ZERO
    for u, j in enumerate(instance.superpixel):
        contribution = value(claim["pixel"], _point(instance, u))
        sums[j], total = sums[j] + contribution, total + contribution
    return {
        **brute.differences(sums, found[1:], "superpixel"),
        "completeness": total - (table[-1] - table[0]),
        "gradient": max(abs(_gradient_difference(instance, u, claim)) for u in range(len(instance.slopes))),
    }


def _point(instance: LinearModel, u: int) -> dict[sp.Symbol, Fraction]:
    return {weight: instance.slopes[u], image: instance.image[u], replacement: instance.replacement[u]}


def _gradient_difference(instance: LinearModel, u: int, claim: Claim) -> Fraction:
    moved = [x + (v == u) for v, x in enumerate(instance.image)]
    return instance.model(moved) - instance.model(instance.image) - value(claim["gradient"], _point(instance, u))


STATEMENT = Statement(
    label="prop:ig-linear",
    words="Integrated gradients of a linear model, summed over a superpixel, equal LIME's coefficient.",
    latex=r"""
Let $f(x) = b + \sum_u \lambda_u x_u$. The integrated gradient of pixel $u$ from $\bar\xi$ to $\xi$ is
$(\xi_u - \bar\xi_u) \int_0^1 \partial_u f = \lambda_u (\xi_u - \bar\xi_u)$. Hence
\[
  \sum_{u \in J_j} \mathrm{IG}_u = \beta_j
\]
with $\beta_j$ of Proposition~\ref{prop:linear}, under every design, and
$\sum_u \mathrm{IG}_u = f(\xi) - f(\bar\xi)$.""",
    source="Garreau & Mardaoui 2021, for image LIME; every design: new",
    code=("limetheory/gradients.py", "limetheory/limits/gradients_gap.py"),
    tests=("tests/test_gradients.py", "tests/limits/test_gradients_gap.py"),
    claim={"gradient": weight, "pixel": weight * (image - replacement)},
    identities=identities,
    draw=prop_linear.draw,
    check=check,
    assumptions=prop_linear.STATEMENT.assumptions,
    without={"f is linear": prop_linear.bent},
    mutants={
        "gradient times input": {"pixel": weight * image},
        "the gradient alone": {"pixel": weight},
        "path from ξ to ξ̄": {"pixel": weight * (replacement - image)},
        "gradient of the squared weight": {"gradient": weight**2},
    },
    holds="every d ≥ 1",
)
