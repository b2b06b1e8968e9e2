"""Curves of F while segments or pixels are removed or inserted in order of their scores: areas, MIF, LIF and SRG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import flag, real, vector
from limetheory.arrays import PerMask
from limetheory.evaluation import MaskFunction, evaluate, superpixel_count
from limetheory.metrics.predictions import Predictions, checked_predictions
from limetheory.metrics.ranking import Removal, removal

_ROUNDING = 1e-12
"""What sums of areas may exceed a limit by, since they are rounded; a convention."""


@dataclass(frozen=True, eq=False)
class Curve:
    """The values of F along a removal or an insertion; tied scores are averaged over their orders, see `Removal`.

    Attributes:
        removal: the sets that are removed or inserted at each step.
        moved: the share of the segments, or of their sizes, in each set, (n,): 0 at the first step and 1 at the last.
        values: F for each set, (n,).
        ends: (F on the replacement alone, F on the image).
    """

    removal: Removal
    moved: PerMask
    values: PerMask
    ends: tuple[float, float]

    @property
    def points(self) -> np.ndarray:
        """The expected share and value at each step, (K, 2), for a plot."""
        return np.stack([self.removal.mean(self.moved), self.removal.mean(self.values)], axis=1)

    def area(self, normalise: bool = False) -> float:
        """The integral of F over the share, by the trapezoidal rule."""
        return self._scaled(self.removal.area(self.moved, self.values), normalise)

    def average(self, normalise: bool = False) -> float:
        """The unweighted mean over the steps, both ends included."""
        return self._scaled(float(self.removal.mean(self.values).mean()), normalise)

    def _scaled(self, score: float, normalise: bool) -> float:
        replaced, image = self.ends
        if not flag("normalise", normalise):
            return score
        return (score - replaced) / (image - replaced) if image != replaced else float("nan")


def curve(
    F: MaskFunction,
    scores: Any,
    insert: bool = False,
    *,
    steps: int | None = None,
    sizes: Any = None,
    draws: int = 10,
    rng: Any = 0,
) -> Curve:
    """Evaluate F while the highest scores are removed from the image, or inserted into the replacement.

    F gets all masks in one call. For a curve by segments, F and the scores are those of the segments. For a curve by
    pixels, F is that of `pixelwise` of the masked image, the scores are ``heatmap().ravel()``, and ``steps`` is given.

    Args:
        F: set function, (n, d) bool → (n,); `Predictions` evaluate the model once for each mask.
        scores: (d,), such as coefficients.
        insert: insert into the replacement instead of removing from the image.
        steps, draws, rng: see `removal`.
        sizes: (d,) non-negative, the share of each segment on the axis, up to scale (`area_fractions`); None counts
            segments.

    >>> import limetheory as lt
    >>> curve(lt.Additive([3.0, 1.0]), [3.0, 1.0]).points.tolist()
    [[0.0, 4.0], [0.5, 1.0], [1.0, 0.0]]
    """
    found = removal(scores, steps, draws, rng)
    superpixel_count(F, found.removed.shape[1], "scores", "give scores")
    values = evaluate(F, found.removed if flag("insert", insert) else ~found.removed)
    ends = (values[0], values[-1]) if insert else (values[-1], values[0])
    return Curve(found, found.removed @ _widths(sizes, found.removed.shape[1]), values, ends)


def deletion_auc(F: MaskFunction, scores: Any, *, normalise: bool = False, **options: Any) -> float:
    """The area under F while the highest scores are removed (↓).

    ∫_0^1 F(removed share q) dq by the trapezoidal rule, from the image to the replacement; normalised, it is (∫F −
    F(0)) / (F(1) − F(0)), which is NaN if F(1) = F(0). Source: Petsiuk, Das & Saenko 2018 (RISE), whose code breaks
    ties by position. ``options`` as in `curve`.

    >>> import limetheory as lt
    >>> deletion_auc(lt.Additive([3.0, 1.0]), [3.0, 1.0]), deletion_auc(lt.Additive([3.0, 1.0]), [1.0, 3.0])
    (1.5, 2.5)
    """
    return curve(F, scores, **options).area(normalise)


def insertion_auc(F: MaskFunction, scores: Any, *, normalise: bool = False, **options: Any) -> float:
    """The area under F while the highest scores are inserted into the replacement (↑).

    The same integral as in `deletion_auc`, from the replacement to the image (Petsiuk et al. 2018, who insert into a
    blurred image: ``replacement="blur"``).
    """
    return curve(F, scores, True, **options).area(normalise)


def mif(F: MaskFunction, scores: Any, *, steps: int | None = 10, normalise: bool = False, **options: Any) -> float:
    """The mean of F over the steps while the segments of highest score are removed first (↓).

    Source: Blücher, Vielhaben & Strodthoff 2024; the public code of Pihlgren & Främling 2025 has 10 steps
    with both ends and an unweighted mean, and normalises by F(0) and F(1), as here. It removes tied segments in raster
    order; here the orders are averaged. ``options`` as in `curve`.
    """
    return curve(F, scores, steps=steps, **options).average(normalise)


def lif(F: MaskFunction, scores: Any, *, steps: int | None = 10, normalise: bool = False, **options: Any) -> float:
    """The mean of F over the steps while the segments of lowest score are removed first (↑); see `mif`."""
    return mif(F, -vector("scores", scores), steps=steps, normalise=normalise, **options)


def srg(F: MaskFunction, scores: Any, *, steps: int | None = 10, normalise: bool = False, **options: Any) -> float:
    """The symmetric relevance gain LIF − MIF (↑; Blücher, Vielhaben & Strodthoff 2024); see `mif`.

    It is 0 for equal scores, whatever F is, and depends less on the replacement than LIF or MIF alone.

    >>> import limetheory as lt
    >>> srg(lt.Additive([3.0, 1.0]), [3.0, 1.0]), srg(lt.Additive([3.0, 1.0]), [1.0, 1.0])
    (0.666..., 0.0)
    """
    arguments = {"steps": steps, "normalise": normalise, **options}
    return lif(F, scores, **arguments) - mif(F, scores, **arguments)


def incremental_deletion(
    predictions: Predictions, coefficients: Any, sizes: Any, *, until: float = 0.15, draws: int = 10, rng: Any = 0
) -> float:
    """The mean confidence in the class while the best segments are removed, up to a share of the image (↓).

    ∫_0^q p(x) dx / (q p(0)) by the trapezoidal rule, with x the removed share of the *area*, and p the confidence in
    the original class if that is still the top class and 0 otherwise. Of the step across q, only the part below q
    counts. Source: DSEG-LIME, whose public code sums without steps of the area: see `incremental_deletion_sum`. The
    outputs must be at least 0 (probabilities).

    Args:
        predictions: those of the model on the masked image (the paper fills with black: ``replacement=0.0``).
        coefficients, sizes: (d,), see `area_fractions`.
        until: q in (0, 1].
        draws, rng: for tied coefficients, see `removal`.
    """
    q = real("until", until, above=0, at_most=1, remedy="write 0.15 for 15 %")
    found, gone, confidence = _confidences(predictions, coefficients, sizes, q, draws, rng)
    share: float = found.area(np.minimum(gone, q), confidence) / (q * confidence[0])
    return share


def incremental_deletion_sum(
    predictions: Predictions, coefficients: Any, sizes: Any, *, left: float = 0.85, draws: int = 10, rng: Any = 0
) -> float:
    """The incremental deletion of the public code (↓): the sum over removals of area left times confidence.

    The confidence counts as 0 where the class has changed. Segments are removed while at least ``left`` of the area is
    left; the first removal that leaves less still counts. Defects: the sum grows with the number of steps, so that fine
    segments get worse values, and since January 2025 its comparison of classes never finds them equal.
    """
    q = 1 - real("left", left, at_least=0, at_most=1, remedy="write 0.85 for 85 %")
    found, gone, confidence = _confidences(predictions, coefficients, sizes, q, draws, rng)
    before, after = found.edges.T
    counts = gone[before] <= q + _ROUNDING
    return float(found.edge_probability @ (counts * (1 - gone[after]) * confidence[after]))


def _confidences(
    predictions: Predictions, coefficients: Any, sizes: Any, until: float, draws: int, rng: Any
) -> tuple[Removal, np.ndarray, np.ndarray]:
    """The sets removed one by one, their area, and the confidence in the original class if it is still the top class.

    Sets that cannot come up before the share ``until`` is removed are not evaluated; their confidence is set to 0.
    """
    checked_predictions("predictions", predictions)
    found = removal(coefficients, None, draws, rng)
    superpixel_count(predictions, found.removed.shape[1], "coefficients", "give coefficients")
    gone = found.removed @ _widths(sizes, found.removed.shape[1])
    needed = np.unique(found.edges[gone[found.edges[:, 0]] <= until + _ROUNDING])
    kept, confidence = ~found.removed[needed], np.zeros(len(gone))
    stays = predictions.classes(kept) == predictions.original
    confidence[needed] = predictions.outputs(kept)[:, predictions.original] * stays
    if (confidence < 0).any() or confidence[0] == 0:
        raise ValueError("incremental deletion needs probabilities, got outputs <= 0; end the model in a softmax")
    return found, gone, confidence


def _widths(sizes: Any, d: int) -> np.ndarray:
    sizes = np.ones(d) if sizes is None else vector("sizes", sizes)
    if sizes.shape != (d,) or (sizes < 0).any() or not sizes.sum() > 0:
        raise ValueError(f"sizes must be {d} numbers >= 0, not all 0, got {sizes.tolist()[:9]}; use area_fractions")
    widths: np.ndarray = sizes / sizes.sum()
    return widths
