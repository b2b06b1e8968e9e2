"""Curves of F while segments or pixels are removed or inserted by rank: areas, MIF, LIF, SRG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import real, vector
from limetheory.arrays import PerMask
from limetheory.evaluation import MaskFunction, evaluate, superpixel_count
from limetheory.metrics.predictions import Predictions
from limetheory.metrics.ranking import Removal, removal

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Curve:
    """F along a removal or an insertion; ties are averaged, see `Removal`.

    Attributes:
        removal: the sets moved at each step.
        moved: the share moved of each set, (n,), 0 at the first step and 1 at the last.
        values: F at each set, (n,).
        ends: (F on the replacement alone, F on the image).
    """

    removal: Removal
    moved: PerMask
    values: PerMask
    ends: tuple[float, float]

    @property
    def points(self) -> np.ndarray:
        """The expected share moved and value at each step, (K, 2): what a plot shows."""
        return np.stack([self.removal.mean(self.moved), self.removal.mean(self.values)], axis=1)

    def area(self, normalise: bool = False) -> float:
        """∫ F d(share moved) by trapezoids."""
        return self._scaled(self.removal.area(self.moved, self.values), normalise)

    def average(self, normalise: bool = False) -> float:
        """The plain mean over the steps, both ends included."""
        return self._scaled(float(self.removal.mean(self.values).mean()), normalise)

    def _scaled(self, score: float, normalise: bool) -> float:
        replaced, image = self.ends
        if not normalise:
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

    All masks go to F in one call. Segment-wise: F and scores of the segments. Pixel-wise: F on `pixelwise` of the
    masked image, scores ``heatmap().ravel()`` and a number of steps.

    Args:
        F: set function, (n, d) bool → (n,); `Predictions` remember every mask.
        scores: (d,), such as coefficients.
        insert: put in instead of taking out.
        steps, draws, rng: see `removal`.
        sizes: (d,) non-negative, the width of each segment on the axis (`area_fractions`); None counts segments.

    >>> import limetheory as lt
    >>> curve(lt.Additive([3.0, 1.0]), [3.0, 1.0]).points.tolist()
    [[0.0, 4.0], [0.5, 1.0], [1.0, 0.0]]
    """
    found = removal(scores, steps, draws, rng)
    superpixel_count(F, found.removed.shape[1])
    values = evaluate(F, found.removed if insert else ~found.removed)
    ends = (values[0], values[-1]) if insert else (values[-1], values[0])
    return Curve(found, found.removed @ _widths(sizes, found.removed.shape[1]), values, ends)


def deletion_auc(F: MaskFunction, scores: Any, *, normalise: bool = False, **options: Any) -> float:
    """The area under F while the highest scores are removed (↓).

    ∫_0^1 F(removed share q) dq by trapezoids, from the image to the replacement; normalised (∫F − F(0)) /
    (F(1) − F(0)), NaN where F(1) = F(0). Source: Petsiuk, Das & Saenko 2018 (RISE), whose code breaks ties by
    position. ``options`` as in `curve`.

    >>> import limetheory as lt
    >>> deletion_auc(lt.Additive([3.0, 1.0]), [3.0, 1.0]), deletion_auc(lt.Additive([3.0, 1.0]), [1.0, 3.0])
    (1.5, 2.5)
    """
    return curve(F, scores, **options).area(normalise)


def insertion_auc(F: MaskFunction, scores: Any, *, normalise: bool = False, **options: Any) -> float:
    """The area under F while the highest scores are inserted into the replacement (↑).

    As `deletion_auc`, from the replacement to the image (Petsiuk et al. 2018, who insert into a blurred image:
    ``replacement="blur"``).
    """
    return curve(F, scores, True, **options).area(normalise)


def mif(F: MaskFunction, scores: Any, *, steps: int | None = 10, normalise: bool = False, **options: Any) -> float:
    """The mean of F over the steps of removing the most influential first (↓).

    Source: Blücher, Vielhaben & Strodthoff 2024; the public code of Pihlgren & Främling 2025 has 10 steps, both
    ends in, a plain mean, and normalises by F(0) and F(1) as here. It deletes ties in raster order; here they
    are averaged. ``options`` as in `curve`.
    """
    return curve(F, scores, steps=steps, **options).average(normalise)


def lif(F: MaskFunction, scores: Any, *, steps: int | None = 10, normalise: bool = False, **options: Any) -> float:
    """The mean of F over the steps of removing the least influential first (↑); see `mif`."""
    return mif(F, -vector("scores", scores), steps=steps, normalise=normalise, **options)


def srg(F: MaskFunction, scores: Any, *, steps: int | None = 10, normalise: bool = False, **options: Any) -> float:
    """Symmetric relevance gain LIF − MIF (↑; Blücher, Vielhaben & Strodthoff 2024); see `mif`.

    0 for equal scores, whatever F; the replacement matters less than in either part alone.

    >>> import limetheory as lt
    >>> srg(lt.Additive([3.0, 1.0]), [3.0, 1.0]), srg(lt.Additive([3.0, 1.0]), [1.0, 1.0])
    (0.666..., 0.0)
    """
    arguments = {"steps": steps, "normalise": normalise, **options}
    return lif(F, scores, **arguments) - mif(F, scores, **arguments)


def incremental_deletion(
    predictions: Predictions, coefficients: Any, sizes: Any, *, until: float = 0.15, draws: int = 10, rng: Any = 0
) -> float:
    """The confidence in the class while the best segments go, until a share of the image is gone (↓).

    ∫_0^q p(x) dx / (q p(0)) by trapezoids with x the share of the *area* removed, p = confidence in the original class
    where it is still the top class and 0 otherwise; the step across q counts with its part below q. Source: DSEG-LIME,
    whose public sum is no area: see `incremental_deletion_sum`. Needs outputs ≥ 0 (probabilities).

    Args:
        predictions: of the model on the masked image (the paper's black fill is ``replacement=0.0``).
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
    """The public code's incremental deletion (↓): Σ over removals of (area left × confidence if the class stays).

    Removals go on while at least ``left`` of the area is left; the first one below still counts. Defect: the sum
    grows with the number of steps, so fine segments look bad (and since 2025-01 its class test never matches).
    """
    q = 1 - real("left", left, at_least=0, at_most=1, remedy="write 0.85 for 85 %")
    found, gone, confidence = _confidences(predictions, coefficients, sizes, q, draws, rng)
    before, after = found.edges.T
    counts = gone[before] <= q + _ROUNDING
    return float(found.edge_probability @ (counts * (1 - gone[after]) * confidence[after]))


def _confidences(
    predictions: Predictions, coefficients: Any, sizes: Any, until: float, draws: int, rng: Any
) -> tuple[Removal, np.ndarray, np.ndarray]:
    """Sets removed one by one, the area gone, and the confidence in the original class where it is the top class.

    Sets that no removal within ``until`` leads to are not evaluated; their confidence is given as 0.
    """
    found = removal(coefficients, None, draws, rng)
    superpixel_count(predictions, found.removed.shape[1])
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
