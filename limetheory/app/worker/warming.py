"""What every first question waits for, done before it is asked."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.app.worker.predictions import asking_of
from limetheory.app.worker.scene import copy_of
from limetheory.app.worker.telling import Tell, steps_told
from limetheory.arrays import Floats
from limetheory.images.explain import explain_image
from limetheory.images.segmentation.counted import cut

MASKS = 128
"""Of the first explanation, with which the network's layers come to their backend; a convention."""

_SEGMENTS, _SIDE = 50, 128  # superpixels, and the side of the picture that is looked at without a photograph
_WARM: set[int] = set()


def prepare(network: Any, tell: Tell, *, photo: Path | None = None) -> None:
    """Look at a photograph, and once in a process do what the first explanation would wait for.

    That is to import the segmenters, to run the network in batches, and to bring its layers to their backend. A model
    without a backend, such as a function, is asked about the photograph alone.

    Args:
        network: the model.
        tell: ends it, where somebody asks for something else.
        photo: the file; None looks at none.
    """
    tell("Looking at the photograph")
    if photo is not None:
        asking_of(network, photo)
        tell("Finding superpixels")
    if id(network) not in _WARM:
        _warm_up(network, tell, _pattern() if photo is None else copy_of(photo))
        _WARM.add(id(network))


def _warm_up(network: Any, tell: Tell, pixels: Floats) -> None:
    image = network.prepare(pixels)
    labels = cut(pixels, image, "slic", _SEGMENTS)
    tell("Asking the model")
    running = getattr(network, "running", None)
    if running is not None and running.wanted:
        with warnings.catch_warnings(), steps_told(tell):
            warnings.simplefilter("ignore")  # that so few masks say little
            explain_image(network, image, segments=labels, n=MASKS, rng=0)


def _pattern() -> Floats:
    """A picture of coloured squares, in which superpixels are found."""
    levels = np.random.default_rng(0).random((8, 8, 3))
    return np.kron(levels, np.ones((_SIDE // 8, _SIDE // 8, 1)))
