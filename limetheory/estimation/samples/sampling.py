"""Schemes that draw the masks of a design in another way than one by one from its sampling law L.

| scheme | masks | ratio L(z)/q(z) | source |
|---|---|---|---|
| `"design"` | independent, from L | 1 | |
| `"pairs"` | 2i from L, 2i + 1 its complement | 2 L(z) / (L(z) + L(1 − z)) | prop:parity; Covert & Lee 2021 |
| `"strata"` | by size, without replacement | law of the stratum / share of the draws | strata.py |
| `"leverage"` | independent, from q ∝ L ℓ | E[ℓ] / ℓ(z) | lem:leverage; Musco & Witter 2025 |

With q the law that a mask has on average over its place in the sample, the mean of ratio × term is the mean of the
terms under L, and weights π × ratio give weighted least squares the same limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design, ExchangeableDesign, ProductDesign
from limetheory.estimation.samples.strata import Strata, stratified_sample

SCHEMES = ("design", "pairs", "strata", "leverage")

Blocks = Iterator[tuple[Masks, PerMask]]
"""Masks (b, d) and their ratios (b,), block after block; how they are cut changes neither."""


def scheme(design: Design, n: int, rng: np.random.Generator, sampling: str, size: int) -> tuple[Blocks, Strata | None]:
    """The n masks of a scheme in blocks of about ``size``, and their strata if it has any.

    Pairs are never cut. Strata draw fewer than n masks where the design has fewer.

    Raises:
        ValueError: the scheme is not known for the design.
    """
    if sampling == "strata":
        return _stratified(design, n, rng, size)
    drawn = {"design": _plain, "pairs": _pairs, "leverage": _leveraged}[sampling]
    return drawn(design, n, rng, size), None


def _plain(design: Design, n: int, rng: np.random.Generator, size: int) -> Blocks:
    for count in _counts(n, size):
        yield design.sample(count, rng), np.ones(count)


def _pairs(design: Design, n: int, rng: np.random.Generator, size: int) -> Blocks:
    for count in _counts(n, max(size - size % 2, 2)):
        masks = np.repeat(design.sample((count + 1) // 2, rng), 2, axis=0)
        masks[1::2] ^= True
        masks = masks[:count]
        ratio = 2 * np.exp(-np.logaddexp(0.0, log_odds_of_complement(design, masks)))
        ratio[count - count % 2 :] = 1.0  # a mask without its complement is a plain draw
        yield masks, ratio


def _leveraged(design: Design, n: int, rng: np.random.Generator, size: int) -> Blocks:
    for count in _counts(n, size):
        yield leverage_sample(design, count, rng)


def _stratified(design: Design, n: int, rng: np.random.Generator, size: int) -> tuple[Blocks, Strata]:
    if not isinstance(design, ExchangeableDesign):
        raise _unknown("strata", design, "an exchangeable design such as ImageDesign", "pairs' or 'leverage")
    masks, ratio, strata = stratified_sample(design, n, rng)
    starts = range(0, len(ratio), size)
    return ((masks[start : start + size], ratio[start : start + size]) for start in starts), strata


def _counts(n: int, size: int) -> Iterator[int]:
    return (min(size, n - start) for start in range(0, n, size))


@singledispatch
def log_odds_of_complement(design: Any, masks: Masks) -> PerMask:
    """log L(1 − z) − log L(z): (n, d) bool → (n,)."""
    raise _unknown("pairs", design, "an exchangeable or a product design", "design")


@log_odds_of_complement.register
def _(design: ExchangeableDesign, masks: Masks) -> PerMask:
    sizes = np.count_nonzero(masks, axis=1)
    return design.log_law[design.d - sizes] - design.log_law[sizes]


@log_odds_of_complement.register
def _(design: ProductDesign, masks: Masks) -> PerMask:
    odds = np.log(design.sample_keep) - np.log1p(-design.sample_keep)
    return np.where(masks, -odds, odds).sum(axis=1)


@singledispatch
def leverage_sample(design: Any, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
    """n independent masks from q ∝ L ℓ, row after row, and L/q: (n, d) bool and (n,)."""
    raise _unknown("leverage", design, "an exchangeable or a product design", "design")


@leverage_sample.register
def _(design: ExchangeableDesign, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
    log_law = leverage_law(design)
    masks = ExchangeableDesign(design.d, log_law, design.log_mass).sample(n, rng)
    sizes = np.count_nonzero(masks, axis=1)
    return masks, np.exp(design.log_law[sizes] - log_law[sizes])


@leverage_sample.register
def _(design: ProductDesign, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
    """μ (1 + Σ_j (z_j − p_j)² / (p_j (1 − p_j))) is d + 1 product laws: μ, and for each j that with p_j and 1 − p_j
    exchanged."""
    uniforms = rng.random((n, design.d + 1))
    exchanged = np.floor(uniforms[:, :1] * (design.d + 1)) == np.arange(1, design.d + 1)
    masks = uniforms[:, 1:] < np.where(exchanged, 1 - design.keep, design.keep)
    leverage = 1 + (design.centred(masks) ** 2 / (design.keep * (1 - design.keep))).sum(axis=1)
    return masks, (design.d + 1) / (leverage * design.density(masks))


def leverage_law(design: ExchangeableDesign) -> np.ndarray:
    """log of the size law ∝ L(k) ℓ(k), shape (d+1,).

    Under an efficient design only the deviations from the mean coefficient are fitted, and ℓ ∝ π K (d − K): uniform on
    1..d−1 for the Shapley value, as Musco & Witter have it.
    """
    sizes = np.arange(design.d + 1.0)
    with np.errstate(divide="ignore"):
        if design.efficient:
            log_law = design.log_mass + np.log(sizes * (design.d - sizes))
        else:
            log_law = design.log_law + np.log(design.leverage())
    return np.asarray(log_law - np.logaddexp.reduce(log_law))


def _unknown(sampling: str, design: Any, needed: str, remedy: str) -> ValueError:
    return ValueError(f"sampling {sampling!r} needs {needed}, got {type(design).__name__}; use sampling '{remedy}'")
