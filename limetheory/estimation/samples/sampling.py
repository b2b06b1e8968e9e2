"""`SCHEMES`, which draw the masks of a design one by one from its sampling law L, or in another way.

With q the law that a mask has on average over its place in the sample and L(z)/q(z) its ratio, the mean of ratio × term
is the mean of the terms under L, and weights π × ratio give weighted least squares the same limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import mask_rows, vector
from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.samples.balanced import balanced_sample
from limetheory.estimation.samples.strata import Strata, stratified_sample
from limetheory.functions import answer
from limetheory.registry import Registry

Blocks: TypeAlias = Iterator[tuple[Masks, PerMask]]
"""Masks (b, d) and their ratios (b,), block after block; how they are cut changes neither."""
Drawn: TypeAlias = Callable[[Design, int, np.random.Generator], tuple[Masks, PerMask]]
"""(design, n, rng) → n masks, (n, d) bool, and their ratios, (n,); draws in turn are one long draw."""


@dataclass(frozen=True)
class Scheme:
    """One row of `SCHEMES`: how the masks of a sample are drawn.

    Attributes:
        name: as ``sampling`` has it.
        masks: which masks it draws, in half a line.
        ratio: their ratio L(z)/q(z), as a formula.
        source: the statement or paper.
        blocks: (design, n, rng, size) → the masks in blocks of about ``size``, and their strata if it has any.
        paired: whether masks 2i and 2i + 1 are complements, never cut into two blocks.
        plain: whether every ratio is 1.
        without_replacement: whether a mask may be drawn because another one was not.
        dependent: whether the masks say what the next one is likely to be, so that lines fitted to the others are not
            independent of it, as ``"unbiased"`` needs.
    """

    name: str
    masks: str
    ratio: str
    source: str
    blocks: Callable[[Design, int, np.random.Generator, int], tuple[Blocks, Strata | None]]
    paired: bool = False
    plain: bool = False
    without_replacement: bool = False
    dependent: bool = False


_FORM = "(design, n, rng) → (masks, ratios)"


def independent(name: str, drawn: Drawn) -> Scheme:
    """The scheme of a function that draws masks independently of each other.

    >>> import limetheory as lt
    >>> uniform = lambda design, n, rng: (rng.random((n, design.d)) < 0.5, np.ones(n))
    >>> F = lt.Additive([1.0, -2.0])
    >>> lt.estimate(F, lt.BernoulliDesign(2), 20, 0, sampling=uniform).coefficients.round(12).tolist()
    [1.0, -2.0]
    """

    def checked(design: Design, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
        return _checked(name, answer(f"sampling {name!r}", drawn, _FORM, design, n, rng), design.d, n)

    return Scheme(name, "independent", "as the function has it", "", _in_blocks(checked))


def _checked(name: str, found: Any, d: int, n: int) -> tuple[Masks, PerMask]:
    if not isinstance(found, tuple) or len(found) != 2:
        raise TypeError(
            f"sampling {name!r} must return masks and their ratios, got {type(found).__name__}; "
            "return (masks, np.ones(n)) where masks have the design's own law"
        )
    masks, ratio = mask_rows(found[0], d), vector("ratios", found[1])
    if len(masks) != n or len(ratio) != n or (ratio < 0).any():
        raise ValueError(
            f"sampling {name!r} must return {n} masks and as many ratios ≥ 0, got {len(masks)} and {len(ratio)}; "
            "draw as many as it is asked for"
        )
    return masks, ratio


def _in_blocks(
    drawn: Drawn, cut: Callable[[int], int] = int
) -> Callable[[Design, int, np.random.Generator, int], tuple[Blocks, None]]:
    """Blocks of a function that draws them, of ``cut`` of the size asked for."""

    def blocks(design: Design, n: int, rng: np.random.Generator, size: int) -> tuple[Blocks, None]:
        return (drawn(design, count, rng) for count in _counts(n, cut(size))), None

    return blocks


def _counts(n: int, size: int) -> Iterator[int]:
    return (min(size, n - start) for start in range(0, n, size))


def _plain(design: Design, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
    return design.sample(n, rng), np.ones(n)


def _pairs(design: Design, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
    masks = np.repeat(design.sample((n + 1) // 2, rng), 2, axis=0)
    masks[1::2] ^= True
    masks = masks[:n]
    ratio = 2 * np.exp(-np.logaddexp(0.0, design.log_odds_of_complement(masks)))
    ratio[n - n % 2 :] = 1.0  # a mask without its complement is a plain draw
    return masks, ratio


def _even(size: int) -> int:
    return max(size - size % 2, 2)


def _in_strata(name: str, drawn: Callable[..., tuple[Masks, PerMask, Strata]]) -> Callable[..., tuple[Blocks, Strata]]:
    """Blocks of a function that draws the masks of exchangeable designs, all at once."""

    def blocks(design: Design, n: int, rng: np.random.Generator, size: int) -> tuple[Blocks, Strata]:
        if not design.exchangeable:
            raise ValueError(
                f"sampling {name!r} needs an exchangeable design such as ImageDesign, got {type(design).__name__}; "
                "use sampling 'pairs' or 'leverage'"
            )
        masks, ratio, strata = drawn(design, n, rng)
        starts = range(0, len(ratio), size)
        return ((masks[start : start + size], ratio[start : start + size]) for start in starts), strata

    return blocks


def _stratified(design: Design, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask, Strata]:
    return stratified_sample(design, n, rng)  # looked up here, where tests replace it


def _leveraged(design: Design, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
    return design.leverage_sample(n, rng)


_ROWS = [
    Scheme("design", "independent, from L", "1", "", _in_blocks(_plain), plain=True),
    Scheme(
        "pairs", "2i from L, 2i + 1 its complement", "2 L(z) / (L(z) + L(1 − z))", "prop:parity; Covert & Lee 2021",
        _in_blocks(_pairs, _even), paired=True,
    ),
    Scheme(
        "strata", "by size, without replacement; exchangeable designs only", "law of the stratum / share of the draws",
        "strata.py", _in_strata("strata", _stratified),
        without_replacement=True,
    ),
    Scheme(
        "balanced", "by size, each part kept equally often in a size; exchangeable designs only",
        "law of the stratum / share of the draws", "balanced.py", _in_strata("balanced", balanced_sample),
        without_replacement=True, dependent=True,
    ),
    Scheme(
        "leverage", "independent, from q ∝ L ℓ", "E[ℓ] / ℓ(z)", "lem:leverage; Musco & Witter 2025",
        _in_blocks(_leveraged),
    ),
]  # fmt: skip

SCHEMES = Registry(
    "sampling", {row.name: row for row in _ROWS}, entry=independent, row=Scheme,
    remedy="choose one, or give a function (design, n, rng) → (masks, ratios)", columns=("masks", "ratio", "source"),
)  # fmt: skip
"""The schemes by name. A scheme takes its function here or in a module of its own, and one row."""
