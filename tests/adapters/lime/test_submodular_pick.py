"""The picked explanations are lime 0.2.0.1's."""

import warnings

import numpy as np
import pytest
from side_by_side import both

from limetheory.adapters.lime.lime_tabular import LimeTabularExplainer
from limetheory.adapters.lime.submodular_pick import SubmodularPick

DATA = np.random.default_rng(0).normal(size=(20, 5))


def predict(rows):
    shares = 1 / (1 + np.exp(-rows[:, 0] * rows[:, 1] - rows[:, 2]))
    return np.column_stack([shares, 1 - shares])


def picked(seed, mode, method, **options):
    found = []
    model = predict if mode == "classification" else lambda rows: predict(rows)[:, 0]
    for explainer, pick in zip(both("lime_tabular", "LimeTabularExplainer"), both("submodular_pick", "SubmodularPick"),
                               strict=True):  # fmt: skip
        np.random.seed(seed)  # noqa: NPY002  as in lime, samples are drawn from NumPy's global state
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append(
                pick(explainer(DATA, mode=mode, random_state=seed), DATA, model, method, num_samples=60, **options)
            )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["classification", "regression"])
@pytest.mark.parametrize("method, options", [
    ("full", {"num_exps_desired": 4, "num_features": 2}),
    ("sample", {"sample_size": 8, "num_exps_desired": 3, "num_features": 1}),
    ("sample", {"sample_size": 100, "num_exps_desired": 25, "num_features": 3}),
])  # fmt: skip
def test_picks_are_limes(mode, method, options):
    theirs, ours = picked(0, mode, method, **options)
    assert theirs.V == ours.V and len(theirs.explanations) == len(ours.explanations)
    for one, two in zip(theirs.sp_explanations, ours.sp_explanations, strict=True):
        assert [name for name, _ in one.as_list(list(one.local_exp)[-1])] == [
            name for name, _ in two.as_list(list(two.local_exp)[-1])
        ]


def test_a_sample_can_have_a_seed_of_its_own():
    found = [
        SubmodularPick(LimeTabularExplainer(DATA, random_state=0), DATA, predict, sample_size=5, num_exps_desired=2,
                       num_samples=60, random_state=3)
        for _ in range(2)
    ]  # fmt: skip
    assert found[0].V == found[1].V
    assert [one.as_list(next(iter(one.local_exp))) for one in found[0].explanations] == [
        one.as_list(next(iter(one.local_exp))) for one in found[1].explanations
    ]


def test_instances_without_any_coefficient_are_picked_from_the_end():
    explainer = LimeTabularExplainer(DATA, mode="regression", random_state=0)
    nothing = lambda rows: np.zeros(len(rows))  # noqa: E731
    assert SubmodularPick(explainer, DATA[:4], nothing, "full", num_exps_desired=2, num_samples=60).V == [3, 2]


def test_more_than_there_are_is_warned_of():
    explainer = LimeTabularExplainer(DATA, random_state=0)
    with pytest.warns(UserWarning) as caught:
        SubmodularPick(explainer, DATA[:3], predict, sample_size=9, num_exps_desired=8, num_samples=60)
    assert ["sample_size" in str(one.message) or "num_exps" in str(one.message) for one in caught] == [True, True]


@pytest.mark.parametrize("options, message", [
    ({"method": "best"}, "method must be one of sample, full"),
    ({"method": "full", "num_exps_desired": "two"}, "num_exps_desired must be an integer"),
    ({"sample_size": 0}, "sample_size must be at least 1"),
])  # fmt: skip
def test_refusals(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        SubmodularPick(LimeTabularExplainer(DATA), DATA, predict, num_samples=60, **options)
