"""Intervals over images, and paired comparisons of methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import choice, floats, generator, instance, real
from limetheory.counts import count

_LARGEST_EXACT = 40  # the most differences whose 2^m signs are counted exactly, in 2^(m/2) operations; a convention


class Interval(NamedTuple):
    """The mean over images, and the ends of its confidence interval."""

    mean: float
    low: float
    high: float


def interval(
    scores: Any, level: float = 0.95, method: str | None = None, n_resamples: int = 9999, rng: Any = 0
) -> Interval:
    """The mean score over images, with a confidence interval.

    ``"BCa"`` and ``"percentile"`` resample the images by `scipy.stats.bootstrap` (Efron 1987); ``"exact"`` is for
    scores 0 and 1 (Clopper & Pearson 1934). None takes "exact" if all scores are 0 or 1, since the bootstrap of 20
    scores of 1 is the single point 1, and "BCa" otherwise. The ends of a bootstrap interval are NaN if all scores are
    equal up to rounding or there is one image, since their variance cannot be estimated.

    Args:
        scores: (images,) finite numbers or bool.
        level: the level of the interval, in (0, 1).
        method: see above.
        n_resamples: the number of bootstrap samples.
        rng: None, an int or a numpy.random.Generator.

    >>> interval([True] * 20)
    Interval(mean=1.0, low=0.831..., high=1.0)
    """
    x = _scores(scores)[0]
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    yes_no = bool(np.isin(x, (0, 1)).all())
    method = ("exact" if yes_no else "BCa") if method is None else choice("method", method, _METHODS)
    if method == "exact":
        return _proportion(x, level, yes_no)
    if len(x) < 2 or np.ptp(x) <= _ROUNDING * np.abs(x).max():
        return Interval(float(x.mean()), float("nan"), float("nan"))
    return _bootstrap(x, level, method, count("n_resamples", n_resamples, 1), generator(rng))


_METHODS = ("BCa", "percentile", "exact")
_ROUNDING = 1e-14  # of numbers that are equal in exact arithmetic, some tens of float64's steps; a convention


def _bootstrap(x: np.ndarray, level: float, method: str, n_resamples: int, rng: np.random.Generator) -> Interval:
    from scipy.stats import bootstrap

    found = bootstrap((x,), np.mean, confidence_level=level, method=method, n_resamples=n_resamples,
                      random_state=rng, batch=1000).confidence_interval  # fmt: skip
    return Interval(float(x.mean()), float(found.low), float(found.high))


def _proportion(x: np.ndarray, level: float, yes_no: bool) -> Interval:
    from scipy.stats import binomtest

    if not yes_no:
        raise ValueError("method 'exact' needs yes/no scores, got numbers other than 0 and 1; use 'BCa'")
    found = binomtest(int(x.sum()), len(x)).proportion_ci(level, "exact")
    return Interval(float(x.mean()), float(found.low), float(found.high))


class PairedDifference(NamedTuple):
    """The mean of first − second over images, its interval, and the p-value before and after Holm's correction."""

    first: str
    second: str
    difference: Interval
    p: float
    p_corrected: float


def paired_differences(
    scores: dict[str, Any], reference: str | None = None, level: float = 0.95, n_resamples: int = 9999, rng: Any = 0
) -> list[PairedDifference]:
    """Compare methods on the same images by sign-flip tests with Holm's correction.

    The p-value is the share of sign vectors s with |Σ s_i D_i| ≥ |Σ D_i|, where D_i is the difference on image i. It is
    exact for up to 40 non-zero differences; for more, ``n_resamples`` sign vectors are drawn, and it is 1 plus the
    number with that property, divided by 1 + ``n_resamples``. The intervals are bootstrapped and not corrected.

    Args:
        scores: for the name of each method its scores, (images,), in the same order of images.
        reference: the method that all others are compared with; None compares all pairs.
        level, n_resamples, rng: see `interval`.

    >>> a, b = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.0, 1.0, 2.5, 3.0, 4.5, 5.0]
    >>> found = paired_differences({"a": a, "b": b})[0]
    >>> round(found.difference.mean, 3), found.p
    (0.833, 0.03125)
    """
    instance("scores", scores, Mapping, "give {name: scores of each image}")  # type: ignore[type-abstract]
    names, rng = list(scores), generator(rng)
    table = _scores(*scores.values())
    if reference is not None:
        choice("reference", reference, names)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if reference in (None, a, b)]
    if not pairs:
        raise ValueError(f"scores must hold two or more methods, got {len(names)}; add the one to compare with")
    by_name = dict(zip(names, table, strict=True))
    gaps = [by_name[a] - by_name[b] for a, b in pairs]
    p = [_sign_flip(gap, n_resamples, rng) for gap in gaps]
    means = [interval(gap, level, "BCa", n_resamples, rng) for gap in gaps]
    return [PairedDifference(*row) for row in zip(*zip(*pairs, strict=True), means, p, holm(p).tolist(), strict=True)]


def holm(p: Any) -> np.ndarray:
    """Correct m p-values by Holm (1979): the i-th smallest becomes max_{j ≤ i} min(1, (m − j + 1) p_(j)).

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = floats("p-values", p)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p-values must be a vector in [0, 1], got {p.tolist()}")
    order = np.argsort(p)
    steps = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return steps[np.argsort(order)]


def _sign_flip(gaps: np.ndarray, n_resamples: int, rng: np.random.Generator) -> float:
    gaps = gaps[gaps != 0]
    # Sums that are equal in exact arithmetic may differ by rounding.
    bar = abs(gaps.sum()) - 1e-12 * np.abs(gaps).sum()
    if len(gaps) <= _LARGEST_EXACT:
        return _sign_vectors_above(gaps, bar) / (1 << len(gaps))
    signs = rng.choice([-1, 1], (count("n_resamples", n_resamples, 1), len(gaps)))
    hits = np.count_nonzero(np.abs(signs @ gaps) >= bar)
    return float((1 + hits) / (1 + len(signs)))


def _sign_vectors_above(gaps: np.ndarray, bar: float) -> int:
    """How many of the 2^n sign vectors s have |Σ s_i D_i| ≥ bar, computed from sums over the two halves of D."""
    if bar <= 0:
        return 1 << len(gaps)
    some, others = _signed_sums(gaps[::2]), np.sort(_signed_sums(gaps[1::2]))
    too_small = np.searchsorted(others, bar - some)
    return 2 * int((len(others) - too_small).sum())  # by symmetry, as many sums are at most −bar as are at least bar


def _signed_sums(values: np.ndarray) -> np.ndarray:
    """Σ s_i v_i for all 2^n sign vectors s."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums - value, sums + value])
    return sums


def _scores(*rows: Any) -> list[np.ndarray]:
    """Each score as an array of finite float64, all of the same length."""
    table = [floats("scores", row) for row in rows]
    lengths = sorted({row.shape for row in table})
    if len(lengths) > 1 or any(row.ndim != 1 or not row.size for row in table):
        raise ValueError(f"scores must be one number an image, as many for each method, got shapes {lengths}")
    if not all(np.isfinite(row).all() for row in table):
        raise ValueError("scores must be finite, got NaN or infinite ones; drop those images for all methods")
    return table
