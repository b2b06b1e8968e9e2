"""Section 5.2 on images: superpixels that a model truly uses, on photographs that scikit-image ships."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import process_time
from typing import Any, TypeAlias

import numpy as np
import skimage.data
from skimage.transform import resize

import limetheory as lt
from experiments.lime2016.lime import explained
from experiments.lime2016.local import recall
from experiments.lime2016.others import at_random, greedy
from experiments.lime2016.settings import Settings

PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")
SIDE, SUPERPIXELS = 96, 60
USED = 10
"""Superpixels that a model uses."""
BRIGHT, ENTRIES = 0.25, 3
"""A shape is a few entries above this level, in each of two superpixels."""


def one_photograph(data: str, model: str, seed: int, settings: Settings) -> dict[str, Any]:
    """One row: recall of the superpixels used, for each of several random models on one photograph."""
    start, masked = process_time(), masked_photograph(data)
    recalls = [of_model(MODELS[model], masked, [seed, i], settings) for i in range(settings.image_models)]
    return {
        "part": "pictures", "data": data, "model": model, "seed": seed,
        **settings.of("image_masks", "image_models", "named"), "superpixels": masked.d, "used": USED,
        "recall": {name: [one[name] for one in recalls] for name in recalls[0]}, "seconds": process_time() - start,
    }  # fmt: skip


def of_model(make: Make, masked: lt.MaskedImage, seed: list[int], settings: Settings) -> dict[str, float]:
    """Recall of each explainer for one random model."""
    rng = np.random.default_rng(seed)
    model, used = make(masked, rng)
    asked, k = Pixels(model, masked), settings.named
    exact, design = lt.set_function(model, masked), lt.ImageDesign(masked.d)
    found = explained(asked, exact, design, settings.image_masks, k, rng)
    ends = asked(np.repeat([[False], [True]], masked.d, axis=1))
    found["greedy"] = greedy(asked, masked.d, float(ends.mean()), k)
    found["random"] = at_random(masked.d, k, rng)
    return {name: recall(local.parts, used) for name, local in found.items()}


@lru_cache(maxsize=4)
def masked_photograph(name: str) -> lt.MaskedImage:
    """A photograph of 96 × 96 pixels with slic superpixels, which are replaced by black."""
    image = resize(lt.as_image(getattr(skimage.data, name)()), (SIDE, SIDE), anti_aliasing=True)
    return lt.MaskedImage(image, lt.segment(image, "slic", n_segments=SUPERPIXELS), replacement=0.0)


class Pixels:
    """F(z) = f(x(z)) from the pixels of the masked images, as of a black box."""

    block_size = 64

    def __init__(self, model: Any, masked: lt.MaskedImage):
        self._model, self._masked, self.d = model, masked, masked.d

    def __call__(self, masks: np.ndarray) -> np.ndarray:
        """(n, d) bool → (n,)."""
        return np.asarray(self._model(self._masked.compose(masks)))


def linear(masked: lt.MaskedImage, rng: np.random.Generator) -> tuple[lt.LinearPixels, np.ndarray]:
    """A weighted sum of the pixels of ten superpixels, with normal weights, and which superpixels these are."""
    used = rng.choice(masked.d, USED, replace=False)
    weights = rng.normal(size=masked.original.shape)
    return lt.LinearPixels(weights * np.isin(masked.owner, used)), used


def shapes(masked: lt.MaskedImage, rng: np.random.Generator) -> tuple[lt.ShapeDetectors, np.ndarray]:
    """A weighted sum of five shapes of two superpixels each, detected where both are shown, and which these are."""
    bright = np.bincount(masked.owner[masked.original > BRIGHT], minlength=masked.d) >= ENTRIES
    used = rng.choice(np.flatnonzero(bright), USED, replace=False)
    detectors = [lt.ShapeDetector(shape(masked, pair, rng), BRIGHT) for pair in used.reshape(-1, 2).tolist()]
    return lt.ShapeDetectors(detectors, "sum", weights=rng.uniform(0.5, 1.5, len(detectors))), used


def shape(masked: lt.MaskedImage, pair: list[int], rng: np.random.Generator) -> np.ndarray:
    """A few bright entries of each superpixel of a pair, a bool array of the image's shape."""
    found = np.zeros(masked.original.size, bool)
    for superpixel in pair:
        bright = np.flatnonzero((masked.owner == superpixel) & (masked.original > BRIGHT))
        found[rng.choice(bright, ENTRIES, replace=False)] = True
    return found.reshape(masked.original.shape)


Make: TypeAlias = Callable[[lt.MaskedImage, np.random.Generator], tuple[Any, np.ndarray]]
MODELS: dict[str, Make] = {"linear": linear, "shapes": shapes}
