"""From saved files to a record: the same pick as from the explanations, and all of it JSON."""

import json

import numpy as np
import pytest
from matrices import explanation
from planted import ORDERS, planted

import limetheory as lt

GIVEN = [
    explanation(["rain", "sun"], [0.5, 0.2], [0.1, 0.1]),
    explanation(["rain", "wind"], [-2.0, 0.25], [0.1, 0.2]),
    explanation(["snow", "ice"], [0.1, 9.0], [0.05, 1.0]),
]


def saved(folder, given):
    paths = [folder / f"{i}.npz" for i in range(len(given))]
    for path, one in zip(paths, given, strict=True):
        one.save(path)
    return paths


def test_the_record_is_that_of_the_functions_and_json(tmp_path):
    paths = saved(tmp_path, GIVEN)
    record = lt.pick_files(paths, 2, seed=3, redraws=40, level=0.9)
    stable = lt.pick_stability(GIVEN, 2, 3, 40, level=0.9)
    assert record["indices"] == stable.indices.tolist() == [2, 1]
    assert record["picked"] == [str(paths[2]), str(paths[1])] and record["files"] == list(map(str, paths))
    assert record["coverage"] == lt.coverage(GIVEN, [2, 1]) and record["share"] == pytest.approx(stable.share)
    assert record["stability"] == {
        "inclusion": stable.inclusion.tolist(), "frequencies": stable.frequencies.tolist(),
        "coverage_interval": stable.coverage_interval.tolist(), "share_interval": stable.share_interval.tolist(),
        "redraws": 40, "level": 0.9,
    }  # fmt: skip
    settings = {"budget": 2, "largest": None, "ties": "first", "concepts": None, "seed": 3, "features": 5}
    assert {name: record[name] for name in settings} == settings and "numpy" in record["versions"]
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_files_of_several_classes_are_one_instance(tmp_path):
    paths = saved(tmp_path, GIVEN)
    record = lt.pick_files([paths[0], [paths[1], paths[2]]], 1, redraws=0)
    assert record["files"] == [str(paths[0]), [str(paths[1]), str(paths[2])]] and record["stability"] is None
    assert record["indices"] == [1] and record["coverage"] == lt.coverage([GIVEN[0], [GIVEN[1], GIVEN[2]]], [1])


def test_files_of_images_are_picked_by_concepts(tmp_path):
    explained = [planted(seed, order) for seed, order in enumerate(ORDERS)]
    paths = saved(tmp_path, explained)
    record = lt.pick_files(paths, 2, concepts=3, seed=1, redraws=10, largest=2)
    matrix = lt.image_concepts(explained, 3, 1, largest=2)
    assert record["indices"] == lt.submodular_pick(matrix, 2).tolist() and record["features"] == 3
    with pytest.raises(ValueError, match=r"or pick_files\(…, concepts=n\)"):
        lt.pick_files(paths, 2)


def test_infinite_standard_errors_leave_the_stability_out_if_asked(tmp_path):
    bad = explanation(["rain", "sun"], [0.5, 0.2], [np.inf, 0.1])
    paths = saved(tmp_path, [bad, *GIVEN])
    with pytest.raises(ValueError, match=r"first for instance 0; draw more masks .* \(redraws=0 in pick_files\)"):
        lt.pick_files(paths, 2)
    assert lt.pick_files(paths, 2, redraws=0)["indices"] == [3, 0]


@pytest.mark.parametrize(
    ("paths", "error", "said"),
    [
        ([], ValueError, "explanations must be those of one instance or more, got none"),
        (
            "kept.npz",
            TypeError,
            "paths must be a list of paths of files that .save or explain-many wrote, got str; put",
        ),
        ([3], TypeError, "paths must be a list of paths of files that .save or explain-many wrote, got int"),
        ([["a.npz", b"b.npz"]], TypeError, "got bytes; give strings or pathlib.Path objects"),
        (["nowhere.npz"], FileNotFoundError, "a file of explanations must be an existing file, got 'nowhere.npz'"),
    ],
)
def test_what_are_no_files_is_refused(paths, error, said):
    with pytest.raises(error, match=said):
        lt.pick_files(paths, 1)


@pytest.mark.parametrize("budget", [0, 4])
def test_budgets_out_of_range_are_refused(tmp_path, budget):
    with pytest.raises(ValueError, match=f"budget must be at .*, got {budget}; "):
        lt.pick_files(saved(tmp_path, GIVEN), budget)
