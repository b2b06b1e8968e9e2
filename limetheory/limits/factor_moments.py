"""Moments of products over the superpixels, F = Π_j (z_j on_j + (1−z_j) off_j), under each design."""

from __future__ import annotations

from functools import singledispatch
from typing import NamedTuple, TypeVar

import numpy as np

from limetheory.designs import Design, ExchangeableDesign, ProductDesign, UnequalDesign
from limetheory.designs.binomial import times_log
from limetheory.limits.plain import Plain, in_range
from limetheory.limits.scaled import Scaled, products, scaled

Numbers = TypeVar("Numbers", Plain, Scaled)


class FactorMoments(NamedTuple):
    """E_μ[F_i], (m,), E_μ[contrast_j F_i], (m, d), and Cov_μ(K/d, F_i), (m,), of m products: see `Design.solve`."""

    means: Scaled
    of_contrasts: Scaled
    of_share: Scaled


@singledispatch
def factor_moments(design: Design, on: np.ndarray, off: np.ndarray) -> FactorMoments | None:
    """Moments of m products with factors on, off of shape (m, d); none where the design has no closed form."""
    return None


@factor_moments.register
def _(design: ProductDesign, on: np.ndarray, off: np.ndarray) -> FactorMoments:
    """Cov(z_j, F) = Var(z_j) (on_j − off_j) Π_{l≠j} E[factor l]: products before and after j, no division."""
    keep, drop = design.keep, 1 - design.keep
    shown, hidden = scaled(on), scaled(off)
    factors = shown.share(keep) + hidden.share(drop)
    before, after = products(factors), products(factors[:, ::-1])[:, ::-1]
    changes = (shown + hidden.share(-1)).share(keep * drop)
    of_contrasts = changes * before[:, :-1] * after[:, 1:]
    return FactorMoments(before[:, -1], of_contrasts, of_contrasts.share(1 / design.d).sum())


@factor_moments.register
def _(design: ExchangeableDesign, on: np.ndarray, off: np.ndarray) -> FactorMoments:
    """From E[(1 − K/d) z_j F] and E[K/d (1−z_j) F], sums of terms of one sign where the factors have one."""
    if in_range(on, off, design.log_mass):
        return FactorMoments(*(part.scaled() for part in _sums(design, Plain(on), Plain(off))))
    return FactorMoments(*_sums(design, scaled(on), scaled(off)))


def _sums(design: ExchangeableDesign, on: Numbers, off: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """E_μ[F_i], (m,), E_μ[(z_j − K/d) F_i], (m, d), and Cov_μ(K/d, F_i), (m,), in O(d²) a product.

    `averages[n]` has, for each k, the mean of the first n factors' product over their masks of size k. `laws` is a
    backward recursion: it starts with the law of the size of all d, times 1 − K/d and times K/d, and after each factor
    it is that of the size of the first n, with the later factors averaged in.
    """
    kind, d = type(on), design.d
    averages, deviations = _averages(on, off), design.size_deviations / d
    laws = kind.from_log((design.log_mass - design.log_mass.max() + times_log(1, design.shares))[:, None])
    mass = (laws[0] + laws[1]).sum().reciprocal()
    of_contrasts = []
    for n in range(d, 0, -1):
        kept, dropped = _shares(n)
        raised = (laws[..., 1:] * on[:, n - 1, None]).share(kept)
        stayed = (laws[..., :-1] * off[:, n - 1, None]).share(dropped)
        shown, hidden = (raised[0] * averages[n - 1]).sum(), (stayed[1] * averages[n - 1]).sum()
        of_contrasts.append((shown + hidden.share(-1.0))[:, None])
        if n == d:
            moved = raised.share(deviations[1:]) + stayed.share(deviations[:-1])
            of_share = ((moved[0] + moved[1]) * averages[n - 1]).sum()
        laws = raised + stayed
    mean = (laws[0] + laws[1]).sum()
    return mean * mass, kind.side_by_side(of_contrasts[::-1]) * mass, of_share * mass


def _averages(on: Numbers, off: Numbers) -> list[Numbers]:
    kind, (m, d) = type(on), on.value.shape
    averages, nothing = [kind.from_log(np.zeros((m, 1)))], kind.from_log(np.full((m, 1), -np.inf))
    for n in range(1, d):
        kept, dropped = _shares(n)
        raised = (averages[-1] * on[:, n - 1, None]).share(kept)
        stayed = (averages[-1] * off[:, n - 1, None]).share(dropped)
        averages.append(kind.side_by_side([nothing, raised]) + kind.side_by_side([stayed, nothing]))
    return averages


def _shares(n: int) -> tuple[np.ndarray, np.ndarray]:
    """(k+1)/n and (n−k)/n for k = 0..n−1: P(superpixel n is active | k+1 of n are), P(it is inactive | k of n are)."""
    kept = np.arange(1.0, n + 1) / n
    return kept, kept[::-1]


@factor_moments.register
def _(design: UnequalDesign, on: np.ndarray, off: np.ndarray) -> FactorMoments:
    """As `limetheory.designs.unequal_sums.mask_sums`, in numbers that may leave float64's range (prop:areas)."""
    keep, drop, log_weight = design.tilted
    if in_range(on, off, log_weight, np.minimum(keep, drop)):
        return FactorMoments(*(part.scaled() for part in _unequal(design, Plain(on * keep), Plain(off * drop))))
    return FactorMoments(*_unequal(design, scaled(on).share(keep), scaled(off).share(drop)))


def _unequal(design: UnequalDesign, shown: Numbers, hidden: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """E_μ[F_i], (m,), E_μ[(z_j − p_j) F_i], (m, d), and Cov_μ(K/d, F_i), (m,), of factors times chances."""
    kind, d, column = type(shown), design.d, np.zeros((len(shown.value), 1))
    laws, nothing = [kind.from_log(column)], kind.from_log(column - np.inf)
    for n in range(1, d):
        raised, stayed = laws[-1] * shown[:, n - 1, None], laws[-1] * hidden[:, n - 1, None]
        laws.append(kind.side_by_side([nothing, raised]) + kind.side_by_side([stayed, nothing]))
    after, of_contrasts = kind.from_log(design.tilted.log_weight[None]), []
    for n in range(d, 0, -1):
        raised, stayed = after[:, 1:] * shown[:, n - 1, None], after[:, :-1] * hidden[:, n - 1, None]
        gained = (raised * laws[n - 1]).sum().share(design.drops[n - 1])
        of_contrasts.append((gained + (stayed * laws[n - 1]).sum().share(-design.marginals[n - 1]))[:, None])
        after = raised + stayed
    contrasts = kind.side_by_side(of_contrasts[::-1])
    return after[:, 0], contrasts, contrasts.share(1 / d).sum()
