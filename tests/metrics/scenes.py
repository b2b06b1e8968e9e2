"""Small models of images for the tests of metrics: exact arithmetic, every call counted."""

from __future__ import annotations

import numpy as np

import limetheory as lt
from limetheory.metrics import Predictions

CHECK = 5
"""How many images the check for dependence on the batch evaluates: the replacement, then both side by side, twice."""


class Counted:
    """Probabilities of three classes, nonlinear in the pixels; it keeps every image that it evaluates."""

    def __init__(self, pixels: int, seed: int = 1):
        self.weights = np.random.default_rng(seed).normal(size=(3, pixels))
        self.seen: list[bytes] = []
        self.calls = 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        self.calls += 1
        self.seen += [image.tobytes() for image in images]
        logits = np.tanh(images.reshape(len(images), -1) @ self.weights.T) * 2
        return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def photo(d: int = 6, seed: int = 0, replacement=0.0, width: int = 3) -> lt.MaskedImage:
    """A grey image of d segments, 1, 2, 3, … times ``width`` pixels large."""
    labels = np.repeat(np.arange(d), width * (1 + np.arange(d)))[None]
    return lt.MaskedImage(np.random.default_rng(seed).uniform(0.1, 1, labels.shape), labels, replacement)


def predictions(d: int = 6, seed: int = 0, replacement=0.0, batch_size: int = 4) -> tuple[Predictions, Counted]:
    masked = photo(d, seed, replacement)
    model = Counted(masked.image.size, seed + 1)
    return Predictions(lt.ModelFunction(model, masked, batch_size=batch_size)), model


def table(d: int, seed: int = 0) -> lt.SetFunction:
    """A set function with random values."""
    return lt.SetFunction(np.random.default_rng(seed).normal(size=1 << d))
