"""thm:quadratic: with real kernels its formulas are the regression on all pairs, for leaves, up to d = 100."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb

from flint import arb, arb_mat, ctx

import limetheory as lt
from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.grid import laws, those
from proofs_check.balls.laws import Law, binomials
from proofs_check.balls.leaves import Shape, shapes
from proofs_check.balls.moments import Moments, moments, total
from proofs_check.balls.precision import largest, narrow_together
from proofs_check.library import ACCURACY

Sets = tuple[int, ...]
"""How many superpixels of each group of a leaf a set has."""

Surrogate = Callable[[Moments, Shape], list[arb]]

RANGE = "d = 4…100; ν = 0.01…100, ∞; p = 0.01…0.9; σ = 0.3…∞"
WIDE_RANGE = "d = 4…50; ν = 0.25…100, ∞; p = 0.3, 0.5, 0.9; σ = 0.7…∞"
_NARROW = {"Image": 0.25, "Text": 0.25, "Bernoulli": 0.3, "Glime": 0.7}


def classes(shape: Shape, d: int) -> list[Sets]:
    """The empty set, one superpixel of a group, and pairs of groups that there are: each has one coefficient."""
    sizes = [size for _, size in shape.groups(d)]
    numbers = range(len(sizes))
    found = [_of((), len(sizes)), *(_of((i,), len(sizes)) for i in numbers)]
    pairs = (_of(pair, len(sizes)) for pair in combinations_with_replacement(numbers, 2))
    return found + [pair for pair in pairs if all(n <= size for n, size in zip(pair, sizes, strict=True))]


def _of(members: Sequence[int], groups: int) -> Sets:
    return tuple(members.count(i) for i in range(groups))


def unions(given: Sets, kind: Sets, sizes: Sequence[int]) -> list[int]:
    """How many sets of a kind have 0, 1 or 2 superpixels outside a given set."""
    counts = [1, 0, 0]
    for inside, chosen, size in zip(given, kind, sizes, strict=True):
        ways = [comb(size - inside, out) * comb(inside, chosen - out) for out in range(chosen + 1)]
        counts = [sum(counts[i - out] * ways[out] for out in range(min(i, chosen) + 1)) for i in range(3)]
    return counts


def of_leaf(m: Moments, shape: Shape, given: Sets) -> arb:
    """E[π g Π_{j∈T} z_j] of a leaf, for a set T."""
    names = [name for name, _ in shape.groups(m.d)]
    inside = dict(zip(names, given, strict=True))
    if inside.get("off", 0) or shape.on + shape.off + inside.get("other", 0) > m.d:
        return arb(0)
    return m.alpha(shape.on + inside.get("other", 0), shape.off)


def regression(m: Moments, shape: Shape) -> list[arb]:
    """The coefficient of each class by the normal equations."""
    kinds, sizes = classes(shape, m.d), [size for _, size in shape.groups(m.d)]
    alphas = [m.alpha(a) if a <= m.d else arb(0) for a in range(5)]
    rows = []
    for given in kinds:
        counted = (unions(given, kind, sizes) for kind in kinds)
        rows.append([total(n * alphas[sum(given) + out] for out, n in enumerate(counts)) for counts in counted])
    right = arb_mat([[of_leaf(m, shape, given)] for given in kinds])
    solution = arb_mat(rows).solve(right)
    return [solution[i, 0] for i in range(len(kinds))]


def _by_size(m: Moments, on: int, off: int) -> list[arb]:
    """Σ of the masses of the masks of each size with given superpixels on and off."""
    found = [arb(0)] * (m.d + 1)
    if on + off <= m.d:
        for k, count in enumerate(binomials(m.d - on - off)):
            found[on + k] = count * m.w[on + k]
    return found


def _solved(norms: Sequence[arb], right: Sequence[arb]) -> list[arb]:
    """The 2 × 2 system with the entries norms_0, norms_1; norms_1, norms_2."""
    solution = arb_mat([list(norms[:2]), list(norms[1:])]).solve(arb_mat([[x] for x in right]))
    return [solution[i, 0] for i in range(2)]


def of_sizes(m: Moments, values: Sequence[arb]) -> list[arb]:
    """(t_0, t_1, t_2) from E[π F 1{K = k}]."""
    basis = [(1, k, k * (k - 1) // 2) for k in range(m.d + 1)]
    matrix = [
        [total(w * f[i] * f[j] for w, f in zip(m.masses, basis, strict=True)) for j in range(3)] for i in range(3)
    ]
    right = [[total(x * f[i] for x, f in zip(values, basis, strict=True))] for i in range(3)]
    solution = arb_mat(matrix).solve(arb_mat(right))
    return [solution[i, 0] for i in range(3)]


def of_superpixel(m: Moments, values: Sequence[arb], own: Sequence[arb]) -> list[arb]:
    """(u_j, v_j) from E[π F 1{K = k}] and E[π z_j F 1{K = k}]."""
    d = m.d
    within = [w * k * (d - k) / (d * (d - 1)) for k, w in enumerate(m.masses)]
    norms = [total(x * arb(k - 1) ** p for k, x in enumerate(within)) for p in range(3)]
    contrasts = [y - x * k / d for k, (x, y) in enumerate(zip(values, own, strict=True))]
    return _solved(norms, [total(x * arb(k - 1) ** p for k, x in enumerate(contrasts)) for p in range(2)])


def pure_norm(m: Moments) -> arb:
    """λ, a sum of non-negative terms."""
    d = m.d
    terms = (w * k * (k - 1) * (d - k) * (d - k - 1) for k, w in enumerate(m.masses))
    return total(terms) / (d * (d - 1) * (d - 2) * (d - 3))


def pure(m: Moments, shape: Shape, norm: Callable[[Moments], arb] = pure_norm) -> dict[Sets, arb]:
    """G_ij of a pair of each class."""
    d, sizes, kinds = m.d, [size for _, size in shape.groups(m.d)], classes(shape, m.d)
    groups = range(len(sizes))
    found = {kind: of_leaf(m, shape, kind) for kind in kinds if sum(kind) == 2}

    def others(i: int) -> arb:
        """R_i of a superpixel of group i."""
        return total((sizes[j] - (i == j)) * found.get(_of((i, j), len(sizes)), arb(0)) for j in groups)

    rows = [others(i) for i in groups]
    everything = total(size * row for size, row in zip(sizes, rows, strict=True)) / ((d - 1) * (d - 2))
    own = {kind: total(n * row for n, row in zip(kind, rows, strict=True)) for kind in found}
    return {kind: (x - own[kind] / (d - 2) + everything) / norm(m) for kind, x in found.items()}


def stated(m: Moments, shape: Shape, pairs: Callable[[Moments, Shape], dict[Sets, arb]] = pure) -> list[arb]:
    """The coefficient of each class by thm:quadratic."""
    values, names = _by_size(m, shape.on, shape.off), [name for name, _ in shape.groups(m.d)]
    shown = {"on": values, "off": [arb(0)] * (m.d + 1), "other": _by_size(m, shape.on + 1, shape.off)}
    t, each = of_sizes(m, values), [of_superpixel(m, values, shown[name]) for name in names]
    found = [t[0], *(t[1] + level for level, _ in each)]
    for kind, x in pairs(m, shape).items():
        found.append(t[2] + total(n * growth for n, (_, growth) in zip(kind, each, strict=True)) + x)
    return found


def _chosen(largest_d: int, wide: bool = False) -> tuple[Law, ...]:
    """The designs that are not efficient, of 4 to so many superpixels; wide ones hardly repeat a size."""
    return those(
        laws(),
        lambda law: (
            4 <= law.d <= largest_d and law.parameter is not None and (not wide or law.parameter >= _NARROW[law.design])
        ),
    )


def is_regression(formula: Surrogate = stated) -> str:
    """The formulas solve the normal equations of all pairs, by elimination."""
    radii: list[arb] = []
    for law in _chosen(100):
        for shape in shapes(law.d):
            solved = narrow_together(lambda law=law, shape=shape: regression(moments(law), shape))
            claimed = narrow_together(lambda law=law, shape=shape: formula(moments(law), shape))
            for one, other in zip(claimed, solved, strict=True):
                certify(one.overlaps(other), f"surrogate of {shape} under {law} by both ways", f"{one} and {other}")
            radii.append(largest([ball.rad() for ball in solved]) / largest(solved).lower())
    return f"{len(radii)} surrogates, radius {largest(radii).str(1, radius=False)} of the largest coefficient at most"


def norms_agree(textbook: Callable[[Moments], arb] = lambda m: m.alpha(2) - 2 * m.alpha(3) + m.alpha(4)) -> str:
    """λ = α_2 − 2 α_3 + α_4 > 0."""
    chosen = _chosen(100)
    for law in chosen:
        one, other = narrow_together(lambda law=law: [pure_norm(moments(law)), textbook(moments(law))])
        certify(one.overlaps(other) and bool(one > 0), f"λ under {law} by both ways", f"{one} and {other}")
    return f"{len(chosen)} designs"


def computed(law: Law, shape: Shape) -> list[float]:
    """`limetheory.quadratic_limit` of a leaf, in the order of `classes`."""
    on, off = list(range(shape.on)), list(range(shape.on, shape.on + shape.off))
    found = lt.quadratic_limit(lt.Leaf(law.d, on=on, off=off), law.library())
    members = {"on": on, "off": off, "other": list(range(shape.on + shape.off, law.d))}
    groups = [members[name] for name, _ in shape.groups(law.d)]
    numbers = [found.intercept, *(found.coefficients[group[0]] for group in groups)]
    for kind in classes(shape, law.d)[1 + len(groups) :]:
        i, j = (j for group, n in zip(groups, kind, strict=True) for j in group[:n])
        numbers.append(found.interactions[i, j])
    return list(map(float, numbers))


def is_accurate(returned: Callable[[Law, Shape], list[float]] = computed, most: Fraction = ACCURACY) -> str:
    """What limetheory returns is within its promise of the largest of the leaf's coefficients and values."""
    errors: list[arb] = []
    for law in _chosen(50, wide=True):
        for shape in shapes(law.d):
            true = narrow_together(lambda law=law, shape=shape: regression(moments(law), shape))
            scale = arb.max(largest(true), arb(1))
            found = returned(law, shape)
            with ctx.workprec(256):
                errors += [abs(arb(x) - ball) / scale for x, ball in zip(found, true, strict=True)]
            allowed = arb(most.numerator) / most.denominator
            certify(all(bool(x < allowed) for x in errors), f"digits of {shape} under {law}", largest(errors).str(5))
    return f"an error of {largest(errors).str(2, radius=False)} at most, {len(errors)} values"


CERTIFICATES = (
    Certificate("the surrogate's coefficients = solution of the normal equations", RANGE, is_regression),
    Certificate("λ = α_2 − 2 α_3 + α_4 > 0", RANGE, norms_agree),
    Certificate("float64 surrogate within 1e-11", WIDE_RANGE, is_accurate),
)
