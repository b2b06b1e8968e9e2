"""`limetheory verify`: exit codes, the table, and a report also of an interrupted run."""

import json

import pytest

import limetheory.verification
from limetheory.cli.main import run
from limetheory.verification import WORKLOADS, Check, Section

GOOD = Section("Good <part>", "text", [Check("within", 0.5, 0.0, 1.0, "fine")])
BAD = Section("Bad part", "text", [Check("outside", 2.0, 0.0, 1.0, "wrong"), Check("none", float("nan"), 0, 1, "")])


@pytest.fixture
def sections(monkeypatch):
    """Make `verify` yield these sections; an exception among them is raised in its turn."""

    def give(*items):
        def verify(plan, folder, say):
            give.plan = plan
            for item in items:
                if isinstance(item, BaseException):
                    raise item
                say("next")
                yield item

        monkeypatch.setattr(limetheory.verification, "verify", verify)

    return give


def report(folder, name="report.json"):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_passed_checks_exit_0_with_a_table_and_a_report(sections, tmp_path, capsys):
    sections(GOOD)
    assert run(["verify", "--quick", "--out", str(tmp_path / "new" / "out")]) == 0
    shown = capsys.readouterr()
    assert "1 of 1 checks passed" in shown.out and "pass" in shown.out and "in [0, 1]" in shown.out
    assert "Good <part>" in shown.out and shown.err == ""
    assert (tmp_path / "new" / "out" / "report.html").exists()
    assert report(tmp_path / "new" / "out")["settings"]["seed"] == 0
    assert sections.plan == WORKLOADS["quick"]


def test_without_quick_the_full_plan_runs(sections, tmp_path):
    sections(GOOD)
    assert run(["verify", "--out", str(tmp_path)]) == 0
    assert sections.plan == WORKLOADS["full"] and report(tmp_path)["settings"]["plan"] == "full"


def test_a_failed_check_exits_1_and_is_written_down(sections, tmp_path, capsys):
    sections(GOOD, BAD)
    assert run(["verify", "--out", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert shown.count("FAIL") == 2 and "1 of 3 checks passed" in shown
    assert [check["passed"] for s in report(tmp_path)["sections"] for check in s["checks"]] == [True, False, False]


def test_ctrl_c_writes_the_finished_sections_and_exits_130(sections, tmp_path, capsys):
    sections(GOOD, KeyboardInterrupt())
    assert run(["verify", "--out", str(tmp_path)]) == 130
    shown = capsys.readouterr()
    assert "1 finished sections" in shown.out and "continues from there" in shown.out
    assert shown.err.strip() == "limetheory: interrupted"
    record = report(tmp_path, "report-interrupted.json")
    assert [s["title"] for s in record["sections"]] == ["Good <part>"] and record["settings"]["interrupted"] is True


def test_an_interrupted_run_leaves_a_finished_report_as_it_is_and_a_finished_one_takes_its_place(sections, tmp_path):
    sections(GOOD, BAD)
    run(["verify", "--out", str(tmp_path)])
    finished = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    sections(GOOD, KeyboardInterrupt())
    assert run(["verify", "--out", str(tmp_path)]) == 130
    left = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert left.items() >= finished.items() and "report-interrupted.html" in left
    sections(GOOD)
    assert run(["verify", "--out", str(tmp_path)]) == 0
    assert {file.name for file in tmp_path.iterdir()} == finished.keys()
    assert [section["title"] for section in report(tmp_path)["sections"]] == ["Good <part>"]


def test_a_full_disk_leaves_the_earlier_report(sections, tmp_path, capsys, monkeypatch):
    sections(GOOD)
    run(["verify", "--out", str(tmp_path)])
    before = (tmp_path / "report.json").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert run(["verify", "--out", str(tmp_path)]) == 2
    assert str(tmp_path / "report.json") in capsys.readouterr().err
    assert (tmp_path / "report.json").read_bytes() == before


def test_an_output_directory_that_is_a_file_is_refused_before_any_work(sections, tmp_path, capsys):
    sections(AssertionError("the work was started"))
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        assert run(["verify", "--out", str(path)]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1 and "output directory must be writable" in lines[0]


def test_the_help_is_readable_and_exits_0(capsys):
    for arguments, word in (
        (["--help"], "explain"),
        (["verify", "--help"], "--quick"),
        (["explain", "--help"], "--seed"),
    ):
        assert run(arguments) == 0
        assert word in capsys.readouterr().out


def test_no_command_shows_the_help_in_its_lines(capsys):
    run([])
    shown = capsys.readouterr()
    assert len((shown.out + shown.err).splitlines()) > 5


@pytest.mark.parametrize("arguments", [["explian"], ["verify", "extra"], ["verify", "--quik"], ["verify", "--out"]])
def test_a_wrong_command_gives_one_line_and_exit_code_2(arguments, capsys):
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == 1 and shown.out == ""
