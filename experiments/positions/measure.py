"""One row: the errors of a method on the same masks with no positions, with the true ones and with shuffled ones."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from scipy.special import expit

import limetheory as lt
from experiments.efficiency import sampled
from experiments.tables import store
from limetheory.estimation import Sample
from limetheory.estimation.methods.adjusted import cross_fitted, stratified
from limetheory.estimation.methods.quadrature import of_sample
from limetheory.estimation.surrogates.families import learned_recipe
from limetheory.estimation.surrogates.gaussian_process import fitted_kernel
from limetheory.estimation.surrogates.mask_kernel import FitKernel
from limetheory.estimation.surrogates.placed_likelihood import placed_kernel
from limetheory.layout import Layout
from limetheory.verification.network import exactly

Row: TypeAlias = dict[str, Any]
Part: TypeAlias = tuple[Sample, lt.Design, np.ndarray, float]
"""A sample, its design, the limit or an estimate of it from other masks, and the mean squared error of that."""

Explain: TypeAlias = Callable[..., lt.Explanation]

SEED, SHUFFLED = 0, 1
MOST_SHUFFLED = 250
"""The most masks with which positions are shuffled too; a convention."""
LEVEL = 0.95
FUNCTIONS = ("noise", "line and noise", "pairs")
"""Made-up functions of 16 superpixels in which neighbours are not special."""


@lru_cache(maxsize=4)
def layout(network: str, photograph: Path, d: int) -> Layout:
    """Where the d superpixels of a photograph are in a network's input."""
    image = lt.load_model(network).prepare(lt.load_image(photograph))
    return Layout.of_segments(lt.MaskedImage(image, exactly(d, image)).segments)


def sampled_row(key: Row, network: str, photograph: Path, runs: int) -> Row:
    """The row of a long run: parts of its first half are samples, the limit is estimated from its second half."""
    d, n = key["superpixels"], key["n"]
    run = _long_run(network, d, photograph.name)
    half = len(run.values) // 2
    target, error = run.reference(half, 2 * half)
    parts = [(run.part(start, start + n), run.design, target, error) for start in range(0, runs * n, n)]
    found = compared(key["method"], parts, _layouts(network, photograph, d, key["n"]))
    return {**key, "seed": SEED, **_about(network, photograph), "reference": half, "designs": {"ImageDesign": found}}


def table_row(key: Row, network: str, photograph: Path, runs: int) -> Row:
    """The row of a table of all values, for the image design and Shapley's."""
    d = key["superpixels"]
    table = store.load(store.FOLDER / f"d{d}" / network / f"{photograph.name}.npz").function
    found = _on_table(key, table, runs, _layouts(network, photograph, d, key["n"]))
    return {**key, "seed": SEED, **_about(network, photograph), **found}


def made_up_row(key: Row, runs: int) -> Row:
    """The row of a function without structure, whose superpixels lie in a square."""
    places = np.stack(np.divmod(np.arange(key["superpixels"]), 4), axis=1).astype(float)
    layouts = {"without": None, "with": Layout(places, np.ones(len(places)))}
    return {**key, "seed": SEED, **_on_table(key, made_up(key["function"], len(places)), runs, layouts)}


def made_up(name: str, d: int) -> lt.SetFunction:
    """A function whose interactions, if any, are the same for neighbours and others."""
    rng, signs = np.random.default_rng(SEED), 2.0 * lt.all_masks(d) - 1
    noise, slopes, pairs = rng.normal(size=2**d), rng.normal(size=d), rng.normal(size=(d, d)) / d
    line = signs @ slopes
    of_pairs = np.einsum("ij,ij->i", signs @ pairs, signs)
    return lt.SetFunction({"noise": noise, "line and noise": line + noise, "pairs": expit(0.5 * line + of_pairs)}[name])


def _on_table(key: Row, table: lt.SetFunction, runs: int, layouts: dict[str, Layout | None]) -> Row:
    found = {}
    for design in (lt.ImageDesign(table.d), lt.ShapleyDesign(table.d)):
        target = lt.limit(table, design).coefficients
        samples = [stratified(table, design, key["n"], np.random.default_rng([SEED, run])) for run in range(runs)]
        parts = [(sample, design, target, 0.0) for sample in samples]
        found[type(design).__name__] = compared(key["method"], parts, layouts)
    return {"designs": found}


def compared(method: str, parts: Iterable[Part], layouts: dict[str, Layout | None]) -> Row:
    """Relative squared error, coverage and processor seconds with each layout, means over the parts."""
    found: dict[str, list[Any]] = {name: [] for name in layouts}
    for number, part in enumerate(parts):
        for name, place in layouts.items():
            fits = (fitted_kernel,) if place is None else (fitted_kernel, partial(placed_kernel, place))
            found[name].append(_measured(_explain(method), part, fits, number))
    names = ("error", "coverage", "seconds")
    means = {name: [float(f"{one:.4g}") for one in np.mean(rows, axis=0)] for name, rows in found.items()}
    return {"runs": number + 1} | {one: {name: means[name][i] for name in found} for i, one in enumerate(names)}


def _measured(
    explain: Callable[..., lt.Explanation], part: Part, fits: Sequence[FitKernel], number: int
) -> list[float]:
    sample, design, target, of_target = part
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = explain(sample, design, np.random.default_rng([SEED, number]), fits)
    seconds, gaps = time.process_time() - start, found.coefficients - target
    low, high = found.interval(LEVEL).T
    widths = np.hypot((high - low) / 2, 1.96 * np.sqrt(of_target))
    scale = (target**2).mean() - of_target
    return [((gaps**2).mean() - of_target) / scale, (np.abs(gaps) <= widths).mean(), seconds]


def _explain(method: str) -> Explain:
    return of_sample if method == "quadrature" else _adjusted


def _adjusted(sample: Sample, design: lt.Design, rng: np.random.Generator, fits: Sequence[FitKernel]) -> lt.Explanation:
    return cross_fitted(sample, design, rng, partial(learned_recipe, fits=fits))


@lru_cache(maxsize=2)
def _long_run(network: str, d: int, photograph: str) -> sampled.LongRun:
    return sampled.load(sampled.FOLDER / f"d{d}" / network / f"{photograph}.npz")


def _about(network: str, photograph: Path) -> Row:
    return {"network": network, "photograph": photograph.name}


def _layouts(network: str, photograph: Path, d: int, n: int) -> dict[str, Layout | None]:
    """None, the true one, and where it does not take long one whose superpixels are shuffled."""
    true = layout(network, photograph, d)
    order = np.random.default_rng(SHUFFLED).permutation(d)
    shuffled = {"shuffled": Layout(true.positions[order], true.areas[order])} if n <= MOST_SHUFFLED else {}
    return {"without": None, "with": true, **shuffled}
