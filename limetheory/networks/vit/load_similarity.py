"""`dino_similarity` by name: references from arrays, pictures and files, the transformer from a package or a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.arguments import choice
from limetheory.given import given
from limetheory.networks.classifier import Precision
from limetheory.networks.vit.dinov2_network import dinov2_network
from limetheory.networks.vit.local import local_folder, local_model
from limetheory.networks.vit.similarity import NAME, Similarity
from limetheory.networks.vit.torch_backbone import VisionModel
from limetheory.networks.vit.weights_file import weights_file
from limetheory.pictures import load_image, named_image


def load_similarity(reference: Any, weights: Any, output: str, precision: Precision) -> Similarity:
    """The similarity of images to references.

    Args:
        reference: an image or the path of one, or a list of them.
        weights: see `load_model`.
        output: "probabilities", which is the default of every model, or "similarity".
        precision: see `Classifier`.

    Raises:
        ValueError, TypeError, FileNotFoundError, ImportError: in one line.
    """
    choice("output", output, ("probabilities", "similarity"), f"leave it out for {NAME}")
    named = list(_references(reference))
    return Similarity(_vision(weights), [image for _, image in named], [name for name, _ in named], precision)


def _references(reference: Any) -> Iterator[tuple[str, np.ndarray]]:
    """The name and the pixels of each."""
    if reference is None or (isinstance(reference, (list, tuple)) and not reference):
        raise ValueError(
            f"{NAME} needs a reference, got {given(reference)}; give an image or its path, on the command line by "
            "--similar-to FILE"
        )
    several = isinstance(reference, (list, tuple))
    for number, one in enumerate(reference if several else [reference], start=1):
        if isinstance(one, (str, os.PathLike)):
            yield Path(one).name, load_image(one)
        else:
            called = f"reference {number}" if several else "reference"
            yield called if several else "the reference", named_image(called, one)


def _vision(weights: Any) -> VisionModel:
    folder = local_folder(weights)
    # nothing in the file reads the class token behind its last layer, so nothing kept its meaning when it was trained
    return dinov2_network(weights_file(weights), last_layer=False) if folder is None else local_model(folder)
