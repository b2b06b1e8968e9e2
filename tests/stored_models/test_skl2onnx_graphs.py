"""Graphs that skl2onnx exports answer and explain as the estimators that they are of, up to float32's rounding."""

import json

import numpy as np
import pandas
import pytest
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import limetheory as lt
from limetheory.cli.main import run

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)).round(3)
LABELS = np.where(X @ [1.0, -2.0, 0.0] > 0, "yes", "no")
MIXED = pandas.DataFrame({"age": X[:, 0], "dose": X[:, 1], "kind": np.where(X[:, 2] > 0, "new", "old")})
NAMES = ["good fine film", "bad awful plot", "great good cast", "awful bad boring"] * 3
TEXTS = [*NAMES, "", "unknown words", "A GOOD, bad film; plot", "ünïcode good"]
ROUNDING = 1e-6  # of probabilities in float32, 6e-8 apart, after a few operations


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exported(model, types, **options):
    """The model of a file that skl2onnx wrote."""
    with open("m.onnx", "wb") as file:
        file.write(to_onnx(model, initial_types=types, options=options or None).SerializeToString())
    return lt.load_stored_model("m.onnx")


def rows(kind=FloatTensorType):
    return [("x", kind([None, 3]))]


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("zipmap", [True, False])
@pytest.mark.parametrize("labels", [LABELS, np.arange(60) % 3], ids=["strings", "numbers"])
@pytest.mark.parametrize(
    "model",
    [LogisticRegression(), RandomForestClassifier(5, random_state=0), GradientBoostingClassifier(n_estimators=5)],
    ids=lambda one: type(one).__name__,
)
def test_classifiers(model, labels, zipmap):
    fitted = model.fit(X.astype(np.float32), labels)
    stored = exported(fitted, rows(), zipmap=zipmap)
    close(stored.predict(X), fitted.predict_proba(X.astype(np.float32)))
    assert stored.n_columns == 3 and stored.columns is None
    assert stored.class_names == (tuple(map(str, fitted.classes_)) if zipmap else None)
    name = str(fitted.classes_[0])
    if zipmap:
        assert lt.explain_tabular(stored.predict, X[0], X, target=name, n=50, rng=0).target == 0
    else:
        with pytest.raises(ValueError, match=f"no class names, got '{name}'; give the class as an index"):
            lt.explain_tabular(stored.predict, X[0], X, target=name, n=50)


def test_a_regressor_is_explained():
    model = Ridge().fit(X, X @ [1.0, 2.0, 3.0])
    stored = exported(model, rows())
    close(np.ravel(stored.predict(X)) / 10, model.predict(X) / 10)
    found, own = (lt.explain_tabular(predict, X[4], X, n=200, rng=0) for predict in (stored.predict, model.predict))
    np.testing.assert_allclose(found.coefficients, own.coefficients, rtol=0, atol=1e-5)


@pytest.mark.parametrize("zipmap", [True, False])
def test_graphs_of_doubles_have_no_maps(zipmap):
    model = LogisticRegression().fit(X, LABELS)
    if not zipmap:
        np.testing.assert_allclose(
            exported(model, rows(DoubleTensorType), zipmap=False).predict(X), model.predict_proba(X), rtol=0, atol=1e-12
        )
        return
    with pytest.raises(ValueError, match=r"; export it with the option zipmap=False for skl2onnx$"):
        exported(model, rows(DoubleTensorType))


@pytest.mark.slow
def test_a_table_of_named_columns():
    model = make_pipeline(
        make_column_transformer((StandardScaler(), ["age", "dose"]), (OneHotEncoder(), ["kind"])), LogisticRegression()
    ).fit(MIXED, LABELS)
    types = [(name, (StringTensorType if name == "kind" else FloatTensorType)([None, 1])) for name in MIXED]
    stored = exported(model, types)
    assert stored.columns == ("age", "dose", "kind")
    close(stored.predict(MIXED), model.predict_proba(MIXED))
    assert stored.class_names == ("no", "yes")  # unknown before: the graph refuses an empty category
    MIXED.assign(answer=LABELS).to_csv("m.csv", index=False)
    assert run(["explain", "--table", "m.csv", "--row", "5", "--model", "m.onnx", "--samples", "300", "--target", "yes",
                "--json", "out.json"]) == 0  # fmt: skip
    own = lt.explain_tabular(
        model.predict_proba, MIXED.iloc[5], MIXED, categorical=["kind"], target="yes", n=300, rng=0
    )  # fmt: skip
    record = read("out.json")
    assert record["conditions"] == list(own.conditions) and record["target_name"] == "yes"
    np.testing.assert_allclose(record["coefficients"], own.coefficients, rtol=0, atol=1e-5)


def read(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)


@pytest.mark.parametrize("zipmap", [True, False])
def test_rows_without_names_from_the_command_line(zipmap):
    model = LogisticRegression().fit(X, LABELS)
    exported(model, rows(), zipmap=zipmap)
    pandas.DataFrame(X, columns=list("abc")).assign(answer=LABELS).to_csv("m.csv", index=False)
    assert run(["explain", "--table", "m.csv", "--row", "5", "--model", "m.onnx", "--leave-out", "answer",
                "--samples", "300", "--target", "yes" if zipmap else "1", "--json", "out.json"]) == 0  # fmt: skip
    own = lt.explain_tabular(model.predict_proba, X[5], X, feature_names=list("abc"), target="yes", n=300, rng=0)
    np.testing.assert_allclose(read("out.json")["coefficients"], own.coefficients, rtol=0, atol=1e-5)


@pytest.mark.parametrize("zipmap", [True, False])
@pytest.mark.parametrize("shape", [[None], [None, 1]], ids=str)
@pytest.mark.parametrize(
    "vectorizer",
    [TfidfVectorizer(), TfidfVectorizer(ngram_range=(1, 2), lowercase=False), CountVectorizer(binary=True)],
    ids=["words", "pairs", "presence"],
)
def test_texts(vectorizer, shape, zipmap):
    model = make_pipeline(vectorizer, LogisticRegression()).fit(NAMES, ["pos", "neg"] * 6)
    text = {type(vectorizer): {"locale": "C"}, LogisticRegression: {"zipmap": zipmap}}
    with open("m.onnx", "wb") as file:
        file.write(to_onnx(model, initial_types=[("t", StringTensorType(shape))], options=text).SerializeToString())
    stored = lt.load_stored_model("m.onnx")
    for batch in (TEXTS, [""], ["", ""], ["good"]):
        close(stored.predict(batch), model.predict_proba(batch))
    assert stored.class_names == (("neg", "pos") if zipmap else None)
    with open("review.txt", "w", encoding="utf-8") as file:
        file.write(TEXTS[-2])
    assert run(["explain", "--text", "review.txt", "--model", "m.onnx", "--samples", "300",
                "--target", "pos" if zipmap else "1", "--json", "out.json"]) == 0  # fmt: skip
    own = lt.explain_text(model, TEXTS[-2], target="pos", n=300, rng=0)
    record = read("out.json")
    assert record["tokens"] == own.tokens
    np.testing.assert_allclose(record["coefficients"], own.coefficients, rtol=0, atol=1e-5)


def test_a_locale_that_is_not_there_is_one_line_with_a_remedy():
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(NAMES, ["pos", "neg"] * 6)
    options = {TfidfVectorizer: {"locale": "no_WHERE"}}
    with open("m.onnx", "wb") as file:
        file.write(to_onnx(model, initial_types=[("t", StringTensorType([None]))], options=options).SerializeToString())
    with pytest.raises(ValueError, match=r"the option locale='C' of the vectorizer for skl2onnx$") as caught:
        lt.load_stored_model("m.onnx")
    assert "\n" not in str(caught.value)


def test_a_column_of_scores_for_each_class_is_refused_with_a_remedy():
    with pytest.raises(ValueError, match=r"one output of scores.*zipmap=False") as caught:
        exported(LogisticRegression().fit(X, LABELS), rows(), zipmap="columns")
    assert "\n" not in str(caught.value)
