"""One round: processor seconds of lime, of the adapter, and of limetheory without it, with models that cost nothing."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from PIL import Image
from skimage.data import chelsea
from sklearn.metrics import pairwise_distances
from sklearn.utils import check_random_state

import limetheory as lt
from limetheory.adapters.lime.discretize import QuartileDiscretizer
from limetheory.adapters.lime.kernel import exponential
from limetheory.images.composed import composed

SIDE, SUPERPIXELS, MASKS, SAMPLES = 224, 50, 1000, 5000
REPEATS = 5
"""Calls of each contender in a round, in turn; the round has their median."""
TRAINING = np.random.default_rng(0).normal(size=(500, 10))
WORDS = "a long film with a good plot and a bad end, which I liked more than the first one of its kind".split()
THEIRS, OURS, DIRECT, FUNCTION = "lime 0.2.0.1", "adapter", "same masks", "limetheory"

Call = Callable[[], object]


def calls(scale: int) -> dict[str, dict[str, Call]]:
    """For each kind of input, what each contender computes.

    Args:
        scale: what the number of masks is divided by.
    """
    return {
        "image, uint8": _of_image(np.uint8, MASKS // scale), "image, float64": _of_image(np.float64, MASKS // scale),
        "text": _of_text(SAMPLES // scale), "table, training data read before": _of_row(SAMPLES // scale),
        "table, training data read": _of_table(SAMPLES // scale),
    }  # fmt: skip


@cache
def scene() -> tuple[np.ndarray, np.ndarray]:
    """A photograph of 224×224 pixels (uint8) and its slic superpixels."""
    image = np.array(Image.fromarray(chelsea()).resize((SIDE, SIDE)))
    return image, lt.segment(lt.as_image(image), "slic", SUPERPIXELS)


def _of_image(dtype: Any, n: int) -> dict[str, Call]:
    photograph, segments = scene()
    image = photograph if dtype is np.uint8 else photograph / 255.0
    scale = float(image.max())

    def model(images: np.ndarray) -> np.ndarray:
        return images[:, 100, 100] / scale

    def explained(kind: Any) -> object:
        return kind(random_state=0).explain_instance(
            image, model, labels=(0,), top_labels=None, num_samples=n, segmentation_fn=lambda _: segments
        )

    def with_the_same_masks() -> object:
        masked = lt.MaskedImage(image, segments)
        hidden = masked.replacement if dtype is np.float64 else (255 * masked.replacement + 1e-9).astype(np.uint8)
        state = check_random_state(0)
        state.randint(0, 1000)  # the seed of a segmentation
        masks = state.randint(0, 2, (n, masked.d)) == 1
        masks[0] = True
        answers = [model(composed(image, hidden, segments, masks[start : start + 10])) for start in range(0, n, 10)]
        return _kept(masks, np.concatenate(answers)[:, 0], 0.25, masked.d, "cosine")

    theirs, ours = _kinds("lime_image", "LimeImageExplainer")
    import_module("lime.lime_image").__dict__["tqdm"] = iter  # no progress bar
    options: dict[str, Any] = {"segments": segments, "target": 0, "n": n, "ridge": 1, "include_original": True}
    return {
        THEIRS: lambda: explained(theirs), OURS: lambda: explained(ours), DIRECT: with_the_same_masks,
        FUNCTION: lambda: lt.explain_image(model, image, rng=0, **options),
    }  # fmt: skip


def _of_text(n: int) -> dict[str, Call]:
    text = " ".join(WORDS)

    def model(texts: list[str]) -> np.ndarray:
        shares = np.fromiter(map(len, texts), float) / len(text)
        return np.stack([shares, 1 - shares], axis=1)

    def explained(kind: Any) -> object:
        return kind(random_state=0).explain_instance(text, model, num_samples=n)

    def with_the_same_masks() -> object:
        masked, state = lt.MaskedText(text), check_random_state(0)
        sizes, order = state.randint(1, masked.d + 1, n - 1), np.tile(np.arange(masked.d), (n - 1, 1))
        for tokens in order:
            state.shuffle(tokens)
        masks = np.ones((n, masked.d), bool)
        np.put_along_axis(masks[1:], order, np.arange(masked.d) >= sizes[:, None], axis=1)
        return _kept(masks, model(masked.compose(masks))[:, 1], 0.25, 10, "cosine")

    theirs, ours = _kinds("lime_text", "LimeTextExplainer")
    return {
        THEIRS: lambda: explained(theirs), OURS: lambda: explained(ours), DIRECT: with_the_same_masks,
        FUNCTION: lambda: lt.explain_text(model, text, target=1, n=n, rng=0, ridge=1, include_original=True),
    }  # fmt: skip


def _positive(rows: np.ndarray) -> np.ndarray:
    """The model of rows: whether the first column is positive."""
    shares = rows[:, 0] > 0
    return np.stack([shares, ~shares], axis=1).astype(float)


def _of_row(n: int) -> dict[str, Call]:
    """A row, with what was read of the training data before."""
    row, names = TRAINING[0], list(map(str, range(TRAINING.shape[1])))
    theirs, ours = (kind(TRAINING, random_state=0) for kind in _kinds("lime_tabular", "LimeTabularExplainer"))
    bins, masked = QuartileDiscretizer(TRAINING, [], names), lt.MaskedRow(row, TRAINING)
    design, shares = masked.design(), _shares(bins)

    def explained(kind: Any) -> object:
        kind.random_state = kind.discretizer.random_state = kind.base.random_state = check_random_state(0)
        return kind.explain_instance(row, _positive, num_samples=n)

    def with_the_same_masks() -> object:
        bins.random_state = state = check_random_state(0)
        cells = np.stack([state.choice(len(share), n, p=share) for share in shares], axis=1)
        masks, rows = cells == bins.discretize(row), bins.undiscretize(cells[1:].astype(float))
        masks[0] = True
        values = _positive(np.vstack([row, rows]))[:, 1]
        return _kept(masks, values, 0.75 * np.sqrt(len(row)), 10, "euclidean")

    def estimated() -> object:
        function = lt.set_function(_positive, masked, target=1, rng=1, original_first=True)
        return lt.estimate(function, design, n, 0, ridge=1, include_original=True)

    return {
        THEIRS: lambda: explained(theirs), OURS: lambda: explained(ours), DIRECT: with_the_same_masks,
        FUNCTION: estimated,
    }  # fmt: skip


def _shares(bins: QuartileDiscretizer) -> list[np.ndarray]:
    """How often each bin of a column occurs in the training data."""
    return [np.bincount(column) / len(TRAINING) for column in bins.discretize(TRAINING).astype(int).T]


def _of_table(n: int) -> dict[str, Call]:
    """A row, with the training data read in the same call."""
    theirs, ours = _kinds("lime_tabular", "LimeTabularExplainer")

    def explained(kind: Any) -> object:
        return kind(TRAINING, random_state=0).explain_instance(TRAINING[0], _positive, num_samples=n)

    options: dict[str, Any] = {"target": 1, "n": n, "rng": 0, "ridge": 1, "include_original": True}
    return {
        THEIRS: lambda: explained(theirs), OURS: lambda: explained(ours),
        FUNCTION: lambda: lt.explain_tabular(_positive, TRAINING[0], TRAINING, **options),
    }  # fmt: skip


def _kept(masks: np.ndarray, values: np.ndarray, width: float, k: int, metric: str) -> lt.Explanation:
    """The local model of masks by limetheory's own functions: weights, selection where there is any, fit."""
    rows = masks.astype(float)
    sample = lt.Sample.of(masks, exponential(pairwise_distances(rows, rows[:1], metric=metric).ravel(), width), values)
    chosen = np.arange(sample.d) if k >= sample.d else lt.select_features(sample, k, "highest_weights")
    return lt.refit(sample, chosen, 1.0)


def _kinds(module: str, name: str) -> tuple[Any, Any]:
    theirs, ours = (import_module(f"{where}lime.{module}") for where in ("", "limetheory.adapters."))
    return getattr(theirs, name), getattr(ours, name)


def one_round(number: int, scale: int) -> dict[str, Any]:
    """A row: the seconds of every contender for each kind of input."""
    if not number:
        _seconds(calls(20), 0, 1)  # what is loaded on first use
    return {
        "round": number, "seed": 0, "repeats": REPEATS, "load": round(os.getloadavg()[0], 2), "side": SIDE,
        "superpixels": int(scene()[1].max()) + 1, "words": len(set(WORDS)), "masks": MASKS // scale,
        "samples": SAMPLES // scale, "seconds": _seconds(calls(scale), number),
    }  # fmt: skip


def _seconds(every: dict[str, dict[str, Call]], turn: int, repeats: int = REPEATS) -> dict[str, dict[str, float]]:
    """The median seconds of every contender, measured in turn so that other programs slow all of them alike."""
    return {kind: _medians(contenders, turn, repeats) for kind, contenders in every.items()}


def _medians(contenders: dict[str, Call], turn: int, repeats: int) -> dict[str, float]:
    names = list(contenders)
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for repeat in range(repeats):
        first = (turn + repeat) % len(names)
        for name in [*names[first:], *names[:first]]:
            start = time.process_time()
            contenders[name]()
            found[name].append(time.process_time() - start)
    return {name: statistics.median(seconds) for name, seconds in found.items()}
