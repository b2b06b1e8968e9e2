"""Saved rows: one JSON object on each line, with the versions and the git revision that produced it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from experiments._frame.experiment import Job, Row


def load(file: Path) -> list[Row]:
    """The rows of a file; none if there is no file. An unfinished last line, left by a killed run, is ignored."""
    if not file.exists():
        return []
    *lines, _unfinished = file.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines]


def append(rows: Iterable[Row], file: Path) -> None:
    """Append rows to a file, each as soon as it is measured; an unfinished last line is overwritten."""
    if file.exists():
        os.truncate(file, file.read_bytes().rfind(b"\n") + 1)
    with file.open("a", encoding="utf-8") as opened:
        for row in rows:
            opened.write(json.dumps(row, ensure_ascii=False) + "\n")
            opened.flush()


@dataclass(frozen=True)
class Lines:
    """The store of a file of rows, all of whose jobs have keys with the same names."""

    file: Path

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that have no row yet."""
        jobs = list(jobs)
        names = next((tuple(job.key) for job in jobs if job.key), ())
        done = {tuple(row.get(name) for name in names) for row in load(self.file)}
        return [job for job in jobs if job.key is None or tuple(job.key[name] for name in names) not in done]

    def add(self, row: Row) -> None:
        """Append a row."""
        append([row], self.file)


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
