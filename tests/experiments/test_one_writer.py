"""One run at a time writes a place of rows: a second is refused in one line, and a killed one's lock stops nobody."""

import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from experiments._frame import Batch, Experiment, Job, Lines, main
from experiments._frame.groups import Groups
from experiments._frame.saved_rows import load
from tests.experiments.squares import groups, squares

WAITING = """
import sys, time
from pathlib import Path
from experiments._frame import Job
from tests.experiments.test_frame import run
def row():
    print("at work", flush=True)
    time.sleep(120)
    return {"number": 1, "seed": 0}
run([Job({"number": 1}, row)], Path(sys.argv[1]))
"""


def run(out, batches):
    return main(Experiment("experiments.coverage", batches), ["run", "--out", str(out)])


def lines(count):
    return lambda options: [Batch(squares(count), Lines(options.out))]


@pytest.fixture
def other(tmp_path):
    """Another process, that measures one row for two minutes."""
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, str(tmp_path / "rows.jsonl")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "at work\n"
        yield process
        process.kill()


@pytest.mark.slow
def test_a_second_run_is_refused_with_the_process_until_the_first_has_ended(tmp_path, other):
    out = tmp_path / "rows.jsonl"
    half = '{"number": 0, "sq'
    out.write_text(half)  # what the first run is about to write
    with pytest.raises(ValueError) as caught:
        run(out, lines(3))
    said = f"got another at work on '{out}', process {other.pid}; wait until it has ended, or choose another name"
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert out.read_text() == half and other.poll() is None
    other.send_signal(signal.SIGKILL)
    other.wait(30)
    assert (tmp_path / "rows.jsonl.lock").exists()
    assert run(out, lines(3)) == 0 and [row["number"] for row in load(out)] == [0, 1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def nested(number, out, batches):
    with pytest.raises(ValueError, match=f"another at work on .*, process {os.getpid()}; wait"):
        run(out, batches)
    return {"number": number, "seed": 0}


def test_the_rows_that_two_places_share_are_written_by_one_run(tmp_path):
    def beside(jobs):
        return lambda options: [
            Batch([], Lines(options.out)), Batch(jobs, Lines(options.out.with_name("beside")), alone=True),
        ]  # fmt: skip

    inner = partial(nested, 1, tmp_path / "b", beside(squares(1)))
    assert run(tmp_path / "a", beside([Job({"number": 1}, inner)])) == 0
    assert [row["number"] for row in load(tmp_path / "beside")] == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["beside"]


def test_a_folder_of_rows_is_written_by_one_run(tmp_path):
    def folder(jobs):
        return lambda options: [Batch([], Lines(options.out / "none")), Batch(jobs, Groups(options.out, "digest"))]

    inner = Job({"number": 1}, partial(nested, 1, tmp_path / "rows", folder(groups(1))))
    assert run(tmp_path / "rows", lambda options: [Batch([inner], Lines(tmp_path / "other"), alone=True)]) == 0
    assert run(tmp_path / "rows", folder(groups(1))) == 0


def processes(folder, number):
    """A row that says in which process it was measured."""
    return {"number": number, "seed": 0, "process": os.getpid()}


@pytest.mark.slow
def test_rows_measured_in_several_processes_are_written_by_one(tmp_path, monkeypatch):
    written = []
    add = Lines.add
    monkeypatch.setattr(Lines, "add", lambda self, row: written.append(os.getpid()) or add(self, row))
    jobs = [Job({"number": one}, partial(processes, None, one)) for one in range(4)]
    assert run(tmp_path / "rows", lambda options: [Batch(jobs, Lines(options.out), workers=2)]) == 0
    assert os.getpid() not in {row["process"] for row in load(tmp_path / "rows")}
    assert written == [os.getpid()] * 4


def test_runs_that_print_hold_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Experiment, "saved", property(lambda self: tmp_path / "home" / self.rows))
    assert main(Experiment("experiments.coverage", lines(1)), ["run", "--smoke"]) == 0
    assert '"number": 0' in capsys.readouterr().out and list(tmp_path.iterdir()) == []
