"""Saved rows: one JSON object on each line, with the versions and the git revision that produced it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from experiments._frame.experiment import Job, Row
from limetheory.given import given
from limetheory.written_files import kept_rows


def load(file: Path) -> list[Row]:
    """The rows of a file; none if there is no file. A last line that a killed run or a copy cut off is left out.

    Raises:
        ValueError: another line is none of a row.
    """
    content = file.read_bytes() if file.exists() else b""
    lines = content[: _end(content)].split(b"\n")[:-1]
    return [_row(line, number, file) for number, line in enumerate(lines, 1)]


def append(rows: Iterable[Row], file: Path) -> None:
    """Append rows to a file, each as soon as it is measured, in the place of a last line that was cut off."""
    with kept_rows(file):
        if file.exists():
            os.truncate(file, _end(file.read_bytes()))
        file.touch()
    for row in rows:
        line = json.dumps(row, ensure_ascii=False) + "\n"
        with kept_rows(file), file.open("a", encoding="utf-8") as opened:
            opened.write(line)


def say_cut(file: Path) -> None:
    """Say on stderr that the last line of a file is left out, where it was cut off."""
    if file.is_file() and _end(content := file.read_bytes()) < len(content):
        print(f"{file}: the last line was cut off and is left out; run measures its row again", file=sys.stderr)


def _end(content: bytes) -> int:
    """Where the whole rows of a file end: behind the last line, or before it if that was cut off."""
    end = content.rfind(b"\n") + 1
    if end < len(content):
        return end
    start = content.rfind(b"\n", 0, max(end - 1, 0)) + 1
    return end if end == 0 or _is_row(content[start:end]) else start


def _is_row(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _row(line: bytes, number: int, file: Path) -> Row:
    if not _is_row(line):
        raise ValueError(
            f"rows must be one JSON object on each line, got {given(line[:60].decode(errors='replace'))} on line "
            f"{number} of {file}; delete that line, and run measures its row again"
        )
    row: Row = json.loads(line)
    return row


@dataclass(frozen=True)
class Lines:
    """The store of a file of rows, all of whose jobs have keys with the same names."""

    file: Path

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that have no row yet."""
        jobs = list(jobs)
        say_cut(self.file)
        names = next((tuple(job.key) for job in jobs if job.key), ())
        done = {tuple(row.get(name) for name in names) for row in load(self.file)}
        return [job for job in jobs if job.key is None or tuple(job.key[name] for name in names) not in done]

    def add(self, row: Row) -> None:
        """Append a row."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        append([row], self.file)


def installed(package: str) -> str | None:
    """The version of a package; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def versions(packages: Iterable[str]) -> dict[str, str]:
    """The versions of Python and of some packages, and the git revision of this code if it is known."""
    return {
        "python": platform.python_version(),
        **({"revision": REVISION} if REVISION else {}),
        **{name: version(name) for name in packages},
    }


def revision(file: Path = Path(__file__)) -> str | None:
    """The git commit that a file of this code is of, None where it is of none.

    With "+dirty" where any Python file of the checkout is not that of the commit. Saved rows do not count, for a run
    changes them itself.
    """
    try:
        _git(file, "ls-files", "--error-unmatch", file.name)
        commit = _git(file, "rev-parse", "--short=12", "HEAD")
        return commit + "+dirty" * bool(_git(file, "status", "--porcelain", "--", ":(top,glob)**/*.py"))
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(file: Path, *words: str) -> str:
    """The output of git in the folder of a file."""
    done = subprocess.run(["git", *words], cwd=file.parent, capture_output=True, text=True, check=True)
    return done.stdout.strip()


REVISION = revision()
"""The revision when this code was loaded, since files may change during a long run."""
