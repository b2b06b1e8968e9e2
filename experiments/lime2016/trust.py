"""Section 5.3: does an explanation tell whether a prediction rests on words that one does not trust?"""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from experiments.lime2016.corpus import divided
from experiments.lime2016.faithfulness import explanations
from experiments.lime2016.local import Local, f1
from experiments.lime2016.models import Scored, trusted_model
from experiments.lime2016.parzen import Parzen
from experiments.lime2016.settings import Settings
from experiments.lime2016.words import exact_form

UNTRUSTWORTHY = 0.25
"""The share of the vocabulary that is not trusted in a round."""


def one_model(data: str, folder: Path | None, model: str, seed: int, settings: Settings) -> dict[str, Any]:
    """One row: for each explainer the F1 of each round, of predictions found trustworthy against those that are."""
    start, found = process_time(), divided(data, folder, seed)
    fitted = trusted_model(model, found.train, found.train_labels, settings.trees, seed)
    parzen = Parzen(found.train, fitted(found.train) > fitted.threshold)
    exact, places = exact_form(fitted, found.vectorizer), found.explained(settings.trusted)
    distrusted = untrustworthy(found.test.shape[1], settings.rounds, seed)
    truth, judged = list[np.ndarray](), list[dict[str, np.ndarray]]()
    for i in places:
        rng, row = np.random.default_rng([seed, int(found.test_documents[i])]), found.test[int(i)]
        sets = distrusted[:, row.indices]
        truth.append(~flips(fitted, row, sets))
        locals_ = explanations(fitted, exact, parzen, row, settings, rng)
        judged.append(trusts(locals_, sets, fitted.threshold))
    true = np.array(truth).T
    return {
        "part": "trust", "data": data, "model": model, "seed": seed,
        **settings.of("masks", "named", "trusted", "rounds"), **(settings.of("trees") if model == "forest" else {}),
        "accuracy": fitted.accuracy(found.test, found.test_labels), "width": parzen.width,
        "document": found.test_documents[places].tolist(), "trustworthy": float(true.mean()),
        "f1": {name: f1(np.array([one[name] for one in judged]).T, true).tolist() for name in judged[0]},
        "seconds": process_time() - start,
    }  # fmt: skip


def untrustworthy(words: int, rounds: int, seed: int) -> np.ndarray:
    """Which words are not trusted in each round, a quarter of the vocabulary at random: (rounds, words) bool."""
    rng = np.random.default_rng([seed, 25])
    return rng.permuted(np.tile(np.arange(words) < round(UNTRUSTWORTHY * words), (rounds, 1)), axis=1)


def flips(model: Scored, row: csr_matrix, sets: np.ndarray) -> np.ndarray:
    """Whether the prediction changes when the untrustworthy words leave the document: (sets, d) bool → (sets,) bool."""
    kept = csr_matrix((~sets).astype(float))
    rows = csr_matrix((kept.data, row.indices[kept.indices], kept.indptr), shape=(len(sets), row.shape[1]))
    return np.asarray((model(rows) > model.threshold) != (model(row)[0] > model.threshold))


def trusts(found: dict[str, Local], sets: np.ndarray, threshold: float) -> dict[str, np.ndarray]:
    """Whether a user of each explanation trusts the prediction, (sets,) bool."""
    return {name: ~local.mistrusted(sets, threshold) for name, local in found.items()}
