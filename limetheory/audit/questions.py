"""Which questions a library is asked: a set function, the number of masks, seeds and options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.limits import Additive, Leaf, LeafSum, Multilinear, tabulate
from limetheory.testing.battery import BATTERY, LARGEST_TABLE, battery

if TYPE_CHECKING:
    from limetheory.audit.subject import Subject

OPTIONS: Mapping[str, Any] = {"labels": "from 0", "content": "even", "batch_size": None, "keep": None}
"""What a library is given besides the function, unless a question says otherwise."""
_AT_LARGEST = 4  # functions besides "random" at d = 50, which are asked about with twice as many masks
_LABEL_RUNS = 28  # of each numbering, enough for a sign test at a false-alarm rate of 1e-6
_PLAIN = "leaf 5"  # the function of the questions about one setting against another


@dataclass(frozen=True)
class Plan:
    """How much is asked.

    Attributes:
        sizes: the numbers of parts d of the question about limits.
        rotated: how many functions each d has besides "random", in turn; None is all of them.
        runs: the runs of a question about a limit; fewer than 26 cannot decide at a false-alarm rate of 1e-6.
        spread_runs: those of a question about the spread of runs.
    """

    sizes: tuple[int, ...]
    rotated: int | None
    runs: int
    spread_runs: int


PLANS = {
    "full": Plan((*range(1, LARGEST_TABLE + 1), 50), None, 28, 64),
    "standard": Plan((*range(1, LARGEST_TABLE + 1), 50), 1, 28, 48),
    "small": Plan((1, 2, 4), None, 28, 40),
}
"""The plans by name."""


@dataclass(frozen=True)
class Question:
    """A set function that a subject explains once for each seed.

    Attributes:
        check: what it is asked for, a name of `CHECKS`.
        function: the name of the set function, with d.
        d, n: numbers of parts and of masks.
        seeds: one for each run.
        options: what is not as in `OPTIONS`.
        masks: whether the masks of each run are kept.
    """

    check: str
    function: str
    d: int
    n: int
    seeds: tuple[int, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    masks: bool = False


def functions(plan: Plan, rng: int) -> dict[str, Any]:
    """The set functions of all questions by name: "leaf 5" is that of d = 5."""
    sizes = sorted({*plan.sizes, 4, 5, 6})  # those of the other questions, too
    drawn = {d: battery(d, np.random.default_rng([rng, d])) for d in sizes}
    return {f"{name} {d}": known.F for d, found in drawn.items() for name, known in found.items()}


def questions(subject: Subject, plan: Plan) -> list[Question]:
    """What a subject is asked, in the order in which it is."""
    asked = [*_settings(subject), *_spreads(subject, plan), *_limits(subject, plan)]
    return [one if one.d >= subject.fewest else replace(one, seeds=one.seeds[:1]) for one in asked]


def _limits(subject: Subject, plan: Plan) -> Iterator[Question]:
    """The functions of the battery at every size."""
    runs = plan.runs if subject.random else 1
    for d in plan.sizes:
        if d > subject.most:
            continue
        n = subject.n if d <= LARGEST_TABLE else 2 * subject.n
        for name in _asked_at(plan, d):
            yield Question("limit", f"{name} {d}", d, n, tuple(range(runs)), masks=subject.sees_masks and d <= 12)


def _asked_at(plan: Plan, d: int) -> list[str]:
    """The functions that are asked about at some d.

    >>> _asked_at(PLANS["standard"], 5), _asked_at(PLANS["standard"], 50)
    (['random', 'symmetric'], ['random', 'dummy', 'symmetric', 'constant', 'additive'])
    """
    names = list(battery(d, 0))
    if plan.rotated is None:
        return names
    others = [name for name in BATTERY if name != "random"]
    count = plan.rotated if d <= LARGEST_TABLE else _AT_LARGEST
    turn = [others[(count * d + place) % len(others)] for place in range(count)]
    return ["random", *(name for name in turn if name in names)]


def _settings(subject: Subject) -> Iterator[Question]:
    """Runs that differ in one setting, with the same seed."""
    plain = Question("seeds", _PLAIN, 5, subject.n, (0, 0, 1), masks=True)
    yield plain
    for labels in ("from 0", "from 1", "gaps") if "labels" in subject.takes else ():
        yield replace(plain, check="labels", options={"labels": labels}, seeds=tuple(range(_LABEL_RUNS)))
    for size in (1, 7, 1000) if "batch_size" in subject.takes else ():
        yield replace(plain, check="batch", options={"batch_size": size}, seeds=(0,))
    if "content" in subject.takes:
        content = {"content": "uneven"}
        yield replace(plain, check="content", options=content, seeds=tuple(range(6)))


def _spreads(subject: Subject, plan: Plan) -> Iterator[Question]:
    """Runs whose spread or mean is looked at."""
    seeds = tuple(range(100, 100 + plan.spread_runs))
    if subject.random:
        for n in (subject.n, 4 * subject.n):
            yield Question("rate", "leaf 6", 6, n, seeds, masks=subject.sees_masks)
    if subject.ridge is not None:
        yield Question("ridge", "additive 4", 4, 100, seeds, masks=subject.sees_masks)
    if "keep" in subject.takes:
        yield Question("selection", "parity 6", 6, subject.n, seeds, {"keep": 2})


def stored(F: Any) -> tuple[Any, list[Any]]:
    """A set function as a worker gets it: the table of its values, or None and leaves.

    >>> import limetheory as lt
    >>> stored(lt.Leaf(20, on=(0, 3), value=0.5))
    (None, [(0.5, [0, 3], [])])
    """
    if F.d <= LARGEST_TABLE:
        return tabulate(F, F.d).values, []
    return None, _leaves(F)


def _leaves(F: Any) -> list[Any]:
    if isinstance(F, Leaf):
        return [(float(F.value), sorted(map(int, F.on)), sorted(map(int, F.off)))]
    if isinstance(F, LeafSum):
        return [leaf for index in range(len(F)) for leaf in _leaves(F.leaf(index))] + [(float(F.intercept), [], [])]
    if isinstance(F, Multilinear):
        return [(float(value), sorted(map(int, part)), []) for part, value in F.terms.items()]
    if isinstance(F, Additive):
        return [(float(F.intercept), [], []), *((float(w), [j], []) for j, w in enumerate(F.weights))]
    raise TypeError(f"a function of many parts must be a sum of leaves, got {type(F).__name__}; give a table")
