"""RISE's masks and masks with soft edges: how long they take beside the usual loops, crisp masks and a network."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from skimage.transform import resize
from torch import Tensor

import limetheory as lt
from experiments.cost.measure import SIDE, Free, Timed, photograph
from limetheory.arrays import HeatMap

MASKS, CELLS, P, BATCH = 4000, 7, 0.5, 100
"""RISE's numbers for VGG-16, and images in a batch of the loops; a convention."""
SEGMENTS = 49
"""Of a grid, as in the study of Pihlgren & Främling."""


def by_skimage(model: torch.nn.Module, pixels: Tensor, n: int, rng: np.random.Generator) -> HeatMap:
    """RISE as its authors' program goes: grids enlarged one by one by scikit-image, all masks kept, one sum in the end.

    Args:
        model: scores (b, classes) of images (b, 3, h, w).
        pixels: the image, (1, 3, h, w) float32.
        n: number of masks.
        rng: draws grids and shifts.
    """
    height, width = pixels.shape[2:]
    cell = np.ceil(np.array([height, width]) / CELLS).astype(int)
    grids = (rng.random((n, CELLS, CELLS)) < P).astype("float32")
    masks = np.empty((n, height, width), "float32")
    for i in range(n):
        down, right = rng.integers(0, cell[0]), rng.integers(0, cell[1])
        large = resize(grids[i], (CELLS + 1) * cell, order=1, mode="reflect", anti_aliasing=False)
        masks[i] = large[down : down + height, right : right + width]
    shares = torch.from_numpy(masks)
    with torch.no_grad():
        scores = torch.cat([model(shares[i : i + BATCH, None] * pixels) for i in range(0, n, BATCH)])
    found: HeatMap = (scores[:, 0] @ shares.reshape(n, -1)).reshape(height, width).numpy() / (n * P)
    return found


def by_torch(model: torch.nn.Module, pixels: Tensor, n: int, rng: np.random.Generator) -> HeatMap:
    """RISE as TorchRay's goes: batch by batch, grids enlarged by torch, and each mask cut out by itself."""
    height, width = pixels.shape[2:]
    down, right = -(-height // CELLS), -(-width // CELLS)
    total = torch.zeros(height, width)
    for start in range(0, n, BATCH):
        size = min(BATCH, n - start)
        grids = torch.from_numpy((rng.random((size, 1, CELLS, CELLS)) < P).astype("float32"))
        large = torch.nn.functional.interpolate(
            grids, ((CELLS + 1) * down, (CELLS + 1) * right), mode="bilinear", align_corners=False
        )
        shares = torch.empty(size, 1, height, width)
        for i in range(size):
            row, column = int(rng.integers(0, down)), int(rng.integers(0, right))
            shares[i] = large[i, :, row : row + height, column : column + width]
        with torch.no_grad():
            scores = model(shares * pixels)[:, 0]
        total += (scores[:, None, None] * shares[:, 0]).sum(dim=0)
    return total.numpy() / (n * P)


def tensor(image: np.ndarray) -> Tensor:
    """A photograph (h, w, 3) uint8 as (1, 3, h, w) float32 in [0, 1]."""
    return torch.as_tensor(image, dtype=torch.float32).permute(2, 0, 1)[None] / 255


def rise_round(n: int) -> dict[str, float]:
    """The seconds of RISE's map from n masks with a model that costs nothing, by each way."""
    image, model = photograph(), Free()
    pixels = tensor(image)
    ways: dict[str, Callable[[], object]] = {
        "limetheory": lambda: lt.images.rise_map(model, image, target=0, n=n, mean="expected", rng=0),
        "loop, torch": lambda: by_torch(model, pixels, n, np.random.default_rng(0)),
        "loop, scikit-image": lambda: by_skimage(model, pixels, n, np.random.default_rng(0)),
    }
    return {name: _seconds(run) for name, run in ways.items()}


def soft_round(n: int) -> dict[str, float]:
    """The seconds of explanations of n masks with crisp and with soft segments of a grid, with a free model."""
    ways: dict[str, dict[str, Any]] = {
        "crisp": {},
        "gaussian": {"smoothing": "gaussian"},
        "bilinear": {"smoothing": "bilinear"},
    }
    return {name: _seconds(partial(explained, Free(), n, **more)) for name, more in ways.items()}


def overhead_round(n: int) -> dict[str, dict[str, float]]:
    """The seconds of n masks with EfficientNet-Lite0, and of the forward passes in them."""
    network = Timed(lt.load_model("efficientnet_lite0"))
    image = photograph()
    ways: dict[str, Callable[[int], object]] = {
        "crisp": lambda count: explained(network, count),
        "gaussian": lambda count: explained(network, count, smoothing="gaussian"),
        "rise": lambda count: lt.images.rise_map(network, image, target=0, n=count, rng=0),
    }
    found = {}
    for name, run in ways.items():
        run(SEGMENTS + 11)
        network.seconds = 0.0
        total = _seconds(partial(run, n))
        found[name] = {"total": total, "forward": network.seconds}
    return found


def explained(model: torch.nn.Module, n: int, **more: Any) -> lt.ImageExplanation:
    """An explanation of the scene by the segments of a grid."""
    image = photograph()
    segments = lt.segment(lt.as_image(image), "grid", SEGMENTS)
    found: lt.ImageExplanation = lt.explain_image(model, image, segments=segments, target=0, n=n, rng=0, **more)
    return found


def one_round(number: int, masks: int, samples: int) -> dict[str, Any]:
    """One row; it is measured by a process that has run every way before."""
    _warm()
    return {
        "round": number, "seed": 0, "load": round(os.getloadavg()[0], 2), "masks": masks, "samples": samples,
        "side": SIDE, "segments": SEGMENTS, "rise": rise_round(masks), "soft": soft_round(masks),
        "overhead": overhead_round(samples), "versions": {"threads": torch.get_num_threads()},
    }  # fmt: skip


@cache
def _warm() -> None:
    rise_round(100)
    soft_round(100)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
