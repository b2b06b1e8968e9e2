"""How much an explanation changes under noise on the image and from one repetition to another, and how sure it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import flag, floats, generator, integer, real
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.metrics.faithfulness import deletion, preservation
from limetheory.metrics.predictions import Predictions
from limetheory.pictures import as_pixels

NOISE = 5 / 255
"""The standard deviation of DSEG-LIME's noise, N(0, 5²) on pixel values 0..255."""


def noisy(image: Any, deviation: float = NOISE, rng: Any = 0) -> np.ndarray:
    """The image with independent Gaussian noise on every pixel and channel, clipped to [0, 1].

    Args:
        image: (h, w) or (h, w, c), see `as_pixels`: uint8 and uint16 are rescaled to [0, 1].
        deviation: the standard deviation of the noise on the scale [0, 1], at least 0.
        rng: None, an int or a numpy.random.Generator.

    >>> noisy(np.full((2, 2), 0.5)).round(2).tolist()
    [[0.5, 0.5], [0.51, 0.5]]
    """
    deviation = real("deviation", deviation, at_least=0, remedy="pixel values are in [0, 1]")
    levels = as_pixels(image)
    return np.clip(levels + generator(rng).normal(0, deviation, levels.shape), 0, 1)


def noise_preservation(noise: Predictions, shown: Any, original: int) -> bool:
    """Whether the noisy image keeps the class of the clean one if only the segments of its explanation are shown (↑).

    Rule: argmax f(x'(E')) = original, with x' = `noisy` x and E' the segments that the explanation of x' shows. Source:
    DSEG-LIME, which draws the noise without a seed.

    Args:
        noise: predictions on the noisy image.
        shown: (d,) bool, from the explanation of the noisy image.
        original: the class of the clean image, ``predictions.original``.
    """
    return preservation(noise, shown, integer("original", original, 0))


def noise_deletion(noise: Predictions, shown: Any, original: int) -> bool:
    """Whether the noisy image loses the class of the clean one if the segments of its explanation are hidden (↑).

    Rule: argmax f(x'(1 − E')) ≠ original. Arguments and source as in `noise_preservation`.
    """
    return deletion(noise, shown, integer("original", original, 0))


def repetition_deviation(coefficients: Any, relative: bool = False) -> float:
    """The mean standard deviation of the coefficients over repeated explanations (↓), DSEG-LIME's "stability".

    (1/d) Σ_j sd_r(c_rj) with R − 1 in the denominator. Source: DSEG-LIME, with R = 8, where segments that some
    repetitions lack are left out; here the segments are fixed. It depends on the scale of the coefficients, so
    segmenters with many small coefficients get small values; ``relative`` divides by the root mean square of the mean
    coefficients (NaN if that is 0). `limetheory.stability` is something else: it forecasts the selected superpixels.

    Args:
        coefficients: (R, d), one row a repetition, R ≥ 2.
        relative: divide by the root mean square of the mean coefficients.

    >>> repetition_deviation([[1.0, 0.0], [3.0, 0.0]]), repetition_deviation([[1.0, 0.0], [3.0, 0.0]], relative=True)
    (0.707..., 0.5)
    """
    c = floats("coefficients", coefficients)
    if c.ndim != 2 or len(c) < 2 or not c.shape[1] or not np.isfinite(c).all():
        raise ValueError(f"coefficients must be finite (R, d) with R >= 2, got shape {c.shape}; repeat the explanation")
    return _over(float(c.std(axis=0, ddof=1).mean()), c.mean(axis=0), relative)


def expected_deviation(explanation: Explanation, relative: bool = False) -> float:
    """The expected `repetition_deviation`, from the standard errors of one explanation (↓).

    (1/d) Σ_j se_j: the standard error estimates the standard deviation over repetitions, up to O(1/n) (thm:clt). It is
    ∞ if the masks do not determine all coefficients.

    >>> expected_deviation(Explanation(np.array([2.0, 0.0]), 0.0, np.array([0.1, 0.3]), 100))
    0.2
    """
    checked_explanation("explanation", explanation)
    return _over(float(explanation.standard_errors.mean()), explanation.coefficients, relative)


def interval_width(explanation: Explanation, level: float = 0.95, relative: bool = False) -> float:
    """The mean width of the confidence intervals of the coefficients (↓).

    (1/d) Σ_j (high_j − low_j) of ``explanation.interval(level)``: at an equal number of evaluations it says which
    segments can be explained more precisely. It is 0 for a limit, and ∞ if the masks do not determine all coefficients.
    Segmenters with many small coefficients get small widths; ``relative`` divides by the root mean square of the
    coefficients (NaN if that is 0).

    Args:
        explanation: of an image, a text or a row of a table.
        level: of the intervals, in (0, 1).
        relative: divide by the root mean square of the coefficients.

    >>> answer = Explanation(np.array([2.0, 0.0]), 0.0, np.array([0.1, 0.3]), 100)
    >>> round(interval_width(answer), 3), round(interval_width(answer, relative=True), 3)
    (0.784, 0.554)
    """
    checked_explanation("explanation", explanation)
    low, high = explanation.interval(level).T
    return _over(float((high - low).mean()), explanation.coefficients, relative)


def _over(deviation: float, coefficients: np.ndarray, relative: bool) -> float:
    if not flag("relative", relative):
        return deviation
    scale = float(np.sqrt(np.mean(coefficients**2)))
    return deviation / scale if scale > 0 else float("nan")
