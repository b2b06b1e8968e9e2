"""lem:shared-strata: sizes that share a stratum are drawn at random, and the masks of a size without replacement."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import drawn, library
from proofs_check.every_shared_sample import means
from proofs_check.exact import ONE, ZERO, Point, value
from proofs_check.notation import d as units
from proofs_check.notation import k as own
from proofs_check.shared import Outcome, Shared, Unit, average, chance_of, estimate, outcomes
from proofs_check.statement import Claim, Statement

# N_s is the symbol d, and m_s is k
others = sp.Symbol("o", integer=True, nonnegative=True)
places, draws = sp.symbols("m n", integer=True, positive=True)
"""How many masks of a size are at the other places; how many places the fold has, and the stratum."""
chance, share = sp.symbols("p P", positive=True)
"""p_s and P_s."""
_mark = sp.Symbol("t", positive=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The law of the fold given the others; then what each mask's y and g weigh on average over sizes and masks."""
    rest = claim["rest"]
    of_the_rest = _over_sizes(claim, claim["new"] * own / rest)
    of_the_others = _over_sizes(claim, claim["known"])
    generating = (1 - chance + chance * _mark) ** places
    return {
        "others as likely for all sizes of the fold": _orders(units, others) * _orders(rest, own)
        - _orders(units, others + own),
        "folds that have a mask of the rest": own * sp.binomial(rest, own) - rest * sp.binomial(rest - 1, own - 1),
        "places of a size": sp.diff(generating, _mark).subs(_mark, 1) - claim["mean"],
        "y of the rest": of_the_rest - share / units,
        "y of the others": of_the_others - share / units,
        "g of the rest": claim["added"] - of_the_rest,
        "g of the others": claim["added"] - of_the_others,
        "y with replacement": _over_sizes(claim, claim["again"] * own / units) - share / units,
        "with replacement as from endless masks": sp.limit(claim["new"], units, sp.oo) - claim["again"],
        "nothing is known of endless masks": sp.limit(claim["known"], units, sp.oo),
    }


def _over_sizes(claim: Claim, kernel: sp.Expr) -> sp.Expr:
    """The mean of an expression affine in m_s over the sizes of the fold's places."""
    constant, slope = kernel.subs(own, 0), sp.diff(kernel, own)
    if slope.has(own):
        raise ValueError(f"kernel must be affine in {own}, got {kernel}")
    return constant + slope * claim["mean"]


def _orders(population: sp.Expr, number: sp.Expr) -> sp.Expr:
    """How many ordered samples without replacement there are."""
    return sp.factorial(population) / sp.factorial(population - number)


def draw(rng: Random, d: int) -> Shared:
    """A size of d masks and one or two others, of which up to three masks are drawn, into folds of one or more."""
    sizes = (d, *(rng.choice((1, 2, 3, 3)) for _ in range(rng.randint(1, 2))))
    n = rng.choice((1, 2, 3, 3))
    count = min(n, rng.choice((1, 2, 2, 3)))
    chances = [rng.randint(1, 5) for _ in sizes]
    return Shared(
        d=d,
        values=tuple(tuple(drawn.rational(rng) for _ in range(size)) for size in sizes),
        law=tuple(Fraction(x, sum(chances)) for x in chances),
        shares=tuple(drawn.positive(rng) for _ in sizes),
        endless=tuple(int(size == 1 or rng.randrange(8) < (5 if size < n else 1)) for size in sizes),
        folds=tuple(rng.sample([i % count for i in range(n)], n)),
        kernel=tuple(tuple(drawn.rational(rng) for _ in range(sum(sizes) + 1)) for _ in range(sum(sizes))),
        table=drawn.set_function(rng, 3),
        masses=tuple(Fraction(rng.randint(1, 9)) for _ in range(4)),
        run=int(rng.randrange(16) == 0),
    )


def replaced(rng: Random, d: int) -> Shared:
    """An instance whose masks may be drawn again."""
    return replace(draw(rng, d), again=1)


def dependent(rng: Random, d: int) -> Shared:
    """An instance whose places all have one size, which is drawn once."""
    return replace(draw(rng, d), alike=1)


def peeking(rng: Random, d: int) -> Shared:
    """An instance whose surrogate of a fold is fitted to that fold too."""
    return replace(draw(rng, d), peeks=1)


def sorting(rng: Random, d: int) -> Shared:
    """An instance whose folds depend on the values."""
    return replace(draw(rng, d), sorts=1)


def lasting(instance: Shared) -> bool:
    """Whether no size that is drawn without replacement can run out."""
    pairs = zip(instance.values, instance.endless, strict=True)
    return all(endless or instance.n <= len(y) for y, endless in pairs)


def check(instance: Shared, claim: Claim) -> dict[str, Fraction]:
    """Every outcome of the sizes, the masks and the estimate, fold by fold and given the other folds."""
    everything, found = list(outcomes(instance)), dict[str, Fraction]()
    combined = [ZERO] * len(everything)
    for fold, part in instance.labels.items():
        given: dict[object, list[tuple[Outcome, Fraction]]] = defaultdict(list)
        for i, outcome in enumerate(everything):
            answer = estimate(instance, outcome, fold, _weights(instance, outcome, fold, claim))
            given[outcome.others(fold)].append((outcome, answer))
            combined[i] += part * answer
        answers = [average([(o.probability, x) for o, x in each]) for each in given.values()]
        found[f"mean given the folds other than {fold}"] = max(abs(x - instance.mean) for x in answers)
        found |= _law(instance, claim, fold, [[o for o, _ in each] for each in given.values()])
    pairs = [(o.probability, x) for o, x in zip(everything, combined, strict=True)]
    found["mean over all samples"] = average(pairs) - instance.mean
    return found


def _law(instance: Shared, claim: Claim, fold: int, given: list[list[Outcome]]) -> dict[str, Fraction]:
    """The sizes of a fold given the others, how many of them it has on average, and its orders given its sizes too."""
    off = defaultdict[str, list[Fraction]](list)
    for each in given:
        law, orders, behind = *_sizes(each, fold), each[0].others(fold)
        off["sizes"] += [p - chance_of(instance, sizes) for sizes, p in law.items()]
        off["places of a size"] += _mean_numbers(instance, claim, law)
        off["orders"] += [n - _continuations(instance, behind, sizes, claim) for sizes, n in orders.items()]
    return {f"{name} in fold {fold} given the others": max(map(abs, x)) for name, x in off.items()}


def _sizes(given: list[Outcome], fold: int) -> tuple[dict[tuple[int, ...], Fraction], Counter[tuple[int, ...]]]:
    """The probability of the sizes of a fold's places, and how many orders of masks have these sizes."""
    law, orders = defaultdict[tuple[int, ...], Fraction](Fraction), Counter[tuple[int, ...]]()
    total = sum((outcome.probability for outcome in given), ZERO)
    for outcome in given:
        sizes = tuple(size for size, _ in outcome.of(fold))
        law[sizes] += outcome.probability / total
        orders[sizes] += 1
    return law, orders


def _mean_numbers(instance: Shared, claim: Claim, law: dict[tuple[int, ...], Fraction]) -> list[Fraction]:
    m = len(next(iter(law)))
    return [
        sum((p * sizes.count(size) for sizes, p in law.items()), ZERO) - value(claim["mean"], {places: m, chance: p_s})
        for size, p_s in enumerate(instance.law)
    ]


def _continuations(instance: Shared, behind: tuple[Unit, ...], sizes: tuple[int, ...], claim: Claim) -> Fraction:
    """How many ordered samples the rest of the sizes allows a fold, by the claimed numbers of masks there."""
    number = ONE
    for size, m in Counter(sizes).items():
        population = len(instance.values[size])
        taken = sum(s == size for s, _ in behind)
        rest = value(claim["rest"], {units: population, others: taken})
        anew = instance.endless[size] or taken + m > population
        number *= population**m if anew else math.prod((rest - i for i in range(m)), start=ONE)
    return number


def _weights(instance: Shared, outcome: Outcome, fold: int, claim: Claim) -> list[dict[str, Fraction]]:
    """What g, a known residual and a new one count, size by size."""
    mine, behind = (Counter(s for s, _ in part) for part in (outcome.of(fold), outcome.others(fold)))
    found = []
    for size, (y, p, part) in enumerate(zip(instance.values, instance.law, instance.shares, strict=True)):
        point: Point = {
            units: len(y),
            others: behind[size],
            own: mine[size],
            places: mine.total(),
            draws: instance.n,
            chance: p,
            share: part,
        }
        weights = {name: value(claim[name], point) for name in ("added", "known")}
        weights["new"] = value(claim["new"], point) if mine[size] else ZERO
        if instance.endless[size]:
            weights |= {"known": ZERO, "new": value(claim["again"], point)}
        elif mine[size] + behind[size] > len(y):
            weights["whole"] = part / p * Fraction(mine[size], mine.total())
        found.append(weights)
    return found


def computed(instance: Shared) -> dict[str, library.Computed]:
    """The means of limetheory's own answers over all samples of a small design, for a few of the instances."""
    return means(instance) if instance.run else {}


_REST = units - others
_SCALE = share / chance

STATEMENT = Statement(
    label="lem:shared-strata",
    words="Where sizes share a stratum, a fold's masks stand for the rest of their sizes, and their sizes for the law.",
    latex=r"""
Let $n$ masks be drawn from a stratum of several sizes $s$ with $N_s$ masks $u$ each, with values $y_u$: first the size
of each place $1, \dots, n$, independently, $s$ with probability $p_s > 0$; then, given all sizes, the masks of a size
one after another without replacement, where $n \le N_s$, so that no size can run out. Let the places be dealt to folds
without regard to what is drawn. Take a fold of $m \ge 1$ places, of which $m_s$ have size $s$, and call $O_s$ the
$o_s$ masks of size $s$ at the other places. Given these of all sizes, the sizes of the fold's places are independent
with the same probabilities $p_s$, because the others are drawn in their order with probability
$\prod_s p_s^{o_s} (N_s - o_s)! / N_s!$ whatever these sizes are; and given these sizes too, the fold's masks of a size
are a uniform ordered sample without replacement of the $N'_s = N_s - o_s$ masks of the rest. Hence, if $g$ is any
function of the masks that depends on the other folds alone, with $r = y - g$,
\[
  T = \sum_s \frac{P_s}{N_s} \sum_{u \text{ of size } s} g(u) + \sum_{s:\, m_s > 0} \frac{m_s}{m} \frac{P_s}{p_s}
    \frac{1}{N_s} \Bigl( \sum_{u \in O_s} r(u)
    + \frac{N'_s}{m_s} \sum_{\substack{u \text{ in the fold,} \\ \text{of size } s}} r(u) \Bigr)
\]
has the mean $\sum_s P_s \bar y_s$ given the other folds, because $m_s$ has the mean $m p_s$; and so has the average of
this over the folds with fixed weights. If the masks of a size are drawn with replacement, $\frac{1}{m} \frac{P_s}{p_s}
\sum r(u)$ over the fold's masks of the size takes the place of its term, as if $N_s$ were infinite; a size of one mask
may be drawn so at any $n$.

This is what a stratum of several sizes adds to the estimate of Lemma~\ref{lem:stratified}, in the place of $P_h T_h$. A
size that can run out while its masks are drawn without replacement would spoil it: whether the others have a mask twice
would tell how often the fold has this size. Where the probability of that is above $10^{-6}$, the masks of such a size
are drawn with replacement; below, the mean can be off by no more than an event of at most this probability
contributes.""",
    source="new",
    code=(
        "limetheory/estimation/surrogates/cross_fitting.py",
        "limetheory/estimation/surrogates/along_lines.py",
        "limetheory/estimation/samples/strata.py",
    ),
    tests=("tests/estimation/samples/test_strata_sizes.py",),
    claim={
        "rest": _REST,
        "mean": places * chance,
        "added": share / units,
        "known": _SCALE * own / (places * units),
        "new": _SCALE * _REST / (places * units),
        "again": _SCALE / places,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"no size that is drawn without replacement can run out": lasting},
    without={
        "the sizes of the masks are independent": dependent,
        "masks of a size are drawn without replacement": replaced,
        "folds do not regard the values": sorting,
        "g depends on the other folds alone": peeking,
    },
    library=computed,
    mutants={
        "the whole size for its rest": {"rest": units, "new": _SCALE / places},
        "the share of all draws": {"known": _SCALE * (others + own) / (draws * units)},
        "each size alike": {"known": _SCALE / units},
        "the fold's masks of the size for its places": {"new": _SCALE * _REST / (own * units)},
        "the law forgotten": {"known": share * own / (places * units), "new": share * _REST / (places * units)},
        "residuals as with replacement": {"known": sp.S.Zero, "new": _SCALE / places},
        "g not added": {"added": sp.S.Zero},
    },
    holds="every m ≥ 1 and 0 ≤ m_s, o_s with o_s + m ≤ N_s",
    largest=5,
)
