"""Does an explanation survive noise on the image, and repetition?"""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import flag, floats, generator, integer, real
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.images.loading import as_pixels
from limetheory.metrics.faithfulness import deletion, preservation
from limetheory.metrics.predictions import Predictions

NOISE = 5 / 255
"""Standard deviation of the noise of DSEG-LIME, N(0, 5²) on levels 0..255."""


def noisy(image: Any, deviation: float = NOISE, rng: Any = 0) -> np.ndarray:
    """The image with independent Gaussian noise on every level, clipped to [0, 1].

    Args:
        image: (h, w) or (h, w, c), see `as_pixels`: uint8 and uint16 are rescaled to [0, 1].
        deviation: standard deviation of the noise, at least 0, in levels of [0, 1].
        rng: None, an int or a numpy.random.Generator.

    >>> noisy(np.full((2, 2), 0.5)).round(2).tolist()
    [[0.5, 0.5], [0.51, 0.5]]
    """
    deviation = real("deviation", deviation, at_least=0, remedy="levels are in [0, 1]")
    levels = as_pixels(image)
    return np.clip(levels + generator(rng).normal(0, deviation, levels.shape), 0, 1)


def noise_preservation(noise: Predictions, shown: Any, original: int) -> bool:
    """Whether the class of the clean image stays on the segments shown for the noisy one (↑).

    Rule: argmax f(x'(E')) = original, with x' = `noisy` x and E' the segments of its own explanation. Source:
    DSEG-LIME, which draws the noise unseeded.

    Args:
        noise: predictions on the noisy image.
        shown: (d,) bool, from the explanation of the noisy image.
        original: the class of the clean image, ``predictions.original``.
    """
    return preservation(noise, shown, integer("original", original, 0))


def noise_deletion(noise: Predictions, shown: Any, original: int) -> bool:
    """Whether the class of the clean image goes when the segments shown for the noisy one do (↑).

    Rule: argmax f(x'(1 − E')) ≠ original. Arguments and source as in `noise_preservation`.
    """
    return deletion(noise, shown, integer("original", original, 0))


def repetition_deviation(coefficients: Any, relative: bool = False) -> float:
    """The mean standard deviation of the coefficients over repeated explanations (↓), DSEG-LIME's "stability".

    (1/d) Σ_j sd_r(c_rj) with R − 1 in the denominator. Source: DSEG-LIME, with R = 8; there segments missing in some
    repetitions are dropped, here the segments are fixed. Not scale-free, so segmenters with many small
    coefficients look stable: ``relative`` divides by the root mean square of the mean coefficients (NaN if that is 0).

    Args:
        coefficients: (R, d), one row a repetition, R ≥ 2.
        relative: divide by the size of the explanation.

    >>> repetition_deviation([[1.0, 0.0], [3.0, 0.0]]), repetition_deviation([[1.0, 0.0], [3.0, 0.0]], relative=True)
    (0.707..., 0.5)
    """
    c = floats("coefficients", coefficients)
    if c.ndim != 2 or len(c) < 2 or not c.shape[1] or not np.isfinite(c).all():
        raise ValueError(f"coefficients must be finite (R, d) with R >= 2, got shape {c.shape}; repeat the explanation")
    return _over(float(c.std(axis=0, ddof=1).mean()), c.mean(axis=0), relative)


def expected_deviation(explanation: Explanation, relative: bool = False) -> float:
    """`repetition_deviation` from one explanation's standard errors instead of repetitions (↓).

    (1/d) Σ_j se_j: the standard error is the standard deviation over repetitions (thm:clt), up to O(1/n). ∞ where
    the masks do not determine a coefficient.

    >>> expected_deviation(Explanation(np.array([2.0, 0.0]), 0.0, np.array([0.1, 0.3]), 100))
    0.2
    """
    checked_explanation("explanation", explanation)
    return _over(float(explanation.standard_errors.mean()), explanation.coefficients, relative)


def _over(deviation: float, coefficients: np.ndarray, relative: bool) -> float:
    if not flag("relative", relative):
        return deviation
    scale = float(np.sqrt(np.mean(coefficients**2)))
    return deviation / scale if scale > 0 else float("nan")
