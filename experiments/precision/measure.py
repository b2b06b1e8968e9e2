"""One row: a network and a photograph in two precisions, with the time that each method takes to the same error."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

import limetheory as lt
from limetheory.estimation import two_level
from limetheory.evaluation import MaskFunction, evaluate
from limetheory.verification.network import exactly, photograph

METHODS = ("wls", "adjusted", "quadrature")


class Levels:
    """A network's top class at a photograph in float32, and the same class in a cheaper precision.

    Args:
        network: a bundled one.
        precision: the cheaper one.
        picture: (h, w, 3) in [0, 1].
        device: such as "cuda"; None is the CPU.
        d: superpixels.
    """

    def __init__(self, network: str, precision: Any, picture: np.ndarray, device: str | None, d: int):
        exact, cheap = (lt.load_model(network, device=device, precision=name) for name in ("float32", precision))
        image = exact.prepare(picture)
        masked = lt.MaskedImage(image, exactly(d, image))
        self.design, self.device = lt.ImageDesign(d), exact.mean.device
        self.exact = lt.ModelFunction(exact, masked)
        self.cheap = lt.ModelFunction(cheap, masked, self.exact.target)

    def difference(self, masks: np.ndarray) -> np.ndarray:
        """The values of F in float32 minus those in the cheaper precision."""
        return evaluate(self.exact, masks) - evaluate(self.cheap, masks)

    def two_level(self, n: int, n_exact: int, seed: int) -> lt.Explanation:
        """The estimate from n masks in the cheaper precision and n_exact masks in both."""
        return two_level(self.cheap, self.exact, self.design, n, n_exact, seed, "unbiased")

    def unbiased(self, function: MaskFunction, n: int, seed: int) -> lt.Explanation:
        """The estimate from n masks of one function."""
        return lt.estimate(function, self.design, n, seed, "unbiased")


def row_of(
    key: dict[str, str], photo: Path | None, device: str | None, d: int, pilot: int, n: int, rounds: int
) -> dict[str, Any]:
    """The row of a network and a cheaper precision for a photograph; without one, for scikit-image's cat."""
    picture = photograph("chelsea") if photo is None else lt.load_image(photo)
    return {**key, **row(Levels(key["network"], key["cheap"], picture, device, d), pilot, n, rounds)}


def row(levels: Levels, pilot: int, n: int, rounds: int, seed: int = 0) -> dict[str, Any]:
    """The costs and variances of the precisions, both estimates at the same error, and the seconds of the methods.

    Args:
        levels: what is evaluated.
        pilot: masks from which costs and spreads are known.
        n: evaluations in float32; two levels get as many as have the same error in the least time.
        rounds: how often everything is timed, one after the other; medians are kept.
        seed: of all masks.
    """
    masks = levels.design.sample(pilot, np.random.default_rng(seed))
    passes = {"float32": lambda: levels.exact(masks), "cheap": lambda: levels.cheap(masks)}
    cost = {name: seconds / pilot for name, seconds in medians(passes, rounds).items()}
    functions: dict[str, MaskFunction] = {
        "float32": levels.exact,
        "cheap": levels.cheap,
        "difference": levels.difference,
    }
    found = {name: levels.unbiased(function, pilot, seed) for name, function in functions.items()}
    spread = {name: pilot * error(one) for name, one in found.items()}
    n_cheap, n_exact = allocation(spread, cost, n)
    n_exact = max(n_exact, 2 * (levels.design.d + 1))
    ways: dict[str, Callable[[], lt.Explanation]] = {
        "float32": lambda: levels.unbiased(levels.exact, n, seed),
        "two levels": lambda: levels.two_level(n_cheap, n_exact, seed),
    }
    methods = {name: partial(lt.estimate, levels.exact, levels.design, n, seed, name) for name in METHODS}
    return {
        "superpixels": levels.design.d, "device": device_name(levels.device), "n": n, "cost": cost, "spread": spread,
        "bias": float((found["difference"].coefficients ** 2).mean() - error(found["difference"])),
        "n_cheap": n_cheap, "n_exact": n_exact, "seconds": medians(ways, rounds),
        "error": {name: error(run()) for name, run in ways.items()}, "methods": medians(methods, rounds),
        "seed": seed,
    }  # fmt: skip


def error(found: lt.Explanation) -> float:
    """The mean over coefficients of the squared standard error."""
    return float((found.standard_errors**2).mean())


def allocation(spread: dict[str, float], cost: dict[str, float], n: int) -> tuple[int, int]:
    """Masks in the cheaper precision, and in both, with the variance of n in float32 in the least time (Giles 2008).

    Args:
        spread: n times the variance of the mean of n terms, for float32, cheap and difference.
        cost: seconds an evaluation, for float32 and cheap.
        n: evaluations in float32.
    """
    both = cost["float32"] + cost["cheap"]
    time = np.sqrt(spread["cheap"] * cost["cheap"]) + np.sqrt(spread["difference"] * both)
    scale = time * n / spread["float32"]
    return (int(np.ceil(scale * np.sqrt(spread["cheap"] / cost["cheap"]))),
            int(np.ceil(scale * np.sqrt(spread["difference"] / both))))  # fmt: skip


def medians(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each call, over rounds that run every call once; a first round does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken[1:]) for name, taken in seconds.items()}


def device_name(device: torch.device) -> str:
    """The name of the GPU, or the number of threads of the CPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
