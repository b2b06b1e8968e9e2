"""What asks a model of texts about masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import Masks
from limetheory.explaining.masked_input import Evaluator, evaluator_of
from limetheory.given import given
from limetheory.text.masked import MaskedText
from limetheory.text.predictions import TextPredictions

_LARGEST_BATCH = 256
_BATCH_CHARACTERS = 1 << 23


class TextEvaluator:
    """Masks (b, d) bool → a model's answers (b, classes) float64.

    Args:
        predictions: the model.
        masked: the text with its tokens.
    """

    def __init__(self, predictions: TextPredictions, masked: MaskedText):
        self._predictions, self._masked = predictions, masked

    @property
    def resolution(self) -> float:
        """Relative rounding of the answers so far."""
        return self._predictions.resolution

    def __call__(self, masks: Masks) -> np.ndarray:
        """The answers to the masked texts."""
        return self._predictions(self._masked.compose(masks))

    again = afresh = __call__


@evaluator_of.register
def _(masked: MaskedText, model: Any, device: Any, dtype: Any) -> tuple[Evaluator, int]:
    for name, value in (("device", device), ("dtype", dtype)):
        if value is not None:
            raise ValueError(f"{name} is for images, got {given(value)} with a text; move the model itself")
    predictions = model if isinstance(model, TextPredictions) else TextPredictions(model)
    preferred = _BATCH_CHARACTERS // max(len(masked.text), 1)
    return TextEvaluator(predictions, masked), max(1, min(_LARGEST_BATCH, preferred))
