"""The LIME variants, each by its paper's mathematics, on one set function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from experiments.dseg.settings import Settings
from limetheory.designs import GlimeDesign, ImageDesign
from limetheory.estimation import estimate
from limetheory.estimation.variants.baylime import baylime
from limetheory.estimation.variants.slime import slime
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

Variant: TypeAlias = Callable[[MaskFunction, int, Settings, int], Explanation]
"""Set function, number of segments, settings, seed → explanation."""

SELECTED = 3
"""Segments that S-LIME selects: as many as are ever shown."""

SIGMA = 1.0
"""GLIME's σ: segments are kept with probability 0.73."""


def lime(F: MaskFunction, d: int, settings: Settings, seed: int) -> Explanation:
    """lime 0.2.0.1's recipe: ridge 1, and the image itself among the masks."""
    return estimate(F, ImageDesign(d), settings.n, seed, ridge=1.0, include_original=True)


def slime_variant(F: MaskFunction, d: int, settings: Settings, seed: int) -> Explanation:
    """S-LIME: as many masks as make each of its choices significant."""
    return slime(F, ImageDesign(d), min(SELECTED, d), seed, settings.n, settings.n_max, ridge=1.0)


def glime(F: MaskFunction, d: int, settings: Settings, seed: int) -> Explanation:
    """GLIME-binomial: LIME's weight moved into the sampling law."""
    return estimate(F, GlimeDesign(d, SIGMA), settings.n, seed, ridge=1.0)


def bayesian(F: MaskFunction, d: int, settings: Settings, seed: int) -> Explanation:
    """BayLIME without prior knowledge: the penalty is fitted."""
    return baylime(F, ImageDesign(d), settings.n, seed)


VARIANTS: dict[str, Variant] = {"LIME": lime, "S-LIME": slime_variant, "GLIME": glime, "BayLIME": bayesian}

SANDWICH = ("LIME", "GLIME")
"""Variants whose standard errors are those of repeating the explanation (thm:clt)."""
