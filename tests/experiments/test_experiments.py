"""Experiments: the README is generated from the saved rows, and the smoke mode runs."""

import json
import subprocess
import sys

import pytest

from experiments import readme
from experiments.cost.__main__ import contenders


def test_the_readme_is_what_the_saved_rows_give():
    text = readme.README.read_text(encoding="utf-8")
    assert readme.filled(text) == text


def test_a_stale_number_in_the_readme_is_noticed():
    text = readme.README.read_text(encoding="utf-8")
    stale = text.replace("checks passed. Report", "checks failed. Report")
    assert stale != text and readme.filled(stale) == text


def test_an_empty_block_is_filled_and_the_next_one_kept(monkeypatch):
    monkeypatch.setattr(readme, "BLOCKS", {"one": lambda: "1"})
    text = "<!-- one -->\n<!-- end -->\n<!-- two -->\n2\n<!-- end -->\n"
    assert readme.filled(text) == text.replace("one -->\n", "one -->\n1\n")


def test_a_missing_block_is_named():
    with pytest.raises(ValueError, match="one block 'verify', got 0"):
        readme.filled("# limetheory\n")


def test_the_smoke_mode_of_the_cost_experiment_prints_every_contender():
    done = subprocess.run(
        [sys.executable, "-m", "experiments.cost", "run", "--smoke"], capture_output=True, text=True, check=True
    )
    record = json.loads(done.stdout)
    assert record["masking"].keys() == contenders(10).keys() and all(s > 0 for s in record["masking"].values())
    assert 0 < record["overhead"]["forward"] < record["overhead"]["total"]
