"""prop:linear: an additive set function is its own limit, whatever the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random

import numpy as np
import sympy as sp

import limetheory as lt
from limetheory.explaining.set_function import set_function
from limetheory.fitted.pixels import LinearPixels
from limetheory.images.masked import MaskedImage
from proofs_check import brute, drawn, library
from proofs_check.arrow import Stack
from proofs_check.exact import ZERO, determinant, value
from proofs_check.notation import d, gamma_j, gram, total
from proofs_check.statement import Claim, Statement
from proofs_check.statements import cor_efficient
from proofs_check.statements.thm_limit import limit

intercept, entry, entries = sp.symbols("b lambda_j Lambda")
"""b, λ_j and Σ_j λ_j of F(z) = b + Σ_j λ_j z_j."""

weight, image, replacement = sp.symbols("lambda_u xi_u xibar_u")
"""λ_u, ξ_u and ξ̄_u."""

_z = sp.Symbol("z")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The residual vanishes mask by mask, hence under every design; the closed forms agree."""
    right_hand_side = gram.apply(Stack(intercept, entry, entries))
    beta = limit(right_hand_side)
    efficient = cor_efficient.STATEMENT.claim["coefficient"].subs(
        {gamma_j: right_hand_side.entry, total: right_hand_side.total, cor_efficient.rise: entries}, simultaneous=True
    )
    masked = weight * (_z * image + (1 - _z) * replacement)
    return {
        "a pixel's summand": masked - claim["base of a pixel"] - _z * claim["weight of a pixel"],
        "residual, summand of superpixel j": entry * _z - claim["coefficient"] * _z,
        "residual, constant": intercept - claim["intercept"],
        "thm:limit, β_0": beta.head - claim["intercept"],
        "thm:limit, β_j": beta.entry - claim["coefficient"],
        "thm:limit, Σ β_j": beta.total - entries,
        "cor:efficient, β_j": efficient - claim["coefficient"],
    }


@dataclass(frozen=True)
class LinearModel:
    """b + Σ_u λ_u x_u on an image of as many pixels as λ has entries; any weight ≥ 0 on each of the 2^d masks."""

    d: int
    superpixel: tuple[int, ...]
    slopes: tuple[Fraction, ...]
    image: tuple[Fraction, ...]
    replacement: tuple[Fraction, ...]
    base: Fraction
    weights: tuple[Fraction, ...]
    bend: Fraction = ZERO
    """Times x_1 x_2, the pixels of two superpixels, in models that are not linear."""

    @cached_property
    def table(self) -> tuple[Fraction, ...]:
        """The values of F on all masks."""
        return brute.tabulated(self.d, self)

    def __call__(self, mask: int) -> Fraction:
        """F(z): the model on the masked image."""
        shown = [self.image[u] if brute.shows(mask, j) else self.replacement[u] for u, j in enumerate(self.superpixel)]
        return self.model(shown)

    def model(self, pixels: Sequence[Fraction]) -> Fraction:
        """The value f(x) of the linear model."""
        bent = self.bend * pixels[0] * pixels[1] if self.bend else ZERO
        return self.base + bent + sum(slope * x for slope, x in zip(self.slopes, pixels, strict=True))


def draw(rng: Random, d: int) -> LinearModel:
    """A random model, image and partition, with random weights on every mask or on a sample of them."""
    pixels = d + rng.randrange(6)
    slopes, shown, replaced = (tuple(drawn.rational(rng) for _ in range(pixels)) for _ in range(3))
    weights = brute.tabulated(d, lambda mask: drawn.positive(rng))
    if rng.randrange(2):
        sample = {rng.randrange(2**d) for _ in range(2 * d + 2)}
        weights = tuple(w if mask in sample else ZERO for mask, w in enumerate(weights))
    superpixel = drawn.partition(rng, d, pixels)
    return LinearModel(d, superpixel, slopes, shown, replaced, drawn.rational(rng), weights)


def bent(rng: Random, d: int) -> LinearModel:
    """A product of two pixels added, where there are two superpixels."""
    return replace(draw(rng, d), bend=drawn.positive(rng) if d > 1 else ZERO)


def regular(instance: LinearModel) -> bool:
    """Whether the Gram matrix is invertible."""
    return determinant(brute.gram(instance.d, instance.weights)) != 0


def check(instance: LinearModel, claim: Claim) -> dict[str, Fraction]:
    """The coefficients of least squares over all masks, or over a sample, without and with the constraint."""
    found = brute.least_squares(instance.d, instance.weights, instance.table)
    constrained = cor_efficient.constrained(instance.d, instance.weights, instance.table)
    slopes, bases = (_summed(instance, claim[name]) for name in ("weight of a pixel", "base of a pixel"))
    point = {entries: sum(slopes), intercept: instance.base + sum(bases), d: instance.d}
    claimed = [value(claim["intercept"], point), *(value(claim["coefficient"], {**point, entry: x}) for x in slopes)]
    return {
        **brute.differences(claimed, found),
        **brute.differences(claimed[1:], constrained, "with the constraint: coefficient"),
    }


def _summed(instance: LinearModel, formula: sp.Expr) -> list[Fraction]:
    """The sum of a formula over the pixels u of superpixel j, for each j."""
    sums = [ZERO] * instance.d
    for u, j in enumerate(instance.superpixel):
        point = {weight: instance.slopes[u], image: instance.image[u], replacement: instance.replacement[u]}
        sums[j] += value(formula, point)
    return sums


def computed(instance: LinearModel) -> dict[str, library.Computed]:
    """`LinearPixels` on a `MaskedImage`, of two superpixels or more and in [0, 1], and its limit at ν = ∞."""
    if instance.d < 2:
        return {}
    shown, replaced = (np.array([row], float) / 48 + 0.5 for row in (instance.image, instance.replacement))
    base = instance.base - 24 * sum(instance.slopes, ZERO)
    model = LinearPixels(48 * np.array([instance.slopes], float), float(base))
    additive = set_function(model, MaskedImage(shown, np.array([instance.superpixel]), replaced))
    answer = lt.limit(additive, lt.ImageDesign(instance.d))
    exact = brute.least_squares(instance.d, (Fraction(1),) * 2**instance.d, instance.table)
    scale = 48 * sum(map(abs, instance.slopes), abs(instance.base))
    return {"lt.limit": library.Computed.of((answer.intercept, *answer.coefficients), exact, scale)}


STATEMENT = Statement(
    label="prop:linear",
    words="A model linear in the pixels has β_j = Σ_{u∈J_j} λ_u (ξ_u − ξ̄_u) under every design.",
    latex=r"""
Let $f(x) = b + \sum_u \lambda_u x_u$. Then $F(z) = b + \sum_u \lambda_u \bar\xi_u + \sum_j \beta_j z_j$ with
\[
  \beta_j = \sum_{u \in J_j} \lambda_u (\xi_u - \bar\xi_u),
\]
so the residual is zero on every mask. Hence $\beta$ is the limit under every design whose Gram matrix is
invertible, with or without the efficiency constraint, and weighted least squares without a penalty returns
$\beta$ on every sample of full rank.""",
    source="Garreau & Mardaoui 2021, Prop. 4, for image LIME; every design: new",
    code=("limetheory/limits/additive.py", "limetheory/fitted/pixels.py"),
    tests=("tests/limits/test_additive.py", "tests/fitted/test_pixels.py"),
    claim={
        "coefficient": entry,
        "intercept": intercept,
        "weight of a pixel": weight * (image - replacement),
        "base of a pixel": weight * replacement,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"the Gram matrix is invertible": regular},
    without={"f is linear": bent},
    library=computed,
    mutants={
        "the replacement ignored": {"weight of a pixel": weight * image},
        "the replacement added": {"weight of a pixel": weight * (image + replacement)},
        "mean coefficient added": {"coefficient": entry + entries / d},
        "intercept at the original": {"intercept": intercept + entries},
    },
)
