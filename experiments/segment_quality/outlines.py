"""Outlines of objects: closed curves around a centre, smooth or rough."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SMOOTH, ROUGH = "smooth", "rough"


class Harmonics(NamedTuple):
    """The Fourier series of the logarithm of an outline's radius.

    Attributes:
        first, last: the orders of the harmonics.
        size: the standard deviation of the coefficient of order 1; that of order k is ``size`` / k.
    """

    first: int
    last: int
    size: float


HARMONICS = {SMOOTH: Harmonics(2, 4, 0.35), ROUGH: Harmonics(2, 48, 0.45)}
"""The rough series falls as 1/k, so it has detail at every scale, like the outline of a bush or a fur."""

_ANGLES = 1024  # at which a series is computed; a convention: 48 harmonics need 96


def outline(
    rng: np.random.Generator, shape: tuple[int, int], centre: tuple[float, float], radius: float, kind: str
) -> np.ndarray:
    """The pixels inside a random outline, (h, w) bool: radius(θ) = ``radius`` × exp(Σ_k a_k cos(kθ + φ_k)), stretched.

    Args:
        rng: draws the coefficients a_k, the phases φ_k, the direction and the factor of the stretching.
        shape: (h, w) of the picture.
        centre: row and column.
        radius: in pixels.
        kind: of `HARMONICS`.
    """
    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    log_radius = _series(rng, angles, HARMONICS[kind])
    turn, stretch = rng.uniform(0, np.pi), np.exp(rng.uniform(-0.35, 0.35))
    down, right = np.mgrid[: shape[0], : shape[1]] - np.reshape(centre, (2, 1, 1))
    along = (np.cos(turn) * right + np.sin(turn) * down) * stretch
    across = (np.cos(turn) * down - np.sin(turn) * right) / stretch
    limit = radius * np.exp(np.interp(np.arctan2(across, along), angles, log_radius, period=2 * np.pi))
    inside: np.ndarray = np.hypot(along, across) < limit
    return inside


def _series(rng: np.random.Generator, angles: np.ndarray, harmonics: Harmonics) -> np.ndarray:
    order = np.arange(harmonics.first, harmonics.last + 1)
    size, phase = rng.normal(0, harmonics.size / order), rng.uniform(0, 2 * np.pi, len(order))
    series: np.ndarray = np.cos(np.multiply.outer(angles, order) + phase) @ size
    return series
