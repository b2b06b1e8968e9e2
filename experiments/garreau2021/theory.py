"""Figures 3 and 4 of the study: models with a closed form, explained by lime itself, by limetheory, and exactly."""

from __future__ import annotations

import warnings
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

import limetheory as lt
from experiments._frame import Row
from experiments.garreau2021.datasets import DIGITS, colours, labelled
from experiments.garreau2021.rounding import rounded
from experiments.garreau2021.settings import Settings
from experiments.speed.contenders import Scene, by_lime
from limetheory.estimation.methods.few_masks import few_masks_studied

KERNEL = 1
"""Of quickshift on small images, as in the study."""
THRESHOLD, LENGTH = 0.5, 5
STARTS = {"upper left": 87, "lower middle": 547, "upper middle": 463}
"""Where the shape of five adjacent pixels starts in the flattened digit, in the study."""
WIDEST = "widest"
"""The run of bright pixels over most superpixels; on digits that are not MNIST's it stands for the third position."""
DETECTED, WEIGHED = 4, 1
"""The numbers of the digits, from 0, that the shape detector and the linear model are asked about."""


def positions(dataset: str) -> list[str]:
    """The positions of the shape in one dataset."""
    return [*list(STARTS)[:2], WIDEST] if dataset == DIGITS else list(STARTS)


def detector(data: str, folder: Path | None, position: str, seed: int, settings: Settings) -> Row:
    """The row of Figure 3 for one position of the shape."""
    masked = digit(data, folder, DETECTED)
    first = widest(masked) if position == WIDEST else STARTS[position]
    shape = np.zeros(masked.image.size, bool)
    shape[first : first + LENGTH] = True
    model = lt.ShapeDetector(shape.reshape(masked.image.shape), THRESHOLD)
    return {**key("figure3", data, position, DETECTED, seed), "first": first, **compared(model, masked, seed, settings)}


def linear(data: str, folder: Path | None, seed: int, settings: Settings) -> Row:
    """The row of Figure 4: weights (i + j)/100 at column i and row j, with normal noise of deviation 0.1."""
    masked = digit(data, folder, WEIGHED)
    model = lt.LinearPixels(weights(masked.image.shape, seed))
    return {**key("figure4", data, "linear", WEIGHED, seed), **compared(model, masked, seed, settings)}


def key(part: str, data: str, model: str, image: object, seed: int, variant: str = "study") -> dict[str, Any]:
    """What identifies a row of any part."""
    return {"part": part, "data": data, "model": model, "image": str(image), "variant": variant, "seed": seed}


def weights(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """λ of the linear model, (h, w)."""
    rows, columns = np.indices(shape)
    found: np.ndarray = (rows + columns) / 100 + np.random.default_rng([seed, 0]).normal(0, 0.1, shape)
    return found


def digit(data: str, folder: Path | None, number: int) -> lt.MaskedImage:
    """A digit in grey levels with quickshift's superpixels, which black replaces."""
    image = labelled(data, folder).first[number] / 255
    return lt.MaskedImage(image, lt.segment(lt.as_image(image), "quickshift", kernel_size=KERNEL), replacement=0.0)


def widest(masked: lt.MaskedImage) -> int:
    """The first pixel of the run of five bright pixels in one row that meets most superpixels, the first of several."""
    width = masked.image.shape[1]
    bright, owner = masked.image.ravel() > THRESHOLD, masked.segments.ravel()
    starts = [i for i in range(len(owner)) if i % width <= width - LENGTH and bright[i : i + LENGTH].all()]
    if not starts:
        raise ValueError(f"the digit must have {LENGTH} bright pixels in a row, got none; use another digit")
    return max(starts, key=lambda i: len(np.unique(owner[i : i + LENGTH])))


def compared(model: Any, masked: lt.MaskedImage, seed: int, settings: Settings) -> Row:
    """Repeated runs of lime and of limetheory, the limit, the limit with lime's penalty, and the image itself."""
    start, design, n = process_time(), lt.ImageDesign(masked.d), settings.masks
    closed, streams = lt.set_function(model, masked), np.random.default_rng([seed, 1]).spawn(settings.repetitions)
    with few_masks_studied(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a function that is constant, as an absent shape is
        runs = {
            "lime": [of_lime(model, masked, n, 1 + run) for run in range(settings.repetitions)],
            "limetheory": [
                lt.estimate(closed, design, n, stream, ridge=1.0, include_original=True).coefficients
                for stream in streams
            ],
        }
        deviations = lt.asymptotic_deviations(closed, design)
    return {
        "superpixels": masked.d, **settings.of("masks", "repetitions"),
        "runs": {name: rounded(found) for name, found in runs.items()},
        "limit": rounded(lt.limit(closed, design).coefficients),
        "penalised": rounded(lt.limit(closed, design, ridge=1 / n).coefficients),
        "deviation": rounded(deviations / np.sqrt(n)),
        "pixels": np.round(255 * masked.image).astype(int).tolist(), "segments": masked.segments.tolist(),
        "seconds": process_time() - start,
    }  # fmt: skip


def of_lime(model: Any, masked: lt.MaskedImage, n: int, seed: int) -> np.ndarray:
    """One run of the lime package with black as replacement, (d,), of a model of grey images."""
    scene = Scene(colours(np.round(255 * masked.image).astype(np.uint8)[None])[0], masked.segments, 0)
    return by_lime(lambda pictures: model(pictures[..., 0])[:, None], scene, n, seed, hide_color=0.0)
