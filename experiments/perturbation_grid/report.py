"""The tables of the saved rows."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments._frame.groups import read
from experiments._frame.markdown import markdown
from experiments.perturbation_grid.decomposition import AXES, INTERPLAY, PHOTOGRAPH, REST, SEED, Scores, Share, shares
from experiments.perturbation_grid.extrapolation import cost_table
from experiments.perturbation_grid.settings import FIXED, RISE
from limetheory.metrics import interval

if TYPE_CHECKING:
    import pandas

SCORE = "srg"
RANDOM = (PHOTOGRAPH, INTERPLAY, SEED)
"""The random effects."""
WORDS = {
    "network": "network", "segmentation": "segmentation", "smoothing": "smoothing of the perturbed images",
    "sampler": "sampler", "budget": "number of forward passes", "attribution": "attribution",
    "map": "attribution of segments or of pixels", "occlusion": "colour of removed pixels", REST: REST,
    PHOTOGRAPH: PHOTOGRAPH, INTERPLAY: "photograph × all axes", SEED: "sample of masks",
}  # fmt: skip
BASES = {"attribution": "ols"}
"""The level that others are compared with, where it is not the first one."""
CLAIMS = {
    "attribution": "little effect",
    "segmentation": "significant effect",
    "map": "significant effect",
    "smoothing": "in the title: smoothing affects quality more than the method",
    "sampler": "–",
    "budget": "–",
}
"""What the study's abstract says of its axes."""


def crossed(rows: pandas.DataFrame) -> pandas.DataFrame:
    """The rows of the crossed design: without RISE's grids, and without samplers of one sample (prop:equivalence)."""
    return rows[~rows["sampler"].isin(FIXED) & (rows["segmentation"] != RISE)]


@lru_cache(maxsize=1)
def saved(folder: Path) -> pandas.DataFrame:
    """The saved rows."""
    return read(folder)


@lru_cache(maxsize=4)
def decomposed(folder: Path, score: str = SCORE) -> dict[str, Share]:
    """The shares of the saved rows."""
    return shares(Scores.of(crossed(saved(folder)), score))


def shares_table(folder: Path) -> str:
    """The share of each term, and what there is of each kind."""
    rows = saved(folder)
    found = decomposed(folder)
    largest = sorted((name for name in found if name not in RANDOM), key=lambda name: -found[name].share)
    head = (
        f"{rows['photograph'].nunique()} photographs, {rows['network'].nunique()} networks, "
        f"{rows['seed'].nunique()} samples in each cell, {len(rows):,} rows:"
    )
    lines = [(_words(name), _share(found[name])) for name in (*largest[:12], *RANDOM)]
    return f"{head}\n\n{markdown(('axis, or two axes together', 'share of the variance of SRG'), lines)}"


def claims_table(folder: Path) -> str:
    """The study's claims beside the main effects."""
    found = decomposed(folder)
    lines = [(_words(axis), said, _share(found[axis])) for axis, said in CLAIMS.items() if axis in found]
    return markdown(("axis", "the study", "share of the variance of SRG here"), lines)


def levels_table(folder: Path) -> str:
    """The mean scores at each level of each axis, over everything else, and differences from the first level."""
    rows = crossed(saved(folder))
    lines = []
    for axis in AXES:
        parts = dict(sorted(rows.groupby(axis), key=lambda one: one[0] != BASES.get(axis)))
        base = next(iter(parts.values()))
        lines += [
            (_words(axis), str(level), *(_mean(part, score) for score in ("mif", "lif", SCORE)), _less(part, base))
            for level, part in parts.items()
        ]
    return markdown(("axis", "level", "MIF ↓", "LIF ↑", "SRG ↑", "less that of the first level"), lines)


def agreement_table(folder: Path) -> str:
    """How attributions rank beside least squares of the same sample, and the scores of identical rankings."""
    rows = saved(folder)
    lines = []
    for (sampler, budget), drawn in rows.groupby(["sampler", "budget"], sort=False):
        parts = dict(sorted(drawn.groupby("attribution"), key=lambda one: one[0] != "ols"))
        base = next(iter(parts.values()))
        lines += [
            (sampler, str(budget), attribution, *_agreement(part), _mean(part, SCORE), _less(part, base))
            for attribution, part in parts.items()
        ]
    columns = (
        "sampler", "forward passes", "attribution", "Spearman with OLS: median", "least", "SRG ↑", "less that of OLS",
    )  # fmt: skip
    return markdown(columns, sorted(lines))


def _agreement(part: pandas.DataFrame) -> tuple[str, str]:
    """The median and least rank correlation with least squares."""
    known = part["agreement"].dropna()
    return (f"{known.median():.3f}", f"{known.min():.3f}") if len(known) else ("–", "–")


def _mean(part: pandas.DataFrame, score: str) -> str:
    """The mean over photographs with its 95 % interval."""
    return _with_interval(_each(part, score), "")


def _less(part: pandas.DataFrame, base: pandas.DataFrame) -> str:
    """The mean difference of SRG in the same photographs with its 95 % interval."""
    return "–" if part is base else _with_interval(_each(part, SCORE) - _each(base, SCORE), "+")


def _each(part: pandas.DataFrame, score: str) -> np.ndarray:
    """The mean of a score in each photograph, in the order of their names."""
    means: np.ndarray = part.groupby("photograph")[score].mean().to_numpy()
    return means


def _with_interval(each: np.ndarray, sign: str) -> str:
    if len(each) < 2:
        return f"{each.mean():{sign}.3f}"
    found = interval(each)
    return f"{each.mean():{sign}.3f} ({found.low:{sign}.3f} … {found.high:{sign}.3f})"


def _words(name: str) -> str:
    return " × ".join(WORDS[part] for part in name.split(" × ")) if name not in WORDS else WORDS[name]


def _share(found: Share) -> str:
    return f"{100 * found.share:.1f} % ({100 * found.low:.1f} … {100 * found.high:.1f})"


TABLES = {
    "perturbation-grid": shares_table,
    "perturbation-grid-claims": claims_table,
    "perturbation-grid-levels": levels_table,
    "perturbation-grid-agreement": agreement_table,
    "perturbation-grid-cost": cost_table,
}
"""The tables of the saved rows, by the name of their block."""
