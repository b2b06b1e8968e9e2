"""The audit: every method of the libraries that are asked for, each in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from limetheory.arguments import choice, integer, real, several
from limetheory.audit.checks import CHECKS
from limetheory.audit.evidence import Evidence
from limetheory.audit.findings import Audited, Finding
from limetheory.audit.process import SECONDS, Answers, asked
from limetheory.audit.questions import PLANS, functions, questions
from limetheory.audit.subject import Library, Subject
from limetheory.audit.table import LIBRARIES
from limetheory.progress import ProgressBar

_LOOK = "import sys, importlib.metadata as m\ntry: print(m.version(sys.argv[1]))\nexcept m.PackageNotFoundError: print()"


def audit(
    libraries: Any = None,
    *,
    battery: str = "standard",
    python: str | None = None,
    seconds: float = SECONDS,
    workers: int = 1,
    seed: int = 0,
    finished: Callable[[Audited], None] = lambda _: None,
) -> list[Audited]:
    """Ask every method of some libraries about set functions whose limits are known, and judge its answers.

    Each method runs in a process of its own, which is ended after some time. What it prints, breaks or seeds there
    changes nothing here.

    Args:
        libraries: names of `LIBRARIES`, or `Library` objects; None is all.
        battery: "full" (every function at d = 1 … 12 and 50), "standard" (the same d, four functions at each but the
            last) or "small" (d = 1, 2, 4).
        python: the interpreter of an environment that has the libraries; None is this one.
        seconds: how long a method may take for all questions.
        workers: how many methods are asked at once.
        seed: of the set functions.
        finished: called with each method as soon as it is judged.

    Returns:
        One `Audited` for each method, in the order of the table.

    Raises:
        ValueError: an unknown library, battery or number.

    >>> found = audit(["limetheory"], battery="small")  # doctest: +SKIP
    """
    rows = [LIBRARIES.chosen(one) for one in several("libraries", LIBRARIES if libraries is None else libraries, "names")]
    choice("battery", battery, tuple(PLANS))
    seconds, workers = real("seconds", seconds, above=0), integer("workers", workers, 1)
    drawn = functions(PLANS[battery], integer("seed", seed, 0))
    jobs = [(library, subject) for library in rows for subject in library.subjects]
    found: dict[tuple[str, str], Audited] = {}
    with ProgressBar("questions", sum(len(questions(subject, PLANS[battery])) for _, subject in jobs)) as bar:
        counted = _Counted(bar)
        for one in _each(
            jobs, workers,
            lambda job: audited(*job, battery, drawn, python, seconds, counted.of(f"{job[0].name} {job[1].name}")),
        ):  # fmt: skip
            found[one.library, one.name] = one
            finished(one)
    return [found[library.name, subject.name] for library, subject in jobs]


class _Counted:
    """The questions answered so far of each method, shown in one bar."""

    def __init__(self, bar: ProgressBar):
        self._bar, self._done = bar, {}  # type: ignore[var-annotated]

    def of(self, name: str) -> Callable[[int], None]:
        def advance(done: int) -> None:
            self._done[name] = done
            self._bar.advance(sum(self._done.values()), f"questions: {name}")

        return advance


def _each(jobs: Sequence[Any], workers: int, function: Callable[[Any], Audited]) -> Iterator[Audited]:
    if workers == 1:
        yield from map(function, jobs)
        return
    with ThreadPoolExecutor(workers) as pool:
        for done in as_completed([pool.submit(function, job) for job in jobs]):
            yield done.result()


def audited(
    library: Library, subject: Subject, battery: str, drawn: Mapping[str, Any], python: str | None = None,
    seconds: float = SECONDS, advance: Callable[[int], None] = lambda _: None,
) -> Audited:  # fmt: skip
    """All findings on one method, see `audit`.

    Args:
        library, subject: the method.
        battery: how much is asked.
        drawn: the set functions of that battery.
        python, seconds: see `audit`.
        advance: called with the number of questions answered so far.
    """
    missing = absent(library, python)
    if missing:
        return Audited(library.name, subject.name, subject.method, notes=(missing,))
    answers = asked(library, subject, questions(subject, PLANS[battery]), drawn, python, seconds, advance)
    findings = judged(Evidence(subject, drawn, answers))
    versions = answers.versions or {library.package: "unknown"}
    return Audited(
        library.name, subject.name, subject.method, versions, findings, _notes(answers), round(answers.seconds, 1),
        round(answers.processor, 1),
    )  # fmt: skip


def judged(evidence: Evidence) -> list[Finding]:
    """The finding of every check that applies."""
    return [found for check in CHECKS.values() if (found := check.judge(evidence)) is not None]


def absent(library: Library, python: str | None = None) -> str:
    """Why a library cannot be asked, in one line; nothing where it is installed."""
    if python is None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return "" if version(library.package) else "not installed"
        except PackageNotFoundError:
            return "not installed"
    if shutil.which(python) is None:
        raise ValueError(f"python must be an interpreter, got {python!r}, which cannot be run; give its path")
    done = subprocess.run([python, "-c", _LOOK, library.package], capture_output=True, text=True, check=False)
    return "" if done.stdout.strip() else "not installed"


def _notes(answers: Answers) -> tuple[str, ...]:
    notes = [answers.failure] if answers.failure else []
    if answers.printed:
        notes.append(f"it printed {answers.printed:,} characters")
    said = sorted({one for _, answer in answers.answered for one in answer.warnings})
    notes += [f"it warned: {one}" for one in said[:2]]
    return tuple(notes)
