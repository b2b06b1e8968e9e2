"""prop:soft: with soft masks an additive model has the blended difference as its limit, and others a near one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy as sp

import limetheory as lt
from limetheory.explaining.set_function import set_function
from limetheory.fitted.pixels import LinearPixels
from limetheory.images.soft.masked import SoftMaskedImage
from proofs_check import brute, library, ranking
from proofs_check.exact import ONE, ZERO, value
from proofs_check.soft import SoftModel, bent, draw, steeper, uncovered
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_linear
from proofs_check.statements.cor_unweighted import p
from proofs_check.statements.prop_linear import entries, entry, image, intercept, replacement, weight

shown, share, own = sp.symbols("m M_j M_s")
"""m_z(u); M_j(u); M_{s(u)}(u), the soft mask of the superpixel that holds pixel u."""

steepness, distance, gap = sp.symbols("L_u t g")
"""L_u of |f(x) − f(y)| ≤ Σ_u L_u |x_u − y_u|; |m_z(u) − z_{s(u)}|; |ξ_u − ξ̄_u|."""

_one, _two, _lit = sp.symbols("z_1 z_2 q")
_first, _second = sp.symbols("M_1 M_2")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The blend term by term; then what prop:linear needs; the distance of two states of a pixel and its mean."""
    blend, term = claim["pixel"], claim["weight of a pixel"]
    pair = weight * blend.subs(shown, _one * _first + _two * _second)
    others = _one * term.subs(share, _first) + _two * term.subs(share, _second)
    crisp = prop_linear.STATEMENT.claim["weight of a pixel"]
    hidden = 1 - own - _lit
    return {
        "a pixel's summands": pair - claim["base of a pixel"] - others,
        "all ones: the image": blend.subs(shown, 1) - image,
        "all zeros: the replacement": blend.subs(shown, 0) - replacement,
        "masks of 0 and 1: prop:linear": term.subs(share, 1) - crisp,
        "the coefficients of a pixel sum to its crisp one": term.subs(share, _first)
        + term.subs(share, 1 - _first)
        - crisp,
        **_additive(claim),
        "a pixel apart": steepness * (blend - blend.subs(shown, _one)).subs({shown: distance, _one: 0})
        - claim["difference of a pixel"].subs(gap, image - replacement),
        "its own superpixel shown: what others hide": 1 - (own + _lit) - hidden,
        "its own shown, all others hidden": claim["difference of a pixel"].subs(distance, 1 - own) - claim["leak"],
        "its own hidden, all others shown": claim["difference of a pixel"].subs(distance, _lit + hidden)
        - claim["leak"],
        "mean under Bernoulli masks": _mean_distance() * steepness * gap - claim["mean leak"],
        "at most max(p, 1 − p) of the leak, twice": claim["mean leak"] / (1 - p) - 2 * p * claim["leak"],
    }


def _mean_distance() -> sp.Expr:
    """Its own superpixel is shown, and others of share 1 − M_s hide it, or the other way round."""
    return p * (1 - p) * (1 - own) + (1 - p) * p * (1 - own)


def _additive(claim: Claim) -> dict[str, sp.Expr]:
    """The identities of prop:linear that concern an additive set function."""
    parts = {"coefficient": claim["coefficient"], "intercept": claim["intercept"]}
    proved = prop_linear.identities({**prop_linear.STATEMENT.claim, **parts})
    return {f"additive: {name}": left for name, left in proved.items() if "pixel's" not in name}


def check(instance: SoftModel, claim: Claim) -> dict[str, Fraction]:
    """Least squares over all masks or a sample, the blend, and the difference to crisp masks mask by mask."""
    found = brute.least_squares(instance.d, instance.weights, instance.table)
    slopes, base = _coefficients(instance, claim), _base(instance, claim)
    point = {entries: sum(slopes), intercept: base}
    claimed = [value(claim["intercept"], point), *(value(claim["coefficient"], {**point, entry: x}) for x in slopes)]
    change = instance.model(list(instance.image)) - instance.model(list(instance.replacement))
    return {
        **brute.differences(claimed, found),
        "Σ β_j": sum(slopes) - change,
        "blend": _off_blend(instance, claim),
        **_apart(instance, claim),
    }


def _coefficients(instance: SoftModel, claim: Claim) -> list[Fraction]:
    """Σ_u of the claimed weight of a pixel, for each superpixel."""
    pixels = list(zip(instance.slopes, instance.image, instance.replacement, instance.masks, strict=True))
    return [
        sum((value(claim["weight of a pixel"], {weight: w, image: x, replacement: y, share: row[j]})
             for w, x, y, row in pixels), ZERO)
        for j in range(instance.d)
    ]  # fmt: skip


def _base(instance: SoftModel, claim: Claim) -> Fraction:
    pixels = zip(instance.slopes, instance.image, instance.replacement, strict=True)
    formula = claim["base of a pixel"]
    return instance.base + sum(value(formula, {weight: w, image: x, replacement: y}) for w, x, y in pixels)


def _off_blend(instance: SoftModel, claim: Claim) -> Fraction:
    """The largest difference of a pixel of the blended images to the claimed formula."""
    points = [
        (x, {shown: instance.visible(mask, u), image: instance.image[u], replacement: instance.replacement[u]})
        for mask in range(min(2**instance.d, 16))
        for u, x in enumerate(instance.blended(mask))
    ]
    return max(abs(x - value(claim["pixel"], point)) for x, point in points)


def _apart(instance: SoftModel, claim: Claim) -> dict[str, Fraction]:
    """|f| on soft and on crisp masks against the bound, which a linear model attains; its largest value and mean."""
    if instance.d > 5:
        return {}
    masks, pixels = range(2**instance.d), range(len(instance.image))
    crisp = instance.crisp
    apart = [abs(instance.bounded(instance.blended(z)) - instance.bounded(crisp.blended(z))) for z in masks]
    bounds = [sum((_bound(instance, claim, z, u) for u in pixels), ZERO) for z in masks]
    leaks, means = ([_at(instance, claim[name], u) for u in pixels] for name in ("leak", "mean leak"))
    largest = [max(_bound(instance, claim, z, u) for z in masks) for u in pixels]
    averages = [brute.integral(instance.bernoulli, [_bound(instance, claim, z, u) for z in masks]) for u in pixels]
    return {
        "beyond the bound": max(max(ZERO, x - bound) for x, bound in zip(apart, bounds, strict=True)),
        "attained by a linear model": max(abs(_attained(instance, crisp, z) - bounds[z]) for z in masks),
        "beyond the leak": max(max(ZERO, x - sum(leaks)) for x in apart),
        "largest of a pixel": max(abs(x - y) for x, y in zip(largest, leaks, strict=True)),
        "mean of a pixel": max(abs(x - y) for x, y in zip(averages, means, strict=True)),
        "coefficients of Bernoulli masks beyond the bound": _beyond(instance, crisp, sum(means, ZERO)),
    }


def _bound(instance: SoftModel, claim: Claim, mask: int, u: int) -> Fraction:
    return _at(instance, claim["difference of a pixel"], u, {distance: instance.away(mask, u)})


def _at(instance: SoftModel, formula: sp.Expr, u: int, further: dict[sp.Symbol, Fraction] | None = None) -> Fraction:
    """A claim about a pixel with the model's slopes as its steepness."""
    width = abs(instance.image[u] - instance.replacement[u])
    point = {steepness: abs(instance.slopes[u]), gap: width, own: instance.own[u], p: instance.p}
    return value(formula, {**point, **(further or {})})


def _attained(instance: SoftModel, crisp: SoftModel, mask: int) -> Fraction:
    """The difference of the linear model with the same |λ_u| whose signs make all pixels differ the same way."""
    moves = [x - y for x, y in zip(instance.blended(mask), crisp.blended(mask), strict=True)]
    aligned = [abs(slope) * (1 if move > 0 else -1) for slope, move in zip(instance.slopes, moves, strict=True)]
    return sum((slope * move for slope, move in zip(aligned, moves, strict=True)), ZERO)


def _beyond(instance: SoftModel, crisp: SoftModel, mean: Fraction) -> Fraction:
    """By how much E[|f| | z_j = 1] − E[|f| | z_j = 0] moves more than the mean difference over min(p, 1 − p)."""
    tables = [[x.bounded(x.blended(mask)) for mask in range(2**x.d)] for x in (instance, crisp)]
    law, most = instance.bernoulli, mean / min(instance.p, 1 - instance.p)
    moved = [
        [ranking.mean(law, table, j, 1) - ranking.mean(law, table, j, 0) for table in tables] for j in range(instance.d)
    ]
    return max(max(ZERO, abs(soft - hard) - most) for soft, hard in moved)


def computed(instance: SoftModel) -> dict[str, library.Computed]:
    """`LinearPixels` on a `SoftMaskedImage`, of two superpixels or more and in [0, 1], and its limit at ν = ∞."""
    if instance.d < 2:
        return {}
    shown, replaced = (np.array([row], float) / 48 + 0.5 for row in (instance.image, instance.replacement))
    masks = np.array(instance.masks, float).T[:, None]
    soft = SoftMaskedImage(shown, masks, replaced, np.array([instance.superpixel]))
    model = LinearPixels(48 * np.array([instance.slopes], float), float(instance.base - 24 * sum(instance.slopes)))
    answer = lt.limit(set_function(model, soft), lt.ImageDesign(instance.d))
    exact = brute.least_squares(instance.d, (ONE,) * 2**instance.d, instance.table)
    scale = 48 * sum(map(abs, instance.slopes), abs(instance.base))
    return {"lt.limit": library.Computed.of((answer.intercept, *answer.coefficients), exact, scale)}


STATEMENT = Statement(
    label="prop:soft",
    words="Soft masks: a linear model is its own limit with blended differences; others move by what masks leak.",
    latex=r"""
Let soft masks $M_1, \dots, M_d \ge 0$ sum to one at each pixel, and let the image of a mask $z$ be
$x(z) = \bar\xi + m_z (\xi - \bar\xi)$ with $m_z = \sum_j z_j M_j$, so that $x(\mathbf{1}) = \xi$ and
$x(0) = \bar\xi$. The set function $F(z) = f(x(z))$ is a set function as any other, so that every statement about limits
and estimates holds of it.

If $f(x) = b + \sum_u \lambda_u x_u$, then $F(z) = f(\bar\xi) + \sum_j \beta_j z_j$ with
\[
  \beta_j = \sum_u M_j(u)\, \lambda_u (\xi_u - \bar\xi_u), \qquad \sum_j \beta_j = f(\xi) - f(\bar\xi) .
\]
Hence $\beta$ is the limit under every design whose Gram matrix is invertible (Proposition~\ref{prop:linear}, whose
coefficients these are if the masks are 0 and 1), and least squares returns it on every sample of full rank.

If $f$ is not linear, let $|f(x) - f(y)| \le \sum_u L_u |x_u - y_u|$, and let pixel $u$ lie in superpixel $s(u)$.
The set function of the crisp masks $\mathbf{1}[s(u) = j]$ differs from that of the soft ones by
\[
  |F(z) - F^{\text{crisp}}(z)| \le \sum_u L_u\, |m_z(u) - z_{s(u)}|\, |\xi_u - \bar\xi_u|
  \le \Lambda := \sum_u L_u \bigl(1 - M_{s(u)}(u)\bigr) |\xi_u - \bar\xi_u| ,
\]
where the first bound is attained for each $z$ by a linear $f$, and each summand of the second by some $z$. Under
independent Bernoulli($p$) masks the mean of the first bound is $2 p (1 - p) \Lambda$, and the coefficients
$\mathbb{E}[F \mid z_j = 1] - \mathbb{E}[F \mid z_j = 0]$ (Corollary~\ref{cor:unweighted}) of the two differ by at most
$2 \max(p, 1 - p)\, \Lambda$.""",
    source="new; the smoothed masks: Pihlgren & Främling 2025",
    code=("limetheory/images/soft/masked.py",),
    tests=("tests/images/test_soft_limits.py",),
    claim={
        "pixel": replacement + shown * (image - replacement),
        "weight of a pixel": share * weight * (image - replacement),
        "base of a pixel": weight * replacement,
        "coefficient": entry,
        "intercept": intercept,
        "difference of a pixel": steepness * distance * gap,
        "leak": steepness * (1 - own) * gap,
        "mean leak": 2 * p * (1 - p) * steepness * (1 - own) * gap,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"the Gram matrix is invertible": prop_linear.regular},
    without={
        "f is linear": bent,
        "the masks sum to one at each pixel": uncovered,
        "|f(x) − f(y)| ≤ Σ L_u |x_u − y_u|": steeper,
    },
    library=computed,
    mutants={
        "the soft mask ignored": {"weight of a pixel": weight * (image - replacement)},
        "the replacement ignored": {"weight of a pixel": share * weight * image},
        "the soft mask squared": {"weight of a pixel": share**2 * weight * (image - replacement)},
        "blended the other way": {"pixel": image + shown * (replacement - image)},
        "intercept at the original": {"intercept": intercept + entries},
        "half the difference": {"difference of a pixel": steepness * distance * gap / 2},
        "half the leak": {"leak": steepness * (1 - own) * gap / 2},
        "the superpixel's own share": {"leak": steepness * own * gap},
        "the mean at p = 1/2": {"mean leak": steepness * (1 - own) * gap / 2},
        "the mean not doubled": {"mean leak": p * (1 - p) * steepness * (1 - own) * gap},
    },
    largest=8,
)
