"""Folders that others write to, too: their links and pipes lead no output and no reader astray."""

import os

import pytest

import limetheory as lt
from limetheory.cli.output import writable_directory
from limetheory.written_files import write_whole


def test_a_link_that_the_system_refuses_is_not_followed(tmp_path, monkeypatch):
    """Linux refuses links of others in a sticky folder (fs.protected_symlinks), which `realpath` does not ask about."""
    victim, link, whole = tmp_path / "victim", tmp_path / "answer.json", os.stat
    victim.write_text("mine", encoding="utf-8")
    link.symlink_to(victim)

    def refused(path, **how):
        if os.fspath(path) == str(link) and how.get("follow_symlinks", True):
            raise PermissionError(13, "Permission denied")
        return whole(path, **how)

    monkeypatch.setattr("os.stat", refused)
    with pytest.raises(OSError, match=r"got Permission denied for '.*answer\.json'"):
        write_whole(link, b"theirs")
    assert victim.read_text(encoding="utf-8") == "mine"


def test_the_check_of_a_folder_neither_follows_links_nor_removes_files_of_others(tmp_path):
    probe, victim = tmp_path / f".limetheory-{os.getpid()}", tmp_path / "victim"
    probe.symlink_to(victim)
    writable_directory(tmp_path)
    assert probe.is_symlink() and not victim.exists() and os.listdir(tmp_path) == [probe.name]


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path):
    pipe = tmp_path / "photo.png"
    os.mkfifo(pipe)
    with pytest.raises(ValueError, match=r"got the pipe .*photo\.png: write it to a file first"):
        lt.load_image(pipe)
