"""What a method gave for all questions, arranged for the checks, and what it is found to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.audit.expected import Expected
from limetheory.audit.process import Answer, Answers
from limetheory.audit.questions import Question
from limetheory.audit.regressions import Regression, Run, fitted, structures
from limetheory.audit.subject import Subject
from limetheory.audit.targets import LARGEST_D, TARGETS, Target
from limetheory.testing.error_rates import deviation

_TRAINED_ON = ("random 5", "leaf 5", "random 4", "leaf 4")  # functions that tell designs apart
_TRAINING_RUNS = 3
_NEAREST = 3  # targets that are tested; noise can bring a wrong one of two that hardly differ nearer
FEWEST = 3
"""The fewest parts at which designs are told apart."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """The answers of a subject, with the set functions that it was asked about.

    Attributes:
        subject: the method.
        functions: by name.
        answers: what it gave.
    """

    subject: Subject
    functions: Mapping[str, Any]
    answers: Answers

    def of(self, check: str) -> list[tuple[Question, Answer]]:
        """The questions of one check with their answers."""
        return [(question, answer) for question, answer in self.answers.answered if question.check == check]

    def expected(self, question: Question) -> Expected:
        """What should be found."""
        return Expected(self.subject, self.functions[question.function], question.d, question.n)

    def runs(self, question: Question, answer: Answer) -> Iterator[Run]:
        """The runs that can be imitated: with all n masks and finite coefficients."""
        for masks, coefficients, good in zip(answer.masks, answer.coefficients, answer.good, strict=True):
            if good and len(masks) >= question.n:
                kept = masks[-question.n :]
                values = np.asarray(self.functions[question.function](kept), float)
                yield Run(kept, values, coefficients, levels(question))

    @property
    def tolerance(self) -> float:
        """How far an imitation may be from the coefficients by rounding, as a share of the largest."""
        return 10 * self.subject.precise

    @cached_property
    def regression(self) -> Found | None:
        """The regression that the subject does on its own masks, tested on runs that it was not fitted to."""
        return self.imitated("limit")

    def imitated(self, check: str) -> Found | None:
        """The first regression of the family that imitates the runs of a check, tested on fresh runs.

        Args:
            check: whose runs.
        """
        if not self.subject.sees_masks:
            return None
        asked = [(q, list(self.runs(q, a))) for q, a in self.of(check) if q.d >= FEWEST]
        asked = [(q, runs) for q, runs in asked if runs and np.ptp(runs[0].values)]  # constants tell nothing apart
        training = [run for q, runs in asked for run in runs[:_TRAINING_RUNS] if _trains(q, check)][:6]
        fresh = [run for q, runs in asked for run in runs[_TRAINING_RUNS : _TRAINING_RUNS + 2]]
        if not training or not fresh:
            return None
        return _imitation(training, fresh, self.tolerance)

    @cached_property
    def target(self) -> Found | None:
        """The target that the runs about limits agree with, one of the nearest to half of them, tested on the rest.

        What the subject should converge to is none, since it explains no deviation.
        """
        asked = [
            (self.functions[q.function], a.coefficients) for q, a in self.of("limit")
            if FEWEST <= q.d <= LARGEST_D and a.good.all()
        ]  # fmt: skip
        if not asked:
            return None
        nearest = sorted(TARGETS, key=lambda target: _distance(target, asked, self.subject))[:_NEAREST]
        fresh = [(F, runs[1::2] if len(runs) > 1 else runs) for F, runs in asked]
        for target in nearest:
            if all(self._agree(target, F, runs) for F, runs in fresh) and not self._as_stated(target):
                count = sum(len(runs) for _, runs in fresh)
                return Found(target.words, f"{len(fresh)} functions, {count} fresh runs", None)
        return None

    def _agree(self, target: Target, F: Any, runs: Floats) -> bool:
        """Whether runs agree with a target: by the sign test where they differ, else up to rounding."""
        differences = target.beside(F, runs, self.subject)
        room = 0.5 * runs.std(axis=0) + self.subject.precise
        if len(runs) > 1 and runs.std(axis=0).max() > self.subject.precise:
            return not deviation(differences, np.zeros(F.d), allowed=room, false_alarm=0.01).found
        return bool((np.abs(differences) <= room).all())

    def _as_stated(self, target: Target) -> bool:
        """Whether a target is what the subject should converge to, at all functions that were asked about."""
        if target.of_kept:
            return False
        expected = [self.expected(q) for q, _ in self.of("limit") if FEWEST <= q.d <= LARGEST_D]
        return all(
            one.limit is not None and np.abs(target.value(one.F, one.d, self.subject) - one.limit).max() < 1e-9
            for one in expected
        )


@dataclass(frozen=True)
class Found:
    """What a subject is found to do: in words, what it was tested on, and the regression where it is one."""

    words: str
    tested: str
    regression: Regression | None

    def __str__(self) -> str:
        return f"right for: {self.words} (tested on {self.tested})"


def levels(question: Question) -> Floats:
    """The levels of the parts of an input, as the libraries' files make them."""
    d = question.d
    if question.options.get("content") == "uneven":
        return 0.2 + 0.6 * np.arange(1, d + 1) / d
    return np.full(d, 0.5)


def _trains(question: Question, check: str) -> bool:
    return check != "limit" or question.function in _TRAINED_ON


def _imitation(training: list[Run], fresh: list[Run], tolerance: float) -> Found | None:
    for structure in structures():
        found, error = fitted(structure, training, tolerance)
        if error <= tolerance and (worst := found.error(fresh)) <= tolerance:
            return Found(str(found), f"{len(fresh)} fresh runs, largest relative difference {worst:.1g}", found)
    return None


def _distance(target: Target, asked: Sequence[tuple[Any, Floats]], subject: Subject) -> float:
    """The squared difference of mean coefficients from a target, over every other run."""
    return sum(float((target.beside(F, runs[::2], subject).mean(axis=0) ** 2).mean()) for F, runs in asked)
