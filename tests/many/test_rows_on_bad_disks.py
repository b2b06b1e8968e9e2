"""Rows that cannot be written: the error names their file and what to do, and the rows before are whole."""

import errno
import shutil

import pytest

from limetheory.many import explain_many
from limetheory.many.lines import Lines
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
