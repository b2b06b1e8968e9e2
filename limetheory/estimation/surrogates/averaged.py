"""The mean of a Gaussian process of the values and one of their log odds, without a choice between the two."""

from __future__ import annotations

from limetheory.arrays import Masks, PerMask
from limetheory.estimation.methods.own_time import LARGEST_KERNEL_D
from limetheory.estimation.surrogates.families import Recipe, log_odds
from limetheory.estimation.surrogates.gaussian_process import fitted_kernel
from limetheory.estimation.surrogates.mask_kernel import FitKernel

MASKS = 600
"""From how many masks the hyperparameters are learned, the first ones; a round number."""
_A_PARAMETER = 2  # masks for each parameter of a line, from which it is compared; a round number


def averaged_recipe(masks: Masks, values: PerMask, fit: FitKernel = fitted_kernel) -> Recipe:
    """Both processes where all values are in (0, 1), that of the values alone elsewhere.

    Either is far off on some functions where values are few, their mean hardly ever.
    """
    masks, values = masks[:MASKS], values[:MASKS]
    inside = ((values > 0) & (values < 1)).all() and values.min() < values.max()
    odds = fit(masks, log_odds(values)) if inside else None
    return Recipe(fit(masks, values), odds)


def lines_are_comparable(masks: Masks, values: PerMask) -> bool:
    """Whether the masks are enough to compare a line with processes, or there is nothing for processes to learn.

    With less than twice as many masks as a line has parameters its error is hardly known: what they leave of it may be
    small by chance, and the line far off. The processes have a line too, shrunk by their prior.
    """
    few = len(masks) < _A_PARAMETER * (masks.shape[1] + 1)
    return not few or values.min() == values.max() or masks.shape[1] > LARGEST_KERNEL_D
