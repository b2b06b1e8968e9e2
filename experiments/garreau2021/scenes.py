"""What is explained: an image with the study's superpixels and mean colours, and with others in their place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from skimage.segmentation import quickshift

import limetheory as lt
from experiments._frame import Row
from experiments.garreau2021.comparison import compared
from experiments.garreau2021.datasets import colours, labelled, pixels
from experiments.garreau2021.settings import Settings
from experiments.garreau2021.small_networks import classifiers, trained
from experiments.garreau2021.theory import KERNEL, key
from limetheory.images.segmentation.label_map import compact
from limetheory.images.segmentation.scikit_image import LIME_QUICKSHIFT, LIME_QUICKSHIFT_SEED

STUDY, UNPROCESSED = "study", "unprocessed"
REPLACED = {"black": 0.0, "grey": 0.5, "blur": "blur"}
SEGMENTED = ("slic", "grid")
SMALL = (STUDY, *REPLACED, *SEGMENTED)
"""The variants that small networks are measured with."""
LARGE = (STUDY, "black", "slic", UNPROCESSED)
"""Those of photographs, where each takes 1,000 evaluations of a large network or more."""


def small(
    name: str, data: str, folder: Path | None, image: int, variant: str, seed: int, settings: Settings
) -> Row:  # fmt: skip
    """The row of a small network and one of the images that it was not trained on."""
    network, accuracy = trained(name, data, folder, settings.epochs, seed)
    pictures = colours(labelled(data, folder).test[image : image + 1])
    masked = scene(np.array(pictures[0]), np.array(pictures[0]), KERNEL, variant)
    found = compared(classifiers(network, name), masked, [seed, image], settings, cheap=True)
    return {**key("small", data, name, image, seed, variant), "accuracy": accuracy, "epochs": settings.epochs,
            "label": int(labelled(data, folder).test_labels[image]), **found}  # fmt: skip


def large(
    name: str, weights: Path | None, source: str, picture: str, file: Path | None, variant: str, number: int, seed: int,
    settings: Settings,
) -> Row:  # fmt: skip
    """The row of an ImageNet network and one photograph, which is squashed to the network's size."""
    models = loaded(name, weights)
    image = models[0].prepare(pixels(picture, file))
    masked = scene(image, preprocessed(models[0], image), int(LIME_QUICKSHIFT["kernel_size"]), variant)
    found = compared(models, masked, [seed, number], settings, cheap=False)
    return {**key("imagenet", source, name, picture, seed, variant),
            "target_name": models[0].class_name(found["target"]), **found}  # fmt: skip


def scene_of(name: str, picture: str) -> lt.MaskedImage:
    """What a network with bundled weights was asked about a photograph that scikit-image ships."""
    model = loaded(name, None)[0]
    image = model.prepare(pixels(picture, None))
    return scene(image, preprocessed(model, image), int(LIME_QUICKSHIFT["kernel_size"]), STUDY)


@lru_cache(maxsize=1)
def loaded(name: str, weights: Path | None) -> tuple[lt.Classifier, lt.Classifier]:
    """A network with probabilities, and the same with logits."""
    return lt.load_model(name, weights=weights), lt.load_model(name, weights=weights, output="logits")


def preprocessed(model: lt.Classifier, image: np.ndarray) -> np.ndarray:
    """The image as the network takes it, which is what the study segments."""
    mean, std = (values.numpy().reshape(-1) for values in (model.mean, model.std))
    return np.asarray((image - mean) / std, float)


def scene(image: np.ndarray, taken: np.ndarray, kernel: int, variant: str) -> lt.MaskedImage:
    """An image in [0, 1] with the superpixels and the replacement of a variant.

    Args:
        image: (h, w, 3) in [0, 1].
        taken: the image as the network takes it, (h, w, 3).
        kernel: of quickshift.
        variant: one of `SMALL` or `LARGE`.
    """
    segments = study_segments(image if variant == UNPROCESSED else taken, kernel)
    if variant in SEGMENTED:
        segments = lt.segment(image, variant, n_segments=int(segments.max()) + 1)
    return lt.MaskedImage(image, segments, REPLACED.get(variant, "mean"))


def study_segments(taken: np.ndarray, kernel: int) -> np.ndarray:
    """quickshift with the parameters of the study, (h, w) labels from 0."""
    options = {"ratio": LIME_QUICKSHIFT["ratio"], "max_dist": LIME_QUICKSHIFT["max_dist"]}
    return compact(quickshift(taken, kernel_size=kernel, rng=LIME_QUICKSHIFT_SEED, **options), taken.shape[:2])
