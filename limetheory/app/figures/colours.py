"""The colours of signed numbers, which stay apart for people who see red and green alike."""

from __future__ import annotations

import numpy as np

POSITIVE, NEGATIVE = "#c2670a", "#6a51a3"
"""Orange above 0 and purple below, as in the figures of the command line."""

_STOPS = np.array([-1.0, -0.6, -0.25, 0.0, 0.25, 0.6, 1.0])
_COLOURS = np.array([
    [45, 0, 75], [106, 81, 163], [178, 171, 210], [247, 247, 247], [253, 184, 99], [216, 114, 15], [127, 59, 8],
]) / 255  # fmt: skip


def signed_colours(values: np.ndarray) -> np.ndarray:
    """From numbers in [−1, 1] to colours: purple below 0, white at 0, orange above; (…,) → (…, 3).

    >>> signed_colours(np.array([0.0])).round(2).tolist()
    [[0.97, 0.97, 0.97]]
    """
    return np.stack([np.interp(values, _STOPS, channel) for channel in _COLOURS.T], axis=-1)
