"""The surrogate that `estimate_until` chooses by itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.surrogates.families import KERNEL_MASKS, Recipe, Surrogate, importance, learned_recipe


class ChosenSurrogate:
    """Fits a line, a Gaussian process, its logistic form or the mean of both, as cross-validation chooses.

    The choice is made anew until there are `KERNEL_MASKS` masks. For d ≤ 16 the surrogate is a table of all 2^d values
    or additive; above it is additive, a `GaussianProcess`, or a callable without an exact limit.
    """

    def __init__(self) -> None:
        self._recipe: Recipe | None = None

    def __call__(self, masks: Masks, values: PerMask, design: Design) -> Any:
        """Fit a surrogate: (m, d) bool, (m,) → set function. Each call has the masks of the call before, and more."""
        recipe = self._recipe or self._learned(masks[:KERNEL_MASKS], values[:KERNEL_MASKS], design)
        if len(masks) >= KERNEL_MASKS:
            self._recipe = recipe
        fitted = recipe.fit(masks, values)
        return fitted.parts[0] if isinstance(fitted, Surrogate) and len(fitted.parts) == 1 else fitted

    def _learned(self, masks: Masks, values: PerMask, design: Design) -> Recipe:
        return learned_recipe(masks, values, importance(design, masks, np.ones(len(masks))))
