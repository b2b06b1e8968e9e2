"""Models that the process of the model imports: a plain one, one that uses up the memory, one that ends its process."""

import os
import time

import numpy as np

SEEN = []


def brightness(images):
    left, right = images[:, :, :8].mean(axis=(1, 2, 3)), images[:, :4, 8:].mean(axis=(1, 2, 3))
    bright = left * (1 - right)
    return np.stack([1 - bright, bright], axis=1)


brightness.input_size, brightness.class_names = 16, ("dark", "bright")


def slow(images):
    time.sleep(0.05)
    return brightness(images)


def hungry(images):
    SEEN.append(len(images))
    if sum(SEEN) > 200:
        raise MemoryError
    return brightness(images)


def deadly(images):
    if len(images) > 2:
        os._exit(9)
    return brightness(images)


slow.input_size = hungry.input_size = deadly.input_size = 16
