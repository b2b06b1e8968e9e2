"""Images of the user's own with masks of their regions: pairs of files `NAME.EXT` and `NAME_mask.EXT`."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from experiments._frame.recorded import PICTURES
from limetheory.images import load_image
from limetheory.transparency import TransparentImageWarning

SUFFIX = "_mask"

MOST_COLOURS = 64
"""The most colours of a mask: more come from a format that changes colours, such as JPEG, or from smoothed edges."""


def pairs(folder: Path) -> list[tuple[Path, Path]]:
    """The images of a folder that have a mask, with their masks, in the order of their names.

    Raises:
        ValueError: no such folder, or no pair in it.
    """
    files = sorted(file for file in folder.glob("*") if file.suffix.lower() in PICTURES)
    masks = {file.stem.removesuffix(SUFFIX): file for file in files if file.stem.endswith(SUFFIX)}
    found = [(file, masks[file.stem]) for file in files if file.stem in masks]
    if not found:
        raise ValueError(
            f"masks must be a folder with images NAME.png and masks NAME{SUFFIX}.png, got {folder} with none; "
            "give another --masks"
        )
    return found


def read(image: Path, mask: Path) -> tuple[np.ndarray, np.ndarray]:
    """An image (h, w, 3) uint8 and the number of the region of each pixel (h, w): one for each colour of the mask.

    Raises:
        ValueError: another size, more than `MOST_COLOURS` colours, or a single one.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TransparentImageWarning)  # the opacity of a mask is no region's colour
        pixels, colours = (np.rint(load_image(file) * 255).astype(np.uint8) for file in (image, mask))
    if pixels.shape != colours.shape:
        raise ValueError(
            f"a mask must have its image's size {pixels.shape[:2]}, got {colours.shape[:2]} in {mask}; resize it by "
            "nearest neighbour"
        )
    found, truth = np.unique(colours.reshape(-1, 3), axis=0, return_inverse=True)
    if not 2 <= len(found) <= MOST_COLOURS:
        raise ValueError(
            f"a mask must have a colour for each region, 2 to {MOST_COLOURS} of them, got {len(found)} in {mask}; "
            "save it as PNG, without smoothed edges"
        )
    return pixels, truth.reshape(pixels.shape[:2])
