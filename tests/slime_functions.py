"""A table of values and a set function that keeps its masks, for S-LIME."""

import naive
import numpy as np


def table(d: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng([d, seed])
    return naive.masks(d) @ rng.normal(size=d) + 0.5 * rng.normal(size=2**d)


class Recorded:
    """A set function from its table that keeps the masks it was asked about."""

    def __init__(self, values, block_size=4096, stop_at=None):
        self.values, self.block_size, self.stop_at, self.blocks = np.asarray(values), block_size, stop_at, []
        self.d = len(self.values).bit_length() - 1

    def __call__(self, masks):
        if len(self.blocks) == self.stop_at:
            raise KeyboardInterrupt
        self.blocks.append(masks.copy())
        return self.values[masks @ (1 << np.arange(self.d))]

    @property
    def masks(self):
        return np.concatenate(self.blocks)
