"""Section 5.4: from the explanations of a few documents, does a user choose the better of two forests?"""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from scipy.sparse import csr_array

import limetheory as lt
from experiments.lime2016.corpus import FEWEST_WORDS, divided
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.forests import Pair, find_pair
from experiments.lime2016.lime import explained, from_coefficients, k_lasso
from experiments.lime2016.local import Local
from experiments.lime2016.models import Scored
from experiments.lime2016.others import at_random, greedy
from experiments.lime2016.parzen import Parzen
from experiments.lime2016.settings import Settings
from experiments.lime2016.words import Words
from limetheory.estimation.samples.sample import draw
from limetheory.fitted.trees import TreeModel

MOST_SHOWN = 30
PICKS = ("submodular", "random pick")
Seen = list[tuple[np.ndarray, Local]]
"""Columns of each document's words, and its explanation."""


def one_pair(data: str, folder: Path | None, seed: int, settings: Settings) -> dict[str, Any]:
    """One row: for each explainer and pick, is the better forest chosen after 1, 2, … documents? ½ for a tie."""
    start, rng = process_time(), np.random.default_rng([seed, 54])
    pair = find_pair(divided(data, folder, seed), rng)
    places = np.flatnonzero(np.diff(pair.validation.indptr) >= FEWEST_WORDS)[: settings.pool]
    full = seed % settings.adjusted_every == settings.adjusted_every - 1
    both = [explained_pool(forest, pair.validation[places], settings, full, rng) for forest in pair.forests]
    order, shown = rng.permutation(len(places)), min(MOST_SHOWN, len(places))
    right = {name: judged([pool[name] for pool in both], pair, order, shown) for name in both[0]}
    return {
        "part": "choice", "data": data, "model": "forest", "seed": seed, **settings.of("masks", "named", "pool"),
        "test_accuracies": list(pair.test_accuracies), "right": right, "seconds": process_time() - start,
    }  # fmt: skip


def one_pair_by_parzen(data: str, folder: Path | None, seed: int, settings: Settings) -> dict[str, Any]:
    """One row: the same for Parzen windows, on the same pair and documents; its random pick has another order."""
    start, rng = process_time(), np.random.default_rng([seed, 54])
    pair = find_pair(divided(data, folder, seed), rng)
    places = np.flatnonzero(np.diff(pair.validation.indptr) >= FEWEST_WORDS)[: settings.pool]
    windows = [Parzen(pair.train, forest(pair.train) > forest.threshold) for forest in pair.forests]
    rows = [pair.validation[i] for i in places]
    seen = [[(row.indices, window.explained(row, settings.named)) for row in rows] for window in windows]
    right = judged(seen, pair, rng.permutation(len(places)), min(MOST_SHOWN, len(places)))
    return {
        "part": "choice", "data": data, "model": "forest, Parzen", "seed": seed, **settings.of("named", "pool"),
        "test_accuracies": list(pair.test_accuracies), "width": [window.width for window in windows],
        "right": {"parzen": right}, "seconds": process_time() - start,
    }  # fmt: skip


PAIRS = {"forest": one_pair, "forest, Parzen": one_pair_by_parzen}
"""What measures the explainers that ask a forest, and the one that does not, by the model in their rows' keys."""


def judged(seen: list[Seen], pair: Pair, order: np.ndarray, shown: int) -> dict[str, list[float]]:
    """For each pick, is the better forest chosen after 1, 2, …, shown documents?"""
    picks = {"submodular": [picked(one, len(pair.spurious), shown) for one in seen], "random pick": [order, order]}
    better = int(np.argmax(pair.test_accuracies))
    return {how: chosen(seen, shows, pair.spurious, shown, better) for how, shows in picks.items()}


def explained_pool(
    forest: Scored, rows: Any, settings: Settings, full: bool, rng: np.random.Generator
) -> dict[str, Seen]:
    """The explanations of all documents by each explainer; those from a tenth of the masks only where asked for."""
    trees, pools = TreeModel(forest.estimator, output="probability"), dict[str, Seen]()
    for i in range(rows.shape[0]):
        row, k = rows[i], settings.named
        function, design = Words(forest, row), PaperTextDesign(row.nnz)
        exact = on_words(trees, row)
        if full:
            found = explained(function, exact, design, settings.masks, k, rng)
        else:
            found = {"lime": k_lasso(draw(function, design, settings.masks, rng), min(k, row.nnz))}
            found["limit"] = from_coefficients(lt.limit(exact, design), design, min(k, row.nnz))
        found["greedy"] = greedy(function, row.nnz, forest.threshold, k)
        found["random"] = at_random(row.nnz, k, rng)
        for name, local in found.items():
            pools.setdefault(name, []).append((row.indices, local))
    return pools


def on_words(trees: TreeModel, row: Any) -> lt.LeafSum:
    """P(class 1) of a forest as a sum of leaves over the words of a document (prop:trees)."""
    owner = np.zeros(row.shape[1], int)
    owner[row.indices] = np.arange(row.nnz)
    return trees.on_superpixels(row.toarray()[0], np.zeros(row.shape[1]), owner)


def picked(seen: Seen, columns: int, budget: int) -> np.ndarray:
    """SP-LIME's pick from the explanations of all documents."""
    indptr = np.cumsum([0, *(len(local.parts) for _, local in seen)])
    indices = np.concatenate([words[local.parts] for words, local in seen])
    sizes = np.concatenate([local.coefficients for _, local in seen])
    return lt.submodular_pick(csr_array((sizes, indices, indptr), shape=(len(seen), columns)), budget)


def chosen(seen: list[Seen], picks: list[np.ndarray], spurious: np.ndarray, budget: int, better: int) -> list[float]:
    """Whether the better forest is chosen once 1, 2, …, budget documents of each were shown; ½ for a tie."""
    counts = np.array([mistrusted(one, pick[:budget], spurious) for one, pick in zip(seen, picks, strict=True)])
    return ((1 + np.sign(counts[1 - better] - counts[better])) / 2).tolist()  # type: ignore[no-any-return]


def mistrusted(seen: Seen, pick: np.ndarray, spurious: np.ndarray) -> np.ndarray:
    """How many predictions are mistrusted after each document shown: (shown,) int.

    The user distrusts the spurious words that the explanations shown so far name.
    """
    known, sets = np.zeros(len(spurious), bool), list[np.ndarray]()
    for i in pick:
        words, local = seen[int(i)]
        named = words[local.parts]
        known[named[spurious[named]]] = True
        sets.append(known.copy())
    distrusted = np.array(sets)
    return np.sum([local.mistrusted(distrusted[:, words], 0.5) for words, local in seen], axis=0)  # type: ignore[no-any-return]
