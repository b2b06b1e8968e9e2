"""The steps from lime to limetheory, one change after the other, all timed in one round.

Each way explains the same thing in a process of its own. A round begins with another way than the round before, so that
a load which comes and goes does not always meet the same one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch

import limetheory as lt
from experiments._frame.parallel import alone
from experiments.speed.contenders import NETWORK, Scene, by_lime, by_limetheory, seconds, usual
from experiments.speed.ways import FOLDED, LADDER, LIME, MASKING, as_callable
from limetheory.freed_memory import kept_freed_memory

WARM = 20
"""The number of evaluations before the clock starts, the same for all; a convention."""

Explain = Callable[[int], object]


def one_round(
    scene: Scene, lime_n: int, evaluations: Mapping[str, int], number: int, call: Callable[..., float] = alone
) -> dict[str, Any]:
    """One row.

    Args:
        scene: what is explained.
        lime_n: lime's evaluations.
        evaluations: of limetheory's methods that are as accurate.
        number: of the round, which is the seed and whose way begins.
        call: how a way is timed: in a process of its own, or here.
    """
    load, found, ways = round(os.getloadavg()[0], 2), {}, list(LADDER)
    for method in evaluations:
        ways += [method, as_callable(method)]
    for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
        n = evaluations.get(way.removesuffix(as_callable("")), lime_n)
        found[way] = call(seconds_of, scene, way, n, number)
    return {
        "seconds": {way: found[way] for way in ways}, "lime_n": lime_n, "evaluations": dict(evaluations),
        "seed": number, "threads": torch.get_num_threads(), "load": load,
    }  # fmt: skip


def seconds_of(scene: Scene, way: str, n: int, seed: int) -> float:
    """The seconds of one explanation after the network was loaded and run once."""
    explain = prepared(scene, way, seed)
    explain(WARM)
    return seconds(partial(explain, n))


def prepared(scene: Scene, way: str, seed: int) -> Explain:
    """One way with its network loaded and malloc set: a function from evaluations to coefficients."""
    if way != LIME:
        kept_freed_memory()
    if way in LADDER[:-1]:
        classify = folded() if way == FOLDED else usual()
        return lambda n: by_lime(classify, scene, n, seed)
    method = way.removesuffix(as_callable(""))
    network = usual() if way != method else lt.load_model(NETWORK)
    return lambda n: by_limetheory(network, scene, "wls" if way == MASKING else method, n, seed)


def folded() -> Callable[[np.ndarray], np.ndarray]:
    """The bundled network as a function of batches of images (b, s, s, 3), for lime."""
    model = lt.load_model(NETWORK)

    def classify(pictures: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            scores: np.ndarray = model(torch.from_numpy(pictures).permute(0, 3, 1, 2).float()).numpy()
            return scores

    return classify
