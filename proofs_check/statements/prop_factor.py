"""prop:factor: a product over superpixels is integrated by the coefficients of one polynomial."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ONE, ZERO, Point, product, value
from proofs_check.notation import gamma, gamma_0, gamma_j, k, total
from proofs_check.statement import Claim, Statement
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

shown, hidden, marker = sp.symbols("p_j q_j t")
_z, _image, _replaced, _centre, _scale = sp.symbols("z xi xibar c gamma")
_all, _before, _same = sp.symbols("e_k e_before e_same")
"""e_k of P, and e_{k−1} and e_k of P without the factor j."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Σ_z t^{|z|} Π_j f_j(z_j) = Π_j Σ_{z_j} t^{z_j} f_j(z_j), so each factor is a sum of two terms."""
    law = marker**_z * (_z * shown + (1 - _z) * hidden)
    window = _before + _same * marker
    coefficient = sp.expand(window * claim["factor"]).coeff(marker, 1)
    masked = _z * _image + (1 - _z) * _replaced
    kernel = -_scale * (masked - _centre) ** 2 - _z * claim["exponent on"] - (1 - _z) * claim["exponent off"]
    return {
        "factor of superpixel j": _over_mask(law) - claim["factor"],
        "factor of superpixel j times z_j": _over_mask(_z * law) - claim["on factor"],
        "K marks the power of t": marker * sp.diff(marker**k, marker) / marker**k - claim["size"],
        "the factor j taken out": _same - claim["removed"].subs(_all, coefficient),
        "RBF kernel: a pixel's exponent": sp.rem(sp.expand(kernel), _z**2 - _z, _z),
    }


def _over_mask(expression: sp.Expr) -> sp.Expr:
    return expression.subs(_z, 0) + expression.subs(_z, 1)


@dataclass(frozen=True)
class Product(World):
    """p_j and q_j; (superpixel, ξ_u, ξ̄_u, c_u) of some pixels and γ; the factor that is taken out again."""

    shown: tuple[Fraction, ...]
    hidden: tuple[Fraction, ...]
    pixels: tuple[tuple[int, Fraction, Fraction, Fraction], ...]
    scale: Fraction
    taken: int


def draw(rng: Random, d: int) -> Product:
    """A random design and random factors, some of them 0 or negative."""
    factors = [tuple(drawn.rational(rng) for _ in range(d)) for _ in range(2)]
    values = ([drawn.rational(rng) for _ in range(3)] for _ in range(rng.randint(1, 5)))
    pixels = tuple((rng.randrange(d), *three) for three in values)
    places = {"pixels": pixels, "scale": drawn.positive(rng), "taken": rng.randrange(d)}
    return Product.drawn(rng, d, shown=factors[0], hidden=factors[1], **places)


def check(instance: Product, claim: Claim) -> dict[str, Fraction]:
    """Least squares on the table of the product, against the polynomial; the exponent on every masked image."""
    found = brute.least_squares(instance.d, instance.weights, _table(instance))
    return {
        **brute.differences(_claimed(instance, claim), found),
        **_deconvolution(instance, claim),
        "exponent": max(abs(_exponent_difference(instance, mask, claim)) for mask in range(2**instance.d)),
    }


def _table(instance: Product) -> tuple[Fraction, ...]:
    return brute.tabulated(instance.d, lambda mask: product(_factors(instance, mask)))


def _factors(instance: Product, mask: int) -> list[Fraction]:
    pairs = zip(instance.shown, instance.hidden, strict=True)
    return [p if brute.shows(mask, j) else q for j, (p, q) in enumerate(pairs)]


def _claimed(instance: Product, claim: Claim) -> list[Fraction]:
    """thm:limit with the moments read off the polynomials."""
    plain = [_linear(instance, j, claim["factor"]) for j in range(instance.d)]
    marked = [_linear(instance, j, claim["on factor"]) for j in range(instance.d)]
    sizes = [value(claim["size"], {k: size}) for size in range(instance.d + 1)]
    everything = _expanded(plain)
    sums = {
        gamma_0: _against(instance.masses, everything),
        total: _against([w * size for w, size in zip(instance.masses, sizes, strict=True)], everything),
    }
    entries = (_expanded([*plain[:j], marked[j], *plain[j + 1 :]]) for j in range(instance.d))
    points = [{**instance.moments, **sums, gamma_j: _against(instance.masses, e)} for e in entries]
    beta = limit(gamma)
    return [value(beta.head, points[0]), *(value(beta.entry, point) for point in points)]


def _linear(instance: Product, j: int, formula: sp.Expr) -> tuple[Fraction, Fraction]:
    """The coefficients of 1 and t in a factor that is linear in t."""
    point = {shown: instance.shown[j], hidden: instance.hidden[j]}
    constant = value(formula, {**point, marker: 0})
    return constant, value(formula, {**point, marker: 1}) - constant


def _expanded(factors: list[tuple[Fraction, Fraction]]) -> list[Fraction]:
    coefficients = [ONE]
    for constant, slope in factors:
        pairs = zip([*coefficients, ZERO], [ZERO, *coefficients], strict=True)
        coefficients = [constant * same + slope * before for same, before in pairs]
    return coefficients


def _against(masses: Iterable[Fraction], coefficients: list[Fraction]) -> Fraction:
    return sum((w * e for w, e in zip(masses, coefficients, strict=True)), ZERO)


def _deconvolution(instance: Product, claim: Claim) -> dict[str, Fraction]:
    """A factor taken out again, if its q_j is not 0."""
    factors, j = list(zip(instance.hidden, instance.shown, strict=True)), instance.taken
    if not instance.hidden[j]:
        return {}
    everything, rest, before, found = _expanded(factors), _expanded(factors[:j] + factors[j + 1 :]), ZERO, []
    for e in everything[:-1]:
        point = {_all: e, _before: before, shown: instance.shown[j], hidden: instance.hidden[j]}
        before = value(claim["removed"], point)
        found.append(before)
    return brute.differences(found, rest, "e^(-j)")


def _exponent_difference(instance: Product, mask: int, claim: Claim) -> Fraction:
    difference = ZERO
    for j, image, replaced, centre in instance.pixels:
        seen, name = (image, "exponent on") if brute.shows(mask, j) else (replaced, "exponent off")
        point: Point = {_scale: instance.scale, _image: image, _replaced: replaced, _centre: centre}
        difference += instance.scale * (seen - centre) * (seen - centre) + value(claim[name], point)
    return difference


def computed(instance: Product) -> dict[str, library.Computed]:
    """`limetheory.limit` of a `FactorProduct`."""
    table = _table(instance)
    exact = brute.least_squares(instance.d, instance.weights, table)
    model = lt.FactorProduct(*(list(map(float, side)) for side in (instance.shown, instance.hidden)))
    return library.limit(instance, model, exact, library.height(table))


STATEMENT = Statement(
    label="prop:factor",
    words="F = Π_j (z_j p_j + (1 − z_j) q_j) is integrated by the coefficients of Π_j (q_j + p_j t).",
    latex=r"""
Let $F(z) = \prod_j (z_j p_j + (1 - z_j) q_j)$, let $\prod_j (q_j + p_j t) = \sum_k e_k t^k$, and let $e_k^{(-j)}$ be
the coefficients without the factor $j$. Then
\[
  \mathbb{E}[\pi F] = \sum_k w(k)\, e_k, \qquad
  \mathbb{E}[\pi K F] = \sum_k k\, w(k)\, e_k, \qquad
  \mathbb{E}[\pi z_j F] = p_j \sum_k w(k+1)\, e_k^{(-j)},
\]
which Theorem~\ref{thm:limit} turns into $\beta$; and
$e_k^{(-j)} = \bigl( e_k - p_j e_{k-1}^{(-j)} \bigr) / q_j$ if $q_j \ne 0$. A Gaussian kernel
$\exp(-\gamma \|x - c\|^2)$ is such a product, with
$p_j = \exp\bigl(-\gamma \sum_{u \in J_j} (\xi_u - c_u)^2\bigr)$ and
$q_j = \exp\bigl(-\gamma \sum_{u \in J_j} (\bar\xi_u - c_u)^2\bigr)$.""",
    source="new",
    code=("limetheory/limits/factor.py", "limetheory/limits/factor_moments.py"),
    tests=("tests/limits/test_factor.py",),
    claim={
        "factor": hidden + shown * marker,
        "on factor": shown * marker,
        "size": k,
        "removed": (_all - shown * _before) / hidden,
        "exponent on": -_scale * (_image - _centre) ** 2,
        "exponent off": -_scale * (_replaced - _centre) ** 2,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw)},
    library=computed,
    mutants={
        "on and off exchanged": {"factor": shown + hidden * marker},
        "z_j F keeps the off part": {"on factor": hidden + shown * marker},
        "the size not marked": {"on factor": shown},
        "sizes counted from 1": {"size": k + 1},
        "the factor taken out with the other sign": {"removed": (_all + shown * _before) / hidden},
        "the kernel of the replacement for both": {"exponent on": -_scale * (_replaced - _centre) ** 2},
    },
)
