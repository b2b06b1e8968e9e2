"""Rows that cannot be written: the error names their file and what to do, and the rows before are whole."""

import errno
import shutil

import pytest

from limetheory.many import explain_many
from limetheory.many.lines import Lines
from limetheory.many.one_run import only_run
from limetheory.written_files import kept_rows

pytest.importorskip("pyarrow.parquet")
ROW = {"number": 0, "item": "a", "seed": 0, "coefficients": [1.0]}


def test_rows_of_a_folder_that_vanished_are_named_in_one_line(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    lines = Lines(folder / "out.parquet.rows", {"inputs": 1})
    shutil.rmtree(folder)
    with pytest.raises(
        OSError, match=r"got No such file or directory for '.*out\.parquet\.rows'; free space"
    ) as caught:
        lines.add([ROW])
    assert "\n" not in str(caught.value)


def test_a_lock_that_is_a_link_is_named_not_followed_and_the_remedy_works(tmp_path):
    out, victim = tmp_path / "out.parquet", tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    lock = tmp_path / "out.parquet.lock"
    lock.symlink_to(victim)
    with pytest.raises(OSError, match=r"for its lock '.*out\.parquet\.lock'; remove that file"), only_run(out):
        pass
    assert victim.read_text(encoding="utf-8") == "mine"
    lock.unlink()
    with only_run(out):
        assert lock.exists()


def test_rows_on_a_full_disk_are_named_with_a_remedy_that_works(tmp_path, monkeypatch):
    out, asked = tmp_path / "out.parquet", []

    def explained(text, seed):
        asked.append(text)
        raise ValueError("no explanation is needed here")

    def full(self, rows):
        with kept_rows(self.path):
            raise OSError(errno.ENOSPC, "No space left on device")

    items = {"first": "a", "second": "b"}
    with monkeypatch.context() as disk:
        disk.setattr(Lines, "add", full)
        with pytest.raises(OSError, match=r"got No space left on device for '.*out\.parquet\.rows'; free space"):
            explain_many(explained, items, out)
    assert explain_many(explained, items, out) == 2 and asked == ["a", "a", "b"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
