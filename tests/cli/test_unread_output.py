"""Files that were asked for are written although nobody reads what is printed, as behind `| head`."""

import errno
import io
import json
import os

import pytest

from limetheory.audit import Audited
from limetheory.cli.main import UNREAD, run
from limetheory.verification import Section


class ReadUntil(io.StringIO):
    """Standard output whose reader ends after some lines."""

    def __init__(self, lines, error=errno.EPIPE):
        super().__init__()
        self.spare = os.open(os.devnull, os.O_WRONLY)
        self.lines, self.error, self.printed = lines, error, ""

    def fileno(self):  # which rich closes
        return self.spare

    def write(self, text):
        self.printed += text
        if self.printed.count("\n") > self.lines:
            raise OSError(self.error, os.strerror(self.error))
        return len(text)


def ended(words):
    """The exit code; click ends the process itself where nobody reads."""
    try:
        return run(words)
    except SystemExit as exit:
        return exit.code


def absent(name):
    return Audited(name, "x", "", notes=("not installed",))


@pytest.fixture
def asked(monkeypatch):
    """The libraries that were asked, one after the other."""
    names = []

    def each(*_):
        for name in ("one", "two", "three"):
            names.append(name)
            yield absent(name)

    monkeypatch.setattr("limetheory.audit.run.each_audited", each)
    return names


@pytest.mark.parametrize("lines", [0, 1, 3])
def test_an_audit_goes_on_and_writes_its_files(lines, asked, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdout", ReadUntil(lines))
    files = {"--json": tmp_path / "a.json", "--html": tmp_path / "a.html"}
    assert ended(["audit", *(str(word) for pair in files.items() for word in pair)]) == UNREAD
    assert asked == ["one", "two", "three"]
    assert len(json.loads(files["--json"].read_text(encoding="utf-8"))["audited"]) == 3
    assert "three" in files["--html"].read_text(encoding="utf-8")


def test_an_audit_without_files_ends_where_nobody_reads(asked, monkeypatch):
    monkeypatch.setattr("sys.stdout", ReadUntil(1))
    assert ended(["audit"]) == UNREAD
    assert asked == ["one", "two"]


def test_a_full_disk_under_standard_output_loses_no_file_of_an_audit(asked, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout", ReadUntil(0, errno.ENOSPC))
    assert ended(["audit", "--json", str(tmp_path / "a.json")]) == 2
    assert "standard output must take what is printed, got No space left" in capsys.readouterr().err
    assert (tmp_path / "a.json").is_file()


def test_a_plan_writes_its_file(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdout", ReadUntil(0))
    assert ended(["plan", "--superpixels", "9", "--half-width", "0.1", "--json", str(tmp_path / "p.json")]) == UNREAD
    assert json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["superpixels"] == 9


def test_verify_goes_on_and_writes_its_report(tmp_path, monkeypatch):
    def sections(workload, out, say):
        for title in ("one", "two"):
            say(title)
            yield Section(title, "", [], {}, {})

    monkeypatch.setattr("limetheory.verification.verify", sections)
    monkeypatch.setattr("sys.stdout", ReadUntil(0))
    assert ended(["verify", "--quick", "--out", str(tmp_path)]) == UNREAD
    assert "two" in (tmp_path / "report.html").read_text(encoding="utf-8")
