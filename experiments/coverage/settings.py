"""The cells of the grid: a method of estimation, a design, a number of superpixels and a set function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from math import inf
from typing import Any

import numpy as np

import limetheory as lt
from experiments.coverage.functions import FUNCTIONS, LARGEST_TABLE, exists
from experiments.coverage.named import known

RUNS, SEED, LEVEL = 400, 0, 0.95
SIZES = (2, 3, 4, 5, 8, 12, 20, 50)
TIMES: tuple[float, ...] = (0, 2, 4, 10, 40)
"""Numbers of masks as multiples of d + 1; 0 stands for the smallest number that the method accepts."""
RIDGES = (0.1, 1.0, 100.0)
METHODS = ("wls", "unbiased", "adjusted", "quadrature")
SAMPLINGS = ("design", "pairs", "strata", "leverage")
SHARES = {
    "wls": 0.032, "unbiased": 0.03, "ridge": 0.03, "ridge, other samplings": 0.006, "adjusted": 0.01,
    "quadrature": 0.015,
}  # fmt: skip
"""The least share of all combinations that is measured, drawn once from a seed."""
_LARGEST_N, _LARGEST_N_WITH_SURROGATES = 2100, 200

DESIGNS: dict[str, Callable[[int], lt.Design]] = {
    **{f"image, ν = {nu:g}": partial(lt.ImageDesign, bandwidth=nu) for nu in (0.05, 0.1, 0.25, 0.5, inf)},
    "text": lambda d: lt.TextDesign(d),
    "text, ν = 0.1": lambda d: lt.TextDesign(d, 0.1),
    **{
        f"GLIME {law}, σ = {sigma:g}": partial(lt.GlimeDesign, sigma=sigma, law=law)
        for law, sigma in (("binomial", 0.5), ("binomial", 1.0), ("exp", 0.5), ("comb_exp", 0.7))
    },
    **{f"Bernoulli, p = {p:g}": partial(lt.BernoulliDesign, p=p) for p in (0.01, 0.1, 0.5, 0.8, 0.99)},
    "Shapley": lambda d: lt.ShapleyDesign(d),
    "product": lambda d: lt.ProductDesign(np.linspace(0.1, 0.9, d)),
    "product, weighted": lambda d: lt.ProductDesign(np.full(d, 0.25), np.full(d, 0.5)),
}


@dataclass(frozen=True)
class Cell:
    """One combination, by its names in `METHODS`, `SAMPLINGS`, `DESIGNS` and `FUNCTIONS`."""

    method: str
    sampling: str
    ridge: float
    design: str
    d: int
    n: int
    function: str

    @property
    def key(self) -> tuple[Any, ...]:
        """The fields that identify its row."""
        return tuple(asdict(self).values())


def every() -> Iterator[Cell]:
    """All combinations that `estimate` accepts, some ten thousand."""
    options = [(method, sampling, 0.0) for method, sampling in product(METHODS[:2], SAMPLINGS)]
    options += [("wls", "design", ridge) for ridge in RIDGES] + [(method, "design", 0.0) for method in METHODS[2:]]
    options += [("wls", sampling, ridge) for sampling, ridge in product(SAMPLINGS[1:], RIDGES)]
    for (method, sampling, ridge), design, d, function in product(options, DESIGNS, SIZES, FUNCTIONS):
        product_law, efficient = design.startswith("product"), design == "Shapley"
        if not exists(function, d) or (sampling == "strata" and product_law) or (efficient and ridge):
            continue
        if function == "step" and product_law and d > LARGEST_TABLE:
            continue
        for n in _numbers(method, sampling, ridge, d):
            yield Cell(method, sampling, ridge, design, d, n, function)


def _numbers(method: str, sampling: str, ridge: float, d: int) -> list[int]:
    """The numbers of masks in ascending order."""
    fewest = {"wls": 4 if ridge else d + 1, "unbiased": 4}.get(method, 8)
    if sampling == "pairs":
        fewest = {"wls": 2 * d}.get(method, 8)
    most = _LARGEST_N if method in METHODS[:2] else _LARGEST_N_WITH_SURROGATES
    return sorted({max(int(times * (d + 1)), fewest) for times in TIMES if times * (d + 1) <= most})


def named() -> list[Cell]:
    """The cells that are always measured."""
    return [Cell(**fields) for group in known().values() for fields in group]


def chosen() -> list[Cell]:
    """The cells that are measured: first those that are always measured, then a share of all, with options interleaved.

    The share of each option, which is a method with its sampling and ridge, begins with cells that show every design,
    size and function, and its cells are spread evenly over the order, so that any beginning is a fair subset.
    """
    rng = np.random.default_rng(SEED)
    groups: dict[tuple[str, str, float], list[Cell]] = {}
    for cell in every():
        groups.setdefault((cell.method, cell.sampling, cell.ridge), []).append(cell)
    placed = [
        ((place + rng.random()) / len(drawn), cell)
        for drawn in (_drawn(group, rng) for group in groups.values()) for place, cell in enumerate(drawn)
    ]  # fmt: skip
    return list(dict.fromkeys([*named(), *(cell for _, cell in sorted(placed, key=lambda one: one[0]))]))


def _drawn(group: list[Cell], rng: np.random.Generator) -> list[Cell]:
    """A share of the cells of one option in random order; cells with a new design, size or function come first."""
    order = [group[place] for place in rng.permutation(len(group))]
    seen: set[Any] = set()
    new: list[Cell] = []
    others: list[Cell] = []
    for cell in order:
        shown = {cell.design, cell.d, cell.function}
        (others if shown <= seen else new).append(cell)
        seen |= shown
    share = SHARES[_kind(group[0])]
    return (new + others)[: max(round(share * len(group)), len(new))]


def _kind(cell: Cell) -> str:
    if not cell.ridge:
        return cell.method
    return "ridge" if cell.sampling == SAMPLINGS[0] else "ridge, other samplings"
