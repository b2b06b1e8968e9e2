"""What the experiment says of Captum's adapter is what its rows say, and its saved rows keep the promised overhead."""

import json
import subprocess
import sys

import numpy as np
import pytest

from experiments._frame.saved_rows import load
from experiments.adapters.captum_report import defaults, overhead
from experiments.adapters.experiment import EXPERIMENT

SAVED = EXPERIMENT.saved.with_name("captum.jsonl")


def rounds(*pairs):
    return [
        {
            "measured": "overhead", "samples": 1000, "side": 96, "superpixels": 20,
            "seconds": {f"{name}, {who}": value for name in ("Lime", "KernelShap")
                        for who, value in zip(("adapter", "direct", "Captum"), pair, strict=True)},
        }
        for pair in pairs
    ]  # fmt: skip


def test_the_overhead_is_a_ratio_round_by_round():
    lines = overhead(rounds((1.0, 1.0, 3.0), (2.0, 1.6, 4.0), (1.1, 1.0, 2.2))).splitlines()
    assert lines[-1] == "| KernelShap | 1.10 | 10.0 [5.0, 17.5] % | 2.00 [2.00, 2.50] times as long |"


def test_the_saved_overhead_is_below_five_percent():
    rows = [row for row in load(SAVED) if row["measured"] == "overhead"]
    assert len(rows) >= 7
    for name in ("Lime", "KernelShap"):
        ratios = [row["seconds"][f"{name}, adapter"] / row["seconds"][f"{name}, direct"] for row in rows]
        assert np.median(ratios) < 1.05


def test_the_saved_defaults_have_a_line_each():
    lines = defaults(load(SAVED)).splitlines()
    assert len(lines) == 6 and all(line.count("|") == 4 for line in lines)
    assert "SkLearnLasso" in lines[2] and "n_samples=25" in lines[4]


@pytest.mark.slow
def test_the_smoke_mode_measures_every_contender():
    done = subprocess.run(
        [sys.executable, "-m", "limetheory", "experiment", "run", "adapters", "--smoke"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    (row,) = (row for row in rows if row.get("measured") == "overhead")
    assert len(row["seconds"]) == 6 and all(value > 0 for value in row["seconds"].values())
    assert any(row.get("measured") == "defaults" for row in rows)
