"""lem:stratified: a fold of a stratified sample without replacement stands for the rest of its strata."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import drawn, library
from proofs_check.every_sample import means
from proofs_check.exact import ONE, ZERO, value
from proofs_check.notation import d as units
from proofs_check.statement import Claim, Statement
from proofs_check.stratified import Stratified, estimate, samples

# N is the symbol d
drawn_units, own = sp.symbols("n m", integer=True, positive=True)
"""How many of the N units of a stratum are drawn, and how many of them are in the fold."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Ordered samples are counted; then what each unit's y and g weigh on average, given the other folds."""
    rest, others = claim["rest"], drawn_units - own
    remaining = rest - own
    of_the_rest = claim["new"] * own / rest
    return {
        "others in order, then the fold": _orders(units, others) * _orders(rest, own) - _orders(units, drawn_units),
        "the fold leaves what is not drawn": remaining - (units - drawn_units),
        "folds that have a unit of the rest": own * sp.binomial(rest, own) - rest * sp.binomial(rest - 1, own - 1),
        "y of the rest": of_the_rest - 1 / units,
        "y of the others": claim["known"] - 1 / units,
        "g of the rest": claim["added"] - of_the_rest,
        "g of the others": claim["added"] - claim["known"],
        "exhausted: each y counts alike": (claim["new"] - claim["known"]).subs(drawn_units, units),
        "by the mean of g over the rest": claim["new"] * own - claim["added"] * rest,
    }


def _orders(population: sp.Expr, number: sp.Expr) -> sp.Expr:
    """How many ordered samples without replacement there are."""
    return sp.factorial(population) / sp.factorial(population - number)


def draw(rng: Random, d: int) -> Stratified:
    """A stratum of d units and one of three at most; folds of one unit or more of each that is not exhausted."""
    sizes = (d, rng.randint(1, 3))
    numbers = [rng.randint(1, size) for size in sizes]
    most = min((n for n, size in zip(numbers, sizes, strict=True) if n < size), default=max(numbers))
    count = rng.randint(1, min(3, most))
    folds = tuple(tuple(rng.sample([i % count for i in range(n)], n)) for n in numbers)
    values = tuple(tuple(drawn.rational(rng) for _ in range(size)) for size in sizes)
    kernel = tuple(tuple(drawn.rational(rng) for _ in range(sum(sizes) + 1)) for _ in range(sum(sizes)))
    return Stratified(
        d=d,
        values=values,
        shares=(drawn.positive(rng), drawn.positive(rng)),
        folds=folds,
        kernel=kernel,
        table=drawn.set_function(rng, 4),
        masses=tuple(Fraction(rng.randint(1, 9)) for _ in range(5)),
        run=int(rng.randrange(16) == 0),
    )


def replaced(rng: Random, d: int) -> Stratified:
    """An instance whose units may be drawn again."""
    return replace(draw(rng, d), again=1)


def peeking(rng: Random, d: int) -> Stratified:
    """An instance whose surrogate of a fold is fitted to that fold too."""
    return replace(draw(rng, d), peeks=1)


def sorting(rng: Random, d: int) -> Stratified:
    """An instance whose folds depend on the values."""
    return replace(draw(rng, d), sorts=1)


def missing(rng: Random, d: int) -> Stratified:
    """An instance whose first of two folds has no unit of the first stratum."""
    instance = draw(rng, d)
    return replace(instance, folds=((1,) * len(instance.folds[0]), (0,) * len(instance.folds[1])))


def represented(instance: Stratified) -> bool:
    """Whether each fold has a unit of each stratum that is not exhausted."""
    sampled = [labels for labels, y in zip(instance.folds, instance.values, strict=True) if len(labels) < len(y)]
    return all(set(labels) == set(instance.labels) for labels in sampled)


def check(instance: Stratified, claim: Claim) -> dict[str, Fraction]:
    """Every sample, order and outcome of the estimate, fold by fold and given the other folds."""
    target, found = instance.mean, dict[str, Fraction]()
    everything = list(samples(instance))
    combined = [ZERO] * len(everything)
    for fold, share in instance.labels.items():
        given: dict[object, list[Fraction]] = defaultdict(list)
        for i, (drawn_tuple, labels) in enumerate(everything):
            answer = estimate(instance, drawn_tuple, labels, fold, _weights(instance, labels, fold, claim))
            given[_others(drawn_tuple, labels, fold)].append(answer)
            combined[i] += share * answer
        found[f"mean given the folds other than {fold}"] = _furthest(target, map(_mean, given.values()))
        orders = _continuations(instance, fold, claim)
        found[f"orders of fold {fold} given the others"] = max(abs(len(each) - orders) for each in given.values())
    found["mean over all samples"] = _mean(combined) - target
    if all(len(labels) == len(y) for labels, y in zip(instance.folds, instance.values, strict=True)):
        found["exhausted"] = _furthest(target, combined)
    return found


def _weights(
    instance: Stratified, labels: tuple[tuple[int, ...], ...], fold: int, claim: Claim
) -> list[list[Fraction]]:
    """(added, known, new) of each stratum; new is of no use where the fold has nothing of a stratum."""
    found = []
    for of_stratum, y in zip(labels, instance.values, strict=True):
        point = {units: len(y), drawn_units: len(of_stratum), own: max(of_stratum.count(fold), 1)}
        found.append([value(claim[name], point) for name in ("added", "known", "new")])
    return found


def _others(drawn_tuple: tuple[tuple[int, ...], ...], labels: tuple[tuple[int, ...], ...], fold: int) -> object:
    """The units at the places of the other folds, in order."""
    pairs = zip(drawn_tuple, labels, strict=True)
    return tuple(tuple(u for u, k in zip(*each, strict=True) if k != fold) for each in pairs)


def _continuations(instance: Stratified, fold: int, claim: Claim) -> Fraction:
    """How many ordered samples the rest of the strata allows a fold, by the claimed numbers of units there."""
    number = ONE
    for labels, y in zip(instance.folds, instance.values, strict=True):
        m = labels.count(fold)
        rest = value(claim["rest"], {units: len(y), drawn_units: len(labels), own: m})
        number *= math.prod(rest - i for i in range(m))
    return number


def _mean(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, ZERO) / len(numbers)


def _furthest(target: Fraction, numbers: Iterator[Fraction] | list[Fraction]) -> Fraction:
    return max(abs(x - target) for x in numbers)


def computed(instance: Stratified) -> dict[str, library.Computed]:
    """The means of limetheory's own answers over all samples of a small design, for a few of the instances."""
    return means(instance) if instance.run else {}


_REST = units - drawn_units + own

STATEMENT = Statement(
    label="lem:stratified",
    words="A fold of the stratified sample stands for the rest of its strata: the cross-fitted mean is unbiased.",
    latex=r"""
Let $n$ of the $N$ units $u$ of a stratum, with values $y_u$, be drawn one after another without replacement, and let
the places $1, \dots, n$ be dealt to folds without regard to what is drawn. Take a fold of $m \ge 1$ places, and call
the units at the other places $O$. Given these, the fold is a uniform ordered sample without replacement of the
$N' = N - (n - m)$ units of the rest. Hence, if $g$ is any function of the units that depends on the other
folds alone,
\[
  T = \frac1N \Bigl( \sum_u g(u) + \sum_{u \in O} (y_u - g(u)) + \frac{N'}{m} \sum_{u \text{ in the fold}} (y_u - g(u))
    \Bigr)
  = \frac1N \sum_{u \in O} y_u + \frac{N'}{N} \Bigl( \frac{1}{N'} \sum_{u \notin O} g(u)
    + \frac1m \sum_{u \text{ in the fold}} (y_u - g(u)) \Bigr)
\]
has the mean of $y$ over the stratum as its mean given the other folds. Likewise $\sum_h P_h T_h$ over strata $h$ that
are drawn independently has the mean $\sum_h P_h \bar y_h$, where $g$ may depend on the other folds of every stratum and
each fold has a place in each stratum with $n < N$; and so has the average of this over the folds with fixed weights. If
$n = N$, then $T = \bar y$ in every sample.

With $y_u$ the terms $\pi \tilde z F$ of the masks of one size, $P_h$ the probability of the size and $\Sigma^{-1}$ of
Proposition~\ref{prop:gram-inverse}, this is the estimate of the coefficients that is shipped, which is therefore
unbiased at every $n$. Lines that leave out one mask at a time are the case $m = 1$, averaged over the masks of a
fold. In a stratum that is drawn with replacement $N$ is infinite, which is Proposition~\ref{prop:unbiased}. Strata of
several sizes are the subject of Lemma~\ref{lem:shared-strata}.""",
    source="new; simple random sampling: Cochran 1977, Theorem 2.1",
    code=(
        "limetheory/estimation/surrogates/cross_fitting.py",
        "limetheory/estimation/samples/strata.py",
        "limetheory/estimation/methods/adjusted.py",
        "limetheory/estimation/methods/unbiased.py",
    ),
    tests=("tests/estimation/surrogates/test_cross_fitting.py", "tests/estimation/methods/test_adjusted.py"),
    claim={"rest": _REST, "added": 1 / units, "known": 1 / units, "new": _REST / (units * own)},
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"each fold has a unit of each stratum that is not exhausted": represented},
    without={
        "each fold has a unit of each stratum that is not exhausted": missing,
        "units are drawn without replacement": replaced,
        "folds do not regard the values": sorting,
        "g depends on the other folds alone": peeking,
    },
    library=computed,
    mutants={
        "the whole stratum for its rest": {"rest": units, "new": 1 / own},
        "the others forgotten": {"known": sp.S.Zero},
        "what is not drawn for the rest": {"new": (units - drawn_units) / (units * own)},
        "the fold's mean misfit as with replacement": {"known": sp.S.Zero, "new": 1 / own},
        "g added over the rest alone": {"added": 1 / _REST},
        "g not added": {"added": sp.S.Zero},
    },
    holds="every 1 ≤ m ≤ n ≤ N",
    largest=5,
)
