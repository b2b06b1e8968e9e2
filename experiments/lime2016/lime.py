"""LIME as in the paper, K-LASSO on a sample, and the same from coefficients without a sample."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

import limetheory as lt
from experiments.lime2016 import no_intercept
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.local import Local
from limetheory.designs.exchangeable import ExchangeableDesign
from limetheory.estimation.samples.sample import Sample, draw
from limetheory.selection import UnresolvedSelectionWarning

METHOD = "lasso_path"
TENTH = 10
"""How many times fewer masks the other estimators get."""


def k_lasso(sample: Sample, k: int) -> Local:
    """K-LASSO: the last breakpoint of the LASSO path with at most k parts, and least squares on these."""
    chosen = at_most(lt.select_features(sample, k, METHOD), k)
    found = lt.refit(sample, chosen)
    return Local(chosen, found.coefficients[chosen], found.intercept + float(found.coefficients.sum()))


def at_most(chosen: np.ndarray, k: int) -> np.ndarray:
    """What was selected; none where a constant function has all parts selected, as lime does."""
    return chosen if len(chosen) <= k else chosen[:0]


def from_coefficients(found: lt.Explanation, design: ExchangeableDesign, k: int) -> Local:
    """The same selection and the same regression as moments of the design give them (prop:selection).

    With C = Cov(z, z) of the design, the regression on the chosen parts S is C_SS^{-1} (C β)_S.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnresolvedSelectionWarning)  # rather than once for each document
        chosen = at_most(lt.select_features(found, k, METHOD, design=design), k)
    covariance = design.covariance()
    part = np.linalg.solve(covariance[np.ix_(chosen, chosen)], (covariance @ found.coefficients)[chosen])
    means = np.full(found.d, design.size_law @ np.arange(found.d + 1.0) / found.d)
    mean = found.intercept + float(found.coefficients @ means)
    return Local(chosen, part, mean + float(part @ (1 - means[chosen])))


def explained(
    function: Any, exact: Any, design: ExchangeableDesign, n: int, k: int, rng: np.random.Generator
) -> dict[str, Local]:
    """LIME from n masks, from a tenth of them, by `adjusted` from that tenth, and exactly where there is a limit.

    On words also LIME as in the authors' code, without an intercept, from the same n masks and exactly.

    Args:
        function: F, what is asked.
        exact: its closed form, None where there is none.
        design: an exchangeable design with F's d.
        n: masks of LIME; a tenth is never fewer than 2 d + 2.
        k: K, parts named at most.
        rng: the generator.
    """
    return said(evaluated(function, design, n, rng), exact, design, k)


@dataclass(frozen=True, eq=False)
class Evaluated:
    """What was asked of a set function.

    Attributes:
        whole: all masks of LIME.
        short: others, a tenth as many.
        adjusted: what `adjusted` makes of others again, as many as in `short`.
    """

    whole: Sample
    short: Sample
    adjusted: lt.Explanation


def evaluated(function: Any, design: ExchangeableDesign, n: int, rng: np.random.Generator) -> Evaluated:
    """The masks with the function's values."""
    few = max(n // TENTH, 2 * design.d + 2)
    whole, short = draw(function, design, n, rng), draw(function, design, few, rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of few masks, which is what is measured here
        return Evaluated(whole, short, lt.estimate(function, design, few, rng, "adjusted"))


def said(asked: Evaluated, exact: Any, design: ExchangeableDesign, k: int) -> dict[str, Local]:
    """What every estimator says of these masks, and the exact limit where there is one."""
    k = min(k, design.d)
    found = {"lime": k_lasso(asked.whole, k), "tenth": k_lasso(asked.short, k)}
    found["adjusted"] = from_coefficients(asked.adjusted, design, k)
    if exact is not None:
        found["limit"] = from_coefficients(lt.limit(exact, design), design, k)
    if isinstance(design, PaperTextDesign):
        found["no intercept"] = no_intercept.sampled(asked.whole, k)
        if exact is not None:
            found["no intercept, limit"] = no_intercept.exact(exact, design, k)
    return found
