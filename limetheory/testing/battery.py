"""The battery: named set functions whose limit, dummy parts and symmetric parts are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer
from limetheory.limits import Additive, Leaf, LeafSum, Multilinear, SetFunction, exclusive_or
from limetheory.registry import Registry

LARGEST_TABLE = 12
"""The largest d at which all parts interact in the random, the pairwise and the parity function; a convention."""
_INTERACTING = 8  # parts that do at larger d, where `asymptotic_covariance` sums over 2^8 (d − 7) types of masks
_ORDER = 4  # the most parts in a term of the random and the parity function there


@dataclass(frozen=True, eq=False)
class KnownFunction:
    """A set function with values in [0, 1] whose limit has a closed form, and what is known of its parts.

    Attributes:
        name: its name in `BATTERY`.
        F: the set function, which `limetheory.limit` takes: callable (n, d) bool → (n,).
        dummies: the parts that F does not depend on.
        symmetric: sets of parts that may be exchanged without changing F, each of two parts or more.

    >>> import limetheory as lt
    >>> known = battery(5, rng=0)["leaf"]
    >>> known.dummies, known.symmetric
    ((1,), ((0, 2), (3, 4)))
    >>> lt.limit(known.F, lt.BernoulliDesign(5)).coefficients.round(12).tolist()
    [0.125, 0.0, 0.125, -0.125, -0.125]
    """

    name: str
    F: Any
    dummies: tuple[int, ...] = ()
    symmetric: tuple[tuple[int, ...], ...] = ()

    @property
    def d(self) -> int:
        """Number of parts."""
        return int(self.F.d)


@dataclass(frozen=True)
class BatteryRow:
    """A row of `BATTERY`: what the function shows, how it is drawn, and the fewest parts that it needs.

    Attributes:
        summary: what an explanation of the function shows.
        draw: (d, numpy.random.Generator) → `KnownFunction`.
        fewest: the fewest parts.
    """

    summary: str
    draw: Callable[[int, np.random.Generator], KnownFunction]
    fewest: int = 1


def battery(d: int, rng: Any = None) -> dict[str, KnownFunction]:
    """A random set function of every row of `BATTERY` that d parts are enough for, by its name.

    All have values in [0, 1]. `limetheory.limit` and `limetheory.asymptotic_covariance` take all of them: up to d = 12
    in closed form or by enumeration, at larger d in closed form.

    Args:
        d: number of parts, at least 1.
        rng: None, an int or a numpy.random.Generator (SPEC 7).

    >>> list(battery(50, rng=0))
    ['additive', 'leaf', 'pairwise', 'parity', 'random', 'dummy', 'symmetric', 'constant']
    >>> list(battery(1, rng=0))
    ['additive', 'leaf', 'parity', 'random', 'constant']
    """
    d, rng = integer("d", d, 1), generator(rng)
    return {name: row.draw(d, rng) for name, row in BATTERY.items() if row.fewest <= d}


def _additive(d: int, rng: np.random.Generator) -> KnownFunction:
    weights = rng.choice([-1.0, 1.0], d) * rng.uniform(0.5, 1.5, d)
    weights /= np.abs(weights).sum()
    return KnownFunction("additive", Additive(weights, float(-weights[weights < 0].sum())))


def _leaf(d: int, rng: np.random.Generator) -> KnownFunction:
    """Two parts that must be shown and two that must be hidden, fewer of few parts."""
    order, size = rng.permutation(d).tolist(), min(2, (d + 1) // 2)
    on, off, rest = order[:size], order[size : 2 * size], order[2 * size :]
    return KnownFunction("leaf", Leaf(d, on=on, off=off), _parts(rest), _groups(on, off, rest))


def _pairwise(d: int, rng: np.random.Generator) -> KnownFunction:
    order = rng.permutation(d).tolist()
    chain = order if d <= LARGEST_TABLE else order[:_INTERACTING]
    pairs = list(pairwise(chain))
    return KnownFunction("pairwise", _of_terms(d, [*((j,) for j in range(d)), *pairs], rng))


def _parity(d: int, rng: np.random.Generator) -> KnownFunction:
    if d <= LARGEST_TABLE:
        return KnownFunction("parity", exclusive_or(d), (), _groups(range(d)))
    members = sorted(rng.permutation(d)[:_ORDER].tolist())
    rest = sorted(set(range(d)) - set(members))
    terms = {part: -0.5 * (-2.0) ** len(part) for part in _subsets(members) if part}
    return KnownFunction("parity", Multilinear(d, terms), _parts(rest), _groups(members, rest))


def _random(d: int, rng: np.random.Generator) -> KnownFunction:
    if d <= LARGEST_TABLE:
        return KnownFunction("random", SetFunction(rng.random(1 << d)))
    members = rng.permutation(d)[:_INTERACTING].tolist()
    terms = [tuple(part) for part in _subsets(members) if 2 <= len(part) <= _ORDER]
    return KnownFunction("random", _of_terms(d, [*((j,) for j in range(d)), *terms], rng))


def _dummy(d: int, rng: np.random.Generator) -> KnownFunction:
    """Half of the parts are dummies; all pairs of up to six of the others interact."""
    order = rng.permutation(d).tolist()
    active, idle = order[: (d + 1) // 2], order[(d + 1) // 2 :]
    pairs = [(i, j) for i in active[:6] for j in active[:6] if i < j]
    F = _of_terms(d, [*((j,) for j in active), *pairs], rng)
    return KnownFunction("dummy", F, _parts(idle), _groups(idle))


def _symmetric(d: int, rng: np.random.Generator) -> KnownFunction:
    """Half for showing all of up to three parts, and half for hiding all of up to three others."""
    order, size = rng.permutation(d).tolist(), min(3, max(d // 2, 1))
    shown, hidden, rest = order[:size], order[size : 2 * size], order[2 * size :]
    F = LeafSum(d, [Leaf(d, on=shown, value=0.5), Leaf(d, off=hidden, value=0.5)])
    return KnownFunction("symmetric", F, _parts(rest), _groups(shown, hidden, rest))


def _constant(d: int, rng: np.random.Generator) -> KnownFunction:
    return KnownFunction("constant", Additive(np.zeros(d), 0.5), tuple(range(d)), _groups(range(d)))


def _of_terms(d: int, sets: Iterable[tuple[int, ...]], rng: np.random.Generator) -> Multilinear:
    """Σ_T a_T Π_{j∈T} z_j with random signs, and with values in [0, 1] since Σ |a_T| = 1."""
    terms = {frozenset(one): float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5)) for one in sets}
    total = sum(map(abs, terms.values()))
    scaled: Mapping[frozenset[int], float] = {one: value / total for one, value in terms.items()}
    return Multilinear(d, {**scaled, frozenset(): -sum(value for value in scaled.values() if value < 0)})


def _subsets(members: list[int]) -> list[frozenset[int]]:
    return [frozenset(j for i, j in enumerate(members) if index >> i & 1) for index in range(1 << len(members))]


def _parts(members: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(members))


def _groups(*groups: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """The groups of two parts or more."""
    return tuple(found for found in map(_parts, groups) if len(found) > 1)


BATTERY: Registry[BatteryRow] = Registry(
    "battery function",
    {
        "additive": BatteryRow("a weight for each part, which every design gives back", _additive),
        "leaf": BatteryRow("parts that must be shown and parts that must be hidden", _leaf),
        "pairwise": BatteryRow("weights, and interactions of pairs", _pairwise, 2),
        "parity": BatteryRow("whether an odd number of parts is shown: the highest order of interaction", _parity),
        "random": BatteryRow("interactions of every order", _random),
        "dummy": BatteryRow("half of the parts have no influence", _dummy, 2),
        "symmetric": BatteryRow("groups of parts that may be exchanged", _symmetric, 2),
        "constant": BatteryRow("no part has influence", _constant),
    },
    row=BatteryRow,
    columns=("summary",),
)
"""The set functions of the battery by name."""
