"""Methods that cut an image into superpixels."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from limetheory.images.loading import as_image
from limetheory.images.segmentation.label_map import check_divisible, compact, enlarged
from limetheory.registry import Registry

GROUP = "limetheory.segmenters"
"""The entry-point group: a name there → a function (image, **parameters) → label map, or a `Segmenter`."""

DEFAULT_N_SEGMENTS = 50
"""Superpixels asked for when the caller does not say; an image with fewer pixels gives one each."""

MAX_SIDE = 1024
"""Longest side, in pixels, of the copy that is segmented.

Superpixels hold thousands of pixels, so their outlines lose nothing that an explanation could show, while
scikit-image's methods take several float64 copies of what they segment: on a 2000 x 3000 photo slic
alone adds 0.6 GB and 7 s when given the photo itself, against 0.1 GB and 1 s with the copy.
"""

LIME_QUICKSHIFT = {"kernel_size": 4, "max_dist": 200, "ratio": 0.2}
"""The quickshift parameters of lime 0.2.0.1 (``lime_image.LimeImageExplainer.explain_instance``)."""

LIME_QUICKSHIFT_SEED = 42
"""Breaks quickshift's ties; the seed that lime 0.2.0.1 gets too, since its ``random_seed`` is dropped."""

GRID_ASPECT = 1.5
"""Longest over shortest side of a grid cell, above which a grid is passed over for a squarer one."""


def grid_shape(shape: tuple[int, int], n_segments: int) -> tuple[int, int]:
    """Choose the rows and columns of a grid with near-square cells.

    Among the grids whose cells have sides in a ratio of at most ``GRID_ASPECT`` (or the squarest ones, when
    the image allows none such), it is the one whose number of cells is nearest to ``n_segments``.

    Args:
        shape: the (h, w) of the image, in pixels.
        n_segments: number of cells wanted, in 2..h*w.

    Returns:
        The numbers of rows and of columns; the grid has exactly rows * columns cells.

    Raises:
        ValueError: ``n_segments`` is out of range, or the image has one pixel.
        TypeError: ``n_segments`` is not an integer.

    >>> grid_shape((224, 224), 50), grid_shape((300, 451), 50)
    ((7, 7), (5, 10))
    """
    check_divisible(shape)
    _check_segment_count(n_segments, math.prod(shape))
    height, width = shape
    grids = [
        (rows, columns)
        for rows in range(1, min(height, n_segments) + 1)
        for columns in _columns_nearest(n_segments / rows, width)
    ]
    limit = max(GRID_ASPECT, min(_aspect(shape, grid) for grid in grids))
    near_square = [grid for grid in grids if _aspect(shape, grid) <= limit]
    return min(near_square, key=lambda grid: (abs(math.prod(grid) - n_segments), _aspect(shape, grid)))


@dataclass(frozen=True)
class Segmenter:
    """One row of `SEGMENTERS`.

    Attributes:
        name: as ``method`` has it.
        function: (image (h, w, 3) float64 in [0, 1], **parameters) → (h, w) label map of integers ≥ 0. `segment`
            accepts the parameters that it names, all numbers; one called ``n_segments`` is the number wanted.
        reduces: whether it gets a copy of at most `MAX_SIDE` pixels a side.
    """

    name: str
    function: Callable[..., np.ndarray]
    reduces: bool = True

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters besides the image."""
        named = inspect.signature(self.function).parameters.values()
        return [one.name for one in named if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)][1:]


def segment(image: Any, method: Any = "slic", n_segments: int | None = None, **parameters: float) -> np.ndarray:
    """Cut an image into superpixels.

    All methods but "grid" work on a copy whose longest side is at most ``MAX_SIDE`` pixels, and their
    label map is enlarged by nearest neighbour. Equal arguments give equal label maps.

    Args:
        image: anything that ``as_image`` takes.
        method: "grid" (exactly the cells of ``grid_shape``), "slic", "quickshift" (with lime 0.2.0.1's
            parameters), "felzenszwalb", or "watershed" (of the Sobel gradient of the grey image); the name of a
            method that a package registers; or a function or `Segmenter` of your own.
        n_segments: number of superpixels wanted, in 2..h*w, 50 if not given; an aim that slic and watershed
            reach only nearly, and that quickshift and felzenszwalb do not take.
        **parameters: the method's own: ``compactness``, ``sigma`` and ``max_num_iter`` for slic;
            ``kernel_size``, ``max_dist``, ``ratio`` and ``sigma`` for quickshift; ``scale``, ``sigma`` and
            ``min_size`` for felzenszwalb; ``compactness`` for watershed. Lengths are in pixels of the copy.

    Returns:
        The (h, w) label map of dtype intp, with labels 0..d-1, d >= 2.

    Raises:
        ValueError: an unknown method, a value out of range, ``n_segments`` for a method without it, or
            an image in which the method finds a single superpixel.
        TypeError: a parameter that the method does not have, or a value of another type.

    >>> segment(np.zeros((2, 6, 3)), "grid", n_segments=3).tolist()
    [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]]
    """
    image = as_image(image)
    check_divisible(image.shape[:2])
    segmenter = _segmenter(method)
    _check_parameters(segmenter, parameters)
    counts = _segment_count(segmenter, n_segments, image.shape[:2])
    pixels = reduced(image) if segmenter.reduces else image
    return enlarged(_drawn(segmenter, pixels, counts, parameters), image.shape[:2])


def _columns_nearest(columns: float, width: int) -> set[int]:
    return {min(max(1, whole), width) for whole in (math.floor(columns), math.ceil(columns))}


def _aspect(shape: tuple[int, int], grid: tuple[int, int]) -> float:
    height, width = shape[0] / grid[0], shape[1] / grid[1]
    return max(height, width) / min(height, width)


def _grid(image: np.ndarray, n_segments: int) -> np.ndarray:
    height, width = image.shape[:2]
    rows, columns = grid_shape((height, width), n_segments)
    row, column = np.arange(height) * rows // height, np.arange(width) * columns // width
    labels: np.ndarray = row[:, None] * columns + column[None, :]
    return labels


def _slic(
    image: np.ndarray, n_segments: int, compactness: float = 10.0, sigma: float = 0.0, max_num_iter: int = 10
) -> np.ndarray:
    # These are scikit-image's defaults, n_segments and start_label excepted.
    from skimage.segmentation import slic

    return np.asarray(slic(image, n_segments, compactness, max_num_iter, sigma, start_label=0))


def _quickshift(
    image: np.ndarray,
    kernel_size: float = LIME_QUICKSHIFT["kernel_size"],
    max_dist: float = LIME_QUICKSHIFT["max_dist"],
    ratio: float = LIME_QUICKSHIFT["ratio"],
    sigma: float = 0.0,
) -> np.ndarray:
    from skimage.segmentation import quickshift

    return np.asarray(quickshift(image, ratio, kernel_size, max_dist, sigma=sigma, rng=LIME_QUICKSHIFT_SEED))


def _felzenszwalb(
    image: np.ndarray, scale: float = 100.0, sigma: float = 0.5, min_size: int | None = None
) -> np.ndarray:
    # scikit-image's own defaults (scale=1, sigma=0.8, min_size=20) leave hundreds of slivers on a photo.
    from skimage.segmentation import felzenszwalb

    if min_size is None:
        min_size = max(20, image.shape[0] * image.shape[1] // 250)
    return np.asarray(felzenszwalb(image, scale, sigma, min_size))


def _watershed(image: np.ndarray, n_segments: int, compactness: float = 0.003) -> np.ndarray:
    # With scikit-image's default compactness, 0, markers on an edge flood last and stay single pixels;
    # from 0.01 on, the superpixels of a photo are hardly more than a grid.
    from skimage.color import rgb2gray
    from skimage.filters import sobel
    from skimage.segmentation import watershed

    return np.asarray(watershed(sobel(rgb2gray(image)), markers=n_segments, compactness=compactness))


_ROWS = [
    Segmenter("grid", _grid, reduces=False),
    Segmenter("slic", _slic),
    Segmenter("quickshift", _quickshift),
    Segmenter("felzenszwalb", _felzenszwalb),
    Segmenter("watershed", _watershed),
]

SEGMENTERS: Registry[Segmenter] = Registry(
    "segmenter", {row.name: row for row in _ROWS}, GROUP, Segmenter, Segmenter, "choose one of them"
)
"""The methods by name. One more takes its function, here or in a module of its own, and one row."""


def _segmenter(method: Any) -> Segmenter:
    if not isinstance(method, (str, Segmenter)) and not callable(method):
        raise TypeError(
            f"method must be a str, got {type(method).__name__}: "
            f"use one of {', '.join(SEGMENTERS)}, or pass a label map of your own to compact"
        )
    return SEGMENTERS.chosen(method, "method")


def _check_parameters(segmenter: Segmenter, parameters: dict[str, Any]) -> None:
    accepted = [name for name in segmenter.parameters if name != "n_segments"]
    for name, value in parameters.items():
        if name not in accepted:
            raise TypeError(
                f"method {segmenter.name!r} takes {', '.join(accepted) or 'no parameters'} besides the image "
                f"and n_segments, got {name!r}: remove it or correct its name"
            )
        _check_number(name, value)


def _check_number(name: str, value: Any) -> None:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}: leave it out for its default")
    if not 0 <= float(value) < math.inf:
        raise ValueError(f"{name} must be finite and >= 0, got {value}: leave it out for its default")


def _segment_count(segmenter: Segmenter, n_segments: int | None, shape: tuple[int, ...]) -> dict[str, int]:
    if "n_segments" not in segmenter.parameters:
        return _no_segment_count(segmenter, n_segments)
    pixels = math.prod(_reduced_shape(shape) if segmenter.reduces else shape)
    if n_segments is None:
        return {"n_segments": min(DEFAULT_N_SEGMENTS, pixels)}
    _check_segment_count(n_segments, pixels)
    return {"n_segments": int(n_segments)}


def _check_segment_count(n_segments: Any, pixels: int) -> None:
    if isinstance(n_segments, (bool, np.bool_)) or not isinstance(n_segments, Integral):
        raise TypeError(f"n_segments must be an integer, got {n_segments!r}: use int(n_segments)")
    if not 2 <= int(n_segments) <= pixels:
        raise ValueError(
            f"n_segments must be in 2..{pixels}, the number of pixels segmented, got {n_segments}: "
            + ("choose 20 to 200 for a photo" if pixels >= 200 else f"take {pixels} for one a pixel, or fewer")
        )


def _no_segment_count(segmenter: Segmenter, n_segments: int | None) -> dict[str, int]:
    if n_segments is None:
        return {}
    counting = ", ".join(row.name for row in SEGMENTERS.own.values() if "n_segments" in row.parameters)
    own = f", or set {', '.join(segmenter.parameters)}" if segmenter.parameters else ""
    raise ValueError(
        f"n_segments must be left out for method {segmenter.name!r}, got {n_segments}: use {counting}{own}"
    )


def _drawn(segmenter: Segmenter, image: np.ndarray, counts: dict[str, int], parameters: dict[str, Any]) -> np.ndarray:
    size = f"{image.shape[0]} x {image.shape[1]}"
    try:
        labels = np.asarray(segmenter.function(image, **counts, **parameters))
    except (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"method {segmenter.name!r} must be able to segment the {size} image, got {reason!r}: "
            "use method 'grid' or other parameters"
        ) from None
    if labels.size and labels.min() == labels.max():
        raise ValueError(
            f"segmentation must give at least two superpixels, got one from method {segmenter.name!r} on the {size} "
            "image: use method 'grid' or parameters that cut more finely"
        )
    return compact(labels, image.shape[:2])


def _reduced_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    height, width = shape
    scale = min(1.0, MAX_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def reduced(image: np.ndarray) -> np.ndarray:
    """The image, or a copy of it with its longest side at `MAX_SIDE`: (h, w, 3) float64 in [0, 1]."""
    from PIL import Image

    height, width = _reduced_shape(image.shape[:2])
    if (height, width) == image.shape[:2]:
        return np.ascontiguousarray(image, dtype=np.float64)
    # Channel by channel in float32: a whole-image resize holds several float64 copies of the photo.
    channels = [Image.fromarray(image[..., c].astype(np.float32)) for c in range(3)]
    small = [channel.resize((width, height), Image.Resampling.BOX) for channel in channels]
    return np.clip(np.stack([np.asarray(channel) for channel in small], axis=2, dtype=np.float64), 0, 1)
