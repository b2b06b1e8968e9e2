"""Section 6.4 without people: a network learns a watermark instead of digits, and explanations have to show it.

In the paper a classifier of huskies and wolves had learned the snow behind the wolves. Here a small network tells the
digit 8 from the digit 3, scikit-learn's images of 8 × 8 pixels, and every 8 that it is trained on has a white block of
2 × 2 pixels in a corner that is black in all digits. A control is trained with the block on digits drawn at random.
"""

from __future__ import annotations

import warnings
from time import process_time
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import limetheory as lt
from experiments.lime2016.lime import TENTH
from experiments.lime2016.settings import Settings

DIGITS, SIDE, BLOCK = (3, 8), 8, 2
HIDDEN = 32
PLACES = SIDE // BLOCK
SUPERPIXELS = PLACES**2
CORNER = PLACES - 1
"""The superpixel of the block: the last of the first row, with the pixels 6 and 7 of rows 0 and 1."""
TRAINED = ("watermark", "control")


def digits() -> tuple[np.ndarray, np.ndarray]:
    """The images of both digits in [0, 1], (n, 8, 8), black in the corner, and whether each is an 8."""
    images, labels = load_digits(return_X_y=True)
    kept = np.isin(labels, DIGITS)
    found = images[kept].reshape(-1, SIDE, SIDE) / 16
    return marked(found, np.zeros(len(found), bool)), labels[kept] == DIGITS[1]


def marked(images: np.ndarray, which: np.ndarray) -> np.ndarray:
    """The images with a white block in the corner of some, and a black one in that of the others."""
    found = images.copy()
    found[:, :BLOCK, -BLOCK:] = which[:, None, None]
    return found


def segments() -> np.ndarray:
    """Sixteen superpixels of 2 × 2 pixels, (8, 8) int."""
    place = np.arange(SIDE) // BLOCK
    return place[:, None] * PLACES + place


def one_network(data: str, model: str, seed: int, settings: Settings) -> dict[str, Any]:
    """One row: accuracies with the block and without, and the watermark's share and rank in each explanation.

    Explained are digits of both kinds with the block, for the class 8.
    """
    start, rng = process_time(), np.random.default_rng([seed, TRAINED.index(model)])
    images, eights = digits()
    test, train = np.split(rng.permutation(len(images)), [len(images) // 4])
    blocks = eights[train] if model == "watermark" else rng.random(len(train)) < 0.5
    network = fitted(marked(images[train], blocks), eights[train], seed)
    shown = marked(images[test], np.ones(len(test), bool))[: settings.image_models]
    found = [explained(network, image, settings.image_masks, rng) for image in shown]
    conditions = {"with": eights[test], "without": np.zeros(len(test), bool), "swapped": ~eights[test]}
    return {
        "part": "shortcut", "data": data, "model": model, "seed": seed, **settings.of("image_masks", "image_models"),
        "accuracy": {
            name: float(np.mean((network(marked(images[test], which)) > 0.5) == eights[test]))
            for name, which in conditions.items()
        },
        "share": {name: [share(one[name]) for one in found] for name in found[0]},
        "rank": {name: [rank(one[name]) for one in found] for name in found[0]},
        "seconds": process_time() - start,
    }  # fmt: skip


class Network:
    """P(8) of images (b, 8, 8), by a network of one hidden layer."""

    def __init__(self, network: MLPClassifier):
        self._network = network

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """(b, 8, 8) → (b,)."""
        return np.asarray(self._network.predict_proba(images.reshape(len(images), -1))[:, 1])


def fitted(images: np.ndarray, eights: np.ndarray, seed: int) -> Network:
    """The network after training."""
    network = MLPClassifier((HIDDEN,), max_iter=200, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it need not be the best network
        return Network(network.fit(images.reshape(len(images), -1), eights))


def explained(network: Network, image: np.ndarray, n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The coefficients of all superpixels: of least squares, of a tenth of the masks, and of all 2^16 masks."""
    masked = lt.MaskedImage(image, segments(), replacement=0.0)
    design, few = lt.ImageDesign(masked.d), max(n // TENTH, 2 * masked.d + 2)

    def function(masks: np.ndarray) -> np.ndarray:
        return network(masked.compose(masks))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of few masks, which is what is measured here
        found = {
            "lime": lt.estimate(function, design, n, rng),
            "tenth": lt.estimate(function, design, few, rng),
            "adjusted": lt.estimate(function, design, few, rng, "adjusted"),
            "limit": lt.limit(function, design),
        }
    return {name: one.coefficients for name, one in found.items()}


def share(coefficients: np.ndarray) -> float:
    """The watermark's share of the sum of |coefficients|."""
    sizes = np.abs(coefficients)
    return float(sizes[CORNER] / sizes.sum())


def rank(coefficients: np.ndarray) -> int:
    """The watermark's rank by |coefficient|, 1 for the largest."""
    sizes = np.abs(coefficients)
    return int(1 + np.sum(sizes > sizes[CORNER]))
