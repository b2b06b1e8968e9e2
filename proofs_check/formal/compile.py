"""Coq files compiled in the order of their imports; what did not change is not compiled again."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

SOURCES = Path(__file__).parent
BUILD = SOURCES / "build"
PREFIX = "LimeTheory"
INSTALL = (
    "apt-get install --no-install-recommends"
    " coq libcoq-mathcomp-ssreflect libcoq-mathcomp-algebra libcoq-mathcomp-algebra-tactics"
)

_ROCQ = {"compile": ["rocq", "compile"], "top": ["rocq", "top"]}
_COQ = {"compile": ["coqc"], "top": ["coqtop"]}  # before Rocq 9
_IMPORT = re.compile(rf"^From {PREFIX} Require Import ([\w\s]+)\.", re.MULTILINE)
_NO_LIBRARY = re.compile(r"Cannot find a physical path .*\bprefix mathcomp\b")
_COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)
_UNPROVED = re.compile(r"\b(Admitted|admit|Axioms?|Parameters?|Conjectures?|bypass_check|type-in-type)\b")


@dataclass(frozen=True)
class Compiled:
    """A file's compilation: seconds it took (when it was last done) and what Coq said if it failed."""

    seconds: float
    problem: str = ""


def coq_available() -> bool:
    """Whether the Coq compiler is installed."""
    return shutil.which(program("compile")[0]) is not None


def program(task: str) -> list[str]:
    """The command that starts Coq's compiler ("compile") or its toplevel ("top"), by the name it has since Rocq 9."""
    return (_ROCQ if shutil.which("rocq") else _COQ)[task]


def compile_all(sources: Path = SOURCES, build: Path = BUILD) -> dict[str, Compiled]:
    """Every file of a folder, by its name without ending, compiled in a build folder, by one process at a time.

    Raises:
        graphlib.CycleError: two files import each other.
    """
    build.mkdir(parents=True, exist_ok=True)
    with (build / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _compile_all(sources, build)


def _compile_all(sources: Path, build: Path) -> dict[str, Compiled]:
    done: dict[str, Compiled] = {}
    for name in in_order(sources):
        broken = [other for other in imports(sources / f"{name}.v") if other not in done or done[other].problem]
        problem = _unusable(broken[0], done) if broken else ""
        done[name] = Compiled(0.0, problem) if problem else compile_one(name, sources, build)
    return done


def _unusable(name: str, done: dict[str, Compiled]) -> str:
    """Why a file that is imported cannot be used: of a chain of imports the first cause."""
    problem = done[name].problem if name in done else "it is missing"
    return problem if problem.startswith("imports ") else f"imports {name}, which is not compiled: {problem}"


def compile_one(name: str, sources: Path, build: Path) -> Compiled:
    """One file, of which the imports are compiled in the build folder; skipped if neither it nor they changed."""
    content = (sources / f"{name}.v").read_text(encoding="utf-8")
    unproved = _UNPROVED.search(_COMMENT.sub("", content))
    if unproved:
        return Compiled(0.0, f"{name}.v contains {unproved[0]}; every theorem must be proved")
    stamp = build / f"{name}.stamp"
    key = _key(name, sources)
    if stamp.is_file() and stamp.read_text(encoding="utf-8").startswith(key):
        return Compiled(float(stamp.read_text(encoding="utf-8").split()[1]))
    stamp.unlink(missing_ok=True)
    (build / f"{name}.v").write_text(content, encoding="utf-8")
    start = time.perf_counter()
    run = coq([*program("compile"), "-q", "-w", "-all", "-R", ".", PREFIX, f"{name}.v"], build)
    seconds = time.perf_counter() - start
    if run.returncode:
        return Compiled(seconds, _with_remedy(one_line(run.stderr)))
    stamp.write_text(f"{key} {seconds:.2f}\n", encoding="utf-8")
    return Compiled(seconds)


def coq(command: list[str], build: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A Coq program run in the build folder."""
    return subprocess.run(command, cwd=build, input=stdin, capture_output=True, text=True, check=False)


def imports(file: Path) -> list[str]:
    """The files of this project that a file imports."""
    return [name for names in _IMPORT.findall(file.read_text(encoding="utf-8")) for name in names.split()]


def in_order(sources: Path = SOURCES) -> list[str]:
    """Names of all files, each after those it imports.

    >>> in_order()[0]
    'design'
    """
    names = sorted(file.stem for file in sources.glob("*.v"))
    graph = {name: [other for other in imports(sources / f"{name}.v") if other in names] for name in names}
    return list(TopologicalSorter(graph).static_order())


def one_line(message: str) -> str:
    """Coq's error on one line, without its debugging output."""
    return " ".join(message[max(message.rfind("File "), 0) :].split())


def _with_remedy(problem: str) -> str:
    return f"{problem} To install it: {INSTALL}" if _NO_LIBRARY.search(problem) else problem


def _key(name: str, sources: Path) -> str:
    """Hash of a file, of all it imports, and of the Coq that reads them."""
    parts = [(sources / f"{name}.v").read_bytes(), _version()]
    parts += [_key(other, sources).encode() for other in imports(sources / f"{name}.v")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@cache
def _version() -> bytes:
    return subprocess.run([*program("compile"), "--print-version"], capture_output=True, check=True).stdout
