"""What a vision transformer makes of images: a vector for each image, and one for each of its patches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Tokens:
    """The last layer of a vision transformer, after its layer norm.

    Attributes:
        cls: the class token of each image, (n, c) float32.
        patches: the tokens of the patches, (n, rows, columns, c) float32, from top left.

    >>> Tokens(np.zeros((2, 8), np.float32), np.zeros((2, 3, 4, 8), np.float32)).grid
    (3, 4)
    """

    cls: np.ndarray
    patches: np.ndarray

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of patches."""
        return self.patches.shape[1], self.patches.shape[2]

    @classmethod
    def of(cls, rows: np.ndarray, grid: tuple[int, int]) -> Tokens:
        """The tokens of a batch, (n, others + patches, c): the first is the class token, the last are the patches."""
        height, width = grid
        patches = rows[:, rows.shape[1] - height * width :]
        return cls(rows[:, 0], patches.reshape(len(rows), height, width, -1))

    @classmethod
    def joined(cls, parts: Sequence[Tokens]) -> Tokens:
        """The tokens of several batches as those of one."""
        if len(parts) == 1:
            return parts[0]
        return cls(np.concatenate([one.cls for one in parts]), np.concatenate([one.patches for one in parts]))
