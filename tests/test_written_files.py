"""Files are written whole or not at all."""

import errno
import os

import pytest

from limetheory.written_files import each_written, whole_file, write_whole


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("where", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_leaves_the_older_file_and_nothing_else(tmp_path, monkeypatch, where):
    path = tmp_path / "a.json"
    path.write_bytes(b"before")
    monkeypatch.setattr(where, full)
    with pytest.raises(OSError, match=r"got No space left on device for '.*a\.json'; free space") as caught:
        write_whole(path, b"after")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"before" and os.listdir(tmp_path) == ["a.json"]


def test_an_interruption_leaves_the_older_file(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), whole_file(path) as file:
        file.write(b"af")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"before" and os.listdir(tmp_path) == ["a.json"]


def test_the_older_file_is_there_until_the_new_one_is_complete(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"before")
    with whole_file(path) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"


def test_a_device_is_written_as_it_is_and_stays_one():
    if not os.path.exists("/dev/full"):
        pytest.fail("/dev/full is needed")
    with pytest.raises(OSError, match="for '/dev/full'; free space"):
        write_whole("/dev/full", b"x" * 100_000)
    write_whole("/dev/null", b"x")
    assert not os.path.isfile("/dev/full") and not os.path.isfile("/dev/null")


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"before")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole(link, b"after")
    assert link.is_symlink() and real.read_bytes() == b"after" and real.stat().st_mode & 0o777 == 0o640


def test_a_name_of_255_bytes_is_written(tmp_path):
    path = tmp_path / ("a" * 255)
    write_whole(path, b"x")
    assert path.read_bytes() == b"x"


def test_later_files_are_written_where_an_earlier_one_fails(tmp_path):
    path = tmp_path / "b"
    with pytest.raises(OSError, match=r"for '.*none/a'.*; .*for '.*none/c'"):
        each_written(
            [
                lambda: write_whole(tmp_path / "none" / "a", b""),
                lambda: write_whole(path, b"b"),
                lambda: write_whole(tmp_path / "none" / "c", b""),
            ]
        )
    assert path.read_bytes() == b"b"
