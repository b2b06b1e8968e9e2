"""Models of texts of several kinds answer as one function; what is no answer is refused in one line."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from limetheory.text import TextPredictions

TEXTS = ["good plot", "bad plot", "good good cast", "bad"]
LABELS = np.array(["pos", "neg", "pos", "neg"])


def fitted(estimator, labels=LABELS):
    return make_pipeline(CountVectorizer(), estimator).fit(TEXTS, labels)


def test_pipelines_of_scikit_learn_answer_with_their_scores():
    chances, margins, numbers = (
        fitted(LogisticRegression()),
        fitted(LinearSVC(dual="auto")),
        fitted(Ridge(), [1.0, 0.0, 2.0, 0.5]),
    )
    for model, expected in (
        (chances, chances.predict_proba(TEXTS)),
        (chances.predict_proba, chances.predict_proba(TEXTS)),
        (margins, margins.decision_function(TEXTS)[:, None]),
        (numbers, numbers.predict(TEXTS)[:, None]),
    ):
        np.testing.assert_array_equal(TextPredictions(model)(TEXTS), expected)
    assert TextPredictions(chances).class_names == TextPredictions(chances.predict_proba).class_names == ("neg", "pos")
    assert TextPredictions(chances).class_index("pos") == 1


def pipeline_of_transformers(texts):
    """As pipeline("text-classification", top_k=None): the highest score first."""
    rows = [{"NEGATIVE": len(text) / 100, "POSITIVE": 1 - len(text) / 100} for text in texts]
    return [[{"label": k, "score": v} for k, v in sorted(row.items(), key=lambda one: -one[1])] for row in rows]


class PipelineOfSpacy:
    def __call__(self, text):
        return SimpleNamespace(cats={"POSITIVE": 1 - len(text) / 100, "NEGATIVE": len(text) / 100})

    def pipe(self, texts):
        return map(self, texts)


EXPECTED = np.array([[len(text) / 100, 1 - len(text) / 100] for text in TEXTS])


@pytest.mark.parametrize(
    "model", [pipeline_of_transformers, PipelineOfSpacy(), lambda texts: list(PipelineOfSpacy().pipe(texts))]
)
def test_scores_by_label_are_put_in_the_order_of_the_labels(model):
    predictions = TextPredictions(model)
    np.testing.assert_allclose(predictions(TEXTS), EXPECTED, rtol=1e-15)
    assert predictions.class_names == ("NEGATIVE", "POSITIVE") and predictions.class_index("POSITIVE") == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda texts: EXPECTED.tolist(),
        lambda texts: torch.tensor(EXPECTED),
        lambda texts: SimpleNamespace(logits=torch.tensor(EXPECTED)),
        lambda texts: pd.DataFrame(EXPECTED),
        lambda texts: (EXPECTED,),
    ],
)
def test_scores_come_in_any_container(answer):
    np.testing.assert_allclose(TextPredictions(answer)(TEXTS), EXPECTED, rtol=1e-15)


@pytest.mark.parametrize("answer", [lambda texts: pd.Series([1.5, 2, 3, 4]), lambda texts: [[1.5], [2], [3], [4]]])
def test_one_column_is_one_class(answer):
    assert TextPredictions(answer)(TEXTS).tolist() == [[1.5], [2], [3], [4]]


@pytest.mark.parametrize(
    ("model", "kind", "message"),
    [
        (3, TypeError, "predict must be a function .*, got int; give lambda texts: scores"),
        (dict, TypeError, "got the class dict"),
        (lambda texts: ["neg"] * len(texts), TypeError, "scores, got labels such as 'neg'; .*predict_proba"),
        (lambda texts: np.zeros(len(texts), int), TypeError, "for each text such as 0, which is a class label"),
        (lambda texts: csr_array(EXPECTED), TypeError, r"dense array, got csr_array; return its \.toarray\(\)"),
        (
            lambda texts: torch.tensor(EXPECTED).to_sparse(),
            TypeError,
            r"dense array, got Tensor; return its \.to_dense",
        ),
        (lambda texts: np.zeros(len(texts), "M8[D]"), TypeError, r"got an array of datetime64\[D\]; wrap it"),
        (lambda texts: [[{"lab": "P", "score": 1.0}]] * len(texts), TypeError, "a number for each, got None; return"),
        (lambda texts: [[{"label": "P", "score": "x"}]] * len(texts), TypeError, "got {'P': 'x'}; return"),
        (lambda texts: [[{"label": "P", "score": 1.0}], 3, 3, 3], TypeError, "a number for each"),
        (lambda texts: [[{"label": "P", "score": 1.0}] * 2] * len(texts), TypeError, "each label once"),
        (lambda texts: [0.5], ValueError, r"for a batch of b = 4, got shape \(1,\); return one row for each text"),
        (lambda texts: None, TypeError, "got None; return a row of scores for each text"),
        (lambda texts: [{"label": "P", "score": 0.5}] * len(texts), TypeError, "one label .*; .*top_k=None"),
        (
            lambda texts: [[{"label": text, "score": 1.0}] for text in texts],
            ValueError,
            "the same labels for each text",
        ),
        (
            lambda texts: {"a": np.zeros((4, 2)), "b": np.ones(4)},
            TypeError,
            r"pass lambda texts: predict\(texts\)\['a'\]",
        ),
    ],
)
def test_what_is_no_answer_is_refused_in_one_line(model, kind, message):
    with pytest.raises(kind, match=message) as refused:
        TextPredictions(model)(TEXTS)
    assert "\n" not in str(refused.value)


def test_names_of_classes_are_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match="got 'sad'; its classes are neg, pos"):
        TextPredictions(fitted(LogisticRegression())).class_index("sad")
    with pytest.raises(ValueError, match="got 'sad'; give the class as an index"):
        TextPredictions(lambda texts: EXPECTED).class_index("sad")


def test_a_model_may_change_its_list():
    def cleared(texts):
        lengths = [float(len(text)) for text in texts]
        texts.clear()
        return lengths

    asked = list(TEXTS)
    assert TextPredictions(cleared)(asked).ravel().tolist() == [9.0, 8.0, 14.0, 3.0] and asked == TEXTS
