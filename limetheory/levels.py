"""Levels of pixels in [0, 1], whatever number type they are stored in."""

from __future__ import annotations

import numpy as np

OVERSHOOT = 1e-6
"""How far resizing and float32 arithmetic may leave [0, 1]: such levels are clipped to it."""

FULL_SCALE = {"uint8": 255.0, "uint16": 65535.0, "bool": 1.0}
"""The stored value that means level 1, for each dtype that is not floating point."""

_WHITE_LEVELS = (1, 255, 4095, 65535)
"""Levels of white that integers of a wider type are likely to have: of 1, 8, 12 and 16 bits."""


def unit_levels(array: np.ndarray, name: str) -> np.ndarray:
    """Rescale levels to [0, 1] according to their dtype.

    Args:
        array: levels of any shape; uint8, uint16, bool, or floats in [0, 1], up to `OVERSHOOT`.
        name: what the levels are, for the error messages.

    Returns:
        A new float64 array of the same shape, in [0, 1].

    Raises:
        ValueError: levels that are NaN, infinite or outside [0, 1].
        TypeError: another dtype, such as int32, whose white level nobody knows.

    >>> unit_levels(np.array([0, 255, 51], dtype=np.uint8), "grey").tolist()
    [0.0, 1.0, 0.2]
    """
    if array.dtype.kind == "f":
        return _checked_levels(array.astype(np.float64), name)
    if array.dtype.name not in FULL_SCALE:
        raise TypeError(f"{name} must be uint8, uint16, bool or float, got {_whole_numbers(array, name)}")
    unit: np.ndarray = np.divide(array, FULL_SCALE[array.dtype.name], dtype=np.float64)
    return unit


def _checked_levels(levels: np.ndarray, name: str) -> np.ndarray:
    bad = levels.size - np.count_nonzero(np.isfinite(levels))
    if bad:
        raise ValueError(
            f"{name} must be finite, got {bad} NaN or infinite values out of {levels.size}: "
            "replace them, for instance with np.nan_to_num"
        )
    low, high = levels.min(initial=0), levels.max(initial=1)
    if low < -OVERSHOOT or high > 1 + OVERSHOOT:
        remedy = _scale_remedy(name, levels)
        raise ValueError(
            f"{name} must be in [0, 1], got values from {levels.min():.9g} to {levels.max():.9g}: {remedy}"
        )
    return np.clip(levels, 0, 1, out=levels) if low < 0 or high > 1 else levels


def _whole_numbers(array: np.ndarray, name: str) -> str:
    """What an array of another dtype holds, and what brings it to [0, 1]."""
    if array.dtype.kind not in "iu" or not array.size:
        return f"{array.dtype}: give levels as floats in [0, 1]"
    low, high = int(array.min()), int(array.max())
    remedy = _division(name, array)
    if low < 0:
        remedy = f"shift and divide, ({name} - black) / (white - black)"
    return f"{array.dtype} from {low} to {high}: {remedy}"


def _division(name: str, levels: np.ndarray) -> str:
    """What brings levels to [0, 1]: white is that of a common type, or the largest level of an image."""
    high = levels.max()
    white = next((level for level in _WHITE_LEVELS if high <= level), high)
    largest = "" if high in (0, white) or levels.ndim < 2 else f", or by the largest here, {name} / {high:.9g}"
    return f"divide by the level that is white, {name} / {white:.9g}{largest}"


def _scale_remedy(name: str, levels: np.ndarray) -> str:
    overshoot = "np.clip it to [0, 1] if it only overshoots"
    if levels.min() < -OVERSHOOT:
        return f"if it is normalised, undo that and put mean and std into the model as its first layer; {overshoot}"
    return f"{_division(name, levels)}; {overshoot}"
