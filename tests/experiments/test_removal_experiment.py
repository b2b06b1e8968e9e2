"""Patches left out beside mean colours: the grid has the edges of patches, the smoke mode runs, the table is right."""

import json
import subprocess
import sys

import numpy as np
import pytest

import limetheory as lt
from experiments._frame.saved_rows import load
from experiments.removal.experiment import EXPERIMENT, PAIRS
from experiments.removal.measure import masks_of_grid
from experiments.removal.report import additive_share, coefficients, table

D = 3
ADDITIVE = lt.all_masks(D) @ np.array([0.3, -0.2, 0.1])


def test_no_patch_straddles_two_segments():
    labels, masks = masks_of_grid()
    cells = labels.reshape(16, 14, 16, 14)
    assert (cells == cells[:, :1, :, :1]).all() and masks.shape == (64, 6) and labels.max() == 5


def test_shares_and_limits_of_known_functions():
    assert coefficients(ADDITIVE, D) == pytest.approx([0.3, -0.2, 0.1]) and additive_share(ADDITIVE) == pytest.approx(1)
    signs = 2 * lt.all_masks(D) - 1.0
    assert additive_share(signs.prod(axis=1)) == pytest.approx(0, abs=1e-12)
    assert additive_share(3 * signs[:, 0] + 4 * signs.prod(axis=1)) == pytest.approx(9 / 25)


def row(removed, mean):
    return {
        "photograph": "a", "reference": "b", "segments": D, "seconds": {"removed": 2.0, "mean": 5.0},
        "values": {"removed": list(removed), "mean": list(mean)}, "versions": {"threads": 1},
    }  # fmt: skip


def test_the_table_says_what_the_rows_say():
    other = lt.all_masks(D) @ np.array([0.1, -0.4, 0.1]) + 0.5
    lines = table([row(ADDITIVE, other)]).splitlines()
    assert lines[0].startswith("All 8 masks of 3 segments") and "2.50 [2.50, 2.50] × as fast" in lines[0]
    expected = np.corrcoef([0.3, -0.2, 0.1], [0.1, -0.4, 0.1])[0, 1]
    assert lines[-1] == f"| a | b | 0.200 | 0.000, 0.500 | 0.500 | {expected:.2f} | no | 1.00 | 1.00 |"


def test_every_pair_has_its_saved_row():
    rows = load(EXPERIMENT.saved)
    assert {(one["photograph"], one["reference"]) for one in rows} == set(PAIRS)
    for one in rows:
        both = [one["values"][name] for name in ("removed", "mean")]
        assert [len(values) for values in both] == [64, 64] and both[0][-1] == pytest.approx(both[1][-1], abs=1e-4)


@pytest.mark.slow
def test_the_smoke_mode_measures_both_ways():
    done = subprocess.run(
        [sys.executable, "-m", "limetheory", "experiment", "run", "removal", "--smoke"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["values"].keys() == found["seconds"].keys() == {"removed", "mean"}
    assert all(len(values) == 4 for values in found["values"].values()) and min(found["seconds"].values()) > 0
