"""prop:leaf: products of on- and off-indicators have three distinct coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import numpy as np
import sympy as sp

import limetheory as lt
from limetheory.explaining.set_function import set_function
from limetheory.fitted.pixels import ShapeDetector
from limetheory.images.masked import MaskedImage
from proofs_check import brute, drawn, library
from proofs_check.arrow import Stack
from proofs_check.exact import Point, product, value
from proofs_check.notation import a, alpha_0, alpha_1, alpha_2, b, d, delta, gram, k, mean_size, size_variance
from proofs_check.sizes import fixed
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_gram_inverse
from proofs_check.statements.lem_alpha import Fixed, overlapping
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

mass, further = sp.symbols("alpha_ab alpha_a1b", positive=True)
"""α_{a,b} and α_{a+1,b}."""

rest = d - a - b
"""Number of superpixels outside A ∪ B."""

_z, _shown, _replaced = sp.symbols("z i ibar")
_IDEMPOTENT = _z**2 - _z
_CASES = {(1, 1): "both exceed", (1, 0): "only ξ", (0, 1): "only ξ̄", (0, 0): "neither"}
_CLASSES = {"j ∈ A": a, "j ∈ B": b, "other j": rest}


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The moments E[π z_j g], inserted in thm:limit; then Prop. 3 of Garreau & Mardaoui and the detector's cases."""
    return {**_moments(claim), **_coefficients(claim), **_sigma_form(claim), **_detector(claim)}


def _moments(claim: Claim) -> dict[str, sp.Expr]:
    by_size = a * fixed(a, b) + rest * fixed(a + 1, b)
    return {
        "z · z = z on {0, 1}": sp.rem(_z * _z, _IDEMPOTENT) - _z,
        "z · (1 − z) = 0 on {0, 1}": sp.rem(_z * (1 - _z), _IDEMPOTENT),
        "E[π K g], size by size": k * fixed(a, b) - by_size,
        "E[π K g], smallest size": (k * fixed(a, b) - by_size).subs(k, a),
        "E[π K g] = Σ_j E[π z_j g]": claim["total"] - _over_classes(_right_hand_sides()),
    }


def _right_hand_sides() -> dict[str, sp.Expr]:
    return {"j ∈ A": mass, "j ∈ B": sp.S.Zero, "other j": further}


def _over_classes(values: dict[str, sp.Expr]) -> sp.Expr:
    return sum((size * values[name] for name, size in _CLASSES.items()), sp.S.Zero)


def _coefficients(claim: Claim) -> dict[str, sp.Expr]:
    values = {name: claim[name] for name in _CLASSES}
    slope = (claim["total"] - mean_size * mass) / (alpha_0 * size_variance)
    shown: dict[str, sp.Expr] = {}
    for name, right in _right_hand_sides().items():
        gamma = Stack(mass, right, claim["total"])
        beta = Stack(mass / alpha_0 - slope * mean_size, slope + values[name], d * slope + _over_classes(values))
        shown[f"thm:limit, {name}"] = limit(gamma).entry - beta.entry
        shown[f"normal equation, {name}"] = gram.apply(beta).entry - right
    return shown


def _sigma_form(claim: Claim) -> dict[str, sp.Expr]:
    """c_d β_j = σ_1 E[πg] + σ_2 E[π z_j g] + σ_3 Σ_{l≠j} E[π z_l g]."""
    sigma = prop_gram_inverse.STATEMENT.claim
    slope = (claim["total"] - mean_size * mass) / (alpha_0 * size_variance)
    shown: dict[str, sp.Expr] = {}
    for name, right in _right_hand_sides().items():
        others = a * mass + rest * further - right
        form = (sigma["σ_1"] * mass + sigma["σ_2"] * right + sigma["σ_3"] * others) / sigma["c_d"]
        shown[f"σ form, {name}"] = form - slope - claim[name]
    return shown


def _detector(claim: Claim) -> dict[str, sp.Expr]:
    """1{x(z)_u > τ} by whether ξ_u and ξ̄_u exceed τ."""
    masked = _z * _shown + (1 - _z) * _replaced
    return {
        f"detector, {name}": masked.subs({_shown: shown, _replaced: replaced}) - claim[f"detector, {name}"]
        for (shown, replaced), name in _CASES.items()
    }


@dataclass(frozen=True)
class Leaf(Fixed):
    """A leaf by A and B, and a detector: for each pixel its superpixel and whether ξ_u and ξ̄_u exceed τ."""

    pixels: tuple[tuple[int, int, int], ...]


def draw(rng: Random, d: int) -> Leaf:
    """A random design and leaf, and a random detector of at most three pixels."""
    on, off = drawn.disjoint(rng, d)
    pixels = tuple((rng.randrange(d), rng.randint(0, 1), rng.randint(0, 1)) for _ in range(rng.randint(0, 3)))
    return Leaf.drawn(rng, d, on=on, off=off, pixels=pixels)


def check(instance: Leaf, claim: Claim) -> dict[str, Fraction]:
    """Least squares on the table of the leaf; the detector on every masked image."""
    leaf = brute.tabulated(instance.d, lambda mask: indicator(mask, instance.on, instance.off))
    found = brute.least_squares(instance.d, instance.weights, leaf)
    claimed = leaf_limit(instance, instance.on, instance.off, claim)
    detector = [_detected(instance, mask) - _claimed_detector(instance, mask, claim) for mask in range(2**instance.d)]
    return {**brute.differences(claimed, found), "detector": max(map(abs, detector))}


def indicator(mask: int, on: frozenset[int], off: frozenset[int]) -> Fraction:
    """The indicator Π_A z_j Π_B (1 − z_j)."""
    return Fraction(all(brute.shows(mask, j) for j in on) and not any(brute.shows(mask, j) for j in off))


def leaf_limit(world: World, on: frozenset[int], off: frozenset[int], claim: Claim) -> list[Fraction]:
    """(β_0, …, β_d) of a leaf by the claim, given moments summed over masks."""
    point = _point(world, on, off)
    mean, average = value(mean_size, point), value(mass / alpha_0, point)
    slope = value(claim["total"] - mean_size * mass, point) / value(alpha_0 * size_variance, point)
    names = ("j ∈ A" if j in on else "j ∈ B" if j in off else "other j" for j in range(world.d))
    return [average - slope * mean, *(slope + value(claim[name], point) for name in names)]


def _point(world: World, on: frozenset[int], off: frozenset[int]) -> Point:
    """The sizes of the sets and α_{a,b}, α_{a+1,b} as they are defined, by the first superpixels."""
    shown, hidden = len(on), len(off)
    masses = (brute.moment(world.weights, range(i), range(i, i + hidden)) for i in (shown, shown + 1))
    return {**world.moments, a: shown, b: hidden, **dict(zip((mass, further), masses, strict=True))}


def _detected(instance: Leaf, mask: int) -> Fraction:
    shown = (image if brute.shows(mask, j) else replaced for j, image, replaced in instance.pixels)
    return Fraction(all(shown))


def _claimed_detector(instance: Leaf, mask: int, claim: Claim) -> Fraction:
    factors = (
        value(claim[f"detector, {_CASES[image, replaced]}"], {_z: brute.shows(mask, j)})
        for j, image, replaced in instance.pixels
    )
    return product(factors)


def computed(instance: Leaf) -> dict[str, library.Computed]:
    """`limetheory.limit` of a `Leaf`; the `Leaf` of a `ShapeDetector` on every mask."""
    leaf = brute.tabulated(instance.d, lambda mask: indicator(mask, instance.on, instance.off))
    exact = brute.least_squares(instance.d, instance.weights, leaf)
    model = lt.Leaf(instance.d, on=sorted(instance.on), off=sorted(instance.off))
    detected = brute.tabulated(instance.d, lambda mask: _detected(instance, mask))
    found = _detector_leaf(instance)(lt.all_masks(instance.d))
    return {
        **library.limit(instance, model, exact, Fraction(1)),
        "ShapeDetector": library.Computed.of(found, detected, Fraction(1)),
    }


def _detector_leaf(instance: Leaf) -> lt.Leaf:
    """The detector on an image with one more pixel in each superpixel, which it does not look at."""
    owner, image, replaced = zip(*instance.pixels, *((j, 0, 0) for j in range(instance.d)), strict=True)
    shape = np.arange(len(owner)) < len(instance.pixels)
    masked = MaskedImage(np.array([image], float), np.array([owner]), np.array([replaced], float))
    leaf: lt.Leaf = set_function(ShapeDetector(shape[None], threshold=0.5), masked)
    return leaf


STATEMENT = Statement(
    label="prop:leaf",
    words="A product of a on- and b off-indicators has three distinct coefficients, O(1) each given α_{a,b}.",
    latex=r"""
Let $g(z) = \prod_{j \in A} z_j \prod_{j \in B} (1 - z_j)$ with disjoint $A$, $B$ of sizes $a$, $b$, and
$r = d - a - b$. Then $\mathbb{E}[\pi g] = \alpha_{a,b}$, $\mathbb{E}[\pi K g] = a\,\alpha_{a,b} + r\,\alpha_{a+1,b}$,
\[
  \mathbb{E}[\pi z_j g] = \begin{cases}
    \alpha_{a,b} & j \in A, \\ 0 & j \in B, \\ \alpha_{a+1,b} & \text{otherwise,}
  \end{cases}
  \qquad
  \beta_j = s + \frac{1}{d \Delta} \begin{cases}
    (d - a)\,\alpha_{a,b} - r\,\alpha_{a+1,b} & j \in A, \\
    -a\,\alpha_{a,b} - r\,\alpha_{a+1,b} & j \in B, \\
    (a + b)\,\alpha_{a+1,b} - a\,\alpha_{a,b} & \text{otherwise,}
  \end{cases}
\]
with $s = (a\,\alpha_{a,b} + r\,\alpha_{a+1,b} - \kappa\,\alpha_{a,b}) / (\alpha_0 V)$; $\alpha_{a+1,b}$ is not needed
if $r = 0$.

A shape detector $\prod_{u \in S} \mathbf{1}\{x_u > \tau\}$ is such a product. For $u \in S \cap J_j$ the factor is $1$
if $\xi_u, \bar\xi_u > \tau$, is $z_j$ if only $\xi_u > \tau$, is $1 - z_j$ if only $\bar\xi_u > \tau$, and is $0$ if
neither; the detector vanishes if some pixel has factor $0$ or some superpixel has both factors $z_j$ and $1 - z_j$.""",
    source="shape detectors under image LIME: Garreau & Mardaoui 2021, Prop. 3; any leaf, design and replacement: new",
    code=("limetheory/limits/leaf.py", "limetheory/fitted/pixels.py"),
    tests=("tests/limits/test_leaf.py", "tests/fitted/test_pixels.py"),
    claim={
        "total": a * mass + rest * further,
        "j ∈ A": ((d - a) * mass - rest * further) / (d * delta),
        "j ∈ B": (-a * mass - rest * further) / (d * delta),
        "other j": ((a + b) * further - a * mass) / (d * delta),
        "detector, both exceed": sp.S.One,
        "detector, only ξ": _z,
        "detector, only ξ̄": 1 - _z,
        "detector, neither": sp.S.Zero,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw), "A and B are disjoint": overlapping(draw)},
    library=computed,
    mutants={
        "E[π K g] without the free superpixels": {"total": a * mass},
        "off superpixels counted in E[π K g]": {"total": (a + b) * mass + rest * further},
        "A with a for d − a": {"j ∈ A": (a * mass - rest * further) / (d * delta)},
        "B as the others": {"j ∈ B": ((a + b) * further - a * mass) / (d * delta)},
        "others without b": {"other j": (a * further - a * mass) / (d * delta)},
        "Δ with a plus": {"j ∈ A": ((d - a) * mass - rest * further) / (d * (alpha_1 + alpha_2))},
        "detector zero wherever ξ_u ≤ τ": {"detector, only ξ̄": sp.S.Zero},
    },
    holds="every d ≥ 2, a, b ≥ 0 with a + b ≤ d",
)
