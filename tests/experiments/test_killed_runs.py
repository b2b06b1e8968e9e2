"""Runs that are killed, whose scheduler dies, or whose disk is full: nothing finished is lost or there twice."""

import json
import resource
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from experiments._frame import groups as store
from experiments._frame.groups import Groups
from experiments._frame.saved_rows import load
from tests.experiments.killed_runs import run, saved
from tests.experiments.squares import group, groups

COUNT, KILLS = 150, 25


def rows_of(kind, out):
    """Every saved row, in the order of its key."""
    if kind == "lines":
        return sorted(
            ({name: row[name] for name in ("number", "sum")} for row in load(out)), key=lambda row: row["number"]
        )
    columns = ["photograph", "part", "value"]
    return store.read(out)[columns].sort_values(columns).to_dict("records")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lines", "groups"])
def test_a_run_that_is_killed_25_times_has_every_row_once_in_the_end(kind, tmp_path):
    out, whole = tmp_path / "rows", tmp_path / "whole"
    command = [sys.executable, "-m", "tests.experiments.killed_runs", kind, str(out), str(KILLS), str(COUNT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    alive = int(done.stdout.split()[-1])
    assert alive >= 20 and 0 < saved(kind, out) < COUNT
    assert run(kind, out, COUNT, 0) == 0 and run(kind, whole, COUNT, 0) == 0
    assert rows_of(kind, out) == rows_of(kind, whole)


def test_a_store_that_writes_in_place_would_be_found_out(tmp_path):
    """The mutant: half of a file under its own name counts as a group that is there, and is refused."""
    row = group(0)
    Groups(tmp_path, "digest").add(row)
    file = Groups(tmp_path, "digest").file(row)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(ValueError, match=r"rows must be Parquet files of this experiment, got .*; move it away"):
        Groups(tmp_path, "digest").missing(groups(1))


def test_a_folder_of_other_settings_is_refused(tmp_path):
    Groups(tmp_path, "digest").add(group(0))
    with pytest.raises(ValueError, match=r"rows must be of the same settings, got digest in .* and other now; choose "):
        Groups(tmp_path, "other").missing(groups(1))


def full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


@pytest.mark.slow
def test_a_full_disk_ends_the_run_in_one_line_and_leaves_no_part_of_a_row(tmp_path):
    out = tmp_path / "rows.jsonl"
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.experiments.killed_runs import run\n"
        "try:\n    run('lines', Path(sys.argv[1]), 40, 0)\nexcept OSError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], capture_output=True, text=True, check=True, preexec_fn=full_disk
    )
    kept = load(out)
    assert f"got File too large for {str(out)!r}; free space" in done.stdout and 0 < len(kept) < 40
    assert run("lines", out, 40, 0) == 0
    assert sorted(row["number"] for row in load(out)) == list(range(40))
    assert load(out)[: len(kept)] == kept


def test_a_group_that_does_not_fit_on_the_disk_leaves_no_file(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Groups(tmp_path, "digest").add(group(0))
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.slow
def test_a_cluster_whose_scheduler_is_killed_loses_no_row(tmp_path):
    out, place = tmp_path / "rows.jsonl", tmp_path / "scheduler.json"
    start = [sys.executable, "-m"]
    quiet = {"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [*start, "distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard",
         "--scheduler-file", str(place)], **quiet,
    )  # fmt: skip
    started = [scheduler]
    try:
        while not place.exists() or not place.read_text():
            time.sleep(0.1)
        address = json.loads(place.read_text())["address"]
        started += [
            subprocess.Popen(
                [*start, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"], **quiet
            )
            for _ in range(2)
        ]
        code = (
            "import sys\nfrom pathlib import Path\nfrom tests.experiments.test_frame import run\n"
            "from tests.experiments.squares import squares\n"
            "run(squares(60, None, 0.3), Path(sys.argv[1]), '--cluster', sys.argv[2])"
        )
        running = subprocess.Popen([sys.executable, "-c", code, str(out), address], **quiet)
        started.append(running)
        while len(load(out)) < 5:
            time.sleep(0.05)
        kept = load(out)
        scheduler.kill()
        running.wait(120)
    finally:
        for process in started:
            process.kill()
            process.wait()
    assert load(out)[: len(kept)] == kept
    assert run("lines", out, 60, 0) == 0
    assert Counter(row["number"] for row in load(out)) == Counter(range(60))
