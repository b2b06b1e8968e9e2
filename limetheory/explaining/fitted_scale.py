"""A warning where a model was fitted to numbers of another scale than the levels in [0, 1] of masked images."""

from __future__ import annotations

import warnings
from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.levels import OVERSHOOT
from limetheory.outside import outside


@singledispatch
def fitted_numbers(model: Any) -> np.ndarray:
    """The numbers that a fitted model compares its inputs with, in the inputs' units; none of any other model."""
    return np.empty(0)


def warn_of_another_scale(model: Any) -> None:
    """Warn if a fitted model compares levels with numbers outside [0, 1], which no masked image crosses.

    A model of digits in 0..16, say, answers the same to all masked images, so that its exact limit is 0.
    """
    compared = fitted_numbers(model)
    beyond = np.abs(compared - np.clip(compared, 0, 1))
    if beyond.size and beyond.max() > OVERSHOOT:
        warnings.warn(
            "a model of masked images must be fitted to levels in [0, 1], got a fit that compares them with "
            f"{compared.flat[beyond.argmax()]:.6g}; fit it to scaled data, or explain a row in its own units, "
            "limit(model.on_superpixels(row, replaced_row, segments), design)",
            UserWarning,
            stacklevel=outside(),
        )
