"""How much of a score's variance each axis explains: a mixed model with photographs as a random effect.

The score of photograph i in the cell c of the crossed axes, in the sample of seed s, is

    score = μ_c + u_i + v_ic + e_ics,

with fixed means μ_c, and random effects of the photograph, of the photograph in the cell, and of the sample. The means
are split into the main effects of the axes, the interactions of two axes, and the rest. The variance of a term is the
mean over cells of its squared effect, less what the sampling of photographs adds to it. Every photograph has every cell
and every seed, so that REML, which statsmodels maximises, and the mean squares of the analysis of variance give the
same numbers; intervals draw photographs again and use the latter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas

AXES = ("network", "segmentation", "smoothing", "sampler", "budget", "attribution", "map", "occlusion")
"""What is crossed in the decomposition."""
PHOTOGRAPH, INTERPLAY, SEED, REST = "photograph", "photograph × cell", "seed", "three or more axes"
DRAWS = 1000  # bootstrap samples of photographs; a convention


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of the crossed cells.

    Attributes:
        values: by photograph, by level of each axis, and by seed: (photographs, levels, …, levels, seeds).
        axes: the names of the axes with more than one level.
    """

    values: np.ndarray
    axes: tuple[str, ...]

    @classmethod
    def of(cls, rows: pandas.DataFrame, score: str, axes: Sequence[str] = AXES) -> Scores:
        """The scores of a column of rows; axes with one level are left out.

        Raises:
            ValueError: a photograph lacks a cell, or has one twice.
        """
        varied = tuple(axis for axis in axes if rows[axis].nunique() > 1)
        keys = ["photograph", *varied, "seed"]
        shape = tuple(rows[key].nunique() for key in keys)
        column = rows.set_index(keys)[score].sort_index()
        if len(column) != np.prod(shape) or column.index.has_duplicates:
            raise ValueError(
                f"every photograph must have each cell once, got {len(column)} rows of {int(np.prod(shape))}; "
                "run the experiment to its end"
            )
        return cls(column.to_numpy(float).reshape(shape), varied)

    @cached_property
    def means(self) -> np.ndarray:
        """The mean over seeds: (photographs, levels, …)."""
        averaged: np.ndarray = self.values.mean(axis=-1)
        return averaged

    @property
    def cells(self) -> int:
        """Number of cells."""
        return int(np.prod(self.means.shape[1:]))


def terms(axes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The main effects, and the interactions of two axes."""
    for order in (1, 2):
        yield from combinations(axes, order)


def effects(scores: Scores, term: Sequence[str]) -> np.ndarray:
    """The effect of a term in each photograph, (photographs, levels of its axes …).

    Means over all other axes, less the effects of lower order.
    """
    places = [1 + scores.axes.index(axis) for axis in term]
    others = tuple(place for place in range(1, scores.means.ndim) if place not in places)
    found: np.ndarray = scores.means.mean(axis=others)
    for place in range(1, found.ndim):
        found = found - found.mean(axis=place, keepdims=True)
    return found


def components(scores: Scores) -> dict[str, float]:
    """The variance of each term and of each random effect; an estimate may be below zero, as unbiased ones are."""
    whole = np.ones((1, len(scores.values)))
    return {name: float(values[0]) for name, values in drawn_components(scores, whole).items()}


def drawn_components(scores: Scores, counts: np.ndarray) -> dict[str, np.ndarray]:
    """`components` of samples of photographs, one for each row of counts.

    Args:
        scores: of all photographs.
        counts: how often each sample has each photograph, (samples, photographs); every row sums to the same.
    """
    seeds = scores.values.shape[-1]
    found = {" × ".join(term): _variance(effects(scores, term), counts) for term in terms(scores.axes)}
    flat = scores.means.reshape(len(scores.means), -1)
    centred = flat - flat.mean(axis=1, keepdims=True)
    found[REST] = _variance(centred, counts) - sum(found.values())
    interplay = _moments(centred, counts)[1].sum(axis=1) / (scores.cells - 1)
    each_seed = scores.values.var(axis=-1, ddof=1).reshape(len(flat), -1) if seeds > 1 else np.zeros((len(flat), 1))
    seed = _moments(each_seed.mean(axis=1)[:, None], counts)[0][:, 0]
    found[INTERPLAY] = interplay - seed / seeds
    found[PHOTOGRAPH] = _moments(flat.mean(axis=1)[:, None], counts)[1][:, 0] - interplay / scores.cells
    found[SEED] = seed
    return found


def _variance(effect: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The mean square of the mean effect, less its expectation where all effects are zero, for each sample."""
    means, variances = _moments(effect.reshape(len(effect), -1), counts)
    unbiased: np.ndarray = (means**2).mean(axis=1) - variances.mean(axis=1) / counts[0].sum()
    return unbiased


def _moments(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances over the photographs of each sample: (photographs, k) → twice (samples, k)."""
    n, around = counts[0].sum(), values - values.mean(axis=0)  # the variance of small numbers loses no digits
    shift = counts @ around / n
    variances = (counts @ around**2 / n - shift**2) * (n / (n - 1))
    return shift + values.mean(axis=0), variances


@dataclass(frozen=True)
class Share:
    """A share of the total variance with the ends of its interval."""

    share: float
    low: float
    high: float


def shares(scores: Scores, level: float = 0.95, draws: int = DRAWS, rng: Any = 0) -> dict[str, Share]:
    """The share of each term in the sum of all components, with bootstrap intervals over photographs.

    Photographs that are drawn twice make random effects look smaller and fixed effects larger. The percentiles are
    therefore moved by the difference of the share from the mean of its bootstrap samples (Efron & Tibshirani 1993,
    section 10.6), and cut at 0 and 1.
    """
    generator, n = np.random.default_rng(rng), len(scores.values)
    counts = np.array([np.bincount(generator.integers(n, size=n), minlength=n) for _ in range(draws)], float)
    drawn = _shares(drawn_components(scores, counts))
    tails = [(1 - level) / 2, (1 + level) / 2]
    found = {}
    for name, (share,) in _shares(drawn_components(scores, np.ones((1, n)))).items():
        low, high = (np.quantile(drawn[name], tails) + share - drawn[name].mean()).clip(0, 1)
        found[name] = Share(float(share), float(low), float(high))
    return found


def _shares(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    known = {name: np.maximum(values, 0.0) for name, values in found.items()}
    total = sum(known.values())
    return {name: values / total for name, values in known.items()}


def fitted(scores: Scores) -> dict[str, float]:
    """Effects and variances of the mixed model by REML in statsmodels, from the means over seeds.

    The fixed effects are coded to sum to zero; the entries are their coefficients by name, "photograph", and
    "residual", the variance of v_ic + the mean of e_ics over seeds where all cells have means of their own.
    """
    import pandas
    from statsmodels.regression.mixed_linear_model import MixedLM

    columns = {"Intercept": np.ones(scores.means[0].shape)}
    codes = {axis: _sum_codes(scores, axis) for axis in scores.axes}
    for term in terms(scores.axes):
        product = {"": np.ones(scores.means[0].shape)}
        for axis in term:
            product = {f"{a}:{b}".strip(":"): x * y for a, x in product.items() for b, y in codes[axis].items()}
        columns |= product
    n = len(scores.means)
    design = pandas.DataFrame({name: np.tile(column.ravel(), n) for name, column in columns.items()})
    groups = np.repeat(np.arange(n), scores.cells)
    model = MixedLM(scores.means.ravel(), design, groups=groups).fit(reml=True)
    return {**model.fe_params.to_dict(), PHOTOGRAPH: float(model.cov_re.iloc[0, 0]), "residual": float(model.scale)}


def _sum_codes(scores: Scores, axis: str) -> dict[str, np.ndarray]:
    """Columns of an axis that sum to zero: 1 at a level, −1 at the last, else 0."""
    place = scores.axes.index(axis)
    levels = scores.means.shape[1 + place]
    shape = [1] * len(scores.axes)
    shape[place] = levels
    found = {}
    for level in range(levels - 1):
        code = np.zeros(levels)
        code[level], code[-1] = 1, -1
        found[f"{axis}{level}"] = np.broadcast_to(code.reshape(shape), scores.means[0].shape)
    return found
