"""`explain_text` against limits, against lime on the same masks, and on texts of any kind."""

import numpy as np
import pytest
from lime.lime_base import LimeBase
from lime.lime_text import LimeTextExplainer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import limetheory as lt
from limetheory.text import MaskedText

REVIEW = "The plot was good, the cast was not bad; a good film for the whole family."
REVIEWS = ["good film", "bad plot", "a good cast", "not good", "the worst film", "bad bad film", "good family film"]
MODEL = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(REVIEWS, [1, 0, 1, 0, 0, 0, 1])


@pytest.mark.slow
def test_the_answer_is_near_the_limit_by_enumeration():
    answer = lt.explain_text(MODEL, REVIEW, rng=0)
    function = lt.set_function(MODEL.predict_proba, answer.masked, target=answer.target)
    limit = lt.limit(function, answer.design)
    z = (answer.coefficients - limit.coefficients) / answer.standard_errors
    # 13 coefficients: under normality, |z| > 4.5 for any of them has probability 9e-5
    assert np.abs(z).max() < 4.5 and answer.design.d == 13
    # the mutant, another bandwidth, is found
    other = lt.limit(function, lt.TextDesign(13, bandwidth=1.0))
    assert np.abs((answer.coefficients - other.coefficients) / answer.standard_errors).max() > 4.5


def test_the_coefficients_are_those_of_lime_on_the_same_masks():
    explainer = LimeTextExplainer(random_state=3)
    known = {}
    base = explainer.base.explain_instance_with_data

    def keep(data, labels, distances, label, *rest, **options):
        known.update(data=data, labels=labels, distances=distances)
        return base(data, labels, distances, label, *rest, **options)

    explainer.base.explain_instance_with_data = keep
    theirs = explainer.explain_instance(REVIEW, MODEL.predict_proba, num_features=100, num_samples=500)
    masked = MaskedText(REVIEW)
    masks = known["data"].astype(bool)
    values = MODEL.predict_proba(masked.compose(masks))
    np.testing.assert_allclose(values, known["labels"], rtol=1e-13)
    weights = lt.TextDesign(masked.d).weight(masks)
    np.testing.assert_allclose(weights, explainer.base.kernel_fn(known["distances"]), rtol=1e-10)
    from limetheory.estimation.methods.wls import wls

    ours = wls(lt.Sample.of(masks, weights, values[:, 1]), ridge=1.0)
    expected = dict(theirs.as_map()[1])
    np.testing.assert_allclose(ours.coefficients, [expected[j] for j in range(masked.d)], rtol=1e-10, atol=1e-12)
    assert isinstance(explainer.base, LimeBase)


@pytest.mark.slow
def test_a_seed_gives_the_same_answer_in_any_batch_size():
    answers = [lt.explain_text(MODEL, REVIEW, n=200, rng=5, batch_size=size) for size in (1, 7, 256)]
    for other in answers[1:]:
        np.testing.assert_array_equal(answers[0].coefficients, other.coefficients)


def test_no_mask_is_evaluated_twice():
    asked = []
    lt.explain_text(lambda texts: (asked.extend(texts), np.ones(len(texts)) / 2)[1], "a b c", n=1000, rng=0)
    # eight masks, and the checks that the model answers alone as in a batch
    assert len(asked) < 40


def test_a_text_of_one_token_is_explained_exactly():
    answer = lt.explain_text(lambda texts: [0.25 + 0.5 * ("good" in text) for text in texts], "good!", n=50, rng=0)
    assert answer.tokens == ["good"] and abs(answer.coefficients[0] - 0.5) < 1e-12


def test_targets_are_numbers_or_names():
    named = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(REVIEWS, list("pnpnnnp"))
    by_name, by_number = (lt.explain_text(named, REVIEW, target=target, n=100, rng=0) for target in ("p", 1))
    np.testing.assert_array_equal(by_name.coefficients, by_number.coefficients)
    assert by_name.target_name == "p" and by_name.class_names == ("n", "p")
    with pytest.raises(ValueError, match="got 'x'; its classes are n, p"):
        lt.explain_text(named, REVIEW, target="x")


def test_a_tolerance_stops_by_itself():
    answer = lt.explain_text(MODEL, "good film, bad plot", tolerance=0.05, rng=0)
    assert answer.stopping.reached and answer.stopping.half_widths.max() <= 0.05


def test_tokens_positions_and_masks_reach_the_model():
    answer = lt.explain_text(
        lambda texts: [float(text.startswith("[M]")) for text in texts],
        "ab a",
        tokens="characters",
        missing="[M]",
        positions=True,
        n=400,
        rng=0,
    )
    assert answer.tokens == ["a", "b", " ", "a"]
    assert answer.coefficients.round(9).tolist() == [-1, 0, 0, 0]


def test_an_explanation_is_kept_in_a_file(tmp_path):
    answer = lt.explain_text(MODEL, REVIEW, n=100, rng=0)
    answer.save(tmp_path / "kept.npz")
    again = lt.load_explanation(tmp_path / "kept.npz")
    np.testing.assert_array_equal(answer.coefficients, again.coefficients)
    assert again.tokens == answer.tokens and again.text == REVIEW and again.class_names == answer.class_names
    assert again.to_dataframe()["name"].tolist() == answer.tokens


@pytest.mark.parametrize(
    "text",
    [
        "👍 good 👎 <b>bad</b>",
        "سيء good جيد",
        "a\x00good\x1b[31m\r\nbad\t",
        "ｇｏｏｄ good good\u0301",
        "x" * 10_000 + " good",
    ],
)
def test_texts_of_any_kind_are_explained(text):
    answer = lt.explain_text(lambda texts: ["good" in text for text in texts], text, n=200, rng=0)
    assert np.isfinite(answer.coefficients).all() and answer.tokens[answer.coefficients.argmax()].startswith("good")


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"text": ""}, ValueError, "at least one token, got none in ''"),
        ({"text": "..."}, ValueError, "use tokens='characters'"),
        ({"predict": None}, TypeError, "predict must be a function of a list of texts, or an estimator, got NoneType"),
        ({"n": 3}, ValueError, "n must be at least 5, got 3"),
        ({"design": 4}, TypeError, "design must be a design or a function of d"),
        ({"design": lt.TextDesign(9)}, ValueError, r"d = 4, the number of distinct tokens, got TextDesign\(d=9"),
        ({"design": lt.TextDesign(9), "positions": True}, ValueError, "the number of tokens, got TextDesign"),
        ({"design": lambda d: lt.TextDesign(d + 1)}, ValueError, "the number of distinct tokens, got TextDesign"),
        ({"design": lambda d: lt.ProductDesign([1e-300] * d)}, ValueError, "each coordinate must vary"),
        ({"text": "good", "design": lt.ShapleyDesign}, ValueError, "at least 2, got 1; at d = 1 the Shapley value"),
        ({"predict": lambda texts: [np.nan] * len(texts)}, ValueError, "finite numbers, got 1 NaN"),
        ({"level": 0.9}, ValueError, "level is for a tolerance"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(arguments, kind, message):
    with pytest.raises(kind, match=message) as refused:
        lt.explain_text(**({"predict": MODEL, "text": "good film bad plot"} | arguments))
    assert "\n" not in str(refused.value)
