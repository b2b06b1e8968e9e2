"""One round: processor seconds of lime, of the adapter, and of limetheory without it, with models that cost nothing."""

from __future__ import annotations

import os
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
from limetheory.adapters.lime.kernel import exponential
from limetheory.images.composed import composed

SIDE, SUPERPIXELS, MASKS, SAMPLES = 224, 50, 1000, 5000
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
        "text": _of_text(SAMPLES // scale), "table": _of_table(SAMPLES // scale),
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
        hidden = masked.replacement if dtype is np.float64 else (255 * masked.replacement).astype(np.uint8)
        masks = np.random.default_rng(0).integers(0, 2, (n, masked.d)) == 1
        masks[0] = True
        answers = [model(composed(image, hidden, segments, masks[start : start + 10])) for start in range(0, n, 10)]
        return _kept(masks, np.concatenate(answers)[:, 0], 0.25, masked.d)

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
        masks = np.ones((n, masked.d), bool)
        for row, size in zip(masks[1:], state.randint(1, masked.d + 1, n - 1), strict=True):
            row[state.permutation(masked.d)[:size]] = False
        return _kept(masks, model(masked.compose(masks))[:, 1], 0.25, 10)

    theirs, ours = _kinds("lime_text", "LimeTextExplainer")
    return {
        THEIRS: lambda: explained(theirs), OURS: lambda: explained(ours), DIRECT: with_the_same_masks,
        FUNCTION: lambda: lt.explain_text(model, text, target=1, n=n, rng=0, ridge=1, include_original=True),
    }  # fmt: skip


def _of_table(n: int) -> dict[str, Call]:
    training = np.random.default_rng(0).normal(size=(500, 10))

    def model(rows: np.ndarray) -> np.ndarray:
        shares = rows[:, 0] > 0
        return np.stack([shares, ~shares], axis=1).astype(float)

    theirs, ours = (kind(training, random_state=0) for kind in _kinds("lime_tabular", "LimeTabularExplainer"))
    return {
        THEIRS: lambda: theirs.explain_instance(training[0], model, num_samples=n),
        OURS: lambda: ours.explain_instance(training[0], model, num_samples=n),
        FUNCTION: lambda: lt.explain_tabular(
            model, training[0], training, target=1, n=n, rng=0, ridge=1, include_original=True
        ),
    }  # fmt: skip


def _kept(masks: np.ndarray, values: np.ndarray, width: float, k: int) -> lt.Explanation:
    """The local model of masks by limetheory's own functions: weights, selection, fit."""
    rows = masks.astype(float)
    distances = pairwise_distances(rows, rows[:1], metric="cosine").ravel()
    sample = lt.Sample.of(masks, exponential(distances, width), values)
    return lt.refit(sample, lt.select_features(sample, min(k, sample.d), "highest_weights"), 1.0)


def _kinds(module: str, name: str) -> tuple[Any, Any]:
    theirs, ours = (import_module(f"{where}lime.{module}") for where in ("", "limetheory.adapters."))
    return getattr(theirs, name), getattr(ours, name)


def one_round(number: int, scale: int) -> dict[str, Any]:
    """A row: the seconds of every contender for each kind of input."""
    if not number:
        _seconds(calls(20), 0)  # what is loaded on first use
    return {
        "round": number, "seed": 0, "load": round(os.getloadavg()[0], 2), "side": SIDE,
        "superpixels": int(scene()[1].max()) + 1, "words": len(set(WORDS)), "masks": MASKS // scale,
        "samples": SAMPLES // scale, "seconds": _seconds(calls(scale), number),
    }  # fmt: skip


def _seconds(every: dict[str, dict[str, Call]], turn: int) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for kind, contenders in every.items():
        names = list(contenders)
        for name in [*names[turn % len(names) :], *names[: turn % len(names)]]:
            start = time.process_time()
            contenders[name]()
            found.setdefault(kind, {})[name] = time.process_time() - start
    return found
