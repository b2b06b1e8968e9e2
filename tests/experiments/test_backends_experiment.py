"""Times of backends: the table says what the rows say, every job has its row, and the smoke mode measures all ways."""

import numpy as np
import pytest

from experiments._frame.saved_rows import load
from experiments.backends.experiment import EXPERIMENT, ROUNDS, SUPERPIXELS
from experiments.backends.measure import one_round
from experiments.backends.report import table


def row(number, milliseconds):
    return {
        "round": number, "superpixels": 12, "network": "net", "masks": 64, "load": 1.0 + number,
        "milliseconds": milliseconds, "making": {name: 0.25 for name in milliseconds},
        "gap": {name: 1e-7 * (number + 1) for name in milliseconds},
    }  # fmt: skip


def test_the_table_has_ratios_round_by_round_and_the_largest_gap():
    rows = [row(0, {"torch, whole": 40.0, "fast, shared": 10.0}), row(1, {"torch, whole": 30.0, "fast, shared": 15.0})]
    lines = table(rows).splitlines()
    assert "64 masks" in lines[0] and "1.0 to 2.0" in lines[0]
    assert lines[-1] == "| 12 | fast | shared | 12.5 | 3.00 [2.50, 3.50] | 0.25 | 2e-07 |"


def test_every_job_has_its_saved_row_and_the_outputs_are_torchs():
    rows = load(EXPERIMENT.saved)
    assert {(one["round"], one["superpixels"]) for one in rows} == {(r, d) for r in range(ROUNDS) for d in SUPERPIXELS}
    assert max(max(one["gap"].values()) for one in rows) < 1e-5
    assert all(one["gap"]["torch, whole"] == 0 for one in rows)


@pytest.mark.slow
def test_a_round_measures_every_way_on_the_same_masks():
    found = one_round(0, 12, 1)
    names = {f"{backend}, {kind}" for backend in ("torch", "onnxruntime") for kind in ("whole", "shared")}
    assert names <= set(found["milliseconds"]) == set(found["gap"]) == set(found["making"])
    assert min(found["milliseconds"].values()) > 0 and 0 < found["gap"]["onnxruntime, whole"] < 1e-5
    assert found["depth"] > 1 and np.isfinite(found["load"])
