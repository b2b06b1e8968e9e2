"""Small files in the formats of MNIST."""

import gzip
import struct

import numpy as np

RNG = np.random.default_rng(0)
TRAIN, TEST = RNG.integers(0, 256, (7, 28, 28), np.uint8), RNG.integers(0, 256, (3, 28, 28), np.uint8)
LABELS = np.arange(7, dtype=np.uint8), np.arange(3, dtype=np.uint8)
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx(array):
    """The bytes of an IDX file."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_mnist(folder, packed=False, dotted=False):
    """Write images and labels, compressed or not, with a dot in their names or a hyphen."""
    for name, array in zip(IDX, (TRAIN, LABELS[0], TEST, LABELS[1]), strict=True):
        name = name.replace("-idx", ".idx") if dotted else name
        content = idx(array)
        (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(content) if packed else content)
