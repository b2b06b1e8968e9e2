"""Section 5.2: how many of the words that a sparse classifier truly uses does an explanation name?"""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from experiments.lime2016.corpus import divided
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.lime import explained
from experiments.lime2016.local import Local, recall
from experiments.lime2016.models import SPARSE, Scored, used_words
from experiments.lime2016.others import at_random, greedy
from experiments.lime2016.parzen import Parzen
from experiments.lime2016.settings import Settings
from experiments.lime2016.words import Words, exact_form


def one_seed(data: str, folder: Path | None, model: str, seed: int, settings: Settings) -> dict[str, Any]:
    """One row: recall for each document and explainer, one corpus, one kind of classifier, one division."""
    start, found = process_time(), divided(data, folder, seed)
    fitted = SPARSE[model](found.train, found.train_labels, found.test, seed)
    parzen, exact = Parzen(found.train, fitted(found.train) > 0.5), exact_form(fitted, found.vectorizer)
    used, recalls, strict = used_words(fitted, found.test), list[dict[str, float]](), list[dict[str, float]]()
    places = [i for i in found.explained(len(used)) if len(used[i])][: settings.documents]
    for i in places:
        rng = np.random.default_rng([seed, int(found.test_documents[i])])
        row = found.test[int(i)]
        truth = np.flatnonzero(np.isin(row.indices, used[i]))
        locals_ = explanations(fitted, exact, parzen, row, settings, rng)
        recalls.append({name: recall(local.parts, truth) for name, local in locals_.items()})
        strict.append({name: recall(local.first(len(truth)), truth) for name, local in locals_.items()})
    return {
        "part": "faithfulness", "data": data, "model": model, "seed": seed,
        **settings.of("masks", "named", "documents"),
        "accuracy": fitted.accuracy(found.test, found.test_labels), "width": parzen.width,
        "document": found.test_documents[places].tolist(), "used": [len(used[i]) for i in places],
        "words": [int(found.test[int(i)].nnz) for i in places],
        "recall": {name: [one[name] for one in recalls] for name in recalls[0]},
        "first": {name: [one[name] for one in strict] for name in strict[0]},
        "seconds": process_time() - start,
    }  # fmt: skip


def explanations(
    model: Scored, exact: Any, parzen: Parzen, row: csr_matrix, settings: Settings, rng: np.random.Generator
) -> dict[str, Local]:
    """What every explainer says of a document."""
    function, k = Words(model, row), settings.named
    form = None if exact is None else exact(row)
    found = explained(function, form, PaperTextDesign(row.nnz), settings.masks, k, rng)
    found["parzen"] = parzen.explained(row, k)
    found["greedy"] = greedy(function, row.nnz, model.threshold, k)
    found["random"] = at_random(row.nnz, k, rng)
    return found
