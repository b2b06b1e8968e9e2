"""The checks that `check_explainer` makes, one function and one row each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from limetheory.designs import Design
from limetheory.registry import Registry
from limetheory.testing.battery import BATTERY, KnownFunction, battery
from limetheory.testing.converges import assert_converges, assert_unbiased
from limetheory.testing.deterministic import assert_deterministic
from limetheory.testing.equivariant import assert_equivariant
from limetheory.testing.intervals import assert_intervals_cover
from limetheory.testing.kinds.kind import Kind
from limetheory.testing.runs import Explain, answer_of

D = 6
"""Parts of most questions; a convention: few enough for speed, and enough for three roles of two parts."""
OTHER_D = (3, 9)
"""Parts of the other questions."""
_OTHER_BATCH = 7


@dataclass(frozen=True)
class Subject:
    """An explainer under test, with all that it claims.

    Attributes:
        explain: of the kind's form.
        kind: what it explains.
        design_of: d → the design that it claims.
        n: masks of a run.
        ridge: the penalty that it claims, on the sum over n masks.
        intervals: whether it claims intervals; None if its answers have ``.interval``.
        unbiased: whether it claims to be unbiased at every n.
        false_alarm, power: the rates of each check.
        seed: of all checks.
    """

    explain: Explain
    kind: Kind
    design_of: Callable[[int], Design]
    n: int
    ridge: float
    intervals: bool | None
    unbiased: bool
    false_alarm: float
    power: float
    seed: int

    @cached_property
    def asked(self) -> Explain:
        """The explainer as (F, n, rng) → coefficients."""
        return self.kind.explainer(self.explain)

    @property
    def rates(self) -> dict[str, Any]:
        """The error rates and the seed, as arguments of the assertions."""
        return {"false_alarm": self.false_alarm, "power": self.power, "rng": self.seed}

    def known(self, name: str, d: int = D) -> KnownFunction:
        """A set function of the battery."""
        return battery(d, self.seed)[name]


@dataclass(frozen=True)
class CheckRow:
    """A row of `CHECKS`.

    Attributes:
        summary: the property, in words.
        cases: `Subject` → the cases of the check, by what is added to its name; none where nothing is claimed.
    """

    summary: str
    cases: Callable[[Subject], Iterator[tuple[str, Callable[[], None]]]]


def once(check: Callable[[Subject], None]) -> Callable[[Subject], Iterator[tuple[str, Callable[[], None]]]]:
    """A check of one case."""
    return lambda subject: iter([("", partial(check, subject))])


def _answers(subject: Subject) -> None:
    for d in (2, D, *OTHER_D):
        answer_of(subject.asked, subject.known("random", d).F, d, subject.n, np.random.default_rng(subject.seed))


def _deterministic(subject: Subject) -> None:
    assert_deterministic(subject.asked, subject.known("random"), subject.n, rng=subject.seed)


def _converges(subject: Subject) -> Iterator[tuple[str, Callable[[], None]]]:
    for name, d in [*((name, D) for name in BATTERY), *(("random", d) for d in OTHER_D)]:
        yield f"{name}, {d} parts", partial(_near_limit, assert_converges, subject, name, d)


def _unbiased(subject: Subject) -> Iterator[tuple[str, Callable[[], None]]]:
    if subject.unbiased:
        yield "", partial(_near_limit, assert_unbiased, subject, "random", D)


def _near_limit(check: Callable[..., None], subject: Subject, name: str, d: int) -> None:
    design = subject.design_of(d)
    check(subject.asked, subject.known(name, d), design, subject.n, ridge=subject.ridge, **subject.rates)


def _equivariant(under: str, name: str) -> Callable[[Subject], Iterator[tuple[str, Callable[[], None]]]]:
    def check(subject: Subject) -> None:
        assert_equivariant(subject.asked, subject.known(name), subject.n, under=[under], **subject.rates)

    return once(check)


def _other_questions(subject: Subject) -> Iterator[tuple[str, Callable[[], None]]]:
    for words, variant in subject.kind.variants.items():
        yield words, partial(_alike, subject, words, subject.kind.explainer(subject.explain, **variant))


def _batch_size(subject: Subject) -> Iterator[tuple[str, Callable[[], None]]]:
    if _takes(subject.explain, "batch_size"):
        other = subject.kind.explainer(subject.explain, {"batch_size": _OTHER_BATCH})
        yield "", partial(_alike, subject, "batch size", other)


def _alike(subject: Subject, words: str, other: Explain) -> None:
    known = subject.known("random")
    assert_equivariant(subject.asked, known, subject.n, under=(), others={words: other}, **subject.rates)


def _takes(explain: Explain, name: str) -> bool:
    try:
        return name in inspect.signature(explain).parameters
    except (TypeError, ValueError):
        return False


def _intervals(subject: Subject) -> Iterator[tuple[str, Callable[[], None]]]:
    if subject.intervals is not False:
        yield "", partial(_cover, subject)


def _cover(subject: Subject) -> None:
    known = subject.known("random")
    if subject.intervals is None:
        result = answer_of(subject.asked, known.F, D, subject.n, np.random.default_rng(subject.seed))[1]
        if not hasattr(result, "interval"):
            return
    design = subject.design_of(D)
    assert_intervals_cover(subject.asked, known, design, subject.n, ridge=subject.ridge, **subject.rates)


CHECKS: Registry[CheckRow] = Registry(
    "check",
    {
        "answers": CheckRow("there is one finite coefficient for each part", once(_answers)),
        "deterministic": CheckRow("the seed decides the answer, and nothing else", once(_deterministic)),
        "converges": CheckRow("the coefficients are those of the limit", _converges),
        "unbiased": CheckRow("so is their mean at this n, where it is claimed", _unbiased),
        "permutation": CheckRow("the order of the parts does not matter", _equivariant("permutation", "random")),
        "scale": CheckRow("the scale and the offset of the model do not matter", _equivariant("scale", "random")),
        "dummy": CheckRow("parts without influence are treated alike", _equivariant("dummy", "dummy")),
        "symmetric": CheckRow("parts with the same role are treated alike", _equivariant("symmetric", "symmetric")),
        "same question": CheckRow("what is no part of the question does not matter", _other_questions),
        "batch size": CheckRow("nor does the batch size, where there is such an argument", _batch_size),
        "intervals": CheckRow("intervals hold the limit as often as they say, where there are some", _intervals),
    },
    row=CheckRow,
    columns=("summary",),
)
"""The checks by name."""
