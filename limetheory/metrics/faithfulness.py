"""Whether the class depends on the shown segments; each check needs one or two evaluations."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import integer, real, zero_one
from limetheory.images.segmentation.label_map import renumbered
from limetheory.metrics.predictions import Predictions, checked_predictions
from limetheory.metrics.ranking import orders

_ROUNDING = 1e-12
"""What an area may miss the tolerance by, since sums are rounded; a convention."""


def preservation(predictions: Predictions, shown: Any, original: int | None = None) -> bool:
    """Whether the class stays the same if only the shown segments are kept (↑).

    Rule: argmax f(x(E)) = original, with E the shown segments and the replacement everywhere else. Source: DSEG-LIME,
    "preservation". The public code sets normalised pixels to 0; here the replacement is that of the predictions.

    Args:
        predictions: those of the model on the masked image.
        shown: (d,) bool, such as from `shown`; if it is all False, the whole image is replaced.
        original: the class to compare with; None takes the model's class of the full image.

    Raises:
        ValueError: if the number of segments differs, or the model has a single output.

    >>> import limetheory as lt
    >>> two = lt.MaskedImage(np.array([[0.2, 0.8]]), np.array([[0, 1]]), 0.0)
    >>> sides = Predictions(lt.ModelFunction(lambda images: images[:, 0], two))
    >>> preservation(sides, [False, True]), preservation(sides, [True, False])
    (True, False)
    """
    return bool(_class(predictions, _kept(predictions, shown)) == _original(predictions, original))


def deletion(predictions: Predictions, shown: Any, original: int | None = None) -> bool:
    """Whether the class changes if the shown segments are replaced (↑).

    Rule: argmax f(x(1 − E)) ≠ original. Source: DSEG-LIME, "deletion"; arguments and errors as in `preservation`.
    At depth 2 the public code applies the labels of one segmentation to another; here there is only one.
    """
    return bool(_class(predictions, ~_kept(predictions, shown)) != _original(predictions, original))


class KeptArea(NamedTuple):
    """The result of `kept_area_preservation`, over the orders in which ties can be broken.

    ``preserved`` is the share of orders in which the class stays the same, 0 or 1 without ties; ``area`` is the mean
    kept share of the image; ``within`` is the share of orders whose kept area is within the tolerance.
    """

    preserved: float
    area: float
    within: float


def kept_area_preservation(
    predictions: Predictions,
    coefficients: Any,
    area: float = 0.10,
    tolerance: float = 0.05,
    *,
    draws: int = 10,
    rng: Any = 0,
) -> KeptArea:
    """Whether the class stays the same if only the best tenth of the image is kept (↑), and how large that part is (↓).

    Rule: of the sets {top 1}, {top 1, 2}, … the one whose area is nearest to ``area`` (the smaller one of two) is
    kept. Source: DSEG-LIME, "single deletion" and "size"; despite that name the segments are kept, and its counts
    include images whose kept area misses the tolerance, which ``within`` tells here. The paper fills with a background
    photograph, which its public code lacks: pass one as the replacement of the masked image, or any other replacement.

    Args:
        predictions: those of the model on the masked image.
        coefficients: (d,); segments are kept in order of decreasing coefficients.
        area, tolerance: shares of the image in (0, 1) and [0, 1).
        draws, rng: for tied coefficients, see `orders`.

    >>> import limetheory as lt
    >>> row = lt.MaskedImage(np.arange(10.0)[None] / 10, np.arange(10)[None], 0.0)
    >>> last = Predictions(lt.ModelFunction(lambda images: images[:, 0], row))
    >>> kept_area_preservation(last, np.arange(10.0))
    KeptArea(preserved=1.0, area=0.1, within=1.0)
    """
    area = real("area", area, above=0, below=1, remedy="write 0.1 for 10 %")
    tolerance = real("tolerance", tolerance, at_least=0, below=1, remedy="write 0.05 for 5 %")
    checked_predictions("predictions", predictions)
    ranked = orders(coefficients, draws, rng)
    fractions = area_fractions(predictions.function.masked.segments)
    if ranked.shape[1] != predictions.d:
        raise ValueError(f"coefficients must be {predictions.d}, one a segment, got {ranked.shape[1]}")
    areas = np.cumsum(fractions[ranked], axis=1)
    # Areas are rounded, so that the order in which they are summed does not decide between sets.
    last = np.argmin(np.round(np.abs(areas - area), 12), axis=1)
    kept = np.argsort(ranked, axis=1) <= last[:, None]
    found = areas[np.arange(len(areas)), last]
    preserved = predictions.classes(kept) == predictions.original
    within = np.abs(found - area) <= tolerance + _ROUNDING
    return KeptArea(float(preserved.mean()), float(found.mean()), float(within.mean()))


def area_fractions(segments: Any) -> np.ndarray:
    """The share of the image that each segment covers, (d,); the shares sum to 1.

    Args:
        segments: (h, w) label map of integers >= 0, from 0 or any other start, with or without gaps: segment j has the
            j-th smallest label, as in `MaskedImage`.

    >>> area_fractions(np.array([[1, 1, 2, 1]])).tolist()
    [0.75, 0.25]
    """
    labels = renumbered(segments)
    return np.bincount(labels.ravel()) / labels.size


def _kept(predictions: Predictions, shown: Any) -> np.ndarray:
    checked_predictions("predictions", predictions)
    kept = zero_one("shown", shown)
    if kept.shape != (predictions.d,):
        raise ValueError(f"shown must have shape ({predictions.d},), got {kept.shape}; use shown()")
    return kept


def _class(predictions: Predictions, kept: np.ndarray) -> int:
    return int(predictions.classes(kept[None])[0])


def _original(predictions: Predictions, original: int | None) -> int:
    if original is None:
        return predictions.original
    classes = len(predictions.function.outputs)
    if integer("original", original, 0) >= classes:
        raise ValueError(f"original must be below the number of classes, {classes}, got {original}; count from 0")
    return original
