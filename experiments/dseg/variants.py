"""The variants of LIME, each with the mathematics of its paper, for the same set function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from limetheory.designs import GlimeDesign, ImageDesign
from limetheory.estimation import estimate
from limetheory.estimation.variants.baylime import baylime
from limetheory.estimation.variants.slime import slime
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation


class Budget(Protocol):
    """How many masks an explanation takes; the settings of an experiment have these two among others."""

    @property
    def n(self) -> int:
        """Number of masks."""

    @property
    def n_max(self) -> int:
        """The largest number of S-LIME."""


Variant: TypeAlias = Callable[[MaskFunction, int, Budget, int], Explanation]
"""A function of set function, number of segments, budget and seed that returns an explanation."""

SELECTED = 3
"""How many segments S-LIME selects: as many as are shown at most."""

SIGMA = 1.0
"""The σ of GLIME, with which a segment is kept with probability 0.73."""


def lime(F: MaskFunction, d: int, budget: Budget, seed: int) -> Explanation:
    """The method of lime 0.2.0.1: ridge penalty 1, and the image itself among the masks."""
    return estimate(F, ImageDesign(d), budget.n, seed, ridge=1.0, include_original=True)


def slime_variant(F: MaskFunction, d: int, budget: Budget, seed: int) -> Explanation:
    """S-LIME: masks are drawn until each of its choices is significant."""
    return slime(F, ImageDesign(d), min(SELECTED, d), seed, budget.n, budget.n_max, ridge=1.0)


def glime(F: MaskFunction, d: int, budget: Budget, seed: int) -> Explanation:
    """GLIME-binomial: the weights of LIME are part of the sampling law."""
    return estimate(F, GlimeDesign(d, SIGMA), budget.n, seed, ridge=1.0)


def bayesian(F: MaskFunction, d: int, budget: Budget, seed: int) -> Explanation:
    """BayLIME without prior knowledge, whose penalty is fitted to the values."""
    return baylime(F, ImageDesign(d), budget.n, seed)


VARIANTS: dict[str, Variant] = {"LIME": lime, "S-LIME": slime_variant, "GLIME": glime, "BayLIME": bayesian}

SANDWICH = ("LIME", "GLIME")
"""The variants whose standard errors are those of repeated explanations (thm:clt)."""
