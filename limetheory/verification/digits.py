"""Closed forms on scikit-learn's digits (prop:linear, prop:leaf, prop:trees, prop:factor)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from limetheory.designs import ImageDesign
from limetheory.estimation import estimate
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.explaining import ModelFunction, set_function
from limetheory.images import MaskedImage, as_image, segment
from limetheory.limits import SetFunction, all_masks, limit
from limetheory.verification.checks import Check
from limetheory.verification.digit_models import DigitModel, digit_models

SIDE = 28
"""The side of the enlarged digits in pixels: that of MNIST, by convention."""

DIGIT = 3
"""The class that is explained; a convention."""

FALSE_ALARM = 1e-4
"""The probability with which a check of the estimates fails although the closed form is right; a convention."""

STATEMENTS = {"shape detector": "prop:leaf", "random forest": "prop:trees", "SVM, RBF kernel": "prop:factor"}


@dataclass(frozen=True, eq=False)
class DigitResult:
    """One model: its limit by closed form and by enumeration, each (d,), and repeated estimates, (repetitions, d).

    ``values`` are those of the set function of the closed form for all 2^d masks, ``originals`` are those of the model
    itself on the masked pixels, and ``enumerated`` is the limit that is computed from ``originals``.
    """

    name: str
    masked: MaskedImage
    limit: np.ndarray
    estimates: np.ndarray
    values: np.ndarray
    originals: np.ndarray
    enumerated: np.ndarray

    @property
    def largest_z(self) -> float:
        """max_j |mean of the estimates − limit| / its standard error."""
        error = self.estimates.std(axis=0, ddof=1) / np.sqrt(len(self.estimates))
        gap = np.abs(self.estimates.mean(axis=0) - self.limit)
        return float(np.max(np.divide(gap, error, out=np.zeros_like(gap), where=error > 0)))

    @property
    def value_error(self) -> float:
        """The largest error of the set function over all masks, relative to the model's largest value."""
        return float(np.abs(self.values - self.originals).max() / np.abs(self.originals).max())

    @property
    def limit_error(self) -> float:
        """The largest error of the closed form, relative to the largest enumerated coefficient."""
        return float(np.abs(self.limit - self.enumerated).max() / np.abs(self.enumerated).max())


def enlarged_digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's 8×8 digits in [0, 1], enlarged to (n, 28, 28), and their labels."""
    from skimage.transform import resize
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    small = images.reshape(-1, 8, 8) / 16
    return np.clip(resize(small, (len(small), SIDE, SIDE), order=1), 0, 1), labels


def compare(one: DigitModel, masked: MaskedImage, n: int, repetitions: int, seed: int) -> DigitResult:
    """Compute the limit by the closed form, and estimates and enumeration that evaluate the model on masked pixels."""
    design, masks = ImageDesign(masked.d), all_masks(masked.d)
    on_pixels, closed = ModelFunction(one.original, masked), set_function(one.model, masked)
    streams = np.random.default_rng(seed).spawn(repetitions)
    with few_masks_studied():
        estimates = np.stack([estimate(on_pixels, design, n, stream).coefficients for stream in streams])
    originals = on_pixels(masks)
    return DigitResult(
        one.name, masked, limit(closed, design).coefficients, estimates, closed(masks), originals,
        limit(SetFunction(originals), design).coefficients,
    )  # fmt: skip


def digit_comparisons(n: int, repetitions: int, seed: int) -> list[DigitResult]:
    """The result of each model on a digit 3 with quickshift superpixels of kernel size 1, as in the original study."""
    images, labels = enlarged_digits()
    image = images[np.flatnonzero(labels == DIGIT)[0]]
    segments = segment(as_image(image), "quickshift", kernel_size=1)
    masked = MaskedImage(image, segments, replacement=0.0)
    models = digit_models(images, labels, DIGIT, image)
    return [compare(one, masked, n, repetitions, seed + number) for number, one in enumerate(models)]


def digit_checks(comparisons: list[DigitResult]) -> list[Check]:
    """Check the estimates of each model against its limit, and trained models against scikit-learn.

    Estimates of the linear model must be exact; the mean of those of the others must agree with the limit.
    """
    linear, detector, *trained = comparisons
    exact = Check(
        "linear model, largest error of any estimate",
        float(np.abs(linear.estimates - linear.limit).max()), -np.inf, 1e-9,
        "an additive set function is explained exactly by every sample (prop:linear)",
    )  # fmt: skip
    return [exact, *_sampled(detector), *(check for one in trained for check in [*_sampled(one), *_enumerated(one)])]


def _sampled(one: DigitResult) -> list[Check]:
    repetitions, d = one.estimates.shape
    threshold = float(stdtrit(repetitions - 1, 1 - FALSE_ALARM / (2 * d)))
    return [
        Check(
            f"{one.name}, largest z of the mean estimate", one.largest_z, -np.inf, threshold,
            f"estimates centre on the closed form ({STATEMENTS[one.name]}); false alarm {FALSE_ALARM:g}",
        ),
        Check(
            f"{one.name}, its limit is not trivial", float(np.abs(one.limit).max()), 0.01, np.inf,
            "the closed form that is checked differs from zero",
        ),
    ]  # fmt: skip


def _enumerated(one: DigitResult) -> list[Check]:
    return [
        Check(
            f"{one.name}, set function against scikit-learn", one.value_error, -np.inf, 1e-9,
            f"relative, on all 2^{one.masked.d} masked images: what is explained is the model itself",
        ),
        Check(
            f"{one.name}, limit against enumeration", one.limit_error, -np.inf, 1e-9,
            f"relative: the closed form is the limit of scikit-learn's own output ({STATEMENTS[one.name]})",
        ),
    ]  # fmt: skip
