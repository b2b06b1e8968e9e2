"""One row: the contenders of a group on one set function with n different masks, each with several seeds."""

from __future__ import annotations

import time
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

import limetheory as lt
from experiments._frame import Row
from experiments._frame.saved_rows import versions
from experiments.efficiency.methods import Counted
from experiments.rivals.contenders import Contender
from experiments.rivals.groups import members, packages
from experiments.tables.store import load
from limetheory.arrays import PerSuperpixel
from limetheory.estimation.methods.few_masks import few_masks_studied

SEED = 0
RUNS = 3
"""How many seeds a part of the runs has; a convention: more parts follow once every cell has one."""
REDRAWN, ENOUGH, MOST_DRAWN = 6, 0.98, 50
"""How often, up to what share of n and to what multiple of n masks are drawn anew; conventions."""
REFUSALS = (ValueError, ArithmeticError, LookupError)
"""What contenders raise that cannot do with n masks."""


def measured(key: Row, file: Path, runs: int) -> Row:
    """The row of a group on a saved table."""
    return row(key, table(file), runs)


@lru_cache(maxsize=2)
def table(file: Path) -> lt.SetFunction:
    """The set function of a saved table."""
    return load(file).function


def row(key: Row, function: lt.SetFunction, runs: int = RUNS) -> Row:
    """The relative squared errors of each contender, with its masks and its own seconds of processor time.

    Args:
        key: with ``superpixels``, ``family``, ``n``, ``table``, ``group`` and ``part``, which fix the seeds.
        function: all 2^d values.
        runs: how many seeds.
    """
    found: dict[str, Any] = {}
    for contender in members(key["group"], key["family"]):
        if contender.fewest(function.d) <= key["n"] <= contender.most:
            found[contender.name] = _found(contender, function, key, runs)
    return {**key, "runs": runs, "contenders": found, "seed": SEED, "versions": versions(packages(key["group"]))}


@few_masks_studied()
def _found(contender: Contender, function: lt.SetFunction, key: Row, runs: int) -> Row:
    target = lt.limit(function, contender.target_design(function.d)).coefficients
    numbers = range(key["part"] * RUNS, key["part"] * RUNS + runs)
    try:
        done = [explained(contender, function, key["n"], seed(key, contender, number)) for number in numbers]
    except REFUSALS as error:
        return {"refused": f"{type(error).__name__}: {error}".splitlines()[0][:120]}
    return {
        "errors": [float(f"{relative_error(answer, target):.4g}") for answer, _, _ in done],
        "evaluations": float(np.mean([counted.evaluations for _, counted, _ in done])),
        "distinct": float(np.mean([counted.distinct for _, counted, _ in done])),
        "seconds": float(f"{np.median([seconds for *_, seconds in done]):.3g}"),
    }


def relative_error(answer: PerSuperpixel, target: PerSuperpixel) -> float:
    """The squared error of all coefficients over the sum of their squares."""
    return float(((answer - target) ** 2).sum() / (target**2).sum())


def explained(contender: Contender, function: Any, n: int, seed: int) -> tuple[PerSuperpixel, Counted, float]:
    """The answer of a contender that evaluated n different masks at most, its counter and its own seconds.

    One that draws masks anew is asked for more until it has at least `ENOUGH` of the n, with the same seed; what is
    kept is the last answer that stayed within n, and the seconds are those of this one alone.
    """
    kept, asked = _asked(contender, function, n, seed), n
    for _ in range(REDRAWN * contender.redraws):
        if kept[1].distinct >= ENOUGH * n:
            break
        asked = min(_more(asked, kept[1].distinct, n), MOST_DRAWN * n)
        tried = _asked(contender, function, asked, seed)
        if tried[1].distinct > n or asked == MOST_DRAWN * n:
            break
        kept = tried
    return kept


def _more(asked: int, distinct: int, n: int) -> int:
    """How many masks to ask for next: half of what a constant share of new masks would take, so as not to pass n."""
    return asked + max(1, (asked * (n - distinct)) // (2 * distinct) if distinct else asked)


def _asked(contender: Contender, function: Any, n: int, seed: int) -> tuple[PerSuperpixel, Counted, float]:
    counted, start = Counted(function, function.d), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = np.asarray(contender.explain(counted, function.d, n, seed), float)
    return answer, counted, time.process_time() - start - counted.seconds


def seed(key: Row, contender: Contender, number: int) -> int:
    """The seed of one run, the same in every process."""
    words = [SEED, crc32(f"{key['table']}, {key['family']}, {contender.name}".encode()), key["n"], number]
    return int(np.random.SeedSequence(words).generate_state(1)[0])
