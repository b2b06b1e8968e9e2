"""Superpixels of many images as shared concepts: clusters of superpixels that look alike."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer, numbers
from limetheory.explanation import Explanation
from limetheory.functions import answer
from limetheory.images import ImageExplanation
from limetheory.picks.matrix import ExplanationMatrix, explanation_matrix
from limetheory.picks.reading import Instances, explained_instances
from limetheory.picks.superpixel_features import superpixel_features

_SEEDS = 2**31 - 1


def image_concepts(
    explanations: Any,
    n_concepts: int,
    rng: Any = None,
    features: Callable[[ImageExplanation], Any] | None = None,
    *,
    largest: int | None = None,
) -> ExplanationMatrix:
    """W of explained images over concepts: clusters of all their superpixels by what these look like.

    Superpixel 3 of one image has nothing to do with superpixel 3 of another, so that SP-LIME needs features that images
    share; the paper leaves them open. Here k-means (scikit-learn, 10 starts) clusters the superpixels of all images by
    `superpixel_features`, each column standardised over all superpixels, or by features of your own, as they are. W_ij
    is the sum of the coefficients of the superpixels of image i in concept j: the effect, in the linear model, of
    showing all of them together. A concept is numbered in the order of its first superpixel and named by the mean
    colour of its superpixels, such as "concept 0 (#87ceeb)".

    Args:
        explanations: an `ImageExplanation` for each image, or a list of those of several classes.
        n_concepts: at least 1; at most the number of superpixels with different features.
        rng: None, an int or a numpy.random.Generator that seeds the clustering (SPEC 7).
        features: a function from an `ImageExplanation` to numbers (d, columns), such as embeddings of its superpixels;
            None is `superpixel_features`.
        largest: superpixels that count in each explanation, see `explanation_matrix`.

    Raises:
        TypeError: explanations of anything but images.
        ValueError: n_concepts out of range, or features of another number of rows, or of columns between images.

    >>> import limetheory as lt
    >>> sky, grass = [0.5, 0.8, 0.9], [0.2, 0.6, 0.1]
    >>> scenes = [np.array([[sky, grass]]), np.array([[grass, sky]])]
    >>> green = lambda images: images[..., 1].mean(axis=(1, 2))
    >>> answers = [lt.explain_image(green, one, segments=np.array([[0, 1]]), replacement=0.0, n=20, rng=0)
    ...            for one in scenes]
    >>> found = image_concepts(answers, 2, rng=0)
    >>> found.names, found.weights.toarray().round(3).tolist()
    (('concept 0 (#80cce6)', 'concept 1 (#33991a)'), [[0.4, 0.3], [0.4, 0.3]])
    """
    instances = explained_instances(explanations)
    flat = [_image(found) for one in instances for found in one]
    rows = [_rows(features, found) for found in flat]
    if len({one.shape[1] for one in rows}) > 1:
        widths = sorted({one.shape[1] for one in rows})
        raise ValueError(f"features must be of one number of columns, got {widths}; embed all superpixels alike")
    table = np.concatenate(rows)
    concept = _clusters(_standardised(table) if features is None else table, n_concepts, generator(rng))
    names = _names(concept, np.concatenate([superpixel_features(found)[:, :3] for found in flat]))
    return explanation_matrix(_renamed(instances, [names[j] for j in concept]), largest)


def _image(found: Explanation) -> ImageExplanation:
    if not isinstance(found, ImageExplanation):
        raise TypeError(
            f"explanations must be of images, got {type(found).__name__}; words and columns share names as they "
            "are: give those to submodular_pick"
        )
    return found


def _rows(features: Any, found: ImageExplanation) -> np.ndarray:
    if features is None:
        return superpixel_features(found)
    table = numbers("features", answer("features", features, "ImageExplanation → (d, columns)", found))
    if table.ndim != 2 or len(table) != found.d:
        raise ValueError(f"features must have shape ({found.d}, columns), got {table.shape}; one row a superpixel")
    return table


def _standardised(table: np.ndarray) -> np.ndarray:
    """Columns of mean 0 and standard deviation 1; a constant one becomes 0."""
    spread = table.std(axis=0)
    constant = spread <= 1e-12
    return np.where(constant, 0.0, (table - table.mean(axis=0)) / np.where(constant, 1.0, spread))


def _clusters(table: np.ndarray, n_concepts: Any, rng: np.random.Generator) -> np.ndarray:
    """The concept of each superpixel, numbered in the order of their first ones."""
    from sklearn.cluster import KMeans

    different = len(np.unique(table, axis=0))
    if integer("n_concepts", n_concepts, 1, "a few dozen suit most sets of images") > different:
        raise ValueError(
            f"n_concepts must be at most the number of superpixels that look different, {different}, got {n_concepts}; "
            f"lower it to {different} or explain more images"
        )
    means = KMeans(int(n_concepts), n_init=10, random_state=int(rng.integers(_SEEDS)))
    with warnings.catch_warnings():
        # superpixels that differ by rounding only may leave a cluster empty
        warnings.filterwarnings("ignore", message="Number of distinct clusters")
        found = means.fit_predict(table)
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _names(concept: np.ndarray, colours: np.ndarray) -> list[str]:
    means = [colours[concept == j].mean(axis=0) for j in range(concept.max() + 1)]
    levels = [np.round(255 * np.clip(mean, 0, 1)).astype(int) for mean in means]
    return [f"concept {j} (#{''.join(f'{level:02x}' for level in one)})" for j, one in enumerate(levels)]


def _renamed(instances: Instances, names: list[str]) -> list[list[Explanation]]:
    rest = iter(names)
    return [[replace(found, names=[next(rest) for _ in range(found.d)]) for found in one] for one in instances]
