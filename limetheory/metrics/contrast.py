"""Target discrimination: whether the segments shown for one model also determine the class of a second model."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.metrics.faithfulness import deletion, preservation
from limetheory.metrics.predictions import Predictions, checked_predictions


def contrast_preservation(first: Predictions, second: Predictions, shown: Any) -> bool:
    """Whether a second model keeps *its own* class if only the segments shown for the first model are kept (↑).

    Rule: argmax g(x(E)) = argmax g(x). Source: DSEG-LIME, "target discrimination"; its coloured table compares with
    the class of the first model instead.

    Args:
        first: predictions of the explained model.
        second: predictions of the other model on an image with the same segments.
        shown: (d,) bool, from the explanation of the first model.

    Raises:
        ValueError: if the two models have different segments.
    """
    _check_segments(first, second)
    return preservation(second, shown)


def contrast_deletion(first: Predictions, second: Predictions, shown: Any) -> bool:
    """Whether a second model loses its own class if the segments shown for the first model are hidden (↑).

    Rule: argmax g(x(1 − E)) ≠ argmax g(x). Arguments, source and defect as in `contrast_preservation`.
    """
    _check_segments(first, second)
    return deletion(second, shown)


def _check_segments(first: Predictions, second: Predictions) -> None:
    checked_predictions("first", first)
    checked_predictions("second", second)
    if not np.array_equal(first.function.masked.segments, second.function.masked.segments):
        raise ValueError(
            f"both models must be given the same segments, got {first.d} and {second.d} that differ; resize the "
            "image inside the second model"
        )
