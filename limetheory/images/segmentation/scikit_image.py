"""The methods of scikit-image, which loads on first use: (image (h, w, 3), parameters) → label map (h, w)."""

from __future__ import annotations

import numpy as np

LIME_QUICKSHIFT = {"kernel_size": 4, "max_dist": 200, "ratio": 0.2}
"""The quickshift parameters of lime 0.2.0.1 (``lime_image.LimeImageExplainer.explain_instance``)."""

LIME_QUICKSHIFT_SEED = 42
"""Breaks quickshift's ties; the seed that lime 0.2.0.1 gets too, since its ``random_seed`` is dropped."""


def slic(
    image: np.ndarray, n_segments: int, compactness: float = 10.0, sigma: float = 0.0, max_num_iter: int = 10
) -> np.ndarray:
    """Clusters of colour and place (Achanta et al. 2012)."""
    # These are scikit-image's defaults, n_segments and start_label excepted.
    from skimage.segmentation import slic

    return np.asarray(slic(image, n_segments, compactness, max_num_iter, sigma, start_label=0))


def quickshift(
    image: np.ndarray,
    kernel_size: float = LIME_QUICKSHIFT["kernel_size"],
    max_dist: float = LIME_QUICKSHIFT["max_dist"],
    ratio: float = LIME_QUICKSHIFT["ratio"],
    sigma: float = 0.0,
) -> np.ndarray:
    """Modes of colour and place (Vedaldi & Soatto 2008), with lime 0.2.0.1's parameters."""
    from skimage.segmentation import quickshift

    return np.asarray(quickshift(image, ratio, kernel_size, max_dist, sigma=sigma, rng=LIME_QUICKSHIFT_SEED))


def felzenszwalb(
    image: np.ndarray, scale: float = 100.0, sigma: float = 0.5, min_size: int | None = None
) -> np.ndarray:
    """Regions merged along a minimum spanning tree (Felzenszwalb & Huttenlocher 2004)."""
    # scikit-image's own defaults (scale=1, sigma=0.8, min_size=20) leave hundreds of slivers on a photo.
    from skimage.segmentation import felzenszwalb

    if min_size is None:
        min_size = max(20, image.shape[0] * image.shape[1] // 250)
    return np.asarray(felzenszwalb(image, scale, sigma, min_size))


def watershed(image: np.ndarray, n_segments: int, compactness: float = 0.003) -> np.ndarray:
    """Basins of the Sobel gradient of the grey image (Neubert & Protzel 2014)."""
    # With scikit-image's default compactness, 0, markers on an edge flood last and stay single pixels;
    # from 0.01 on, the superpixels of a photo are hardly more than a grid.
    from skimage.color import rgb2gray
    from skimage.filters import sobel
    from skimage.segmentation import watershed

    return np.asarray(watershed(sobel(rgb2gray(image)), markers=n_segments, compactness=compactness))
