"""The table comes before the files, whatever happens to them, and in any encoding."""

import errno
import io
import json
import os
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from explain_cases import OPTIONS, read

import limetheory as lt
from limetheory.cli.encodable import always_encodable
from limetheory.cli.main import run

EVERY = {"--json": "out.json", "--figure": "out.png", "--html": "out.html", "--save": "out.npz"}


def paths(folder):
    return [word for option, name in EVERY.items() for word in (option, str(folder / name))]


@pytest.mark.slow
def test_a_full_disk_loses_no_table_and_names_every_file(tiny, photo, tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert run(["explain", photo, *OPTIONS, *paths(tmp_path)]) == 2
    shown = capsys.readouterr()
    assert "8 superpixels; " in shown.out and len(shown.err.splitlines()) == 1
    assert all(str(tmp_path / name) in shown.err for name in EVERY.values())
    assert sorted(os.listdir(tmp_path)) == ["photo.png"]


@pytest.mark.slow
def test_files_are_written_although_an_earlier_one_fails(tiny, photo, tmp_path, capsys):
    options = ["--json", "/dev/full", "--figure", str(tmp_path / "out.png")]
    assert run(["explain", photo, *OPTIONS, *options]) == 2
    shown = capsys.readouterr()
    assert "superpixels; " in shown.out and "for '/dev/full'; free space" in shown.err
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


class FullDisk(io.TextIOBase):
    encoding = "utf-8"

    def write(self, text):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.slow
def test_files_are_written_although_the_table_cannot_be(tiny, photo, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdout", FullDisk())
    with suppress(SystemExit):
        run(["explain", photo, *OPTIONS, *paths(tmp_path)])
    assert set(EVERY.values()) <= set(os.listdir(tmp_path))


def test_the_table_is_printed_before_files_are_written(tiny, photo, tmp_path, capsys, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "limetheory.cli.explain_outputs.write_whole", lambda path, content: seen.append(capsys.readouterr().out)
    )
    assert run(["explain", photo, *OPTIONS, "--json", str(tmp_path / "a.json")]) == 0
    assert "superpixels; " in seen[0]


@pytest.mark.slow
def test_json_to_standard_output_leaves_the_table_to_standard_error(tiny, photo, tmp_path, capsys):
    assert run(["explain", photo, *OPTIONS, "--json", "-"]) == 0
    shown = capsys.readouterr()
    assert run(["explain", photo, *OPTIONS, "--json", str(tmp_path / "out.json")]) == 0
    assert json.loads(shown.out) == read(tmp_path / "out.json")
    assert shown.err == capsys.readouterr().out and "superpixels; " in shown.err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_encoding_without_the_characters_gets_others(encoding):
    bytes_written = io.BytesIO()
    stream = io.TextIOWrapper(bytes_written, encoding=encoding)
    always_encodable(stream, object())
    stream.write("+0.1 … +0.2 ±1 ν 中")
    stream.flush()
    plus_minus = {"ascii": b"+-", "latin-1": b"\xb1"}[encoding]
    assert bytes_written.getvalue() == b"+0.1 ... +0.2 " + plus_minus + b"1 nu \\u4e2d"


def test_utf_8_stays_as_it_is():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    always_encodable(stream)
    assert stream.errors == "strict"


def test_a_plan_is_printed_although_its_file_cannot_be_written(capsys):
    assert run(["plan", "--superpixels", "9", "--half-width", "0.1", "--json", "/dev/full"]) == 2
    shown = capsys.readouterr()
    assert "9 superpixels" in shown.out and "for '/dev/full'; free space" in shown.err


@pytest.mark.slow
def test_a_plan_is_printed_in_ascii():
    command = [sys.executable, "-m", "limetheory", "plan", "--superpixels", "9", "--half-width", "0.1"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert b"9 superpixels, nu = 0.25" in done.stdout and done.stdout.isascii() and done.stderr == b""


@pytest.fixture
def full_disk(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["plan", "--superpixels", "9", "--half-width", "0.1"], ["--version"]], ids=" ".join)
def test_standard_output_on_a_full_disk_is_named_with_a_remedy(words):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "limetheory", *words], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert "standard output must take what is printed, got No space left on device; free space" in done.stderr


def test_the_other_error_is_told_where_standard_output_is_in_order(capsys, monkeypatch):
    def failing(*_, **__):
        raise OSError("a lens is missing")

    monkeypatch.setattr("limetheory.cli.plan._print", failing)
    assert run(["plan", "--superpixels", "9", "--half-width", "0.1"]) == 2
    assert capsys.readouterr().err == "limetheory: a lens is missing\n"


def picked_files(folder):
    for name, value in {"one": 0.4, "two": -0.6}.items():
        lt.Explanation(np.array([value, 0.1]), 0.0, np.full(2, 0.05), 500, names=[name, "plot"]).save(
            folder / f"{name}.npz"
        )
    return [str(folder / "one.npz"), str(folder / "two.npz")]


def test_a_pick_is_printed_and_every_file_named_on_a_full_disk(tmp_path, capsys, request):
    files, out = picked_files(tmp_path), [str(tmp_path / name) for name in ("out.json", "out.png")]
    request.getfixturevalue("full_disk")
    assert run(["pick", *files, "--budget", "1", "--json", out[0], "--figure", out[1]]) == 2
    shown = capsys.readouterr()
    assert "1 of 2 cover" in shown.out and all(name in shown.err for name in out)
    assert sorted(os.listdir(tmp_path)) == ["one.npz", "two.npz"]


def test_files_of_a_pick_are_written_although_the_table_cannot_be(tmp_path, monkeypatch):
    files, out = picked_files(tmp_path), tmp_path / "out.json"
    monkeypatch.setattr("sys.stdout", FullDisk())
    with suppress(SystemExit):
        run(["pick", *files, "--budget", "1", "--json", str(out)])
    assert read(out)["picked"]


def test_a_full_disk_leaves_the_earlier_files_of_an_audit_and_names_both(tmp_path, capsys, monkeypatch, full_disk):
    monkeypatch.setattr("limetheory.audit.run.each_audited", lambda *_: [])
    out = {option: tmp_path / f"out.{option}" for option in ("json", "html")}
    for path in out.values():
        path.write_text("before", encoding="utf-8")
    options = [word for option, path in out.items() for word in (f"--{option}", str(path))]
    assert run(["audit", "lime", *options]) == 2
    shown = capsys.readouterr()
    assert "0 methods" in shown.out and all(str(path) in shown.err for path in out.values())
    assert [path.read_text(encoding="utf-8") for path in out.values()] == ["before"] * 2
    assert len(os.listdir(tmp_path)) == 2
