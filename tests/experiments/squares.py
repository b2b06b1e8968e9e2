"""Jobs for the tests of the frame, in a module that other processes can load."""

import os
import time
from functools import partial

import numpy as np

from experiments._frame import Job


def square(number, folder=None, seconds=0.0):
    """A row; the process that measures it records its number in a folder."""
    if folder is not None:
        (folder / f"{number} {os.getpid()} {time.monotonic_ns()}").touch()
    time.sleep(seconds)
    rng = np.random.default_rng([0, number])
    product = rng.normal(size=(40, 40)) @ rng.normal(size=(40, 40))
    return {"number": number, "square": number**2, "sum": float(product.sum()), "seed": 0}


def squares(count, folder=None, seconds=0.0):
    """Jobs for the numbers from 0 on."""
    return [Job({"number": number}, partial(square, number, folder, seconds)) for number in range(count)]


def group(number, folder=None, seconds=0.0):
    """A group of rows, as the perturbation grid has them."""
    found = square(number, folder, seconds)
    key = {"photograph": f"{number}.png", "network": "none", "segmentation": "slic"}
    rows = [{"part": part, "value": found["sum"] + part} for part in range(3)]
    return {**key, "digest": "digest", "seed": 0, "rows": rows}


def groups(count, folder=None, seconds=0.0):
    """Jobs for the groups from 0 on."""
    return [
        Job({"photograph": f"{number}.png", "network": "none", "segmentation": "slic"},
            partial(group, number, folder, seconds))
        for number in range(count)
    ]  # fmt: skip
