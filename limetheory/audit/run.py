"""The audit: every method of the libraries that are asked for, each in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import Any

from limetheory.arguments import choice, integer, real, several
from limetheory.audit.checks import CHECKS
from limetheory.audit.evidence import Evidence
from limetheory.audit.findings import Audited
from limetheory.audit.process import SECONDS, Answers, asked
from limetheory.audit.questions import PLANS, Plan, functions, questions
from limetheory.audit.subject import Library, Subject
from limetheory.audit.table import LIBRARIES
from limetheory.given import given
from limetheory.progress import ProgressBar

Job = tuple[Library, Subject]
_MORE = 1.5  # how many times the masks that were asked for are worth a note; a convention
_PATIENCE = 60.0  # seconds that an interpreter may take to start
_LOOK = """
import importlib.metadata, sys
try:
    print(importlib.metadata.version(sys.argv[1]))
except importlib.metadata.PackageNotFoundError:
    pass
"""


def audit(
    libraries: Any = None,
    *,
    battery: str = "standard",
    python: str | None = None,
    seconds: float = SECONDS,
    workers: int = 1,
    seed: int = 0,
) -> list[Audited]:
    """Ask every method of some libraries about set functions whose limits are known, and judge its answers.

    Each method runs in a process of its own, which is ended after some time. What it prints, breaks or seeds there
    changes nothing here.

    Args:
        libraries: names of `LIBRARIES`, or `Library` objects; None is all.
        battery: "full" (every function at d = 1 … 12 and 50), "standard" (the same d, two functions at each and
            five at the last) or "small" (d = 1, 2, 4).
        python: the interpreter of an environment that has the libraries; None is this one.
        seconds: how long a method may take for all questions.
        workers: how many methods are asked at once.
        seed: of the set functions.

    Returns:
        One `Audited` for each method, in the order of the table.

    Raises:
        ValueError: an unknown library, battery or number.

    >>> audit(["lyme"])
    Traceback (most recent call last):
    ValueError: library must be one of lime, captum, ..., got 'lyme'; did you mean 'lime'?
    """
    found = list(each_audited(libraries, battery, python, seconds, workers, seed))
    order = [(one.name, method.name) for one in _rows(libraries) for method in one.subjects]
    return sorted(found, key=lambda one: order.index((one.library, one.name)))


def each_audited(
    libraries: Any, battery: str, python: str | None, seconds: float, workers: int, seed: int
) -> Iterator[Audited]:
    """The methods as soon as each is judged, see `audit`."""
    rows = _rows(libraries)
    choice("battery", battery, tuple(PLANS))
    seconds, workers = real("seconds", seconds, above=0), integer("workers", workers, 1)
    checked_python(python)
    plan = PLANS[battery]
    drawn = functions(plan, integer("seed", seed, 0))
    jobs = [(library, subject) for library in rows for subject in library.subjects]
    with ProgressBar("questions", sum(len(questions(subject, plan)) for _, subject in jobs)) as bar:
        asked_for = partial(_answers, plan=plan, drawn=drawn, python=python, seconds=seconds, counted=_Counted(bar))
        for (library, subject), answers in _each(jobs, workers, asked_for):
            yield judged(library, subject, drawn, answers)


def checked_python(python: Any) -> None:
    """Refuse what is no interpreter that can be run."""
    if python is None:
        return
    if not isinstance(python, (str, os.PathLike)):
        raise TypeError(f"python must be the path of an interpreter, got {given(python)}; leave it out for this one")
    if shutil.which(python) is None or not _speaks_python(python):
        raise ValueError(f"python must be an interpreter that can be run, got {str(python)!r}; give its path")


def _speaks_python(python: Any) -> bool:
    """Whether a program does what an interpreter does with a line of Python."""
    try:
        done = subprocess.run(
            [python, "-c", "print(6 * 7)"], capture_output=True, text=True, check=False, timeout=_PATIENCE,
            stdin=subprocess.DEVNULL, errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == "42"


def _rows(libraries: Any) -> list[Library]:
    named = several("libraries", tuple(LIBRARIES) if libraries is None else libraries, "names")
    return list({id(one): one for one in map(LIBRARIES.chosen, named)}.values())


class _Counted:
    """The questions answered so far of each method, shown in one bar."""

    def __init__(self, bar: ProgressBar):
        self._bar = bar
        self._done: dict[str, int] = {}

    def of(self, name: str) -> Callable[[int], None]:
        def advance(done: int) -> None:
            self._done[name] = done
            self._bar.advance(sum(self._done.values()), f"questions: {name}")

        return advance


def _each(
    jobs: Sequence[Job], workers: int, ask: Callable[[Job], Answers | str]
) -> Iterator[tuple[Job, Answers | str]]:
    """The jobs with their answers, as soon as each has them."""
    if workers == 1:
        yield from ((job, ask(job)) for job in jobs)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = {pool.submit(ask, job): job for job in jobs}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def _answers(
    job: Job, plan: Plan, drawn: Mapping[str, Any], python: str | None, seconds: float, counted: _Counted
) -> Answers | str:
    """What a method answers, or why it cannot be asked."""
    library, subject = job
    advance = counted.of(f"{library.name} {subject.name}")
    return absent(library, python) or asked(library, subject, questions(subject, plan), drawn, python, seconds, advance)


def judged(library: Library, subject: Subject, drawn: Mapping[str, Any], answers: Answers | str) -> Audited:
    """The findings of every check that applies to what a method answered, or why it was not asked."""
    if isinstance(answers, str):
        return Audited(library.name, subject.name, subject.method, notes=(answers,))
    evidence = Evidence(subject, drawn, answers)
    findings = [found for check in CHECKS.values() if (found := check.judge(evidence)) is not None]
    versions = answers.versions or {library.package: "unknown"}
    return Audited(
        library.name, subject.name, subject.method, versions, findings, _notes(answers), round(answers.seconds, 1),
        round(answers.processor, 1),
    )  # fmt: skip


def absent(library: Library, python: str | None = None) -> str:
    """Why a library cannot be asked, in one line; nothing where it is installed."""
    if python is None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return "" if version(library.package) else "not installed"
        except PackageNotFoundError:
            return "not installed"
    done = subprocess.run([python, "-c", _LOOK, library.package], capture_output=True, text=True, check=False)
    return "" if done.stdout.strip() else "not installed"


def _notes(answers: Answers) -> tuple[str, ...]:
    notes = [answers.failure] if answers.failure else []
    if answers.printed:
        notes.append(f"it printed {answers.printed:,} characters")
    counts = [(max(a.evaluations), q.n, q.n + q.d + 2) for q, a in answers.answered if q.check == "limit"]
    if more := [(found, n) for found, n, most in counts if found > _MORE * most]:
        found, n = max(more)
        notes.append(f"it evaluated {found:,} masks where {n} were asked for")
    said = sorted({one for _, answer in answers.answered for one in answer.warnings if not _of_versions(one)})[::-1]
    kinds = {one.partition(":")[0]: one for one in said}
    notes += [f"it warned: {one}" for one in kinds.values()]
    return tuple(notes)


def _of_versions(warning: str) -> bool:
    """Whether a warning is about future versions of packages, which says nothing of an answer."""
    return warning.partition(":")[0].endswith(("DeprecationWarning", "FutureWarning"))
