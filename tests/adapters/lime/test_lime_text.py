"""Texts: the texts that a classifier gets, and what is made of its answers, are lime 0.2.0.1's."""

import pickle
from importlib import import_module

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from side_by_side import OWN, SELECTIONS, asked_both, assert_same_answers, both, is_rounding, probabilities
from sklearn.linear_model import LinearRegression

import limetheory as lt
from limetheory.adapters.lime.lime_text import IndexedCharacters, IndexedString, LimeTextExplainer

KINDS = both("lime_text", "LimeTextExplainer")
WORDS = "good bad plot cast the a very not Movie it's fine great dull! (ok) äöü 3.5 <b> a\tb".split(" ")
TEXTS = st.builds(
    lambda words, end: " ".join(words) + end, st.lists(st.sampled_from(WORDS), min_size=2, max_size=20),
    st.sampled_from(["", ".", "\n", "!?"]),
)  # fmt: skip
SPLITS = st.sampled_from([r"\W+", r"\s+", " ", lambda text: text.split()])


def model(texts):
    """Five classes that depend on words, on pairs of them and on the length."""
    counts = np.array([[text.count(word) for word in ("good", "bad", "a", "UNK", "plot")] for text in texts], float)
    lengths = np.array([len(text) for text in texts])
    scores = [counts[:, 0] - counts[:, 1], counts[:, 0] * counts[:, 4], counts[:, 2], counts[:, 3], np.sin(lengths)]
    return probabilities(np.column_stack(scores))


@pytest.mark.slow
@example(
    text="plot plot", split=r"\W+", seed=0, bow=False, characters=True, mask_string=None, selection="auto",
    num_features=2, top_labels=None, num_samples=20, width=25, regressor=None,
)  # fmt: skip
@settings(max_examples=20, deadline=None)
@given(
    text=TEXTS, split=SPLITS, seed=st.integers(0, 2**20), bow=st.booleans(), characters=st.booleans(),
    mask_string=st.sampled_from([None, "XX", ""]), selection=st.sampled_from(SELECTIONS),
    num_features=st.integers(1, 12), top_labels=st.sampled_from([None, 2]), num_samples=st.integers(20, 120),
    width=st.sampled_from([25, 10.0]), regressor=st.sampled_from([None, LinearRegression]),
)  # fmt: skip
def test_texts_and_coefficients_are_limes(
    text, split, seed, bow, characters, mask_string, selection, num_features, top_labels, num_samples, width, regressor
):
    (theirs, ours), (asked, asked_of_us) = asked_both(
        KINDS,
        lambda: {
            "kernel_width": width, "feature_selection": selection, "split_expression": split, "bow": bow,
            "mask_string": mask_string, "random_state": np.random.RandomState(seed), "char_level": characters,
        },
        model,
        lambda explainer, recorder: explainer.explain_instance(
            text, recorder, labels=(1, 3), top_labels=top_labels, num_features=num_features, num_samples=num_samples,
            model_regressor=regressor and regressor(),
        ),
        repeats=2,
    )  # fmt: skip
    assert asked == asked_of_us
    for one, two in zip(theirs, ours, strict=True):
        assert_same_answers(one, two)
        assert one.top_labels == two.top_labels and one.available_labels() == two.available_labels()
        assert one.class_names == two.class_names and (one.predict_proba == two.predict_proba).all()
        for label in one.local_exp:
            if not is_rounding(one.local_exp[label]):
                assert [name for name, _ in one.as_list(label)] == [name for name, _ in two.as_list(label)]


@pytest.mark.parametrize("name", ["IndexedString", "IndexedCharacters"])
@settings(max_examples=50, deadline=None)
@given(text=TEXTS, split=SPLITS, bow=st.booleans())
def test_the_index_of_a_text_is_limes(name, text, split, bow):
    options = {"split_expression": split} if name == "IndexedString" else {}
    theirs, ours = (kind(text, bow=bow, **options) for kind in both("lime_text", name))
    for attribute in ("as_list", "inverse_vocab", "bow", "mask_string"):
        assert getattr(theirs, attribute) == getattr(ours, attribute)
    assert np.array_equal(theirs.as_np, ours.as_np) and np.array_equal(theirs.string_start, ours.string_start)
    assert list(map(list, map(np.atleast_1d, theirs.positions))) == list(map(list, map(np.atleast_1d, ours.positions)))
    assert theirs.num_words() == ours.num_words() and theirs.raw_string() == ours.raw_string()
    for number in range(ours.num_words()):
        assert theirs.word(number) == ours.word(number)
        assert np.array_equal(theirs.string_position(number), ours.string_position(number))
    for removed in ([], [0], list(range(ours.num_words()))):
        assert theirs.inverse_removing(removed) == ours.inverse_removing(removed)


def test_names_with_positions_are_limes():
    found = [
        kind(random_state=1).explain_instance("good plot, good cast", model, num_samples=50).as_list(positions=True)
        for kind in KINDS
    ]
    assert [name for name, _ in found[0]] == [name for name, _ in found[1]] and "good_0-11" in dict(found[1])


def test_characters_of_code_0_stay():
    assert IndexedCharacters("ab", bow=False).inverse_removing([1]) == "a\0"
    assert IndexedString("a b\0", r"\s+").inverse_removing([0]) == " b\0"


def test_every_label_has_the_same_fit_with_standard_errors():
    found = LimeTextExplainer(random_state=0).explain_instance("good plot, bad cast", model, labels=(0, 1))
    for label in (0, 1):
        known = found.limetheory[label]
        assert list(zip(known.names, known.coefficients, strict=True)) == found.as_list(label)
        assert known.n_evaluations == 5000 and (known.standard_errors > 0).all()


@pytest.mark.slow
def test_intervals_hold_the_limit_of_the_kept_words():
    text = "good plot, bad cast, a very long story"
    design = lt.TextDesign(8)
    masked = lt.MaskedText(text)
    exact = lt.limit(lambda masks: model(masked.compose(masks))[:, 0], design).coefficients
    held = []
    for seed in range(60):
        explainer = LimeTextExplainer(random_state=seed, feature_selection="none")
        known = explainer.explain_instance(text, model, labels=(0,), num_samples=400).limetheory[0]
        order = [masked.tokens.index(name) for name in known.names]
        low, high = known.interval(0.95).T
        held.append((low <= exact[order]) & (exact[order] <= high))
    assert 0.90 < np.mean(held) < 0.99


def test_explainers_can_be_pickled():
    explainer = LimeTextExplainer(random_state=0)
    again = pickle.loads(pickle.dumps(explainer))
    found = [one.explain_instance("good plot", model, num_samples=50).as_list() for one in (explainer, again)]
    assert found[0] == found[1]


@pytest.mark.parametrize("call, message", [
    (lambda: LimeTextExplainer(kernel_width="wide"), "kernel_width must be a number"),
    (lambda: LimeTextExplainer().explain_instance(3, model), "text_instance must be a string"),
    (lambda: LimeTextExplainer().explain_instance("...", model), "must have at least one token"),
    (lambda: LimeTextExplainer().explain_instance("a b", len), r"must return \(5000, classes\)"),
    (lambda: LimeTextExplainer(feature_selection="best").explain_instance("a b", model), "feature_selection must be"),
    (lambda: LimeTextExplainer(split_expression=lambda text: ["c"]).explain_instance("a b", model), "got 'c'"),
    (lambda: LimeTextExplainer().explain_instance("a b", lambda texts: [[np.nan, 1.0]] * len(texts), (0,)), "finite"),
    (lambda: LimeTextExplainer(kernel=3), "kernel must be a callable"),
])  # fmt: skip
def test_refusals_are_one_line(call, message):
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_the_local_model_is_printed_as_in_lime(capsys):
    printed = []
    for kind in KINDS:
        kind(verbose=True, random_state=0).explain_instance("good plot", model, num_samples=30)
        printed.append([line.split()[0] for line in capsys.readouterr().out.splitlines()])
    assert printed[0] == printed[1] == ["Intercept", "Prediction_local", "Right:"]


def test_submodules_and_classes_have_limes_names():
    known = {
        "lime_image": ("LimeImageExplainer", "ImageExplanation"),
        "lime_text": ("LimeTextExplainer", "IndexedString", "IndexedCharacters", "TextDomainMapper"),
        "lime_tabular": ("LimeTabularExplainer", "RecurrentTabularExplainer", "TableDomainMapper"),
        "discretize": ("BaseDiscretizer", "QuartileDiscretizer", "DecileDiscretizer", "EntropyDiscretizer",
                       "StatsDiscretizer"),
        "submodular_pick": ("SubmodularPick",), "explanation": ("Explanation", "DomainMapper"),
        "lime_base": ("LimeBase",), "exceptions": ("LimeError",),
        "wrappers.scikit_image": ("BaseWrapper", "SegmentationAlgorithm"), "utils.generic_utils": ("has_arg",),
    }  # fmt: skip
    for module, names in known.items():
        theirs, ours = (import_module(f"{where}lime.{module}") for where in ("", OWN))
        for name in names:
            own = {one for one in dir(getattr(theirs, name)) if not one.startswith("_")}
            assert own <= set(dir(getattr(ours, name))), name
