"""Section 5.3 with a transformer: does an explanation tell whether a prediction rests on words that one does not trust?

MiniLM with a logistic head, trained on the reviews, reads the text itself, its order too, from which hidden words are
left out. It is slow, so that fewer documents are explained than for the other classifiers, only short ones, and with
fewer masks. No limit of it is known; how far LIME is from what it tends to is told from the masks themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

import limetheory as lt
from experiments._frame.saved_rows import versions
from experiments.lime2016.corpus import FEWEST_WORDS, Divided, divided, documents
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.lime import Evaluated, evaluated, said
from experiments.lime2016.local import Local, f1
from experiments.lime2016.others import at_random, greedy
from experiments.lime2016.parzen import Parzen
from experiments.lime2016.settings import Settings
from experiments.lime2016.trust import trusts, untrustworthy
from limetheory.estimation.samples.sample import Sample
from limetheory.text import MiniLM

THRESHOLD = 0.5
PACKAGES = ("torch", "transformers")
_WORD = re.compile(r"(?u)\b\w\w+\b")
"""A word as `CountVectorizer` finds it."""


@dataclass(frozen=True, eq=False)
class Transformer:
    """P(class 1) of texts.

    Attributes:
        network: from texts to vectors.
        head: of the vectors.
        rows: the training documents as rows of present words, (documents, words).
        predicted: which of them are predicted to be of class 1, (documents,) bool.
    """

    network: MiniLM
    head: LogisticRegression
    rows: csr_matrix
    predicted: np.ndarray

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """n texts → (n,)."""
        return np.asarray(self.head.predict_proba(self.network.transform(texts))[:, 1])


class Hidden:
    """F(z) = P(class 1) of the text without its hidden words; z is over the words that the training documents have.

    Attributes:
        columns: the column of each word, (d,), in the order of their first occurrence.
        d: how many words the text has.
        block_size: masks that are evaluated at once.
    """

    block_size = 256

    def __init__(self, model: Transformer, text: str, vocabulary: Mapping[str, int]):
        def known(lower: str) -> list[tuple[int, int]]:
            return [found.span() for found in _WORD.finditer(lower) if found[0] in vocabulary]

        self._model, self.masked = model, lt.MaskedText(text.lower(), known)
        self.columns, self.d = np.array([vocabulary[word] for word in self.masked.tokens]), self.masked.d

    def __call__(self, masks: np.ndarray) -> np.ndarray:
        """(n, d) bool → (n,)."""
        return self._model(self.masked.compose(masks))


def one_corpus(data: str, folder: Path | None, seed: int, settings: Settings) -> dict[str, Any]:
    """One row: F1 as for the other classifiers, and the Monte Carlo error of each document's coefficients."""
    start, found, texts = process_time(), divided(data, folder, seed), documents(data, folder)[0]
    model = trained(found, texts, settings.transformer_training)
    parzen, number = Parzen(model.rows, model.predicted), settings.transformer_training // 4
    tested = model([texts[i] for i in found.test_documents[:number]])
    accuracy = np.mean((tested > THRESHOLD) == found.test_labels[:number])
    distrusted, places = untrustworthy(found.test.shape[1], settings.rounds, seed), short_documents(found, settings)
    truth, judged, errors = list[np.ndarray](), list[dict[str, np.ndarray]](), list[dict[str, float]]()
    for i in found.test_documents[places]:
        function = Hidden(model, texts[i], found.vectorizer.vocabulary_)
        sets, rng = distrusted[:, function.columns], np.random.default_rng([seed, int(i)])
        truth.append(~flips(function, sets))
        asked = evaluated(function, PaperTextDesign(function.d), settings.transformer_masks, rng)
        judged.append(trusts(explanations(function, asked, parzen, settings.named, rng), sets, THRESHOLD))
        errors.append(monte_carlo(asked))
    true = np.array(truth).T
    return {
        "part": "trust", "data": data, "model": "transformer", "seed": seed,
        **settings.of("named", "rounds", "transformer_training", "transformer_documents", "transformer_masks"),
        "accuracy": float(accuracy), "width": parzen.width,
        "document": found.test_documents[places].tolist(), "trustworthy": float(true.mean()),
        "f1": {name: f1(np.array([one[name] for one in judged]).T, true).tolist() for name in judged[0]},
        "error": {name: [one[name] for one in errors] for name in errors[0]},
        "seconds": process_time() - start, "versions": versions(PACKAGES),
    }  # fmt: skip


def trained(found: Divided, texts: Sequence[str], number: int) -> Transformer:
    """The network with a head for the first training documents, so many.

    Raises:
        ValueError: the network is not installed.
    """
    network, chosen = MiniLM(), found.train_documents[:number]
    try:
        vectors = network.transform([texts[i] for i in chosen])
    except ImportError as error:
        raise ValueError(str(error)) from None
    head = LogisticRegression(max_iter=1_000).fit(vectors, found.train_labels[:number])
    return Transformer(network, head, found.train[:number], head.predict_proba(vectors)[:, 1] > THRESHOLD)


def short_documents(found: Divided, settings: Settings) -> np.ndarray:
    """The first test documents that have words enough and not too many, as places among the test rows."""
    sizes = np.diff(found.test.indptr)
    fit = np.flatnonzero((sizes >= FEWEST_WORDS) & (sizes <= settings.transformer_words))
    return fit[: settings.transformer_documents]


def flips(function: Hidden, sets: np.ndarray) -> np.ndarray:
    """Whether the prediction changes when the untrustworthy words leave the text: (sets, d) bool → (sets,) bool."""
    values = function(np.vstack([np.ones((1, function.d), bool), ~sets])) > THRESHOLD
    return np.asarray(values[1:] != values[0])


def explanations(
    function: Hidden, asked: Evaluated, parzen: Parzen, k: int, rng: np.random.Generator
) -> dict[str, Local]:
    """What every explainer says of a text."""
    row = csr_matrix((np.ones(function.d), function.columns, [0, function.d]), shape=(1, parzen.words))
    found = said(asked, None, PaperTextDesign(function.d), k)
    found["parzen"] = parzen.explained(row, k)
    found["greedy"] = greedy(function, function.d, THRESHOLD, k)
    found["random"] = at_random(function.d, k, rng)
    return found


def monte_carlo(asked: Evaluated) -> dict[str, float]:
    """How far the coefficients of least squares are from what they tend to: mean squares over the words of a text.

    The error of LIME is told from its two halves, whose squared difference is four times as large in the mean. The
    others have other masks, so that their squared distance from LIME is the sum of both errors. `size` is the mean
    square of LIME's coefficients.
    """
    whole, short = coefficients(asked.whole), coefficients(asked.short)
    first, second = map(coefficients, halves(asked.whole))
    gaps = {"lime": (first - second) / 2, "tenth": short - whole, "adjusted": asked.adjusted.coefficients - whole}
    return {name: float(np.mean(gap**2)) for name, gap in {**gaps, "size": whole}.items()}


def coefficients(sample: Sample) -> np.ndarray:
    """Those of weighted least squares on all words, (d,)."""
    return lt.refit(sample, np.arange(sample.d)).coefficients


def halves(sample: Sample) -> tuple[Sample, Sample]:
    """The first half of the masks, and the others."""
    parts = np.array_split(np.arange(sample.n), 2)
    first, second = (Sample.of(sample.masks_at(p), sample.weights[p], sample.values[p]) for p in parts)
    return first, second
