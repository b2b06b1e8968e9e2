"""The pixels at the borders of a label map."""

from __future__ import annotations

import numpy as np


def borders(labels: np.ndarray) -> np.ndarray:
    """The pixels whose left or upper neighbour has another label, (h, w) bool.

    >>> borders(np.array([[0, 0, 1]])).tolist()
    [[False, False, True]]
    """
    found = np.zeros(labels.shape, bool)
    found[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    found[1:] |= labels[1:] != labels[:-1]
    return found
