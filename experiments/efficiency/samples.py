"""Where 2^d values are too many: a very long run instead of the exact limit.

The masks of a long run are one draw of its design from a seed, so that only the values are kept. Its limit is estimated
by the adjusted terms of all masks, whose mean squared error is known and taken off the errors of the methods.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import limetheory as lt
from experiments.efficiency import lime_methods
from experiments.efficiency.measure import SEED, costs, errors, repeated, versions
from experiments.efficiency.methods import ADJUSTED, Function, Method
from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.estimation import Sample
from limetheory.estimation.adjusted import adjust
from limetheory.estimation.estimate import fit
from limetheory.estimation.strata import StratifiedMasks, Stratum
from limetheory.verification.network import exactly

FOLDER = Path(__file__).with_name("samples")
LONG, BLOCK, N, FRESH_RUNS = 10_000, 1000, 1000, 6
PACKAGES = ("limetheory", "numpy", "scikit-image", "torch")
FITTED = {"limetheory, wls": "wls", "limetheory, unbiased": "unbiased"}


@dataclass(frozen=True, eq=False)
class LongRun:
    """Values of a network on masks that a seed draws.

    Attributes:
        values: F on the first masks of the draw, (n,) float64 that were float32.
        about: where they come from: network, photograph, superpixels, seed, target, versions.
    """

    values: PerMask
    about: dict[str, Any]

    @property
    def design(self) -> lt.Design:
        """What the masks were drawn from."""
        return lt.ImageDesign(self.about["superpixels"])

    @property
    def masks(self) -> Masks:
        """The masks of the values."""
        return self.design.sample(len(self.values), np.random.default_rng(self.about["seed"]))

    def part(self, start: int, stop: int) -> Sample:
        """Some of them as a sample."""
        masks = self.masks[start:stop]
        return Sample.of(masks, self.design.weight(masks), self.values[start:stop])

    def reference(self, start: int, stop: int) -> tuple[PerSuperpixel, float]:
        """The limit as estimated from some of the masks, (d,), and its mean squared error."""
        masks = self.masks[start:stop]
        n = len(masks)
        drawn = StratifiedMasks(masks, np.zeros(n, int), np.ones(n), [Stratum(np.arange(0), np.ones(0), n, np.inf)])
        found = adjust(drawn, self.values[start:stop], self.design, None, np.random.default_rng(self.about["seed"]))
        return found.coefficients, float((found.standard_errors**2).mean())


def extended(run: LongRun, function: Function, file: Path, length: int) -> Iterator[LongRun]:
    """The run with more and more masks evaluated, saved after each block."""
    masks = LongRun(np.zeros(length), run.about).masks
    while len(run.values) < length:
        start = len(run.values)
        more = np.asarray(function(masks[start : start + BLOCK]), np.float32).astype(float)
        run = LongRun(np.append(run.values, more), run.about)
        save(run, file)
        yield run


def save(run: LongRun, file: Path) -> None:
    """Write whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part.npz")
    np.savez_compressed(unfinished, values=run.values.astype(np.float32), about=json.dumps(run.about))
    unfinished.replace(file)


def load(file: Path) -> LongRun:
    """A saved run."""
    with np.load(file, allow_pickle=False) as kept:
        return LongRun(kept["values"].astype(float), json.loads(str(kept["about"])))


def plain_row(run: LongRun, name: str) -> dict[str, Any]:
    """Least squares or the unbiased mean on disjoint blocks of a run, against the limit from the other half of it."""
    half, length = len(run.values) // 2, len(run.values)
    halves = [(range(0, half - N + 1, N), run.reference(half, length)),
              (range(half, length - N + 1, N), run.reference(0, half))]  # fmt: skip
    coefficients, targets = [], []
    for starts, (target, _) in halves:
        for start in starts:
            coefficients.append(fit(run.part(start, start + N), run.design, FITTED[name], 0.0).coefficients)
            targets.append(target)
    of_target = float(np.mean([error for _, (_, error) in halves]))
    found = errors(np.array(coefficients), np.array(targets), of_target)
    return _row(run, name, found, {"evaluations": N, "distinct": N, "seconds": None})


def fresh_row(run: LongRun, function: Function, runs: int = FRESH_RUNS) -> dict[str, Any]:
    """`adjusted` on masks of its own, against the limit from the whole run."""
    method = _method(ADJUSTED)
    found = repeated(function, run.about["superpixels"], method, N, runs, run.about["table"])
    target, error = run.reference(0, len(run.values))
    return _row(run, ADJUSTED, errors(found["coefficients"], target, error), costs(found))


def _row(run: LongRun, name: str, found: dict[str, Any], cost: dict[str, Any]) -> dict[str, Any]:
    about = {key: run.about[key] for key in ("table", "network", "photograph", "superpixels")}
    method = _method(name)
    return {
        **about, "family": method.family, "method": name, "n": N, **found, **cost, "reference": len(run.values),
        "seed": SEED, "versions": versions(method.package),
    }  # fmt: skip


def _method(name: str) -> Method:
    return next(one for one in lime_methods.methods() if one.name == name)


def rows(run: LongRun, function: Callable[[], Function], finished: set[str]) -> Iterator[dict[str, Any]]:
    """The rows of a run that are missing; the network is only loaded for `adjusted`."""
    for name in FITTED:
        if name not in finished:
            yield plain_row(run, name)
    if ADJUSTED not in finished:
        yield fresh_row(run, function())


def begun(network: str, photograph: Path, d: int, target: int, target_name: str) -> LongRun:
    """A run without values yet."""
    about = {
        "table": f"{photograph.name} × {network}", "network": network, "photograph": photograph.name,
        "superpixels": d, "segmenter": "slic", "replacement": "mean", "target": target, "target_name": target_name,
        "seed": SEED, "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }  # fmt: skip
    return LongRun(np.zeros(0), about)


def set_function(model: Any, photograph: Path, d: int) -> lt.ModelFunction:
    """The network on masks of exactly d superpixels of a photograph."""
    image = model.prepare(lt.load_image(photograph))
    return lt.ModelFunction(model, lt.MaskedImage(image, exactly(d, image)))
