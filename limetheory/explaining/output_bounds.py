"""What a model's answers are known to stay in."""

from __future__ import annotations

from typing import Any

import numpy as np


def output_bounds(model: Any, outputs: np.ndarray) -> tuple[float, float] | None:
    """The model's own ``output_bounds``; (0, 1) where its outputs on the input itself look like probabilities."""
    return getattr(model, "output_bounds", None) or ((0.0, 1.0) if looks_like_probabilities(outputs) else None)


def looks_like_probabilities(outputs: np.ndarray) -> bool:
    """Whether there are two outputs or more, all in [0, 1], with a sum within 1e-3 of 1."""
    inside = ((outputs >= 0) & (outputs <= 1)).all()
    return bool(len(outputs) > 1 and inside and abs(outputs.sum() - 1) <= 1e-3)
