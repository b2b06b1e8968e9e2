"""What the explainers cannot explain is refused in one line, with the argument and a remedy that works."""

import warnings

import numpy as np
import pandas as pd
import pytest
from side_by_side import both

from limetheory.adapters.lime.lime_image import LimeImageExplainer
from limetheory.adapters.lime.lime_tabular import LimeTabularExplainer, RecurrentTabularExplainer
from limetheory.adapters.lime.lime_text import LimeTextExplainer
from limetheory.adapters.lime.submodular_pick import SubmodularPick

DATA = np.random.default_rng(0).normal(size=(40, 3))
SEGMENTS = np.arange(16).reshape(4, 4) // 4
IMAGE = np.random.default_rng(1).random((4, 4, 3))


def classes(count):
    """Probabilities of so many inputs, (count, 2)."""
    shares = np.linspace(0.1, 0.9, count)
    return np.column_stack([shares, 1 - shares])


def holes(inputs):
    found = classes(len(inputs))
    found[len(inputs) // 2, 1] = np.nan
    return found


def text(model=lambda texts: classes(len(texts)), **options):
    return LimeTextExplainer(random_state=0).explain_instance("a good long plot", model, num_samples=30, **options)


def image(model=lambda images: classes(len(images)), segments=SEGMENTS, **options):
    options = {"top_labels": None, "num_samples": 30, "segmentation_fn": lambda _: segments, **options}
    return LimeImageExplainer(random_state=0).explain_instance(IMAGE, model, **options)


def row(model=lambda rows: classes(len(rows)), instance=DATA[3], settings=None, **options):
    explainer = LimeTabularExplainer(DATA, random_state=0, **(settings or {}))
    return explainer.explain_instance(instance, model, num_samples=30, **options)


def regression(model):
    return row(model, settings={"mode": "regression"})


def refused(kinds, call, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(kinds) as caught:
            call(*arguments, **options)
    said = str(caught.value.args[0])
    assert len(said.splitlines()) == 1 and ", got " in said and " must " in said
    return said


@pytest.mark.parametrize("explain, asked", [(text, "classifier_fn"), (image, "classifier_fn"), (row, "predict_fn")])
def test_labels_that_are_none_are_refused(explain, asked):
    said = refused(ValueError, explain, labels=(0, 5))
    assert said == f"labels must be from 0 to 1, the classes of {asked}, got 5; leave it out"
    assert "labels must be from 0 to 1" in refused(ValueError, explain, labels=(-3,))
    assert "labels must be a list of class numbers, got int; put a" in refused(TypeError, explain, labels=1)
    assert "labels must be whole numbers, got 'cat'; give the columns of" in refused(TypeError, explain, labels=["cat"])
    assert "top_labels must be an integer, got 2.0" in refused(TypeError, explain, top_labels=2.0)
    assert list(explain(labels=(-1, np.int64(0))).local_exp) == [-1, 0]
    assert explain(top_labels=True).top_labels == [1] and explain(top_labels=9).top_labels == [1, 0]


@pytest.mark.parametrize("explain, asked, kind", [
    (text, "classifier_fn", "text"), (image, "classifier_fn", "image"), (row, "predict_fn", "row"),
])  # fmt: skip
def test_answers_that_are_not_finite_are_the_models(explain, asked, kind):
    said = refused(ValueError, explain, holes, labels=(0, 1))
    assert said.startswith(f"{asked} must return finite numbers, got ") and said.endswith(
        f" for 30 {kind}s; check what it says of a {kind} with hidden or other parts"
    )
    assert list(explain(holes, labels=(0,)).local_exp) == [0]  # as in lime, other classes may have what they will
    assert "must be a callable" in refused(TypeError, explain, 5)


def test_answers_of_a_regression_that_are_not_finite_are_the_models():
    assert "predict_fn must return finite numbers, got 1 NaN" in refused(
        ValueError, regression, lambda rows: holes(rows)[:, 1]
    )


@pytest.mark.parametrize("explain", [text, image, row])
def test_a_regressor_that_is_none_is_refused(explain):
    assert "model_regressor must be a regressor of scikit-learn, got 5; give" in refused(
        TypeError, explain, labels=(1,), model_regressor=5
    )


@pytest.mark.parametrize("instance, said", [
    (DATA[3, :2], r"data_row must have shape (3,), as the training data have 3 columns, got (2,)"),
    (DATA[3:4], "got (1, 3)"),
    (["a", 1.0, 2.0], "data_row must be numbers, got "),
])  # fmt: skip
def test_a_row_of_another_shape_is_refused(instance, said):
    assert said in refused((ValueError, TypeError), row, instance=instance)


def test_a_series_of_another_size_is_refused():
    series = np.random.default_rng(0).normal(size=(20, 4, 2))
    explainer = RecurrentTabularExplainer(series, mode="regression", random_state=0)
    said = refused(ValueError, explainer.explain_instance, series[0, :3], lambda rows: rows[:, 0, 0], num_samples=20)
    assert said == "data_row must have shape (4, 2), as the training data, got (3, 2); give one series"


@pytest.mark.parametrize("data, settings, said", [
    (DATA[:0], {}, "training_data must have shape (n, p) with n ≥ 1, got (0, 3); give rows of numbers"),
    (DATA[0], {}, "got (3,); give rows"),
    (DATA, {"feature_names": ["a"]}, "feature_names must name all 3 columns, got 1; add the others"),
    (np.where(DATA > 2, np.nan, DATA), {}, "training_data must have no NaN in columns with bins, got "),
    (np.array([["a", "b"], ["c", "d"]]), {}, "training_data must be numbers, got "),
])  # fmt: skip
def test_training_data_that_cannot_be_binned_or_named_are_refused(data, settings, said):
    assert said in refused((ValueError, TypeError), LimeTabularExplainer, data, **settings)


def test_gaps_are_allowed_where_there_are_no_bins_as_in_lime():
    data = np.where(DATA > 2, np.nan, DATA)
    found = LimeTabularExplainer(data, discretize_continuous=False, random_state=0).explain_instance(
        DATA[3], lambda rows: classes(len(rows)), num_samples=30
    )
    assert len(found.local_exp[1]) == DATA.shape[1]


def test_a_value_without_a_name_is_refused():
    data = np.column_stack([DATA[:, 0], np.arange(40) % 3])
    explainer = LimeTabularExplainer(data, categorical_features=[1], categorical_names={1: ["a", "b"]}, random_state=0)
    said = refused(ValueError, explainer.explain_instance, data[2], lambda rows: classes(len(rows)), num_samples=20)
    assert said == "categorical_names must name every value of column 1, got ['a', 'b'] for the value 2; add its name"


def test_a_label_that_is_not_explained_is_a_key_error_with_words():
    found = text(labels=(1,))
    for call in (found.as_list, found.as_pyplot_figure, lambda label: found.as_html(labels=[label])):
        assert refused(KeyError, call, 9) == "label must be one of 1, got 9; explain it too"
    assert "got [1]; explain" in refused(KeyError, found.as_list, [1])
    assert "labels must be a list of class numbers, got int" in refused(TypeError, found.as_html, labels=1)
    assert "label must be one of 1, got 0; explain" in refused(KeyError, image(labels=(1,)).get_image_and_mask, 0)


def test_a_label_map_of_whole_floats_is_what_lime_makes_of_it():
    theirs, ours = (
        kind(random_state=0).explain_instance(
            IMAGE, lambda images: np.column_stack([images[:, 0, 0, 0], images[:, 3, 3, 1]]), num_samples=40,
            segmentation_fn=lambda _: SEGMENTS.astype(float),
        )
        for kind in both("lime_image", "LimeImageExplainer")
    )  # fmt: skip
    for label, terms in theirs.local_exp.items():
        assert np.abs(np.array(terms) - np.array(ours.local_exp[label])).max() < 1e-10
    one, other = (found.get_image_and_mask(0) for found in (theirs, ours))
    assert (one[0] == other[0]).all() and (one[1] == other[1]).all()
    with pytest.raises(TypeError, match="labels must be integers"):
        image(segments=SEGMENTS + 0.5)


def two(rows):
    share = 1 / (1 + np.exp(-rows[:, 0] * rows[:, 1]))
    return np.column_stack([share, 1 - share])


def test_picks_of_a_data_frame_are_those_of_its_rows():
    found = [
        SubmodularPick(LimeTabularExplainer(DATA, random_state=0), data, two, "full", num_exps_desired=3,
                       num_samples=50).V
        for data in (DATA[:8], pd.DataFrame(DATA[:8], index=range(7, -1, -1)))
    ]  # fmt: skip
    assert found[0] == found[1]


def test_picks_by_two_classes_whose_coefficients_cancel_are_told_to_be_ties():
    explainer = LimeTabularExplainer(DATA, random_state=0)
    with pytest.warns(
        UserWarning, match="the coefficients of an instance's labels must not cancel, got sums that are 0"
    ):
        found = SubmodularPick(explainer, DATA[:6], two, "full", num_exps_desired=2, num_samples=50, top_labels=2)
    assert found.V == [5, 4]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SubmodularPick(
            explainer, DATA[:6], two, "full", num_exps_desired=2, num_samples=50, labels=(1,), top_labels=None
        )
