"""Intervals over images, and paired comparisons of methods."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import choice, floats, generator, integer, real

_LARGEST_EXACT = 40


class Interval(NamedTuple):
    """The mean over images with its confidence limits."""

    mean: float
    low: float
    high: float


def interval(
    scores: Any, level: float = 0.95, method: str | None = None, n_resamples: int = 9999, rng: Any = 0
) -> Interval:
    """The mean score over images with a confidence interval, resampling images.

    ``"BCa"`` or ``"percentile"`` by `scipy.stats.bootstrap` (Efron 1987), or ``"exact"`` for yes/no scores (Clopper &
    Pearson 1934). None takes "exact" where all scores are 0 or 1, as the bootstrap of 20 out of 20 is the point 1,
    and else "BCa". Limits are NaN for a bootstrap of equal scores or of one image: nothing is known of their spread.

    Args:
        scores: (images,) finite numbers or bool.
        level: in (0, 1).
        method: see above.
        n_resamples: bootstrap samples.
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
    if len(x) < 2 or np.ptp(x) == 0:
        return Interval(float(x.mean()), float("nan"), float("nan"))
    return _bootstrap(x, level, method, integer("n_resamples", n_resamples, 1), generator(rng))


_METHODS = ("BCa", "percentile", "exact")


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
    """Mean difference first − second over images, its interval, and p-values as they are and corrected."""

    first: str
    second: str
    difference: Interval
    p: float
    p_corrected: float


def paired_differences(
    scores: dict[str, Any], reference: str | None = None, level: float = 0.95, n_resamples: int = 9999, rng: Any = 0
) -> list[PairedDifference]:
    """Compare methods on the same images: sign-flip tests, corrected by Holm.

    The p-value is the share of sign vectors s with |Σ s_i D_i| ≥ |Σ D_i|, D the differences on an image: exact up to 40
    non-zero differences, else 1 + hits over 1 + ``n_resamples``. The intervals are bootstrapped and not corrected.

    Args:
        scores: name → (images,), in the same order of images.
        reference: compare with this one only; None compares all pairs.
        level, n_resamples, rng: see `interval`.

    >>> a, b = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.0, 1.0, 2.5, 3.0, 4.5, 5.0]
    >>> found = paired_differences({"a": a, "b": b})[0]
    >>> round(found.difference.mean, 3), found.p
    (0.833, 0.03125)
    """
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
    """Holm's (1979) step-down correction, in the order given: max_{j ≤ i} min(1, (m − j + 1) p_(j)).

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
    # sums that are equal in exact arithmetic may differ in their last digits
    bar = abs(gaps.sum()) - 1e-12 * np.abs(gaps).sum()
    if len(gaps) <= _LARGEST_EXACT:
        return _sign_vectors_above(gaps, bar) / (1 << len(gaps))
    signs = rng.choice([-1, 1], (integer("n_resamples", n_resamples, 1), len(gaps)))
    hits = np.count_nonzero(np.abs(signs @ gaps) >= bar)
    return float((1 + hits) / (1 + len(signs)))


def _sign_vectors_above(gaps: np.ndarray, bar: float) -> int:
    """How many of the 2^n sign vectors s have |Σ s_i D_i| ≥ bar, from the sums of the two halves of D."""
    if bar <= 0:
        return 1 << len(gaps)
    some, others = _signed_sums(gaps[::2]), np.sort(_signed_sums(gaps[1::2]))
    too_small = np.searchsorted(others, bar - some)
    return 2 * int((len(others) - too_small).sum())  # −s is as often below −bar as s is above bar


def _signed_sums(values: np.ndarray) -> np.ndarray:
    """Σ s_i v_i for all 2^n sign vectors s."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums - value, sums + value])
    return sums


def _scores(*rows: Any) -> list[np.ndarray]:
    """Each row as finite float64, all of one length."""
    table = [floats("scores", row) for row in rows]
    lengths = sorted({row.shape for row in table})
    if len(lengths) > 1 or any(row.ndim != 1 or not row.size for row in table):
        raise ValueError(f"scores must be one number an image, as many for each method, got shapes {lengths}")
    if not all(np.isfinite(row).all() for row in table):
        raise ValueError("scores must be finite, got NaN or infinite ones; drop those images for all methods")
    return table
