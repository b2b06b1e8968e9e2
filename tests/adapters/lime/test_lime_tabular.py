"""Tables: the rows that a model gets, and what is made of its answers, are lime 0.2.0.1's."""

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.special import ndtr
from side_by_side import SELECTIONS, asked_both, assert_same_answers, both, close, is_rounding, probabilities
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression

from limetheory.adapters.lime.discretize import QuartileDiscretizer
from limetheory.adapters.lime.exceptions import LimeError
from limetheory.adapters.lime.lime_tabular import LimeTabularExplainer, RecurrentTabularExplainer

KINDS = both("lime_tabular", "LimeTabularExplainer")
IRIS, SPECIES = load_iris(return_X_y=True)


def table(seed):
    """Training data, with columns of three categories, and which columns these are."""
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(20, 60)), int(rng.integers(2, 8))
    data = rng.normal(size=(n, p)) * rng.uniform(0.1, 10, p) + rng.uniform(-5, 5, p)
    categorical = sorted(rng.choice(p, int(rng.integers(0, p)), replace=False).tolist())
    data[:, categorical] = rng.integers(0, 3, (n, len(categorical)))
    return data, categorical


def classifier(data, mode):
    slopes = np.random.default_rng(0).normal(size=(data.shape[1], 3))

    def predict(rows):
        scores = np.tanh((rows - data.mean(axis=0)) / (data.std(axis=0) + 1e-9) @ slopes)
        scores = scores + scores[:, :1] * scores[:, 1:2]
        return scores[:, 0] if mode == "regression" else probabilities(scores)

    return predict


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**20), mode=st.sampled_from(["classification", "regression"]), named=st.booleans(),
    width=st.sampled_from([None, 2.0]), selection=st.sampled_from(SELECTIONS), binned=st.booleans(),
    discretizer=st.sampled_from(["quartile", "decile", "entropy"]), around=st.booleans(),
    num_features=st.integers(1, 12), num_samples=st.integers(30, 150), top_labels=st.sampled_from([None, 2]),
    metric=st.sampled_from(["euclidean", "l1"]), regressor=st.sampled_from([None, LinearRegression]),
)  # fmt: skip
def test_rows_and_coefficients_are_limes(
    seed, mode, named, width, selection, binned, discretizer, around, num_features, num_samples, top_labels, metric,
    regressor,
):  # fmt: skip
    data, categorical = table(seed)
    labels = np.arange(len(data)) % 2
    (theirs, ours), (asked, asked_of_us) = asked_both(
        KINDS,
        lambda: {
            "training_data": data, "mode": mode, "training_labels": labels, "kernel_width": width,
            "feature_names": [f"f{j}" for j in range(data.shape[1])] if named else None,
            "categorical_features": categorical, "categorical_names": {j: ["a", "b", "c"] for j in categorical[:1]},
            "feature_selection": selection, "discretize_continuous": binned, "discretizer": discretizer,
            "sample_around_instance": around, "random_state": seed,
        },
        classifier(data, mode),
        lambda explainer, recorder: explainer.explain_instance(
            data[3], recorder, labels=(0, 2), top_labels=top_labels, num_features=num_features,
            num_samples=num_samples, distance_metric=metric, model_regressor=regressor and regressor(),
        ),
        repeats=2,
    )  # fmt: skip
    assert all((one == two).all() for one, two in zip(asked, asked_of_us, strict=True))
    for one, two in zip(theirs, ours, strict=True):
        assert_same_answers_of_rows(one, two, mode)


def assert_same_answers_of_rows(theirs, ours, mode):
    if mode == "regression":
        theirs.local_exp, theirs.intercept = dict(sorted(theirs.local_exp.items())), theirs.intercept
        ours.local_exp = dict(sorted(ours.local_exp.items()))
        assert (theirs.predicted_value, theirs.min_value, theirs.max_value) == (
            ours.predicted_value, ours.min_value, ours.max_value
        )  # fmt: skip
    else:
        assert theirs.available_labels() == ours.available_labels()
    assert_same_answers(theirs, ours)
    for label in theirs.local_exp:
        if not is_rounding(theirs.local_exp[label]):
            assert [name for name, _ in theirs.as_list(label)] == [name for name, _ in ours.as_list(label)]
    one, two = theirs.domain_mapper, ours.domain_mapper
    for name in ("feature_names", "feature_values", "discretized_feature_names", "all_categorical"):
        assert getattr(one, name) == getattr(two, name)
    assert (one.scaled_row == two.scaled_row).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("selection", ["forward_selection", "highest_weights", "none"])
def test_sparse_rows_are_limes(selection, seed):
    data = sparse.random(40, 25, 0.2, random_state=seed, format="csr")
    slopes = np.random.default_rng(seed).normal(size=(25, 2))
    (theirs, ours), _ = asked_both(
        KINDS, lambda: {"training_data": data, "feature_selection": selection, "random_state": seed},
        lambda rows: probabilities(np.sin(3 * (rows @ slopes))),
        lambda explainer, recorder: explainer.explain_instance(data[1], recorder, num_features=8, num_samples=100),
    )  # fmt: skip
    assert_same_answers(theirs[0], ours[0])
    known = ours[0].limetheory[1]
    # scikit-learn solves sparse regressions to four digits; the fit with standard errors is exact
    close(known.coefficients, [value for _, value in ours[0].local_exp[1]], 1e-3)


@pytest.mark.parametrize("binned", [True, False])
def test_series_are_limes(binned):
    series = np.random.default_rng(0).normal(size=(30, 4, 3))
    (theirs, ours), (asked, asked_of_us) = asked_both(
        both("lime_tabular", "RecurrentTabularExplainer"),
        lambda: {"training_data": series, "feature_names": list("abc"), "discretize_continuous": binned,
                 "random_state": 0},
        lambda rows: probabilities(rows[:, -1, :2] * rows[:, 0, 1:]),
        lambda explainer, recorder: explainer.explain_instance(series[0], recorder, num_samples=100),
    )  # fmt: skip
    assert asked[0].shape == (100, 4, 3) and (asked[0] == asked_of_us[0]).all()
    assert_same_answers(theirs[0], ours[0])
    assert [name for name, _ in theirs[0].as_list()] == [name for name, _ in ours[0].as_list()]


def known_statistics():
    bins = QuartileDiscretizer(IRIS, [], list("abcd"))
    cells = bins.discretize(IRIS)
    counts = [np.unique(cells[:, j], return_counts=True) for j in range(4)]
    return {
        "means": bins.means, "stds": bins.stds, "mins": bins.mins, "maxs": bins.maxs,
        "bins": dict(enumerate(one.tolist() for one in bins.bins(IRIS, None))),
        "feature_values": {j: values.tolist() for j, (values, _) in enumerate(counts)},
        "feature_frequencies": {j: each.tolist() for j, (_, each) in enumerate(counts)},
    }  # fmt: skip


def test_statistics_in_place_of_training_data_are_limes():
    (theirs, ours), (asked, asked_of_us) = asked_both(
        KINDS, lambda: {"training_data": np.zeros((2, 4)), "training_data_stats": known_statistics(),
                        "random_state": 1},
        classifier(IRIS, "classification"),
        lambda explainer, recorder: explainer.explain_instance(IRIS[3], recorder, num_samples=100),
    )  # fmt: skip
    assert (asked[0] == asked_of_us[0]).all()
    assert_same_answers(theirs[0], ours[0])


def test_attributes_are_limes():
    data, categorical = table(4)
    theirs, ours = (
        kind(
            data, categorical_features=np.array(categorical), feature_names=np.array(list("abcdefgh")[: data.shape[1]])
        )
        for kind in KINDS
    )
    for name in ("feature_names", "categorical_features", "feature_values", "mode", "categorical_names"):
        assert getattr(theirs, name) == getattr(ours, name)
    for j, share in theirs.feature_frequencies.items():
        assert (share == ours.feature_frequencies[j]).all()
    assert (theirs.scaler.scale_ == ours.scaler.scale_).all() and (theirs.scaler.mean_ == ours.scaler.mean_).all()


@pytest.mark.parametrize("around", [True, False])
def test_a_latin_hypercube_has_a_value_in_every_interval(around):
    explainer = LimeTabularExplainer(
        IRIS, discretize_continuous=False, random_state=0, sample_around_instance=around, feature_selection="none"
    )
    rows: list[np.ndarray] = []
    explainer.explain_instance(
        IRIS[0], lambda asked: rows.append(asked) or classifier(IRIS, "classification")(asked), num_samples=200,
        sampling_method="lhs",
    )  # fmt: skip
    centre = IRIS[0] if around else IRIS.mean(axis=0)
    shares = ndtr((rows[0][1:] - centre) / IRIS.std(axis=0))
    found = np.sort(np.floor(200 * shares), axis=0)
    assert all(len(np.unique(column)) == 199 for column in found.T)


def test_an_unknown_sampling_is_warned_of():
    explainer = LimeTabularExplainer(IRIS, discretize_continuous=False, random_state=0)
    with pytest.warns(UserWarning, match="sampling_method must be one of gaussian, lhs, got 'grid'"):
        explainer.explain_instance(IRIS[0], classifier(IRIS, "classification"), num_samples=50, sampling_method="grid")


def test_answers_that_are_no_probabilities_are_warned_of():
    with pytest.warns(UserWarning, match="must sum to 1, got sums from"):
        LimeTabularExplainer(IRIS).explain_instance(IRIS[0], lambda rows: 2 * rows[:, :2], num_samples=50)


def test_explainers_can_be_pickled():
    explainer = LimeTabularExplainer(IRIS, random_state=0)
    again = pickle.loads(pickle.dumps(explainer))
    predict = classifier(IRIS, "classification")
    found = [one.explain_instance(IRIS[0], predict, num_samples=50).as_list() for one in (explainer, again)]
    assert found[0] == found[1]


def explained(predict=None, row=None, labels=(1,), **options):
    return LimeTabularExplainer(IRIS, random_state=0, **options).explain_instance(
        IRIS[0] if row is None else row, predict or classifier(IRIS, options.get("mode")), labels, num_samples=50
    )


@pytest.mark.parametrize("kind, call, message", [
    (ValueError, lambda: explained(discretizer="octile"), "discretizer must be one of quartile, decile, entropy"),
    (ValueError, lambda: explained(discretizer="entropy"), "needs labels, got None"),
    (NotImplementedError, lambda: explained(lambda rows: rows[:, 0]), "a probability for each class"),
    (ValueError, lambda: explained(lambda rows: rows[:, None, :]), r"got shape \(50, 1, 4\)"),
    (ValueError, lambda: explained(lambda rows: rows[:, None, :], mode="regression"), "must return"),
    (LimeError, lambda: explained(mode="ranking"), "mode must be 'classification' or 'regression', got 'ranking'"),
    (ValueError, lambda: explained(training_data_stats={"means": {}}), "got none of: mins, maxs, stds"),
    (ValueError, lambda: explained(feature_selection="best"), "feature_selection must be one of auto"),
    (ValueError, lambda: RecurrentTabularExplainer(IRIS), r"must have shape \(n, steps, features\)"),
    (ValueError, lambda: explained(kernel_width=0), "kernel_width must be above 0"),
])  # fmt: skip
def test_refusals_are_one_line(kind, call, message):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(kind, match=message) as caught:
            call()
    assert "\n" not in str(caught.value)
