"""Small photographs with regions for the tests of edits, and edits with strengths that change something."""

from itertools import product

import numpy as np

H, W = 14, 17
PHOTO = np.random.default_rng(0).random((H, W, 3))
ROWS, COLUMNS = np.mgrid[:H, :W]
BLOB = ((ROWS - 6) / 4) ** 2 + ((COLUMNS - 8) / 5) ** 2 + (ROWS - 6) * (COLUMNS - 8) / 60 < 1
CORNER = (ROWS < 4) & (COLUMNS < 5)
HEAD = BLOB & (COLUMNS > 9)
MASKS = {"blob": BLOB, "corner": CORNER, "head": HEAD}

OTHERS = {"other": np.random.default_rng(1).random((9, 31, 3))}
"""Other photographs by name."""

STRONG = {
    "colour": {"red": 0.2, "green": -0.1, "blue": 0.05}, "brightness": {"offset": 0.2}, "contrast": {"factor": 0.4},
    "saturation": {"factor": 0.3}, "blur": {"radius": 8}, "noise": {"strength": 0.2, "grain": 0},
    "move": {"right": 20, "down": -10}, "rotate": {"angle": 33}, "scale": {"factor": 1.3}, "reshape": {"size": 1.6},
    "remove": {}, "replace_background": {}, "other_background": {"photograph": "other"},
}  # fmt: skip
"""Parameters by edit under which it changes the scene."""


def naive_opacity(mask, width):
    """1 on the region, 1 − t / (width + 1) at distance t, by every pair of pixels."""
    found = np.zeros(mask.shape)
    for row, column in product(*map(range, mask.shape)):
        distance = min(np.hypot(row - i, column - j) for i, j in np.argwhere(mask))
        found[row, column] = max(0.0, 1 - distance / (width + 1))
    return found


def naive_layer(below, above, opaque):
    """Each level of the upper picture with its share, of the lower one with the rest."""
    found = below.copy()
    for row, column, channel in np.ndindex(below.shape):
        share = opaque[row, column]
        found[row, column, channel] = share * above[row, column, channel] + (1 - share) * below[row, column, channel]
    return found


def bilinear(field, row, column):
    """A field (h, w) at a point between pixels, 0 outside."""
    total = 0.0
    for i, j in product(
        (int(np.floor(row)), int(np.floor(row)) + 1), (int(np.floor(column)), int(np.floor(column)) + 1)
    ):
        if 0 <= i < field.shape[0] and 0 <= j < field.shape[1]:
            total += field[i, j] * (1 - abs(row - i)) * (1 - abs(column - j))
    return total
