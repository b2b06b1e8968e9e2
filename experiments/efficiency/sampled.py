"""Long runs of masks, from which limits are estimated where 2^d values are too many.

The masks of a long run are one draw of its design from a seed, so that only the values are kept. Its limit is estimated
by the adjusted terms of all masks, whose mean squared error is known and taken off the errors of the methods.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import limetheory as lt
from experiments._frame import Job
from experiments._frame.saved_rows import versions
from experiments.efficiency import lime_methods
from experiments.efficiency.measure import SEED, costs, errors, repeated
from experiments.efficiency.methods import ADJUSTED, QUADRATURE, Function, Method
from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.estimation import METHODS, Sample
from limetheory.estimation.methods.adjusted import cross_fitted
from limetheory.verification.network import exactly
from limetheory.written_files import whole_file

FOLDER = Path(__file__).with_name("samples")
LONG, BLOCK = 8000, 1000
CHECKED, ROUNDING = 4, 1e-3
"""How many saved values are evaluated again, and how far machines may differ; conventions."""
FRESH_RUNS = {1000: 6, 2000: 4}
"""How often a method that draws its own masks runs, for each number of evaluations; a convention."""
PACKAGES = ("limetheory", "numpy", "scikit-image", "torch")
FITTED = {"limetheory, wls": "wls", "limetheory, unbiased": "unbiased"}


@dataclass(frozen=True, eq=False)
class LongRun:
    """The values of a network for masks that a seed draws.

    Attributes:
        values: F on the first masks of the draw, (n,) float64 that were float32.
        about: where they come from: network, photograph, superpixels, seed, target, versions.
        references: those that were asked for.
    """

    values: PerMask
    about: dict[str, Any]
    references: dict[tuple[int, int], tuple[PerSuperpixel, float]] = field(default_factory=dict, init=False)

    @property
    def design(self) -> lt.Design:
        """The design from which the masks were drawn."""
        return lt.ImageDesign(self.about["superpixels"])

    @property
    def masks(self) -> Masks:
        """The masks to which the values belong."""
        return self.design.sample(len(self.values), np.random.default_rng(self.about["seed"]))

    def part(self, start: int, stop: int) -> Sample:
        """Some of the masks with their values as a sample."""
        masks = self.masks[start:stop]
        return Sample.of(masks, self.design.weight(masks), self.values[start:stop])

    def reference(self, start: int, stop: int) -> tuple[PerSuperpixel, float]:
        """The limit estimated from some of the masks, (d,), and the mean squared error of this estimate."""
        if (start, stop) not in self.references:
            found = cross_fitted(self.part(start, stop), self.design, np.random.default_rng(self.about["seed"]))
            self.references[start, stop] = found.coefficients, float((found.standard_errors**2).mean())
        return self.references[start, stop]


def extended(run: LongRun, function: Function, file: Path, length: int) -> Iterator[LongRun]:
    """Yield the run with more and more masks evaluated, after each block is saved."""
    masks = LongRun(np.zeros(length), run.about).masks
    while len(run.values) < length:
        start = len(run.values)
        more = np.asarray(function(masks[start : start + BLOCK]), np.float32).astype(float)
        run = LongRun(np.append(run.values, more), run.about)
        save(run, file)
        yield run


def save(run: LongRun, file: Path) -> None:
    """Save the run, so that the file is complete or absent."""
    _write(file, values=run.values.astype(np.float32), about=json.dumps(run.about))


def _write(file: Path, **arrays: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file) as opened:
        np.savez_compressed(opened, **arrays)


def load(file: Path) -> LongRun:
    """A saved run."""
    with np.load(file, allow_pickle=False) as kept:
        return LongRun(kept["values"].astype(float), json.loads(str(kept["about"])))


class Remembered:
    """A set function that evaluates no mask twice, since it keeps all values in a file.

    Args:
        function: F, (n, d) bool → (n,) that are float32.
        file: of the masks' bits and their values, read if it is there and written after each call that adds any.
    """

    def __init__(self, function: Function, file: Path):
        self._function, self._file, self._values = function, file, dict[bytes, float]()
        if file.exists():
            with np.load(file, allow_pickle=False) as kept:
                self._values = dict(zip(map(bytes, kept["bits"]), kept["values"].astype(float), strict=True))

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks."""
        keys = [row.tobytes() for row in np.packbits(masks, axis=1)]
        new = [place for place, key in enumerate(keys) if key not in self._values]
        if new:
            values = np.asarray(self._function(masks[new]), np.float32).astype(float)
            self._values.update(zip((keys[place] for place in new), values, strict=True))
            self._save()
        return np.array([self._values[key] for key in keys])

    def _save(self) -> None:
        bits = np.array([list(key) for key in self._values], np.uint8)
        _write(self._file, bits=bits, values=np.array(list(self._values.values()), np.float32))


def plain_row(run: LongRun, name: str, n: int) -> dict[str, Any]:
    """The row of least squares or the unbiased mean on disjoint blocks of a run, with the limit from its other half."""
    half, length = len(run.values) // 2, len(run.values)
    halves = [(range(0, half - n + 1, n), run.reference(half, length)),
              (range(half, length - n + 1, n), run.reference(0, half))]  # fmt: skip
    fit, coefficients, targets = METHODS[FITTED[name]].function, [], []
    for starts, (target, _) in halves:
        for start in starts:
            coefficients.append(fit(run.part(start, start + n), run.design, 0.0).coefficients)
            targets.append(target)
    of_target = float(np.mean([error for _, (_, error) in halves]))
    found = errors(np.array(coefficients), np.array(targets), of_target)
    return _row(run, name, n, found, {"evaluations": n, "distinct": n, "seconds": None})


def fresh_row(run: LongRun, name: str, n: int, function: Function, runs: int) -> dict[str, Any]:
    """The row of a method that draws its own masks, with the limit from the whole run.

    All these methods get the seeds, and so the masks, of `adjusted`.
    """
    method = replace(_method(name), name=ADJUSTED)
    found = repeated(function, run.about["superpixels"], method, n, runs, run.about["table"])
    target, error = run.reference(0, len(run.values))
    return _row(run, name, n, errors(found["coefficients"], target, error), costs(found))


def _row(run: LongRun, name: str, n: int, found: dict[str, Any], cost: dict[str, Any]) -> dict[str, Any]:
    about = {key: run.about[key] for key in ("table", "network", "photograph", "superpixels")}
    method = _method(name)
    return {
        **about, "family": method.family, "method": name, "n": n, **found, **cost, "reference": len(run.values),
        "seed": SEED, "versions": versions([method.package]),
    }  # fmt: skip


def _method(name: str) -> Method:
    return next(one for one in lime_methods.methods() if one.name == name)


def jobs(network: str, d: int, photograph: Path) -> Iterator[Job]:
    """The jobs on the long run of a network for a photograph; the first of them evaluates it."""
    for n in FRESH_RUNS:
        for name in (*FITTED, ADJUSTED, QUADRATURE):
            key = {"table": _table(network, photograph), "superpixels": d, "family": _method(name).family}
            yield Job({**key, "method": name, "n": n}, partial(measured, network, photograph, d, name, n))


def measured(network: str, photograph: Path, d: int, name: str, n: int) -> dict[str, Any]:
    """The row of a method for the long run of a network and a photograph."""
    run, remembered = long_run(network, photograph, d)
    return row(run, remembered, name, n)


def row(run: LongRun, function: Function, name: str, n: int) -> dict[str, Any]:
    """The row of a method; one that draws its own masks evaluates the network again."""
    return plain_row(run, name, n) if name in FITTED else fresh_row(run, name, n, function, FRESH_RUNS[n])


@lru_cache(maxsize=1)
def long_run(network: str, photograph: Path, d: int) -> tuple[LongRun, Remembered]:
    """The whole run, continued if it is not finished, and the network as a function of further masks."""
    model = lt.load_model(network)
    function = set_function(model, photograph, d)
    file = FOLDER / f"d{d}" / network / f"{photograph.name}.npz"
    name = model.class_name(function.target)
    run = load(file) if file.exists() else begun(network, photograph, d, function.target, name)
    _refuse_another(run, function, file)
    for longer in extended(run, function, file, LONG):
        run = longer
        print(f"{photograph.name}: {len(run.values)} of {LONG} values", flush=True)
    return run, Remembered(function, file.with_suffix(".fresh.npz"))


def _refuse_another(run: LongRun, function: Function, file: Path) -> None:
    """Refuse to continue the values of another photograph of the same name."""
    masks, known = run.masks[:CHECKED], run.values[:CHECKED]
    if len(known) and np.abs(np.asarray(function(masks)) - known).max() > ROUNDING:
        raise ValueError(f"values of a long run must be of one photograph, got another of its name in {file}; move it")


def _table(network: str, photograph: Path) -> str:
    return f"{photograph.name} × {network}"


def begun(network: str, photograph: Path, d: int, target: int, target_name: str) -> LongRun:
    """A run without values."""
    about = {
        "table": _table(network, photograph), "network": network, "photograph": photograph.name,
        "superpixels": d, "segmenter": "slic", "replacement": "mean", "target": target, "target_name": target_name,
        "seed": SEED, "versions": versions(PACKAGES),
    }  # fmt: skip
    return LongRun(np.zeros(0), about)


def set_function(model: Any, photograph: Path, d: int) -> lt.ModelFunction[lt.MaskedImage]:
    """The network as a function of masks of exactly d superpixels of a photograph."""
    image = model.prepare(lt.load_image(photograph))
    return lt.ModelFunction(model, lt.MaskedImage(image, exactly(d, image)))
