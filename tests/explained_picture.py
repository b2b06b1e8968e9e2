"""A random picture of eight superpixels, models of it, and short ways to explain it."""

import numpy as np

import limetheory as lt

LABELS = np.arange(12 * 16).reshape(12, 16) // 48 * 2 + (np.arange(16) >= 8)
D = 8
RNG = np.random.default_rng(0)
IMAGE = RNG.random((12, 16, 3))
WEIGHTS = RNG.normal(size=(12, 16, 3))


def linear(images):
    return np.tensordot(images, WEIGHTS, axes=3)


def curved(images):
    score = linear(images) / 10
    return np.stack([np.tanh(score), np.tanh(score) ** 2, -score], axis=1)


def explain(model=curved, image=IMAGE, **options):
    return lt.explain_image(model, image, **{"segments": LABELS, "rng": 0, "n": 60, "target": 0, **options})


def probabilities(images):
    odds = np.exp(np.stack([linear(images) / 10, np.zeros(len(images)), -linear(images) / 20], axis=1))
    return odds / odds.sum(axis=1, keepdims=True)
