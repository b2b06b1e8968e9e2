"""RISE's maps and their standard errors, from the values on its masks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from limetheory.arrays import HeatMap, PerMask
from limetheory.estimation.methods.few_masks import FEW_MASKS, FewMasksWarning
from limetheory.estimation.methods.small_samples import RULE_OF_THREE, VISIBLE
from limetheory.estimation.samples.sample import Sample, kish
from limetheory.images.pixel_map import PixelMap
from limetheory.images.rise.freedom import degrees_of_freedom
from limetheory.images.rise.masks import RiseDraws, RiseLaw
from limetheory.images.rise.moments import PixelSums, pixel_sums
from limetheory.images.rise.spread import RiseSpread
from limetheory.outside import outside

_ROUNDING = 1e-9  # of Kish's number of a single mask; a convention
_MANY = 200  # visible values, of which each pixel is supposed to have seen three; a convention for time


def pixel_maps(
    law: RiseLaw, draws: RiseDraws, values: np.ndarray, expected: bool, n_evaluations: int, columns: Sequence[int]
) -> list[PixelMap]:
    """The map of each column of the values, (n, columns).

    Args:
        law, draws: of the masks.
        values: F on each of them, a column for each target.
        expected: whether sums are divided by their mean n p, and not by the sum of the masks.
        n_evaluations: what they took.
        columns: the targets.

    Warns:
        FewMasksWarning: a pixel is shown by fewer than ten effective masks.
    """
    centre = np.zeros(values.shape[1]) if expected else values.mean(axis=0)
    sums = pixel_sums(law, draws, values - centre)
    if not expected:
        _warn_of_few(sums)
    parts = [(_expected if expected else _observed)(sums, column, draws.n, law.p) for column in range(len(columns))]
    freedom = degrees_of_freedom(law, draws, values - centre, np.array([moved for moved, _ in parts]), expected)
    found = []
    for column, (target, (moved, seen)) in enumerate(zip(columns, parts, strict=True)):
        errors = np.maximum(seen, _unseen(sums, law, draws, values[:, column], expected))
        value = centre[column] + moved
        spread = RiseSpread(law, draws, values[:, column], value, errors, freedom[column], expected)
        found.append(PixelMap(value, errors, n_evaluations, target, freedom[column], spread=spread))
    return found


def _observed(sums: PixelSums, column: int, n: int, p: float) -> tuple[HeatMap, HeatMap]:
    """Σ g m / Σ m with its standard error: that of the ratio of two means, given how many masks show the pixel.

    With Kish's number n_u = (Σ m)² / Σ m² of these its square has the factor n_u / (n_u − 1), see `conditional_means`.
    """
    shown = sums.masks > 0
    total = np.where(shown, sums.masks, 1.0)
    found = np.where(shown, sums.first[column] / total, 0.0)
    squares = sums.second[column] - 2 * found * sums.mixed[column] + found**2 * sums.squares
    effective = kish(sums.masks, sums.squares)
    several = effective > 1 + _ROUNDING
    factor = np.divide(effective, effective - 1, out=np.ones_like(total), where=several)
    errors = np.sqrt(np.maximum(squares, 0.0) * factor) / total
    return found, np.where(several, errors, np.inf)


def _expected(sums: PixelSums, column: int, n: int, p: float) -> tuple[HeatMap, HeatMap]:
    """Σ g m / (n p) with its standard error: that of a mean."""
    mean = sums.first[column] / n
    variance = np.maximum(sums.second[column] / n - mean**2, 0.0) / (n - 1)
    return mean / p, np.sqrt(variance) / p


def _unseen(sums: PixelSums, law: RiseLaw, draws: RiseDraws, values: PerMask, expected: bool) -> HeatMap:
    """The standard error from values that no mask shows: as many as the rule of three allows beyond those seen.

    They differ by the range of F, as for attributions by masks of superpixels (`conditional_means`). A mask counts by
    its share of a pixel; where many values are visible each pixel has seen more than three, and nothing is added.
    """
    scale = Sample.of(np.zeros((draws.n, 1), bool), np.ones(draws.n), values).scale
    visible = np.abs(values - np.median(values)) > VISIBLE * scale
    if np.count_nonzero(visible) > _MANY:
        return np.zeros(law.shape)
    share = np.divide(sums.squares, sums.masks, out=np.ones(law.shape), where=sums.masks > 0)
    shown = pixel_sums(law, draws, visible[:, None].astype(float)).mixed[0] / np.where(share > 0, share, 1.0)
    total = draws.n * law.p if expected else np.where(sums.masks > 0, sums.masks, 1.0)
    missing = np.maximum(RULE_OF_THREE - shown, 0.0)
    errors: HeatMap = np.sqrt(missing * share) * scale / total
    return errors


def _warn_of_few(sums: PixelSums) -> None:
    effective = kish(sums.masks, sums.squares)
    if effective.min() < FEW_MASKS:
        warnings.warn(
            f"the interval of a pixel rests on fewer than {FEW_MASKS} effective masks, got {effective.min():.1f}; it "
            "may hold the limit less often than its level says, so draw more masks",
            FewMasksWarning,
            stacklevel=outside(),
        )
