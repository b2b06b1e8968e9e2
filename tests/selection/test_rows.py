"""What is selected on rows is what lime 0.2.0.1 selects on them, ties included."""

import time

import numpy as np
import pytest
from lime_rows import KINDS, METHODS, continuous, drawn, equal_columns, image_rows, lime_selects

from limetheory.selection import forward, select_rows
from limetheory.selection.forward import forward_rows

BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def differing(kind, seeds, methods=METHODS, largest=9):
    """The cases in which the selections differ, and how many were compared."""
    wrong, compared = [], 0
    for seed in seeds:
        rows, values, weights = drawn(kind, seed, largest)
        k = int(np.random.default_rng(seed + 10**6).integers(1, rows.shape[1] + 1))
        for method in methods:
            compared += 1
            found = select_rows(rows, values, weights, rows[0], k, method).tolist()
            if found != lime_selects(rows, values, weights, k, method):
                wrong.append((seed, k, method))
    return wrong, compared


@pytest.mark.slow
@BY_KIND
def test_selections_are_those_of_lime(kind):
    wrong, compared = differing(kind, range(16))
    assert compared == 16 * len(METHODS) and not wrong


@pytest.mark.slow
@BY_KIND
def test_selections_are_those_of_lime_on_more_and_wider_rows(kind):
    wrong, compared = differing(kind, range(1000, 1016), largest=14)
    assert compared == 16 * len(METHODS) and not wrong


@pytest.mark.parametrize("k", [1, 6, 7, 11])
def test_all_features_are_selected_by_none(k):
    rows, values, weights = drawn(continuous, 3)
    assert select_rows(rows, values, weights, rows[0], 1, "none").tolist() == list(range(rows.shape[1]))


@pytest.mark.slow
def test_weights_matter():
    """The same search without the weights selects otherwise, so the comparison with lime sees them."""
    unlike = 0
    for seed in range(20):
        rows, values, weights = drawn(continuous, seed)
        k = -(-rows.shape[1] // 2)
        unlike += forward_rows(rows, values, np.ones(len(rows)), k).tolist() != lime_selects(
            rows, values, weights, k, "forward"
        )
    assert unlike > 5


def test_the_instance_matters():
    rng = np.random.default_rng(0)
    rows, weights = continuous(rng, 50, 4)
    for j, factor in enumerate(np.eye(4)):
        assert select_rows(rows, rng.normal(size=50), weights, factor, 1, "highest_weights").tolist() == [j]


@pytest.mark.slow
def test_ties_need_the_fits_of_lime(monkeypatch):
    """Without them equal columns are not taken as lime takes them."""
    monkeypatch.setattr(forward._Search, "best_fit", lambda self, chosen, candidates: int(candidates[0]))
    wrong, _ = differing(equal_columns, range(60), ["forward"])
    assert len(wrong) > 10


def test_a_constant_selects_every_feature_on_the_path_as_in_lime():
    rows, weights = image_rows(np.random.default_rng(0), 30, 4)
    assert select_rows(rows, np.full(30, 0.5), weights, rows[0], 2, "lasso_path").tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"rows": [1.0, 2.0]}, ValueError, r"rows must have shape \(n, p\), got \(2,\); one column a feature"),
        ({"rows": [["a"]]}, TypeError, "rows must be numbers, got list"),
        ({"values": [1.0]}, ValueError, r"values must have shape \(30,\), got \(1,\); give one number for each row"),
        ({"values": np.full(30, np.nan)}, ValueError, "values must be finite, got 30 NaN or infinite"),
        ({"weights": "x"}, TypeError, "weights must be numbers, got 'x'"),
        ({"instance": [1.0]}, ValueError, r"instance must have shape \(4,\), got \(1,\); .* for each column"),
    ],
)
def test_what_are_no_rows_is_refused(changes, kind, message):
    rows, weights = image_rows(np.random.default_rng(0), 30, 4)
    given = {"rows": rows, "values": rows[:, 0], "weights": weights, "instance": rows[0], "k": 1}
    with pytest.raises(kind, match=message):
        select_rows(**{**given, **changes}, method="highest_weights")


@pytest.mark.slow
def test_forward_selection_takes_a_tenth_of_the_time_of_lime():
    """On 1000 masks of 60 superpixels, in processor seconds; measured about 1/3000."""
    rng = np.random.default_rng(0)
    rows, weights = image_rows(rng, 1000, 60)
    values = np.tanh(rows @ rng.normal(size=60) / 4) + 0.1 * rng.normal(size=1000)
    start = time.process_time()
    expected = lime_selects(rows, values, weights, 6, "forward")
    middle = time.process_time()
    assert forward_rows(rows, values, weights, 6).tolist() == expected
    assert 10 * (time.process_time() - middle) < middle - start
