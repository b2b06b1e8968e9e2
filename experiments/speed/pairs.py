"""One row: lime and limetheory on a photograph of a saved table, or the steps between the two."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

import limetheory as lt
from experiments._frame.parallel import alone
from experiments.speed.contenders import NETWORK, Scene, scene, seconds_of_lime, seconds_of_limetheory
from experiments.speed.equal import LIME_N, Equal, equal_accuracy
from experiments.speed.steps import one_round
from experiments.tables.store import Table, load
from limetheory.verification.network import exactly, photograph


def timed(file: Path, images: Path, method: str, named: str, seed: int) -> dict[str, Any]:
    """A pair for a table, with the number of evaluations that makes limetheory as accurate as lime."""
    equal = _equal(file, named)
    row = pair(_scene(file, images), method, equal.n, LIME_N, seed)
    return {**_place(load(file)), "mse": equal.mse, "lime_mse": equal.lime_mse, **row}


def pair(seen: Scene, method: str, n: int, lime_n: int, seed: int) -> dict[str, Any]:
    """The seconds of both, run one after the other in fresh processes with the same number of threads."""
    return {
        "method": method, "lime_n": lime_n, "n": n, "lime": alone(seconds_of_lime, seen, lime_n, seed),
        "own": alone(seconds_of_limetheory, seen, method, n, seed), "seed": seed,
        "threads": torch.get_num_threads(), "load": round(os.getloadavg()[0], 2),
    }  # fmt: skip


def steps_timed(file: Path, images: Path, evaluations: Mapping[str, int], seed: int) -> dict[str, Any]:
    """A round of the steps for a table."""
    return {**_place(load(file)), **one_round(_scene(file, images), LIME_N, evaluations, seed)}


def _place(table: Table) -> dict[str, Any]:
    return {"table": table.name, "superpixels": table.function.d}


@lru_cache(maxsize=1)
def _equal(file: Path, named: str) -> Equal:
    table = load(file)
    return equal_accuracy(table.function, table.name, named)


@lru_cache(maxsize=1)
def _scene(file: Path, images: Path) -> Scene:
    return scene(load(file), lt.load_model(NETWORK), images)


def small_pair() -> dict[str, Any]:
    """A pair in smoke mode."""
    return pair(_small_scene(), "quadrature", 20, 20, 0)


def small_steps() -> dict[str, Any]:
    """The steps in smoke mode, which run in this process."""
    return one_round(_small_scene(), 20, {"quadrature": 20}, 0, lambda function, *arguments: function(*arguments))


def _small_scene() -> Scene:
    model = lt.load_model(NETWORK)
    image = model.prepare(photograph("chelsea"))
    target = lt.ModelFunction(model, lt.MaskedImage(image, exactly(6, image))).target
    return Scene(image, exactly(6, image), target)
