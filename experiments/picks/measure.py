"""One round: the same matrix, picked from by lime and by limetheory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from lime.submodular_pick import SubmodularPick
from scipy.sparse import csr_array

import limetheory as lt

RANDOM_PICKS = 20


class Explained:
    """What lime's pick asks of an explanation: the features by name with their coefficients, for one class."""

    mode = "classification"

    def __init__(self, features: list[tuple[str, float]]):
        self.features = features

    def available_labels(self) -> list[int]:
        """The class."""
        return [1]

    def as_list(self, label: int) -> list[tuple[str, float]]:
        """Names and coefficients."""
        return self.features


class Explainer:
    """In place of an explainer: its data are explanations, so that no classifier is needed."""

    def explain_instance(self, explained: Explained, *_: Any, **__: Any) -> Explained:
        """The explanation that was given."""
        return explained


def matrix(n: int, d: int, k: int, seed: int) -> csr_array:
    """Explanations of up to k of d features, of which the j-th is about 1 / j as frequent as the first (n, d)."""
    rng = np.random.default_rng(seed)
    features = np.minimum(np.exp(rng.uniform(0, np.log(d + 1), (n, k))).astype(int), d) - 1
    rows = np.repeat(np.arange(n), k)
    return csr_array((rng.standard_normal(n * k), (rows, features.ravel())), shape=(n, d))


def as_rows(weights: csr_array) -> list[list[tuple[str, float]]]:
    """Each instance's features by name."""
    bounds = list(zip(weights.indptr[:-1], weights.indptr[1:], strict=True))
    return [
        [(f"word {j}", value) for j, value in zip(weights.indices[a:b], weights.data[a:b].tolist(), strict=True)]
        for a, b in bounds
    ]


def by_lime(explained: list[Explained], budget: int) -> list[int]:
    """The pick of lime 0.2.0.1, as its class makes it."""
    picked: list[int] = SubmodularPick(Explainer(), explained, None, method="full", num_exps_desired=budget).V
    return picked


def explanations(rows: list[list[tuple[str, float]]]) -> list[lt.Explanation]:
    """The same for limetheory."""
    columns = [tuple(zip(*row, strict=True)) for row in rows]
    return [lt.Explanation(np.array(values), 0.0, np.zeros(len(names)), 0, names=names) for names, values in columns]


def one_round(n: int, d: int, k: int, with_lime: bool, budget: int, seed: int) -> dict[str, Any]:
    """One row: seconds of each contender, whether lime's pick is the same, and what random picks cover."""
    weights, load = matrix(n, d, k, seed), round(os.getloadavg()[0], 2)
    rows = as_rows(weights)
    given = explanations(rows)
    seconds, same = {}, None
    seconds["matrix"], picked = timed(lambda: lt.submodular_pick(weights, budget, ties="last"))
    seconds["explanations"], again = timed(lambda: lt.submodular_pick(given, budget, ties="last"))
    if with_lime:
        explained = [Explained(row) for row in rows]
        seconds["lime"], theirs = timed(lambda: by_lime(explained, budget))
        same = picked.tolist() == theirs
    found = lt.explanation_matrix(weights)
    whole = lt.coverage(found, range(n))
    random = [lt.coverage(found, lt.random_pick(found, budget, [seed, i])) / whole for i in range(RANDOM_PICKS)]
    return {
        "instances": n, "features": d, "coefficients": k, "seed": seed, "budget": budget, "seconds": seconds,
        "same_as_lime": same, "same_of_explanations": picked.tolist() == again.tolist(),
        "share": lt.coverage(found, picked) / whole, "random_share": float(np.mean(random)), "load": load,
    }  # fmt: skip


def timed(pick: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Seconds, of wall-clock and of processor time, and what was picked."""
    wall, processor = time.perf_counter(), time.process_time()
    picked = pick()
    return {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}, picked
