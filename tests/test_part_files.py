"""Unfinished files: those of killed processes are removed by the next one, and nobody else's."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from limetheory import part_files
from limetheory.images.generators.complete_file import complete_file
from limetheory.part_files import part_file
from limetheory.written_files import write_whole

WRITING = """
import sys
from pathlib import Path
from limetheory.part_files import part_file
with part_file(Path(sys.argv[1])) as (path, file):
    file.write(b"the first half")
    file.flush()
    print(path.name, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def unseen():
    """No folder was looked at before."""
    part_files._without_leftovers.cache_clear()


def writing(target):
    """A process at work, and the name of its file."""
    command = [sys.executable, "-c", WRITING, str(target)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def ended(process, number=signal.SIGKILL):
    process.send_signal(number)
    process.communicate()


def complete(target):
    with complete_file(target) as stream:
        stream.write(b"all of it")


@pytest.mark.parametrize("write", [lambda target: write_whole(target, b"all of it"), complete], ids=["whole", "cache"])
def test_what_a_killed_process_left_is_removed_by_the_next(write, tmp_path):
    target = tmp_path / "a.json"
    process, name = writing(target)
    ended(process)
    assert os.listdir(tmp_path) == [name]
    write(target)
    assert os.listdir(tmp_path) == ["a.json"] and target.read_bytes() == b"all of it"


def test_a_process_at_work_keeps_its_file(tmp_path):
    process, name = writing(tmp_path / "a.json")
    try:
        write_whole(tmp_path / "b.json", b"all of it")
        assert sorted(os.listdir(tmp_path)) == sorted([name, "b.json"])
    finally:
        ended(process)


def test_a_file_that_is_locked_is_kept_although_its_number_is_of_no_process(tmp_path, monkeypatch):
    process, name = writing(tmp_path / "a.json")
    try:
        monkeypatch.setattr(part_files, "_lives", lambda number: False)
        write_whole(tmp_path / "b.json", b"all of it")
        assert name in os.listdir(tmp_path)
    finally:
        ended(process)


def test_files_of_other_machines_and_names_stay(tmp_path, monkeypatch):
    process, name = writing(tmp_path / "a.json")
    ended(process)
    part = Path(tmp_path, name)
    others = ["other.part", ".limetheory-1-00000000.part", name.replace(name[12:20], "0" * 8, 1), f"{name}.txt"]
    for other in others:
        (tmp_path / other).write_bytes(b"")
    part.unlink()
    os.symlink(tmp_path / "other.part", part)
    write_whole(tmp_path / "b.json", b"all of it")
    assert sorted(os.listdir(tmp_path)) == sorted([*others, name, "b.json"])


def test_an_error_leaves_nothing(tmp_path):
    with pytest.raises(KeyError), part_file(tmp_path / "a.json"):
        raise KeyError
    assert os.listdir(tmp_path) == []
