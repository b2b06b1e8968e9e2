"""Means and covariances of products over the superpixels, F = Π_j (z_j on_j + (1−z_j) off_j), under each design."""

from __future__ import annotations

from functools import singledispatch
from typing import NamedTuple

import numpy as np

from limetheory.designs import Design, ExchangeableDesign, ProductDesign
from limetheory.limits.scaled import Scaled, from_log, products, scaled, zeros


class FactorMoments(NamedTuple):
    """E_μ[F_i], shape (m,), Cov_μ(z_j, F_i), shape (m, d), and Cov_μ(K/d, F_i), shape (m,), of m products."""

    means: Scaled
    covariances: Scaled
    of_share: Scaled


@singledispatch
def factor_moments(design: Design, on: Scaled, off: Scaled) -> FactorMoments | None:
    """Moments of m products with factors on, off of shape (m, d); none where the design has no closed form."""
    return None


@factor_moments.register
def _(design: ProductDesign, on: Scaled, off: Scaled) -> FactorMoments:
    """Cov(z_j, F) = Var(z_j) (on_j − off_j) Π_{l≠j} E[factor l]: products before and after j, no division."""
    keep, drop = design.keep, 1 - design.keep
    factors = on.share(keep) + off.share(drop)
    before, after = products(factors), products(factors[:, ::-1])[:, ::-1]
    changes = (on + Scaled(-off.value, off.exponent)).share(keep * drop)
    covariances = changes * before[:, :-1] * after[:, 1:]
    return FactorMoments(before[:, -1], covariances, covariances.share(1 / design.d).sum())


@factor_moments.register
def _(design: ExchangeableDesign, on: Scaled, off: Scaled) -> FactorMoments:
    """From E[z_j F] and E[(1−z_j) F], sums of terms of one sign where the factors have one (prop:factor)."""
    with_j, without_j, of_share = _halves(design, on, off)
    covariances = with_j.share(design.drop) + Scaled(-without_j.value * design.keep, without_j.exponent)
    return FactorMoments((with_j + without_j)[:, 0], covariances, of_share)


def _halves(design: ExchangeableDesign, on: Scaled, off: Scaled) -> tuple[Scaled, Scaled, Scaled]:
    """E_μ[z_j F_i] and E_μ[(1−z_j) F_i], each (m, d), and Cov_μ(K/d, F_i), (m,), in O(d²) a product.

    `averages[n]` holds, for each k, the mean of the first n factors' product over their masks of size k;
    `law` carries the law of the size of all d back to the size of the first n, factor by factor.
    """
    m, d = on.value.shape
    averages = _averages(on, off)
    law = from_log(design.log_mass - design.log_mass.max())[None]
    total = law.sum()
    with_j, without_j, of_share = zeros(m, d), zeros(m, d), zeros(m)
    deviations = design.size_deviations / d
    for n in range(d, 0, -1):
        kept, dropped = _shares(n)
        raised = (law[:, 1:] * on[:, n - 1, None]).share(kept)
        stayed = (law[:, :-1] * off[:, n - 1, None]).share(dropped)
        for part, result in ((raised, with_j), (stayed, without_j)):
            moment = (part * averages[n - 1]).sum()
            result.value[:, n - 1], result.exponent[:, n - 1] = moment.value, moment.exponent
        if n == d:
            of_share = ((raised.share(deviations[1:]) + stayed.share(deviations[:-1])) * averages[n - 1]).sum()
        law = raised + stayed
    mass = Scaled(1 / total.value, -total.exponent)
    return with_j * mass, without_j * mass, of_share * mass


def _averages(on: Scaled, off: Scaled) -> list[Scaled]:
    m, d = on.value.shape
    averages = [scaled(np.ones((m, 1)))]
    nothing = zeros(m, 1)
    for n in range(1, d):
        kept, dropped = _shares(n)
        raised = (averages[-1] * on[:, n - 1, None]).share(kept)
        stayed = (averages[-1] * off[:, n - 1, None]).share(dropped)
        averages.append(_append(nothing, raised) + _append(stayed, nothing))
    return averages


def _shares(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Chances (k+1)/n and (n−k)/n that one of n is active, k of the others being so or k of all: k = 0..n−1."""
    kept = np.arange(1.0, n + 1) / n
    return kept, kept[::-1]


def _append(left: Scaled, right: Scaled) -> Scaled:
    return Scaled(np.hstack([left.value, right.value]), np.hstack([left.exponent, right.exponent]))
