"""The adapters experiment: its contenders do the same work, and its table is that of the rows."""

import json

import numpy as np
import pytest

from experiments.adapters.measure import DIRECT, FUNCTION, OURS, THEIRS, calls
from experiments.adapters.report import summary
from limetheory.cli.main import run


def row(number, theirs, ours, direct):
    seconds = {THEIRS: theirs, OURS: ours, DIRECT: direct, FUNCTION: 0.5}
    without = {THEIRS: theirs, OURS: ours, FUNCTION: 0.5}
    return {
        "round": number, "side": 224, "superpixels": 38, "masks": 1000, "samples": 5000, "words": 20,
        "seconds": {"text": seconds, "table": without},
    }  # fmt: skip


def test_the_table_has_ratios_round_by_round():
    lines = summary([row(0, 2.0, 0.5, 0.4), row(1, 9.0, 1.0, 1.0), row(2, 4.0, 0.5, 0.5)]).splitlines()
    assert lines[-2] == "| text | 4.000 | 0.500 | 8.0 [6.0, 8.5] | 0.0 [0.0, 12.5] | 0.500 |"
    assert lines[-1] == "| table | 4.000 | 0.500 | 8.0 [6.0, 8.5] | – | 0.500 |"


@pytest.mark.slow
def test_lime_and_the_adapter_find_the_same():
    for contenders in calls(20).values():
        theirs, ours = (contenders[name]() for name in (THEIRS, OURS))
        for label, terms in theirs.local_exp.items():
            assert [feature for feature, _ in terms] == [feature for feature, _ in ours.local_exp[label]]
            found = [[value for _, value in one.local_exp[label]] for one in (theirs, ours)]
            assert np.allclose(*found, rtol=0, atol=1e-10)


@pytest.mark.slow
def test_the_smoke_mode_measures_every_contender(capsys):
    assert run(["experiment", "run", "adapters", "--smoke"]) == 0
    seconds = json.loads(capsys.readouterr().out.splitlines()[0])["seconds"]
    assert {kind: set(found) for kind, found in seconds.items()} == {
        kind: set(contenders) for kind, contenders in calls(20).items()
    }
    assert all(value > 0 for found in seconds.values() for value in found.values())
