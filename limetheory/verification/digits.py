"""Closed forms on scikit-learn's digits: a linear classifier and a shape detector (prop:linear, prop:leaf)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from limetheory.designs import ImageDesign
from limetheory.estimation import estimate
from limetheory.images import (
    LinearPixels,
    MaskedImage,
    ModelFunction,
    ShapeDetector,
    as_image,
    segment,
    set_function,
)
from limetheory.limits import limit
from limetheory.verification.checks import Check

SIDE = 28
FALSE_ALARM = 1e-4


@dataclass(frozen=True, eq=False)
class Comparison:
    """Repeated estimates (repetitions, d) beside the closed-form limit (d,)."""

    name: str
    masked: MaskedImage
    limit: np.ndarray
    estimates: np.ndarray

    @property
    def largest_z(self) -> float:
        """max_j |mean of the estimates − limit| / its standard error."""
        spread = self.estimates.std(axis=0, ddof=1) / np.sqrt(len(self.estimates))
        gap = np.abs(self.estimates.mean(axis=0) - self.limit)
        return float(np.max(np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)))


def enlarged_digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's 8×8 digits in [0, 1], enlarged to (n, 28, 28), and their labels."""
    from skimage.transform import resize
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    small = images.reshape(-1, 8, 8) / 16
    return np.clip(resize(small, (len(small), SIDE, SIDE), order=1), 0, 1), labels


def linear_classifier(images: np.ndarray, labels: np.ndarray, digit: int) -> LinearPixels:
    """The decision function of a logistic regression of one digit against the rest."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(max_iter=2000).fit(images.reshape(len(images), -1), labels == digit)
    return LinearPixels(fitted.coef_.reshape(images.shape[1:]), float(fitted.intercept_[0]))


def stroke_detector(image: np.ndarray, pixels: int = 6, threshold: float = 0.8) -> ShapeDetector:
    """A detector of ``pixels`` bright pixels spread along the strokes of one image."""
    bright = np.flatnonzero(image.ravel() > threshold)
    shape = np.zeros(image.size, bool)
    shape[bright[np.linspace(0, len(bright) - 1, pixels).astype(int)]] = True
    return ShapeDetector(shape.reshape(image.shape), threshold)


def compare(name: str, model: Any, masked: MaskedImage, n: int, repetitions: int, seed: int) -> Comparison:
    """Set the closed form beside estimates that evaluate the model on masked pixels."""
    design = ImageDesign(masked.d)
    sampled = ModelFunction(model, masked)
    streams = np.random.default_rng(seed).spawn(repetitions)
    estimates = np.stack([estimate(sampled, design, n, stream).coefficients for stream in streams])
    return Comparison(name, masked, limit(set_function(model, masked), design).coefficients, estimates)


def digit_comparisons(n: int, repetitions: int, seed: int) -> list[Comparison]:
    """Both models on a digit 3 with quickshift superpixels of kernel size 1, as in the original study."""
    images, labels = enlarged_digits()
    image = images[np.flatnonzero(labels == 3)[0]]
    segments = segment(as_image(image), "quickshift", kernel_size=1)
    masked = MaskedImage(image, segments, replacement=0.0)
    return [
        compare("linear classifier", linear_classifier(images, labels, 3), masked, n, repetitions, seed),
        compare("shape detector", stroke_detector(image), masked, n, repetitions, seed + 1),
    ]


def digit_checks(comparisons: list[Comparison]) -> list[Check]:
    """The linear model's estimates are exact; the detector's scatter around the limit."""
    linear, detector = comparisons
    repetitions, d = detector.estimates.shape
    threshold = float(stdtrit(repetitions - 1, 1 - FALSE_ALARM / (2 * d)))
    return [
        Check(
            "linear model, largest error of any estimate",
            float(np.abs(linear.estimates - linear.limit).max()), -np.inf, 1e-9,
            "an additive set function is explained exactly by every sample (prop:linear)",
        ),
        Check(
            "shape detector, largest z of the mean estimate",
            detector.largest_z, -np.inf, threshold,
            f"estimates centre on the closed form (prop:leaf); false alarm {FALSE_ALARM:g}",
        ),
        Check(
            "shape detector, its limit is not trivial",
            float(np.abs(detector.limit).max()), 0.01, np.inf,
            "the closed form that is checked differs from zero",
        ),
    ]  # fmt: skip
