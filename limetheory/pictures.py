"""Images as arrays: every picture becomes (h, w, 3) float64 in [0, 1], whatever its file or dtype."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.arguments import array as as_array
from limetheory.checked_files import one_line, refuse_pipe
from limetheory.given import given
from limetheory.levels import FULL_SCALE, unit_levels
from limetheory.transparency import is_transparent, say_composited

if TYPE_CHECKING:
    from PIL import Image

WHITE = 1.0
"""The pixel value that transparent pixels are composited over: white, by convention."""

PICTURE_CHANNELS = (1, 3, 4)
"""Numbers of channels that `as_image` knows: grey, colour, and colour with opacity."""

_FEW_CHANNELS = 16
"""A picture with fewer rows or columns than channels hardly ever has more channels than this; a convention."""

_DEEP_GREY_FORMATS = {"PNG", "PPM"}
"""The formats whose Pillow mode "I" holds 16-bit levels; in others it holds integers of no known scale."""


_PROGRAMS = {"EPS"}
"""Formats that Pillow reads by running what is in the file, EPS by Ghostscript."""


def load_image(path: str | os.PathLike[str]) -> np.ndarray:
    """Read an image file as an array of colours, upright and opaque.

    The EXIF rotation is applied, transparency is composited over white, an animation gives its first
    frame. 16-bit grey levels keep their precision; 16-bit colours are read by Pillow as 8-bit ones.

    Args:
        path: an image file of any format and mode that Pillow reads without running a program.

    Returns:
        The (h, w, 3) float64 array, in [0, 1].

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is a folder, unreadable, not an image, truncated, or larger than
            ``PIL.Image.MAX_IMAGE_PIXELS``; or its levels are not finite or have no known scale.
        TypeError: ``path`` is not a path.

    Warns:
        TransparentImageWarning: some pixels are transparent.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     Image.new("RGBA", (3, 2), (255, 0, 0, 51)).save(f"{folder}/pink.png")
    ...     pink = load_image(f"{folder}/pink.png")
    >>> pink.shape, pink[0, 0].round(3).tolist()
    ((2, 3, 3), [1.0, 0.8, 0.8])
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path must be a str or a Path, got {type(path).__name__}: pass arrays to as_image")
    pixels = _composited_at(path)
    try:
        return as_image(pixels)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{error} (file {path}, read as an array by np.asarray(PIL.Image.open(path)))") from None


def as_image(array: Any) -> np.ndarray:
    """Copy an array, or a Pillow image, into the one form that the package computes with.

    Args:
        array: the path of an image file, read as ``load_image`` reads it; or grey levels (h, w) or (h, w, 1), colours
            (h, w, 3), or colours with opacity (h, w, 4), which are composited over white. uint8 is divided by 255,
            uint16 by 65535, bool is 0 or 1, floats must be in [0, 1] and are clipped to it where they overshoot by at
            most 1e-6. A Pillow image is converted as ``load_image`` converts its file; a torch tensor counts as an
            array.

    Returns:
        A new (h, w, 3) float64 array, in [0, 1].

    Raises:
        ValueError: another shape, no pixels, or pixels that are NaN, infinite or outside [0, 1].
        TypeError: another dtype.

    >>> as_image(np.array([[0, 51]], dtype=np.uint8)).tolist()
    [[[0.0, 0.0, 0.0], [0.2, 0.2, 0.2]]]
    """
    return named_image("image", array)


def named_image(name: str, array: Any) -> np.ndarray:
    """`as_image` of an argument of another name.

    >>> named_image("reference", 5)
    Traceback (most recent call last):
    TypeError: reference must be an array, a Pillow image or the path of a file, got 5: give one of them
    """
    pixels = _composited_at(array) if isinstance(array, (str, os.PathLike)) else _array_of(name, array)
    return _opaque(unit_levels(_with_channels(name, pixels), name))


def image_levels(image: Any, name: str = "image") -> np.ndarray:
    """Copy an image into levels in [0, 1] of its own shape, where a model may take grey or any number of channels.

    Args:
        image: what `as_image` takes, or (h, w, c) with any number c of channels; 4 are no opacity here.
        name: what it is, for the error messages.

    Returns:
        A new float64 array in [0, 1] of the shape (h, w) or (h, w, c) of the image.

    Raises:
        ValueError, TypeError: as `as_image`.

    >>> image_levels(np.array([[0, 51]], dtype=np.uint8)).tolist()
    [[0.0, 0.2]]
    """
    pixels = _array_of(name, image)
    if pixels.ndim not in (2, 3) or not pixels.size:
        remedy = _shape_remedy(pixels.shape) if pixels.size else "check how it was cut"
        raise ValueError(f"{name} must have shape (h, w) or (h, w, c), got {pixels.shape}: {remedy}")
    if channels_first(pixels.shape) and min(pixels.shape[1:]) > _FEW_CHANNELS:
        remedy = _shape_remedy(pixels.shape)
        raise ValueError(f"{name} must have shape (h, w) or (h, w, c), got channels first, {pixels.shape}: {remedy}")
    return unit_levels(pixels, name)


def as_pixels(image: Any) -> np.ndarray:
    """Copy an image into the levels that a mask or noise changes: `image_levels`, but opacity is composited over white.

    >>> as_pixels(np.zeros((2, 3))).shape, as_pixels(np.zeros((2, 3, 4))).shape, as_pixels(np.zeros((2, 3, 5))).shape
    ((2, 3), (2, 3, 3), (2, 3, 5))
    """
    is_file = isinstance(image, (str, os.PathLike))
    levels = image_levels(_composited_at(image) if is_file else image)
    return _opaque(levels) if levels.shape[2:] == (4,) else levels


def channels_first(shape: tuple[int, ...]) -> bool:
    """Whether a shape is more likely (c, h, w) than (h, w, c); never if its last axis is 1, 3 or 4 long.

    It is if the first axis is the shortest, and either is 1, 3 or 4 long or the last is longer than 16 or than twice
    the first; and also if the last two axes are equal and the first differs.

    >>> channels_first((13, 20, 24)), channels_first((64, 40, 40)), channels_first((20, 24, 13))
    (True, True, False)
    """
    if len(shape) != 3 or shape[2] in PICTURE_CHANNELS:
        return False
    first, second, third = shape
    shortest = first < min(second, third)
    return (
        shortest and (first in PICTURE_CHANNELS or third > min(2 * first, _FEW_CHANNELS))
    ) or first != second == third > max(PICTURE_CHANNELS)


def _array_of(name: str, image: Any) -> np.ndarray:
    from PIL import Image

    if isinstance(image, (str, os.PathLike)):
        return _pixels_at(image)
    if isinstance(image, Image.Image):
        return _pixels(image)
    pixels = as_array(name, image)
    if not pixels.ndim:
        raise TypeError(
            f"{name} must be an array, a Pillow image or the path of a file, got {given(image)}: give one of them"
        )
    return pixels


def _with_channels(name: str, pixels: np.ndarray) -> np.ndarray:
    if pixels.size == 0:
        raise ValueError(f"{name} must have at least one pixel, got {pixels.shape}: check how it was cut")
    if pixels.ndim == 2:
        return pixels[..., None]
    if pixels.ndim == 3 and pixels.shape[2] in PICTURE_CHANNELS:
        return pixels
    raise ValueError(
        f"{name} must have shape (h, w), (h, w, 1), (h, w, 3) or (h, w, 4), got {pixels.shape}: "
        + _shape_remedy(pixels.shape)
    )


def _shape_remedy(shape: tuple[int, ...]) -> str:
    if len(shape) > 3:
        return "pass one image at a time, image[0]"
    if len(shape) < 2:
        return "give its pixels in rows, image.reshape(h, w)"
    if channels_first(shape):
        return "move the channels last with image.transpose(1, 2, 0), or .permute(1, 2, 0) for a tensor"
    return "take their mean, image.mean(axis=2)" if shape[2] == 2 else "choose three channels, such as image[..., :3]"


def _opaque(levels: np.ndarray) -> np.ndarray:
    if levels.shape[2] == 1:
        return np.repeat(levels, 3, axis=2)
    if levels.shape[2] == 3:
        return levels
    opacity = levels[..., 3:]
    opaque: np.ndarray = levels[..., :3] * opacity + WHITE * (1 - opacity)
    return opaque


def _pixels_at(path: str | os.PathLike[str]) -> np.ndarray:
    return _read(path)[0]


def _composited_at(path: str | os.PathLike[str]) -> np.ndarray:
    """The pixels of a file whose transparent ones are to be composited over white, which is said."""
    pixels, transparent = _read(path)
    if transparent:
        say_composited(path)
    return pixels


def _read(path: str | os.PathLike[str]) -> tuple[np.ndarray, bool]:
    """The pixels of a file, and whether some are transparent."""
    refuse_pipe(path)
    with _named_errors(path), open(path, "rb") as file:
        return _pixels_of_file(file)


def _pixels_of_file(file: Any) -> tuple[np.ndarray, bool]:
    from PIL import Image

    with warnings.catch_warnings():
        # Pillow warns of odd metadata, which does not concern the pixels, and of sizes that fill the memory.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file) as image:
            if image.format in _PROGRAMS:
                raise _ProgramFile(image.format)
            return _pixels(image), is_transparent(image)


def _pixels(image: Image.Image) -> np.ndarray:
    from PIL import ImageOps

    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        return _deep_grey(upright, image.format)
    if upright.mode == "F":
        return np.asarray(upright)
    return np.asarray(upright.convert("RGBA" if upright.has_transparency_data else "RGB"))


def _deep_grey(image: Image.Image, format_name: str | None) -> np.ndarray:
    grey = np.asarray(image)
    if image.mode == "I" and format_name not in _DEEP_GREY_FORMATS:
        return grey
    if "transparency" in image.info:
        grey = np.where(grey == image.info["transparency"], FULL_SCALE["uint16"], grey)
    return grey.astype(np.uint16)


class _ProgramFile(Exception):
    """A file of a format whose pictures are made by running it."""


@contextmanager
def _named_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    # Pillow's decoders raise almost any type on damaged files, SyntaxError and struct.error among them.
    try:
        yield
    except FileNotFoundError:
        raise FileNotFoundError(f"path must name an existing file, got {path}: check the spelling") from None
    except IsADirectoryError:
        raise ValueError(f"path must name a file, got the folder {path}: name one file in it") from None
    except PermissionError:
        raise ValueError(f"path must be readable, got {path}: change its permissions") from None
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError(_file_complaint(path, error)) from None


def _file_complaint(path: str | os.PathLike[str], error: Exception) -> str:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return f"path must name an image file, got {path}, which is not one: convert it to PNG or JPEG"
    if isinstance(error, _ProgramFile):
        return f"path must name an image that needs no program to be run, got {error} in {path}: convert it to PNG"
    if isinstance(error, (Image.DecompressionBombWarning, Image.DecompressionBombError)):
        return f"image must have at most {Image.MAX_IMAGE_PIXELS} pixels, got more in {path}: downscale it"
    return f"path must name an intact image, got {path} ({one_line(error)}): save or download it again"
