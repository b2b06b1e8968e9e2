"""`LimeImageExplainer`: image LIME as lime 0.2.0.1 has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from limetheory.adapters.lime.answers import answers_of, labels_of
from limetheory.adapters.lime.image_explanation import ImageExplanation as ImageExplanation
from limetheory.adapters.lime.kernel import weight_of
from limetheory.adapters.lime.lime_base import LimeBase
from limetheory.adapters.lime.wrappers.scikit_image import SegmentationAlgorithm
from limetheory.arguments import array, integer, real
from limetheory.counts import count
from limetheory.functions import function
from limetheory.images.composed import composed
from limetheory.images.segmentation.label_map import renumbered
from limetheory.progress import track

_EXACT_BYTES = 2
"""Sums of integers of so many bytes are exact in float64, in any order."""


class LimeImageExplainer:
    """Explains what a classifier says of an image by hiding superpixels at random.

    The masks of a seed are lime 0.2.0.1's.

    Args:
        kernel_width: of the kernel on cosine distances.
        kernel: (distances, kernel_width) → weights; None is exp(−d² / (2 width²)).
        verbose: whether to print what each local model predicts at the image.
        feature_selection: ``"auto"``, ``"forward_selection"``, ``"highest_weights"``, ``"lasso_path"`` or ``"none"``.
        random_state: None, an int or a `numpy.random.RandomState`, which later explanations go on with.

    >>> image = np.zeros((4, 6, 3)); image[:, 3:] = 1.0
    >>> halves = (np.arange(6) >= 3).astype(int) * np.ones((4, 1), int)
    >>> brightness = lambda images: images.mean(axis=(1, 2))
    >>> explainer = LimeImageExplainer(random_state=0)
    >>> found = explainer.explain_instance(
    ...     image, brightness, (0,), hide_color=0, top_labels=None, num_samples=200, segmentation_fn=lambda _: halves
    ... )
    >>> [(int(number), round(float(coefficient), 2)) for number, coefficient in found.local_exp[0]]
    [(1, 0.47), (0, -0.01)]
    """

    def __init__(
        self, kernel_width: float = 0.25, kernel: Any = None, verbose: bool = False, feature_selection: str = "auto",
        random_state: Any = None,
    ):  # fmt: skip
        from sklearn.utils import check_random_state

        width = real("kernel_width", kernel_width, above=0, remedy="lime's is 0.25")
        self.random_state, self.feature_selection = check_random_state(random_state), feature_selection
        self.base = LimeBase(weight_of(kernel, width), verbose, self.random_state)

    def explain_instance(
        self,
        image: np.ndarray,
        classifier_fn: Callable[[np.ndarray], Any],
        labels: Iterable[int] = (1,),
        hide_color: Any = None,
        top_labels: int | None = 5,
        num_features: int = 100000,
        num_samples: int = 1000,
        batch_size: int = 10,
        segmentation_fn: Any = None,
        distance_metric: str = "cosine",
        model_regressor: Any = None,
        random_seed: int | None = None,
    ) -> ImageExplanation:
        """Explain some labels at one image.

        Args:
            image: (h, w, 3), or (h, w) of grey levels.
            classifier_fn: images (b, h, w, 3) of the image's own number type and scale → (b, classes).
            labels: to explain; not read where ``top_labels`` is given, which it is by default.
            hide_color: what hidden superpixels show; None is the mean colour of each.
            top_labels: how many of the labels with the largest output to explain; None explains ``labels``.
            num_features: the most superpixels to keep.
            num_samples: how many masks.
            batch_size: how many images ``classifier_fn`` gets in each call, the last one excepted.
            segmentation_fn: image → label map (h, w); None is quickshift with lime's parameters.
            distance_metric: of `sklearn.metrics.pairwise_distances`.
            model_regressor: see `LimeBase.explain_instance_with_data`.
            random_seed: of the default segmentation. None draws it as lime does, and leaves scikit-image's own seed, as
                lime does with the scikit-image of today.

        Raises:
            ValueError, TypeError: arguments that do not fit, or answers of another shape.
        """
        from sklearn.metrics import pairwise_distances

        pixels = _coloured(image)
        classifier_fn = function("classifier_fn", classifier_fn, "images (b, h, w, 3) → (b, classes)")
        if random_seed is None:
            self.random_state.randint(0, high=1000)
        segmenter = _quickshift(random_seed) if segmentation_fn is None else segmentation_fn
        segments = whole(function("segmentation_fn", segmenter, "image → label map (h, w)")(pixels))
        owner = renumbered(segments, pixels.shape[:2])
        numbers = np.empty(owner.max() + 1, np.asarray(segments).dtype)
        numbers[owner] = segments
        hidden = _hidden(pixels, owner.ravel(), hide_color)
        data, answers = self.data_labels(pixels, hidden, owner, classifier_fn, num_samples, batch_size)
        distances = pairwise_distances(data, data[:1], metric=distance_metric).ravel()
        found = ImageExplanation(pixels, segments)
        chosen, top = labels_of(answers, labels, top_labels, "classifier_fn", "image")
        if top:
            found.top_labels = chosen[::-1]
        for label in chosen:
            model = self.base.local_model(
                data, answers, distances, label, num_features, self.feature_selection, model_regressor
            )
            found.add(label, model, numbers)
        return found

    def data_labels(
        self,
        image: np.ndarray,
        fudged_image: np.ndarray,
        segments: np.ndarray,
        classifier_fn: Callable[[np.ndarray], Any],
        num_samples: int,
        batch_size: int = 10,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw masks, the first of which shows everything, and ask the classifier about the images that they show.

        Args:
            image, fudged_image: the image, and what hidden superpixels show, (h, w, 3) each.
            segments: the superpixel of each pixel, (h, w) integers.
            classifier_fn, num_samples, batch_size: see `explain_instance`.

        Returns:
            The masks, (num_samples, superpixels) of 0 and 1, and the answers, (num_samples, classes).
        """
        owner = renumbered(segments, image.shape[:2])
        samples, size = count("num_samples", num_samples, 2), integer("batch_size", batch_size, 1)
        shape = samples, int(owner.max()) + 1
        data = self.random_state.randint(0, 2, shape[0] * shape[1]).reshape(shape)
        data[0] = 1
        # images are made where they are asked about, so that no batch outlives the call of the classifier
        answers = [
            answers_of(classifier_fn(composed(image, fudged_image, owner, masks)), len(masks), "image")
            for masks in track(_batches(data == 1, size), samples, "masks")
        ]
        return data, np.concatenate(answers)


def _batches(masks: np.ndarray, size: int) -> Iterator[tuple[int, np.ndarray]]:
    """The masks in batches, each behind its number of masks."""
    return ((len(masks[start : start + size]), masks[start : start + size]) for start in range(0, len(masks), size))


def whole(segments: Any) -> Any:
    """A label map of whole numbers that are stored as floats as integers, which lime takes too; others unchanged.

    >>> whole(np.array([[0.0, 2.0]])).tolist()
    [[0, 2]]
    """
    found = np.asarray(segments)
    return found.astype(int) if found.dtype.kind == "f" and (found == np.floor(found)).all() else segments


def _coloured(image: Any) -> np.ndarray:
    pixels = array("image", image)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    if pixels.ndim != 3:
        raise ValueError(f"image must have shape (h, w, 3) or (h, w), got {pixels.shape}; give one image")
    return pixels


def _quickshift(random_seed: int | None) -> SegmentationAlgorithm:
    seed = {} if random_seed is None else {"random_seed": random_seed}
    return SegmentationAlgorithm("quickshift", kernel_size=4, max_dist=200, ratio=0.2, **seed)


def _hidden(image: np.ndarray, owner: np.ndarray, colour: Any) -> np.ndarray:
    """What hidden superpixels show: a colour, or their means, in the image's own number type."""
    found = image.copy()
    if colour is not None:
        found[:] = colour
        return found
    if image.dtype.kind in "iu" and image.dtype.itemsize <= _EXACT_BYTES:
        sizes, channels = np.bincount(owner), image.reshape(len(owner), -1).T
        means = np.stack([np.bincount(owner, channel) / sizes for channel in channels], axis=1)
        hidden: np.ndarray = means.astype(image.dtype).take(owner, axis=0).reshape(image.shape)
        return hidden
    # small integers are sorted several times as fast
    order = np.argsort(owner.astype(np.min_scalar_type(owner.max())), kind="stable")
    ends = np.cumsum(np.bincount(owner))[:-1]
    pixels, flat = image.reshape(len(owner), -1)[order], found.reshape(len(owner), -1)
    for places, part in zip(np.split(order, ends), np.split(pixels, ends), strict=True):
        # channel by channel: the sums of float32 numbers depend on their order, which is lime's
        flat[places] = [np.mean(part[:, channel]) for channel in range(part.shape[1])]
    return found
