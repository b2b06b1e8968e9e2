"""One subject in a process of its own: what it is asked goes there as JSON and npz, and so come the answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.audit.questions import OPTIONS, Question, stored
from limetheory.audit.subject import HERE, Library, Subject

SECONDS = 600.0
"""How long a method may take for all questions, unless the caller says otherwise."""
_QUIET = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TOKENIZERS_PARALLELISM": "false", "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0", "TQDM_DISABLE": "1",
}  # fmt: skip
_WAIT = 0.1  # seconds between two looks at the process


@dataclass(frozen=True, eq=False)
class Answer:
    """What a subject gave for one question.

    Attributes:
        coefficients: of each run, (R, d); NaN where there are none.
        masks: of each run, those that it evaluated in their order; empty where they were not kept.
        evaluations: of each run, how many masks it evaluated.
        errors: of each run, what went wrong in one line, or nothing.
        warnings: what was said, in some runs.
        states: of each run, the global generators that changed with what they changed to.
        processor: seconds of processor time that its process had used.
    """

    coefficients: Floats
    masks: tuple[Any, ...]
    evaluations: tuple[int, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    states: tuple[Mapping[str, int], ...]
    processor: float = 0.0

    @property
    def good(self) -> Any:
        """Which runs gave finite coefficients, (R,) bool."""
        return np.isfinite(self.coefficients).all(axis=1)


@dataclass(frozen=True, eq=False)
class Answers:
    """What a subject gave for all questions.

    Attributes:
        versions: of the packages of its environment.
        answered: the questions that were answered, with their answers.
        failure: why it gave no more, in one line, or nothing.
        printed: how many characters it printed.
        seconds: how long it took.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    answered: Sequence[tuple[Question, Answer]] = ()
    failure: str = ""
    printed: int = 0
    seconds: float = 0.0

    @property
    def processor(self) -> float:
        """Seconds of processor time until the last answer."""
        return max((answer.processor for _, answer in self.answered), default=0.0)


def asked(
    library: Library,
    subject: Subject,
    questions: Sequence[Question],
    functions: Mapping[str, Any],
    python: str | None = None,
    seconds: float = SECONDS,
    advance: Callable[[int], None] = lambda _: None,
) -> Answers:
    """Ask a subject in a process of its own, which is ended after some time.

    Args:
        library: whose subject it is.
        subject: one of its methods.
        questions: in their order.
        functions: the set functions by name.
        python: the interpreter of the environment of the library; None is this one.
        seconds: how long it may take.
        advance: called with the number of questions answered so far.
    """
    with tempfile.TemporaryDirectory(prefix="limetheory-audit-") as place:
        folder = Path(place)
        _write(folder, questions, functions)
        begun = time.monotonic()
        with (folder / "printed").open("wb") as out, (folder / "errors").open("wb") as err:
            process = subprocess.Popen(
                [python or sys.executable, str(HERE / "worker.py"), str(library.file), subject.name, str(folder)],
                cwd=folder, env={**os.environ, **_QUIET}, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True,
            )  # fmt: skip
            try:
                late = _wait(process, folder, begun + seconds, advance)
            finally:
                _end(process)
        answered = _answered(folder, questions)
        failure = _failure(folder, process.returncode, late, seconds, len(answered), questions)
        return Answers(
            _versions(folder), answered, failure, (folder / "printed").stat().st_size, time.monotonic() - begun
        )


def _write(folder: Path, questions: Sequence[Question], functions: Mapping[str, Any]) -> None:
    tables, leaves = {}, {}
    for name in {one.function for one in questions}:
        table, terms = stored(functions[name])
        if table is None:
            leaves[name] = terms
        else:
            tables[name] = table
    whole = [{**asdict(one), "options": {**OPTIONS, **one.options}} for one in questions]
    (folder / "questions.json").write_text(json.dumps({"questions": whole, "leaves": leaves}), encoding="utf-8")
    np.savez(folder / "functions.npz", **tables)


def _wait(process: subprocess.Popen[bytes], folder: Path, end: float, advance: Callable[[int], None]) -> bool:
    """Wait for the end of a process, and say whether it was too late."""
    while process.poll() is None:
        if time.monotonic() > end:
            return True
        advance(sum(1 for _ in folder.glob("answer-*.npz")))
        time.sleep(_WAIT)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    elif process.poll() is None:
        process.kill()
    process.wait()


def _failure(
    folder: Path, code: int | None, late: bool, seconds: float, answered: int, questions: Sequence[Question]
) -> str:
    """Why not all questions were answered, in one line."""
    if answered == len(questions):
        return ""
    at = f"after {answered} of {len(questions)} questions"
    if late:
        return f"it did not end within {seconds:g} s, {at}"
    said = _last_line(folder / "errors")
    if code is not None and code < 0:
        return f"its process was ended by {signal.Signals(-code).name}, {at}"
    return f"its process ended with the code {code}, {at}: {said}"


def _last_line(path: Path) -> str:
    """The last line of a file of errors, cut where it is long."""
    lines = path.read_bytes()[-4000:].decode("utf-8", "replace").splitlines()
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:300] if said else "it said nothing"


def _answered(folder: Path, questions: Sequence[Question]) -> list[tuple[Question, Answer]]:
    found = []
    for index, question in enumerate(questions):
        path = folder / f"answer-{index}.npz"
        if path.exists():
            found.append((question, _read(path, question)))
    return found


def _read(path: Path, question: Question) -> Answer:
    """The answer of a file, which holds no pickles."""
    with np.load(path, allow_pickle=False) as opened:
        said = json.loads(str(opened["said"]))
        rows, packed = opened["rows"], opened["masks"]
        coefficients = opened["coefficients"].reshape(len(question.seeds), question.d)
    masks = np.unpackbits(packed, axis=1, count=question.d).astype(bool)
    parts = np.split(masks, np.cumsum(rows)[:-1]) if len(masks) else [masks] * len(rows)
    return Answer(
        coefficients, tuple(parts), tuple(map(int, rows)), tuple(said["errors"]), tuple(said["warnings"]),
        tuple(said["globals"]), float(said["processor"]),
    )  # fmt: skip


def _versions(folder: Path) -> dict[str, str]:
    path = folder / "versions.npz"
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as opened:
        found: dict[str, str] = json.loads(str(opened["said"]))
        return found
