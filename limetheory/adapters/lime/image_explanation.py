"""`ImageExplanation`: the answer for an image."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from limetheory import explanation as core
from limetheory.adapters.lime.answers import refuse_label
from limetheory.adapters.lime.lime_base import LocalModel


class ImageExplanation:
    """The local models of some labels at one image.

    Args:
        image: (h, w, 3).
        segments: the superpixel of each pixel, (h, w) integers.

    Attributes:
        image, segments: as above.
        local_exp: label → list of (superpixel, coefficient), the largest |coefficient| first; the superpixel is its
            number in ``segments``.
        intercept: label → intercept of the local model.
        score, local_pred: weighted R² of the local model, and its prediction at the image, (1,); of the label that was
            fitted last, as in lime 0.2.0.1. `limetheory` knows every label.
        top_labels: the labels by falling output, where ``top_labels`` was given.
        limetheory: label → the same fit as a `limetheory.Explanation`, a part for each entry of ``local_exp`` in its
            order, with standard errors and `interval(level)`.
    """

    def __init__(self, image: np.ndarray, segments: np.ndarray):
        self.image, self.segments = image, segments
        self.intercept: dict[Any, Any] = {}
        self.local_exp: dict[Any, list[tuple[Any, Any]]] = {}
        self.limetheory: dict[Any, core.Explanation] = {}
        self.score: Any = None
        self.local_pred: Any = None
        self.top_labels: list[Any] | None = None

    def add(self, label: Any, found: LocalModel, numbers: np.ndarray) -> None:
        """Keep the local model of a label; ``numbers`` are those of the superpixels in ``segments``, (d,)."""
        self.intercept[label], self.score, self.local_pred = found.intercept, found.score, found.local_pred
        self.local_exp[label] = [(numbers[j], coefficient) for j, coefficient in found.terms]
        if found.explanation is not None:
            names = [str(number) for number, _ in self.local_exp[label]]
            self.limetheory[label] = replace(found.explanation, names=names)

    def get_image_and_mask(
        self,
        label: Any,
        positive_only: bool = True,
        negative_only: bool = False,
        hide_rest: bool = False,
        num_features: int = 5,
        min_weight: float = 0.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The image with the most important superpixels, and where they are.

        Args:
            label: a label that is explained.
            positive_only: only superpixels that raise the output.
            negative_only: only those that lower it. With neither, both, and superpixels are painted: their red channel,
                or their green one where they raise the output, is set to the largest number of the image.
            hide_rest: whether the rest of the image is 0.
            num_features: the most superpixels to show.
            min_weight: the least |coefficient| to show.

        Returns:
            The image, (h, w, 3), and the mask, (h, w) integers: 1 where a superpixel is shown, −1 where it lowers the
            output and both are shown.

        Raises:
            KeyError: a label that is not explained.
            ValueError: both ``positive_only`` and ``negative_only``.
        """
        refuse_label(label, self.local_exp)
        if positive_only and negative_only:
            raise ValueError("positive_only and negative_only must not both be true, got both; leave one of them out")
        shown = np.zeros(self.image.shape) if hide_rest else self.image.copy()
        mask = np.zeros(self.segments.shape, self.segments.dtype)
        both = not (positive_only or negative_only)
        for number, coefficient in self._chosen(label, positive_only, negative_only, num_features, min_weight):
            inside = self.segments == number
            shown[inside] = self.image[inside]
            mask[inside] = -1 if both and coefficient < 0 else 1
            if both:
                shown[inside, 0 if coefficient < 0 else 1] = self.image.max()
        return shown, mask

    def _chosen(
        self, label: Any, positive: bool, negative: bool, num_features: int, min_weight: float
    ) -> list[tuple[Any, Any]]:
        terms = self.local_exp[label]
        if not (positive or negative):
            return [term for term in terms[:num_features] if np.abs(term[1]) >= min_weight]
        sign = 1 if positive else -1
        return [term for term in terms if sign * term[1] > max(min_weight, 0)][:num_features]
