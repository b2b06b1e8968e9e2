"""Other estimators of image LIME's limit: libraries, and the exact limits of proxies that are fitted to the values."""

from __future__ import annotations

from functools import partial

import numpy as np

import limetheory as lt
from experiments.efficiency.lime_methods import SIGMA, captum_lime, lime_image
from experiments.efficiency.methods import Function
from experiments.rivals.contenders import Contender, at_least
from experiments.rivals.proxies import Additive, Boosted, Learn
from limetheory.arrays import PerSuperpixel
from limetheory.estimation.methods.adjusted import stratified
from limetheory.estimation.methods.quadrature import known_values

ORDERS = (2, 3)
REFUSED_BELOW = 8
"""The fewest masks for which strata are drawn."""


def contenders() -> list[Contender]:
    """A contender for each library and each proxy."""
    line, strata = at_least(1, each=1), at_least(REFUSED_BELOW)
    return [
        Contender("lime", "LIME", "lime", lime_image, redraws=True),
        Contender("GLIME", "LIME", "GLIME", _glime, design=_glime_design, fewest=line, redraws=True),
        Contender("Captum Lime", "LIME", "captum", captum_lime, fewest=line, redraws=True),
        Contender("proxy of boosted trees", "LIME", "proxies", partial(limit_of_proxy, Boosted.fit), fewest=strata),
        *[Contender(f"proxy of ridge, orders ≤ {order}", "LIME", "proxies",
                    partial(limit_of_proxy, Additive(order).fit), fewest=strata)
          for order in ORDERS],
    ]  # fmt: skip


def limit_of_proxy(learn: Learn, function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """The exact limit of F where it is known and of a proxy elsewhere (prop:unbiased without cross-fitting).

    The masks are drawn as those of limetheory's `quadrature`: without replacement, in strata of their sizes.
    """
    design = lt.ImageDesign(d)
    sample = stratified(function, design, n, np.random.default_rng(seed))
    proxy = learn(sample.masks, sample.values, seed)
    known = known_values(sample.masks, sample.values - proxy(sample.masks), design)
    coefficients: PerSuperpixel = lt.limit(proxy, design).coefficients + known[1:]
    return coefficients


def _glime(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    return lt.estimate(function, _glime_design(d), n, seed, method="wls").coefficients


def _glime_design(d: int) -> lt.Design:
    return lt.GlimeDesign(d, sigma=SIGMA)
