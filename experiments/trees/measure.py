"""One round: exact LIME explanations of a forest on 784 pixels beside shap's compiled TreeExplainer."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

import limetheory as lt
from experiments.trees.report import INTERVENTIONAL, OWN, PEER
from limetheory.fitted.trees import TreeModel
from limetheory.verification.digits import SIDE, enlarged_digits

with warnings.catch_warnings():
    # shap makes colour maps on import, by a call for which matplotlib warns
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap

DEPTH, SEED = 8, 0
BATCHES = (1, 5, 20, 200)
Explain = Callable[[np.ndarray], object]
Times = dict[str, dict[str, dict[str, float]]]
"""Milliseconds for each explanation by contender, size of the batch, and kind of time: wall-clock or processor."""


def segments() -> np.ndarray:
    """Five rows of ten superpixels on 28×28 pixels: d = 50."""
    pixel = np.arange(SIDE)
    return (pixel * 5 // SIDE)[:, None] * 10 + pixel * 10 // SIDE


def forest(trees: int) -> tuple[RandomForestClassifier, np.ndarray]:
    """A forest that distinguishes the digit 3 from the others, and the enlarged digits."""
    images, labels = enlarged_digits()
    fitted = RandomForestClassifier(trees, max_depth=DEPTH, random_state=SEED, n_jobs=1)
    return fitted.fit(images.reshape(len(images), -1), labels == 3), images


def contenders(fitted: RandomForestClassifier, images: np.ndarray) -> dict[str, Explain]:
    """For each contender, a function that explains a batch of images by the same forest, prepared beforehand."""
    labels = segments()
    model, design = TreeModel(fitted), lt.ImageDesign(50)
    paths, pairs = shap.TreeExplainer(fitted), shap.TreeExplainer(fitted, _pixels(images[:1]))
    return {
        OWN: lambda batch: model.limits(batch, labels, design),
        PEER: lambda batch: paths.shap_values(_pixels(batch), check_additivity=False),
        INTERVENTIONAL: lambda batch: pairs.shap_values(_pixels(batch), check_additivity=False),
    }


def _pixels(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


def measured(runs: dict[str, Explain], images: np.ndarray, turn: int) -> Times:
    """The times of every contender for batches of all sizes, beginning with the contender whose turn it is."""
    names, found = list(runs), Times()
    for size in BATCHES:
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found.setdefault(name, {})[str(size)] = _milliseconds(runs[name], images, size)
    return {name: found[name] for name in names}


def _milliseconds(explain: Explain, images: np.ndarray, size: int) -> dict[str, float]:
    wall, processor = time.perf_counter(), time.process_time()
    for start in range(0, len(images), size):
        explain(images[start : start + size])
    seconds = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    return {kind: 1000 * taken / len(images) for kind, taken in seconds.items()}


def largest_gap(fitted: RandomForestClassifier, images: np.ndarray) -> float:
    """The largest difference between batch and sum of the limits of leaves, divided by the largest coefficient.

    On the fourth image, a 3.
    """
    model, design = TreeModel(fitted), lt.ImageDesign(50)
    leaves = lt.set_function(model, lt.MaskedImage(images[3], segments()))
    one_by_one = sum(lt.limit(leaves.leaf(index), design).coefficients for index in range(len(leaves)))
    batch = model.limits(images[:4], segments(), design)[3].coefficients
    return float(np.abs(batch - one_by_one).max() / np.abs(one_by_one).max())


def one_round(number: int, trees: int, images: int) -> dict[str, Any]:
    """One row: the first images explained by every contender, with a forest of the given number of trees."""
    runs, some, facts = setting(trees, images)
    load = round(os.getloadavg()[0], 2)
    return {"round": number, "load": load, **facts, "milliseconds": measured(runs, some, number)}


@lru_cache(maxsize=1)
def setting(trees: int, images: int) -> tuple[dict[str, Explain], np.ndarray, dict[str, Any]]:
    """The contenders after a first run, the images, and the fields of a row that describe the setting."""
    fitted, digits = forest(trees)
    runs = contenders(fitted, digits)
    measured(runs, digits[:2], 0)
    facts = {
        "seed": SEED, "trees": trees, "depth": DEPTH, "leaves": TreeModel(fitted).ensemble.n_leaves,
        "pixels": SIDE * SIDE, "superpixels": 50, "images": images, "gap": largest_gap(fitted, digits),
    }  # fmt: skip
    return runs, digits[:images], facts
