"""Inpainting by OpenCV: what a superpixel would show if its surroundings went on into it."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.packages import needed

RADIUS = 3
"""Pixels around a missing one that its value is made of: the number of OpenCV's own example of both methods."""

_MARGIN = RADIUS + 2  # rows and columns around a superpixel beyond which nothing is read


def telea(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each superpixel filled by fast marching from its border (Telea 2004), see `inpainted`."""
    return inpainted(image, labels, "INPAINT_TELEA")


def navier_stokes(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each superpixel filled along lines of equal brightness (Bertalmio, Bertozzi & Sapiro 2001), see `inpainted`."""
    return inpainted(image, labels, "INPAINT_NS")


def inpainted(image: np.ndarray, labels: np.ndarray, algorithm: str) -> np.ndarray:
    """Each superpixel as it is inpainted from all the others, none of which is missing then.

    The parts are put together to one replacement ξ̄ that depends on the image and its superpixels alone, so that
    x(z)_u = z_j ξ_u + (1 − z_j) ξ̄_u and all limits hold as they do for any other replacement. Inpainting all hidden
    superpixels of a mask at once, as the public code of Pihlgren & Främling 2025 does, is another set function: what a
    superpixel shows then depends on which of its neighbours are hidden too, and with all hidden nothing is known. Where
    no two hidden superpixels are within reach of each other, both show the same.

    Pixels get the levels 0, …, 255, which OpenCV's methods are made for: a gradient counts in their unit. Channels are
    inpainted one by one, which gives the same numbers as three at once, so that there may be any number of them.

    Args:
        image: (h, w) or (h, w, c) float64 in [0, 1].
        labels: (h, w) integers 0..d−1, d ≥ 2 since `compact` refuses one: nothing would be known around it.
        algorithm: the name of OpenCV's constant.

    Raises:
        ImportError: OpenCV is not installed.
    """
    from scipy.ndimage import find_objects

    opencv = inpainting_package()
    levels = np.rint(255 * image.reshape(*labels.shape, -1)).astype(np.uint8)
    found = levels.copy()
    for label, box in enumerate(find_objects(labels + 1)):
        around = tuple(slice(max(0, one.start - _MARGIN), one.stop + _MARGIN) for one in box)
        missing = labels[around] == label
        for channel in range(levels.shape[2]):
            part = np.ascontiguousarray(levels[(*around, channel)])
            filled = opencv.inpaint(part, missing.astype(np.uint8), RADIUS, getattr(opencv, algorithm))
            found[(*around, channel)][missing] = filled[missing]
    filled_image: np.ndarray = found.reshape(image.shape) / 255
    return filled_image


def inpainting_package() -> Any:
    """OpenCV's module.

    Raises:
        ImportError: it is not installed, in one line with what to run.
    """
    return needed("cv2", "inpainting", "inpainting")
