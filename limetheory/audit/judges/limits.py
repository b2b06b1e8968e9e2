"""Whether coefficients converge to the limit that they should have, and how much a ridge penalty shrinks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.audit.evidence import Evidence
from limetheory.audit.findings import UNEXPLAINED, Finding
from limetheory.audit.process import Answer
from limetheory.audit.questions import Question
from limetheory.testing.error_rates import FALSE_ALARM, deviation


@dataclass(frozen=True, eq=False)
class Compared:
    """One function: whether its runs deviate from their limit, at which part and by how much."""

    question: Question
    expected: Floats
    found: Floats
    deviates: bool
    part: int

    @property
    def size(self) -> float:
        """The difference at the part that deviates most."""
        return float(self.found[self.part] - self.expected[self.part])


def limits(evidence: Evidence) -> Finding | None:
    """The functions of the battery at every d, each by a sign test with room for the bias of order 1/n."""
    asked = evidence.of("limit")
    compared = [one for q, a in asked if (one := _compared(evidence, q, a)) is not None]
    failed = _failed(asked)
    if not compared:
        return Finding("limit", "no answer", failed or "no question was answered") if asked else None
    wrong = [one for one in compared if one.deviates]
    said = f"{len(compared) - len(wrong)} of {len(compared)} functions at their limit, d = {_sizes(compared)}"
    if failed:
        said += f"; {failed}"
    numbers: dict[str, Any] = {"compared": len(compared), "deviating": len(wrong), "false_alarm": FALSE_ALARM}
    if not wrong:
        return Finding("limit", "holds", said, numbers=numbers)
    worst = max(wrong, key=lambda one: abs(one.size))
    said += (
        f"; worst {worst.question.function}: part {worst.part} should be {worst.expected[worst.part]:.4g}, "
        f"found {worst.found[worst.part]:.4g}"
    )
    numbers |= {
        "worst": worst.question.function, "expected": worst.expected.tolist(), "found": worst.found.tolist(),
        "deviating_functions": [one.question.function for one in wrong],
    }  # fmt: skip
    return Finding("limit", "deviates", said, explained(evidence), numbers)


def ridge(evidence: Evidence) -> Finding | None:
    """An additive function from 100 masks, whose coefficients a penalty shrinks and nothing else moves."""
    for question, answer in evidence.of("ridge"):
        if not answer.good.all():
            return Finding("ridge", "no answer", next(filter(None, answer.errors)))
        expected = evidence.expected(question)
        if expected.limit is None:
            return None
        runs, goal = answer.coefficients, expected.limit
        room = 0.25 * expected.shrunk + evidence.subject.precise
        free = np.abs(goal) + expected.shrunk
        part = int(np.argmax(free))
        shares = (
            np.median(runs[:, part]) / (np.sign(goal[part]) * free[part]),
            goal[part] / np.copysign(free[part], goal[part]),
        )
        said = f"of a weight, {shares[0]:.4f} is left, should be {shares[1]:.4f} (n = {question.n})"
        wrong = _deviates(runs, goal, room)
        numbers = {"expected": goal.tolist(), "found": np.median(runs, axis=0).tolist(), "n": question.n}
        if not wrong[0]:
            return Finding("ridge", "holds", said, numbers=numbers)
        return Finding("ridge", "deviates", said, explained(evidence), numbers)
    return None


def explained(evidence: Evidence) -> str:
    """What the numbers are right for, or that nothing of the family was found."""
    found = evidence.regression or evidence.target
    return str(found) if found else UNEXPLAINED


def _compared(evidence: Evidence, question: Question, answer: Answer) -> Compared | None:
    expected = evidence.expected(question)
    if not answer.good.all() or question.d < evidence.subject.fewest or expected.limit is None:
        return None
    runs, goal = answer.coefficients, expected.limit
    found, part = _deviates(runs, goal, expected.room(runs))
    return Compared(question, goal, np.median(runs, axis=0), found, part)


def _deviates(runs: Floats, goal: Floats, room: Floats) -> tuple[bool, int]:
    """Whether runs deviate, and the part that deviates most; runs that are all equal need no test."""
    if (runs == runs[:1]).all():
        over = np.abs(runs[0] - goal) - room
        return bool((over > 0).any()), int(np.argmax(over))
    found = deviation(runs, goal, allowed=room)
    return found.found, found.part


def _failed(asked: list[tuple[Question, Answer]]) -> str:
    """Which sizes gave no answer, and why."""
    bad: list[tuple[int, str]] = [(q.d, next(filter(None, a.errors))) for q, a in asked if not a.good.all()]
    if not bad:
        return ""
    sizes = sorted({d for d, _ in bad})
    return f"no answer at d = {', '.join(map(str, sizes))}: {bad[0][1]}"


def _sizes(compared: list[Any]) -> str:
    """The sizes in words, such as "1 … 12, 50"."""
    sizes = sorted({one.question.d for one in compared})
    groups: list[list[int]] = []
    for d in sizes:
        if groups and d == groups[-1][-1] + 1:
            groups[-1].append(d)
        else:
            groups.append([d])
    return ", ".join(f"{one[0]} … {one[-1]}" if len(one) > 2 else ", ".join(map(str, one)) for one in groups)
