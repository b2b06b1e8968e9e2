"""README and docs/ have the blocks that the saved rows give, and the smoke mode of the experiments runs."""

import json
import re

import pytest

from experiments import readme
from experiments._frame.saved_rows import load
from experiments.cost import masks, measure
from experiments.cost.masks_report import LOOPS, SOFT
from experiments.cost.measure import contenders
from experiments.cost.pairs import CONTESTS
from experiments.cost.report import CALLABLE, MODULE, summary
from experiments.evidence import cells, found
from experiments.verify import report
from experiments.verify.experiment import EXPERIMENT, bytes_of, row
from limetheory.cli.main import run


@pytest.mark.slow
def test_readme_and_docs_are_what_the_saved_rows_give():
    assert readme.main(["--check"]) == 0


def test_a_stale_number_is_noticed():
    text = (readme.DOCS / "results" / "verify.md").read_text(encoding="utf-8")
    stale = text.replace("checks passed. Report", "checks failed. Report")
    assert stale != text and readme.filled(stale) == text


def test_an_empty_block_is_filled_and_the_next_one_kept(monkeypatch):
    monkeypatch.setattr(readme, "blocks", lambda: {"one": lambda: "1"})
    text = "<!-- one -->\n<!-- end -->\n<!-- two -->\n2\n<!-- end -->\n"
    assert readme.filled(text) == text.replace("one -->\n", "one -->\n1\n")


def test_a_missing_block_is_named():
    with pytest.raises(ValueError, match="one block 'exact', got 0"):
        readme.check_blocks(["# limetheory\n"])


def test_a_block_on_two_pages_is_named(monkeypatch):
    monkeypatch.setattr(readme, "blocks", lambda: {"one": lambda: "1"})
    with pytest.raises(ValueError, match="one block 'one', got 2"):
        readme.check_blocks(2 * ["<!-- one -->\n1\n<!-- end -->\n"])


def test_the_readme_is_short():
    lines = readme.README.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 200


@pytest.mark.slow
def test_the_evidence_has_few_rows_and_each_names_a_page():
    rows = readme.blocks()["evidence"]().splitlines()[2:]
    pages = [re.search(r"\((docs/results/.*?\.md)\) \|$", row)[1] for row in rows]
    assert 0 < len(rows) <= 8 and all((readme.README.parent / page).is_file() for page in pages)


@pytest.mark.parametrize("look", [lambda: cells("| 12 | a |", "13"), lambda: found("12 times", r"(\d+) days")])
def test_evidence_that_is_not_there_any_more_is_refused(look):
    with pytest.raises(ValueError, match=r"change what README\.md quotes"):
        look()


@pytest.mark.slow
def test_the_smoke_mode_of_the_cost_experiment_prints_every_contender(capsys, monkeypatch):
    monkeypatch.setattr(measure, "SUPERPIXELS", 9)
    monkeypatch.setattr(masks, "SEGMENTS", 9)
    assert run(["experiment", "run", "cost", "--smoke"]) == 0
    record, *pairs, edges = map(json.loads, capsys.readouterr().out.splitlines())
    assert [row["kind"] for row in pairs] == list(CONTESTS) and all(len(row["pairs"]) == 2 for row in pairs)
    assert record["masking"].keys() == contenders(10).keys() and all(s > 0 for s in record["masking"].values())
    assert 0 < record["overhead"]["forward"] < record["overhead"]["total"]
    assert edges["rise"].keys() == {"limetheory", *LOOPS} and edges["soft"].keys() == {"crisp", *SOFT}
    assert all(0 < found["forward"] < found["total"] for found in edges["overhead"].values())


def test_masking_is_compared_with_a_module_and_with_a_callable_round_by_round():
    rows = [
        {
            "samples": 1000, "side": 8, "superpixels": 9, "versions": {"threads": 2},
            "masking": {MODULE: 1.0, CALLABLE: 2.0, "lime": lime},
            "overhead": {"total": 4.0, "forward": 3.0},
            "memory": {"network": 1024.0, "explain": 2048.0, "explain_image at full size": 3072.0},
            "freed": {"kept": 3.0, "as it is": 4.0},
            "shared": {"4": {"shared": 1.0, "whole": 2.0}, "9": {"shared": 1.0, "whole": 3.0}},
        }
        for lime in (8.0, 12.0, 10.0)
    ]  # fmt: skip
    text = summary(rows)
    assert "| lime | 10.00 | 10.0 [9.0, 11.0] | 5.0 [4.5, 5.5] |" in text
    assert "takes 25.0 [25.0, 25.0] % of the time" in text and "takes 25 [25, 25] % off" in text
    assert "is 1.00 GiB over" in text and "and 2.00 GiB for" in text
    assert "2.00 [2.00, 2.00] × as fast with 200 samples of 4 superpixels, 3.00 [3.00, 3.00] × with 1000 of 9" in text


def test_the_output_of_verify_holds_what_it_prints_and_its_time_stands_beside():
    said = report.summary(EXPERIMENT.saved)
    _, output, beside = said.split("```")
    last = output.strip().splitlines()[-1]
    assert re.fullmatch(r"\d+ of \d+ checks passed\. Report: verify-report/report\.html", last)
    latest = load(EXPERIMENT.saved)[-1]
    assert beside.strip() == report.took(latest) and latest["versions"]["revision"]


@pytest.mark.slow
def test_seconds_are_told_of_a_quiet_machine_alone():
    quiet = {**row(56.2, 0.4), "cores": 2, "environment_bytes": 3 << 29}
    assert report.took(quiet) == "The installation takes 1.5 GiB of disk, and this run took 56 seconds on 2 CPU cores."
    assert report.took({**quiet, "load": 5.0}) == "The installation takes 1.5 GiB of disk."


def test_the_disk_space_of_a_folder_counts_all_files_in_it(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    before = bytes_of(tmp_path)
    (tmp_path / "a" / "b" / "file").write_bytes(b"1" * 100_000)
    assert 100_000 <= bytes_of(tmp_path) - before < 120_000
