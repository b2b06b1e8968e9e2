"""`TextModel`: exact limits against enumeration of the pipelines themselves, and refusals of what has none."""

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

import limetheory as lt
from limetheory.text.forms import linear_form

RNG = np.random.default_rng(0)
VOCABULARY = ["good", "bad", "plot", "cast", "film", "the", "was", "not", "very", "dull"]
TEXTS = [" ".join(RNG.choice(VOCABULARY, RNG.integers(3, 12))) for _ in range(120)]
LABELS = np.array([text.count("good") > text.count("bad") for text in TEXTS]).astype(int)
THREE = (LABELS + np.array(["very" in text for text in TEXTS])).astype(int)
REVIEW = "The plot was good, the film was not bad: a very good plot! Bad?"


def dense(rows):
    return rows.toarray()


VECTORIZERS = {
    "counts": CountVectorizer(),
    "presence": CountVectorizer(binary=True),
    "TF-IDF": TfidfVectorizer(),
    "TF-IDF, l1": TfidfVectorizer(norm="l1", lowercase=False),
    "TF-IDF, no norm": TfidfVectorizer(norm=None),
    "TF-IDF, sublinear": TfidfVectorizer(norm=None, sublinear_tf=True),
    "hashes": HashingVectorizer(n_features=1 << 10, norm=None),
}
LINEAR = {
    "logistic": (LogisticRegression(), lambda pipeline: pipeline.decision_function),
    "margin": (LinearSVC(dual="auto"), lambda pipeline: pipeline.decision_function),
    "gradient": (SGDClassifier(random_state=0), lambda pipeline: pipeline.decision_function),
    "regression": (Ridge(), lambda pipeline: pipeline.predict),
}
# one column for each word of the review, where norm l2 is asked for
LOWER = REVIEW.lower()


def enumerated(answer, masked, design):
    masks = lt.all_masks(masked.d)
    return lt.limit(lt.SetFunction(np.ravel(answer(masked.compose(masks)))), design)


def joint(pipeline):
    """log P(x, class 1) of naive Bayes."""
    return lambda texts: pipeline[-1].predict_joint_log_proba(pipeline[:-1].transform(texts))[:, 1]


def assert_exact(model, masked, answer):
    function = lt.set_function(model, masked)
    for design in (lt.TextDesign(masked.d), lt.ImageDesign(masked.d)):
        found, expected = lt.limit(function, design), enumerated(answer, masked, design)
        scale = max(1.0, np.abs(expected.coefficients).max())
        np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=0, atol=1e-11 * scale)
        assert abs(found.intercept - expected.intercept) < 1e-11 * max(1.0, abs(expected.intercept))


@pytest.mark.parametrize("vectorizer", VECTORIZERS)
@pytest.mark.parametrize("estimator", LINEAR)
def test_linear_scores_are_exact(vectorizer, estimator):
    kind, answer = LINEAR[estimator]
    pipeline = make_pipeline(VECTORIZERS[vectorizer], kind).fit(TEXTS, LABELS)
    text = LOWER if vectorizer == "TF-IDF" else REVIEW
    assert_exact(lt.TextModel(pipeline), lt.MaskedText(text), answer(pipeline))


def test_a_transformer_behind_counts_is_a_vectorizer():
    pipeline = make_pipeline(CountVectorizer(), TfidfTransformer(), LogisticRegression()).fit(TEXTS, LABELS)
    function = lt.set_function(lt.TextModel(pipeline), lt.MaskedText(LOWER))
    assert isinstance(function, lt.NormalisedSum)
    assert_exact(lt.TextModel(pipeline), lt.MaskedText(LOWER), pipeline.decision_function)


def test_classes_are_explained_one_by_one():
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, THREE)
    for target in range(3):
        model = lt.TextModel(pipeline, target)
        assert_exact(model, lt.MaskedText(LOWER), lambda texts, k=target: pipeline.decision_function(texts)[:, k])
    two = make_pipeline(CountVectorizer(), LinearSVC(dual="auto")).fit(TEXTS, LABELS)
    first, second = (lt.set_function(lt.TextModel(two, k), lt.MaskedText(LOWER)) for k in (0, 1))
    np.testing.assert_array_equal(first(lt.all_masks(9)), -second(lt.all_masks(9)))


@pytest.mark.parametrize("kind", [MultinomialNB(), ComplementNB(), BernoulliNB(), BernoulliNB(binarize=1.0)], ids=str)
@pytest.mark.parametrize("vectorizer", ["counts", "presence", "TF-IDF, no norm"])
def test_naive_bayes_is_exact(kind, vectorizer):
    pipeline = make_pipeline(VECTORIZERS[vectorizer], kind).fit(TEXTS, LABELS)
    model = lt.TextModel(pipeline)
    # a threshold of 1 sees tokens that share a column together
    text = LOWER if getattr(kind, "binarize", 0) == 1 else REVIEW
    assert_exact(model, lt.MaskedText(text), joint(pipeline))


def test_bernoulli_naive_bayes_does_not_see_the_norm():
    pipeline = make_pipeline(TfidfVectorizer(), BernoulliNB()).fit(TEXTS, LABELS)
    model = lt.TextModel(pipeline)
    assert_exact(model, lt.MaskedText(REVIEW), joint(pipeline))


TREES = {
    "tree": DecisionTreeClassifier(random_state=0),
    "forest": RandomForestClassifier(20, random_state=0),
}
BOOSTED = {
    "boosting": GradientBoostingClassifier(n_estimators=10, random_state=0),
    "histograms": HistGradientBoostingClassifier(max_iter=10),
    "lightgbm": LGBMClassifier(n_estimators=10, min_child_samples=2, verbose=-1),
}


@pytest.mark.parametrize("vectorizer", ["counts", "presence", "TF-IDF, no norm"])
@pytest.mark.parametrize("trees", [*TREES, *BOOSTED])
def test_trees_are_exact(vectorizer, trees):
    kind = (TREES | BOOSTED)[trees]
    steps = [VECTORIZERS[vectorizer], FunctionTransformer(dense, accept_sparse=True), kind]
    pipeline = make_pipeline(*steps).fit(TEXTS, LABELS)
    if trees in TREES:
        answer = lambda texts: pipeline.predict_proba(texts)[:, 1]  # noqa: E731
    elif trees == "lightgbm":
        answer = lambda texts: kind.predict(pipeline[:-1].transform(texts), raw_score=True)  # noqa: E731
    else:
        answer = pipeline.decision_function
    assert_exact(lt.TextModel(pipeline), lt.MaskedText(LOWER), answer)


def test_positions_are_parts_of_their_own():
    pipeline = make_pipeline(CountVectorizer(binary=True), LogisticRegression()).fit(TEXTS, LABELS)
    masked = lt.MaskedText("good plot, good cast, good film", positions=True, missing="_")
    assert masked.d == 6
    assert_exact(lt.TextModel(pipeline), masked, pipeline.decision_function)


def test_a_model_is_a_function_of_texts_too():
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, LABELS)
    answer = lt.explain_text(lt.TextModel(pipeline), LOWER, n=2000, rng=0)
    limit = lt.limit(lt.set_function(lt.TextModel(pipeline), answer.masked), answer.design)
    assert np.abs((answer.coefficients - limit.coefficients) / answer.standard_errors).max() < 4.5


def test_no_texts_have_no_answers():
    model = lt.TextModel(fitted(Ridge()))
    assert model([]).shape == (0,)
    with pytest.raises(TypeError, match="texts must be a list of strings, got int at 1"):
        model(["good", 3])
    with pytest.raises(TypeError, match="masked must be of the class MaskedText, got 'good'; make one"):
        model.on_tokens("good")


@pytest.mark.slow
def test_a_long_text_needs_no_enumeration():
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit([*TEXTS, LOWER], [*LABELS, 1])
    text = " ".join(f"word{i}" for i in range(60)) + " " + LOWER
    limit = lt.limit(lt.set_function(lt.TextModel(pipeline), lt.MaskedText(text)), lt.TextDesign(69))
    answer = lt.explain_text(lt.TextModel(pipeline), text, n=5000, rng=0)
    assert np.abs((answer.coefficients - limit.coefficients) / answer.standard_errors).max() < 5


@pytest.mark.parametrize(
    ("steps", "text", "message"),
    [
        ((CountVectorizer(ngram_range=(1, 2)), Ridge()), LOWER, "depend on several together.*ngram_range"),
        ((CountVectorizer(), DecisionTreeClassifier()), "Good good plot", "splits at columns of one token each"),
        ((TfidfVectorizer(), DecisionTreeClassifier()), LOWER, "needs norm=None, got 'l2'"),
        ((TfidfVectorizer(), LogisticRegression()), "Good good plot", "tokens share; use norm=None"),
    ],
)
def test_what_has_no_closed_form_is_refused_in_one_line(steps, text, message):
    pipeline = make_pipeline(*steps).fit(TEXTS, LABELS)
    with pytest.raises(NotImplementedError, match=message) as refused:
        lt.set_function(lt.TextModel(pipeline), lt.MaskedText(text))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("model", "kind", "message"),
    [
        (lambda: lt.TextModel(Ridge()), TypeError, "pipeline must be a fitted Pipeline .*, got Ridge"),
        (lambda: lt.TextModel(fitted(KNeighborsClassifier())), NotImplementedError, "got KNeighborsClassifier"),
        (lambda: lt.TextModel(fitted(LogisticRegression()), 2), ValueError, "below the number of classes, 2, got 2"),
        (lambda: lt.TextModel(fitted(LogisticRegression(), THREE)), ValueError, "one of 3 classes .*, got None"),
    ],
)
def test_other_models_are_refused_in_one_line(model, kind, message):
    with pytest.raises(kind, match=message) as refused:
        model()
    assert "\n" not in str(refused.value)


def fitted(estimator, labels=LABELS):
    return make_pipeline(CountVectorizer(), estimator).fit(TEXTS, labels)


def test_a_wrong_set_function_is_found(monkeypatch):
    def mutant(score, *rest):
        form = linear_form(score, *rest)
        return lt.Additive(form.weights * (1 + 1e-6), form.intercept)

    monkeypatch.setattr("limetheory.text.text_model.linear_form", mutant)
    with pytest.raises(ValueError, match="the set function of a text must give the estimator's own output"):
        lt.set_function(lt.TextModel(fitted(LogisticRegression())), lt.MaskedText(LOWER))
