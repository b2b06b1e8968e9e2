"""One row: repeated runs of a method on one set function, compared with the exact value of its limit."""

from __future__ import annotations

import time
import warnings
from typing import Any
from zlib import crc32

import numpy as np

import limetheory as lt
from experiments._frame.saved_rows import versions
from experiments.efficiency.methods import Counted, Function, Method
from limetheory.estimation.methods.few_masks import few_masks_studied

SEED = 0


def row(about: dict[str, Any], function: lt.SetFunction, method: Method, n: int, runs: int) -> dict[str, Any]:
    """The error, the cost and the versions of a method on a set function whose limits are exact.

    Args:
        about: what the row says of the function; its ``table`` fixes the seeds, with method and n.
        function: all 2^d values.
        method: what is run.
        n: evaluations asked for.
        runs: independent runs.
    """
    found = repeated(function, function.d, method, n, runs, about["table"])
    return {
        **about, "superpixels": function.d, "family": method.family, "method": method.name, "n": n,
        **errors(found["coefficients"], method.target(function)), **costs(found),
        "seed": SEED, "versions": versions([method.package]),
    }  # fmt: skip


@few_masks_studied()
def repeated(function: Function, d: int, method: Method, n: int, runs: int, name: str) -> dict[str, np.ndarray]:
    """Coefficients, (runs, d), and the evaluations, different masks and processor seconds of the method, (runs,)."""
    found: dict[str, list[Any]] = {"coefficients": [], "evaluations": [], "distinct": [], "seconds": []}
    for number in range(runs):
        counted, start = Counted(function, d), time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found["coefficients"].append(method.explain(counted, d, n, _seed(name, method, n, number)))
        found["seconds"].append(time.process_time() - start - counted.seconds)
        found["evaluations"].append(counted.evaluations)
        found["distinct"].append(counted.distinct)
    return {key: np.array(values) for key, values in found.items()}


def errors(coefficients: np.ndarray, target: np.ndarray, of_target: float = 0.0) -> dict[str, Any]:
    """The mean squared error over runs and coefficients, with its standard error over the runs.

    Args:
        coefficients: (runs, d).
        target: what they should be on average, (d,), or one for each run, (runs, d).
        of_target: mean squared error of the target itself, which is taken off.

    Returns:
        With the mean square of the target's coefficients as ``scale``, and ``offset``: the share of the squared error
        that stays when the runs are averaged, about 1/runs without bias and near 1 where the limit is another.
    """
    gaps = coefficients - target
    squares = (gaps**2).mean(axis=1)
    mean = float(squares.mean())
    return {
        "runs": len(squares), "mse": mean - of_target, "mse_se": float(squares.std(ddof=1) / np.sqrt(len(squares))),
        "offset": float((gaps.mean(axis=0) ** 2).mean() / mean) if mean else 0.0, "scale": float((target**2).mean()),
    }  # fmt: skip


def costs(found: dict[str, np.ndarray]) -> dict[str, float]:
    """The mean numbers of evaluations and of different masks, and the median processor seconds of a run."""
    averages = {key: round(float(found[key].mean()), 3) for key in ("evaluations", "distinct")}
    return {**averages, "seconds": round(float(np.median(found["seconds"])), 6)}


def _seed(name: str, method: Method, n: int, number: int) -> int:
    words = [SEED, crc32(name.encode()), crc32(f"{method.family}, {method.name}".encode()), n, number]
    return int(np.random.SeedSequence(words).generate_state(1)[0])
