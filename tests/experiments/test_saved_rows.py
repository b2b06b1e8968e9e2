"""Saved rows: what is cut off is measured again, and every row says which commit measured it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import readme
from experiments._frame import Job, Lines, saved_rows
from experiments._frame.saved_rows import append, load, revision, say_cut, versions

FOLDER = Path(readme.__file__).parent


def test_rows_come_back_in_order(tmp_path):
    file = tmp_path / "rows.jsonl"
    assert load(file) == []
    append([{"a": 1}, {"a": "ν\u2028"}], file)
    append([{"a": 3}], file)
    assert load(file) == [{"a": 1}, {"a": "ν\u2028"}, {"a": 3}]


@pytest.mark.parametrize("kept", range(1, 9))
def test_a_line_that_was_cut_off_is_no_row_and_makes_room(tmp_path, kept):
    file = tmp_path / "rows.jsonl"
    append([{"a": 1}], file)
    with file.open("a", encoding="utf-8") as opened:
        opened.write('{"a": 2}'[:kept])  # also whole but for its end of line
    assert load(file) == [{"a": 1}]
    append([{"a": 4}], file)
    assert load(file) == [{"a": 1}, {"a": 4}]


@pytest.mark.parametrize("last", [b'{"a": 2', b'{"a":', b"[2]", b"\xff\xfe", b"[" * 100_000, b""])
def test_a_last_line_that_is_no_row_is_left_out_said_and_measured_again(tmp_path, capsys, last):
    file = tmp_path / "rows.jsonl"
    append([{"a": 1}], file)
    file.write_bytes(file.read_bytes() + last + b"\n")
    assert load(file) == [{"a": 1}]
    todo = Lines(file).missing([Job({"a": one}, dict) for one in (1, 2)])
    assert [job.key for job in todo] == [{"a": 2}]
    assert capsys.readouterr().err == f"{file}: the last line was cut off and is left out; run measures its row again\n"
    append([{"a": 4}], file)
    assert load(file) == [{"a": 1}, {"a": 4}] and file.read_bytes().count(b"\n") == 2


def test_whole_rows_are_not_said_to_be_cut_off(tmp_path, capsys):
    for file in (tmp_path / "none", tmp_path / "rows"):
        say_cut(file)
        append([{"a": 1}], file)
        say_cut(file)
    assert capsys.readouterr().err == ""


def test_a_line_in_the_middle_that_is_no_row_is_named(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"a": 1}\n{"a": \n{"a": 3}\n')
    with pytest.raises(ValueError, match=r"one JSON object on each line, got '{\"a\": ' on line 2 of .*; delete that"):
        load(file)


@pytest.mark.slow
def test_a_run_ended_by_force_leaves_the_rows_it_had(tmp_path):
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom experiments._frame.saved_rows import append\n"
        "def rows():\n    yield {'a': 1}\n    yield {'a': 2}\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"append(rows(), Path({str(tmp_path / 'rows')!r}))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode < 0
    assert load(tmp_path / "rows") == [{"a": 1}, {"a": 2}]


def git(folder, *words):
    settings = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *settings, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def checkout(tmp_path):
    git(tmp_path, "init")
    (tmp_path / "package").mkdir()
    file = tmp_path / "package" / "module.py"
    file.write_text("1\n")
    (tmp_path / "rows.jsonl").write_text("{}\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message", "first")
    return file


def test_the_revision_is_the_commit_and_says_whether_code_was_changed(checkout):
    root = checkout.parent.parent
    commit = git(root, "rev-parse", "HEAD")[:12]
    assert revision(checkout) == commit
    (root / "rows.jsonl").write_text("{}\n{}\n")  # what a run itself changes
    assert revision(checkout) == commit
    (root / "new.py").write_text("3\n")
    assert revision(checkout) == f"{commit}+dirty"
    (root / "new.py").unlink()
    checkout.write_text("2\n")
    assert revision(checkout) == f"{commit}+dirty"


def test_a_file_that_git_does_not_know_has_no_revision(checkout, tmp_path_factory, monkeypatch):
    installed = checkout.parent / "environment.py"
    installed.write_text("1\n")
    assert revision(installed) is None  # as in an environment that lies within somebody's repository
    outside = tmp_path_factory.mktemp("outside") / "module.py"
    outside.write_text("1\n")
    assert revision(outside) is None
    monkeypatch.setenv("PATH", "")
    assert revision(checkout) is None


def test_versions_hold_the_revision_where_there_is_one(monkeypatch):
    for known in ("0123456789ab", None):
        monkeypatch.setattr(saved_rows, "REVISION", known)
        found = versions(["numpy"])
        assert found.get("revision") == known and ("revision" in found) == (known is not None)
        assert {"python", "numpy"} <= found.keys()


def test_no_experiment_asks_for_versions_or_writes_rows_in_a_way_of_its_own():
    for file in FOLDER.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if file.name != "saved_rows.py":
            assert "importlib.metadata" not in text and not re.search(r"open\(\s*\"a\"", text), file


def test_every_row_names_the_commit_of_its_code_or_the_one_it_was_saved_with(tmp_path, monkeypatch):
    assert "name the git commit of the code that measured them" in readme.rows_block()  # of the rows that are saved
    monkeypatch.setattr(readme, "HERE", tmp_path)
    (tmp_path / "one").mkdir()
    rows = [{"versions": {"revision": "0123"}}, {"versions": {"saved_with": "4567"}}, {"settings": {"revision": "4"}}]
    (tmp_path / "one" / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "2 of 3 rows name the git commit" in readme.rows_block()
    with (tmp_path / "one" / "more.jsonl").open("w") as file:
        file.write(json.dumps({"versions": {"limetheory": "0.1.0"}}) + "\n")
    with pytest.raises(ValueError, match="every row must name a commit, got 1 that do not; measure them"):
        readme.rows_block()
