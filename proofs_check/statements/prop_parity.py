"""prop:parity: complementary masks carry the odd part of F; a symmetric design ignores the even part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ONE, ZERO, inverse_matrix, value
from proofs_check.notation import alpha_0, alpha_1, d, k
from proofs_check.statement import Claim, Statement
from proofs_check.statements import thm_clt
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

mass, mirrored = sp.symbols("w w_mirrored")
"""w(k) and w(d − k)."""

_odd, _even, _contrast = sp.symbols("F_odd F_even c")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """A mask and its complement together, for a contrast c(z) with c(1 − z) = −c(z)."""
    pair = _contrast * (mass * (_even + _odd) - mirrored * (_even - _odd))
    claimed = claim["odd"] * _odd + claim["even"] * _even
    exchanged = {mass: mirrored, mirrored: mass, _odd: -_odd}
    active, influence = thm_clt.active, thm_clt.STATEMENT.claim["influence"]
    complement = {active: 1 - active, k: d - k}
    mean = {alpha_1: alpha_0 / 2}
    turned = influence.subs(complement, simultaneous=True) - claim["complement"] * influence
    return {
        "z_j − K/d changes its sign": _turned(active - k / d),
        "K − d/2 changes its sign": _turned(k - d / 2),
        "a pair": pair - _contrast * (claimed - claimed.subs(exchanged, simultaneous=True)),
        "symmetric design: the even part": claim["even"].subs(mirrored, mass),
        "symmetric design: the odd part": claim["odd"].subs(mirrored, mass) - mass,
        "symmetric design: the influence on β_j": turned.subs(mean),
    }


def _turned(contrast: sp.Expr) -> sp.Expr:
    return contrast + contrast.subs({thm_clt.active: 1 - thm_clt.active, k: d - k}, simultaneous=True)


@dataclass(frozen=True)
class Mirrored(World):
    """A contrast c with c(1 − z) = −c(z), and the masses of a symmetric design."""

    contrast: tuple[Fraction, ...]
    symmetric: tuple[Fraction, ...]


def draw(rng: Random, d: int) -> Mirrored:
    """A random design, F and contrast, and the symmetric design (w(k) + w(d − k))/2."""
    half = tuple(drawn.rational(rng) for _ in range(2 ** (d - 1)))
    contrast = (*half, *(-x for x in reversed(half)))
    instance = Mirrored.drawn(rng, d, contrast=contrast, symmetric=())
    pairs = zip(instance.masses, reversed(instance.masses), strict=True)
    return replace(instance, symmetric=tuple((x + y) / 2 for x, y in pairs))


def lopsided(rng: Random, d: int) -> Mirrored:
    """The design itself for the symmetric one."""
    instance = draw(rng, d)
    return replace(instance, symmetric=instance.masses)


def contrasted(rng: Random, d: int) -> Mirrored:
    """An instance whose contrast is any function of masks."""
    return replace(draw(rng, d), contrast=tuple(drawn.rational(rng) for _ in range(2**d)))


def check(instance: Mirrored, claim: Claim) -> dict[str, Fraction]:
    """Contrasts of F over all masks; least squares and pairs under the symmetric design."""
    size = instance.d
    contrasts = {f"z_{j + 1} − K/d": _centred(size, j) for j in range(size)}
    contrasts["K − d/2"] = lambda mask: Fraction(2 * mask.bit_count() - size, 2)
    contrasts["c"] = lambda mask: instance.contrast[mask]
    return {
        **{f"E[π ({name}) F]": _difference(instance, c, claim) for name, c in contrasts.items()},
        **_symmetric(instance, claim),
    }


def _centred(size: int, j: int) -> Callable[[int], Fraction]:
    return lambda mask: brute.shows(mask, j) - Fraction(mask.bit_count(), size)


def _difference(instance: World, contrast: Callable[[int], Fraction], claim: Claim) -> Fraction:
    by_size = [_parts(instance, size, claim) for size in range(instance.d + 1)]
    total = ZERO
    for mask, (odd, even) in enumerate(_odd_and_even(instance)):
        odd_weight, even_weight = by_size[mask.bit_count()]
        plain = instance.weights[mask] * instance.table[mask]
        total += contrast(mask) * (plain - odd_weight * odd - even_weight * even)
    return total


def _parts(instance: World, size: int, claim: Claim) -> tuple[Fraction, Fraction]:
    point = {mass: instance.masses[size], mirrored: instance.masses[instance.d - size]}
    return value(claim["odd"], point), value(claim["even"], point)


def _odd_and_even(instance: World) -> list[tuple[Fraction, Fraction]]:
    pairs = zip(instance.table, reversed(instance.table), strict=True)
    return [((x - y) / 2, (x + y) / 2) for x, y in pairs]


def _evened(instance: Mirrored) -> World:
    """The even part of F under the symmetric design."""
    return World(instance.d, instance.symmetric, tuple(even for _, even in _odd_and_even(instance)))


def _symmetric(instance: Mirrored, claim: Claim) -> dict[str, Fraction]:
    symmetric = _evened(instance)
    inverse = inverse_matrix(brute.gram(instance.d, symmetric.weights))
    mask, factor = instance.d // 2, value(claim["complement"], {})
    even = [_parts(symmetric, size, claim)[1] for size in range(instance.d + 1)]
    both = (brute.at_mask(inverse, chosen)[1:] for chosen in (mask, 2**instance.d - 1 - mask))
    turned = [y - factor * x for x, y in zip(*both, strict=True)]
    mean = sum(brute.right_hand_side(instance.d, symmetric.weights, [ONE] * 2**instance.d)[1:])
    return {
        "κ": mean - Fraction(instance.d, 2) * brute.moment(symmetric.weights),
        "weight of the even part": max(map(abs, even)),
        **brute.differences(symmetric.beta[1:], [ZERO] * instance.d, "limit of the even part"),
        **brute.differences(turned, [ZERO] * instance.d, "influence of a complement"),
    }


def computed(instance: Mirrored) -> dict[str, library.Computed]:
    """`limetheory.limit` of the even part under the symmetric design."""
    symmetric = _evened(instance)
    found = lt.limit(library.set_function(symmetric.table), library.size_law(symmetric)).coefficients
    zeros = [ZERO] * instance.d
    return {"lt.limit": library.Computed.of(found, zeros, library.height(symmetric.table))}


STATEMENT = Statement(
    label="prop:parity",
    words="With z and 1 − z the odd part of F weighs (w(k)+w(d−k))/2, the even part only (w(k)−w(d−k))/2.",
    latex=r"""
Let $F = F_{\mathrm{odd}} + F_{\mathrm{even}}$ with $F_{\mathrm{even}}(z) = (F(z) + F(\mathbf{1} - z))/2$, and let $c$
be a contrast with $c(\mathbf{1} - z) = -c(z)$, such as $z_j - K/d$ or $K - d/2$. Then
\[
  \sum_z w(|z|)\, c(z)\, F(z) = \sum_z c(z) \left(
    \frac{w(|z|) + w(d - |z|)}{2}\, F_{\mathrm{odd}}(z) + \frac{w(|z|) - w(d - |z|)}{2}\, F_{\mathrm{even}}(z) \right).
\]
If the design is symmetric, $w(k) = w(d - k)$, then $\kappa = d/2$, the coefficients $\beta_1, \dots, \beta_d$ of
$F_{\mathrm{even}}$ are zero, and the entries $1, \dots, d$ of $\Sigma^{-1} \tilde z$ change their sign from $z$ to
$\mathbf{1} - z$: the even part cancels in every pair of complementary masks, hence from the variance of
Proposition~\ref{prop:unbiased} with such pairs.""",
    source="new",
    code=("limetheory/estimation/samples/sampling.py", "limetheory/estimation/methods/unbiased.py"),
    tests=("tests/estimation/samples/test_sampling_schemes.py",),
    claim={"odd": (mass + mirrored) / 2, "even": (mass - mirrored) / 2, "complement": sp.S.NegativeOne},
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw), "the design is symmetric": lopsided, "c(1 − z) = −c(z)": contrasted},
    library=computed,
    mutants={
        "odd and even exchanged": {"odd": (mass - mirrored) / 2, "even": (mass + mirrored) / 2},
        "the even part kept": {"even": mass},
        "the odd part halved": {"odd": mass / 2},
        "complements agree": {"complement": sp.S.One},
    },
)
