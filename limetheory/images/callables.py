"""Composing masked images with NumPy and asking a plain callable about them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from limetheory.answers import FIELD_OF_CALLABLE, resolution, score_rows
from limetheory.arrays import Masks
from limetheory.explaining.fitted_scale import warn_of_another_scale
from limetheory.functions import answer
from limetheory.given import given
from limetheory.images.masked import ReplacedImage, composing
from limetheory.want_of_memory import out_of_memory

_FORM = "(b, h, w, channels) → (b, classes)"
_FLOATS = ("float64", "float32", "float16")


class CallableEvaluator:
    """Masks (b, d) bool → a callable's answers (b, classes) float64.

    Args:
        model: (b, h, w, c) images in [0, 1] → (b, classes) or (b,); grey images come without the last axis.
        masked: the image with its parts and the replacement.
        dtype: of the images that the callable gets; None is float64.

    Attributes:
        resolution: relative rounding of the answers so far.

    Warns:
        UserWarning: a `TreeModel` or `KernelMachine` that was fitted to another scale than [0, 1].

    Raises:
        TypeError: a callable that takes float32 images only, and was not given them.
    """

    def __init__(self, model: Callable[[np.ndarray], Any], masked: ReplacedImage, dtype: Any = None):
        self._model, self._asked = model, dtype is not None
        self._dtype = _float(dtype)
        self._compose = composing(masked, self._dtype)
        warn_of_another_scale(model)
        self.resolution = resolution("float64")

    def __call__(self, masks: Masks) -> np.ndarray:
        """The answers to the masked images."""
        images = self._compose(masks)
        try:
            found = answer("a model", self._model, _FORM, images)
        except Exception as error:
            if not self._asked and not out_of_memory(error):
                self._refuse_table(images.shape, error)
                self._refuse_float64(images, error)
            raise
        self._asked = True
        self.resolution = max(self.resolution, resolution(found))
        return score_rows(found, len(images), FIELD_OF_CALLABLE)

    again = afresh = __call__

    def _refuse_table(self, shape: tuple[int, ...], error: Exception) -> None:
        """Say so where the callable is a method of an estimator of rows."""
        estimator: Any = getattr(self._model, "__self__", None)
        if not hasattr(estimator, "n_features_in_"):
            return
        raise TypeError(
            f"a model must take a batch of images, here {shape}, got a method of {type(estimator).__name__} for tables "
            f"of {estimator.n_features_in_} columns; {_rows_remedy(shape, estimator.n_features_in_)}"
        ) from error

    def _refuse_float64(self, images: np.ndarray, error: Exception) -> None:
        """Say so where the same images in float32 are taken."""
        try:
            self._model(images.astype("float32"))
        except Exception:
            return
        reason = " ".join(str(error).split())
        raise TypeError(
            f"a model must take float64 images unless dtype says otherwise, got {type(error).__name__} ({reason}) and "
            "no error with float32; give dtype='float32'"
        ) from error


def _rows_remedy(shape: tuple[int, ...], columns: int) -> str:
    """How images (b, h, w[, c]) become rows of so many columns; grey ones may have come in three channels."""
    grey = len(shape) == 4 and math.prod(shape[1:3]) == columns
    if not grey and math.prod(shape[1:]) != columns:
        return f"give an image of {columns} numbers, resized as in training"
    rows = "images.mean(axis=3)" if grey else "images"
    return f"wrap it in a function that makes rows, lambda images: predict({rows}.reshape(len(images), -1))"


def _float(dtype: Any) -> np.dtype:
    try:
        found: np.dtype | None = np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found.name not in _FLOATS:
        raise ValueError(
            f"dtype must be one of {', '.join(_FLOATS)}, got {given(dtype)}; name the one that the model takes"
        )
    return found
