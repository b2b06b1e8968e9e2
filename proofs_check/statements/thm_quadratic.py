"""thm:quadratic: the limit of a surrogate with all pairs, in three parts that the symmetries keep apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import combinations
from math import comb
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, library
from proofs_check.exact import ZERO, solve, value
from proofs_check.notation import d, k
from proofs_check.statement import Claim, Statement
from proofs_check.world import EXCHANGEABLE, World, tilted

constant, line, bend = sp.symbols("t_0 t_1 t_2")
"""The function t_0 + t_1 K + t_2 K (K − 1) / 2 of the size."""

level_i, level_j, growth_i, growth_j = sp.symbols("u_i u_j v_i v_j")
"""Of Σ_j (u_j + v_j (K − 1)) (z_j − K/d)."""

moment, row_i, row_j, all_rows, norm, pair = sp.symbols("M_ij R_i R_j T lambda G_ij")
"""E[π z_i z_j F], its sums over j and over all, λ, and the pure pair."""


def _share(active: int, inactive: int) -> sp.Expr:
    """The share of the masks of size k with given superpixels active and inactive."""
    return sp.ff(k, active) * sp.ff(d - k, inactive) / sp.ff(d, active + inactive)


def _mean(claim: Claim, others: int) -> sp.Expr:
    """E[p_ij z_l z_m … | K = k], with so many further superpixels active."""
    cases = ((claim["both"], 2, 0, 1), (claim["one"], 1, 1, 2), (claim["none"], 0, 2, 1))
    return sum(times * part * _share(on + others, off) for part, on, off, times in cases)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The contrasts are orthogonal within each size, their norms, and the surrogate's coefficients."""
    both, one, none = claim["both"], claim["one"], claim["none"]
    centre = k * (k - 1) / ((d - 1) * (d - 2))
    same = both * _share(2, 0)
    sharing = both * _share(3, 0) + one * _share(2, 1)
    own = {sp.Symbol("z_j"): _share(1, 0) - k / d * _share(1, 0), sp.Symbol("z_l"): _share(2, 0) - (k / d) ** 2}
    at_pair = constant + 2 * line + bend + level_i + growth_i + level_j + growth_j + pair
    other = claim["coefficient"].subs({level_j: level_i})
    centred = moment - (row_i + row_j) / (d - 2) + all_rows / ((d - 1) * (d - 2))
    return {
        "p_ij = z_i z_j − …: both": both - (1 - 2 * (k - 1) / (d - 2) + centre),
        "p_ij = z_i z_j − …: one": one - (centre - (k - 1) / (d - 2)),
        "p_ij = z_i z_j − …: none": none - centre,
        "p_ij against functions of the size": _mean(claim, 0),
        "p_ij against z_i": same + one * _share(1, 1),
        "p_ij against z_l": _mean(claim, 1),
        "p_ij against Σ G z z": same - 2 * sharing + _mean(claim, 2) - claim["norm"],
        "c_j against z_j − z_l": own[sp.Symbol("z_j")] - own[sp.Symbol("z_l")] - claim["own"],
        "one superpixel": constant + line + level_j - (constant + claim["coefficient"]),
        "two superpixels": at_pair - (constant + other + claim["coefficient"] + claim["interaction"]),
        "G from the moments": claim["pair"] * norm - centred,
    }


def _mean_of(world: World, function: Callable[[int], Fraction]) -> Fraction:
    """E[π F g] for a function g of masks."""
    return brute.integral(world.weights, [x * function(mask) for mask, x in enumerate(world.table)])


def _by_size(world: World) -> list[Fraction]:
    """m_k = C(d, k) w(k)."""
    return [comb(world.d, size) * mass for size, mass in enumerate(world.masses)]


def _of_sizes(world: World) -> list[Fraction]:
    """(t_0, t_1, t_2)."""
    rows = [(m, (1, n, n * (n - 1) // 2)) for n, m in enumerate(_by_size(world))]
    matrix = [[sum((m * f[i] * f[j] for m, f in rows), ZERO) for j in range(3)] for i in range(3)]

    def basis(mask: int, i: int) -> Fraction:
        return Fraction(rows[mask.bit_count()][1][i])

    return solve(matrix, [_mean_of(world, partial(basis, i=i)) for i in range(3)])


def _of_superpixel(world: World, j: int, claim: Claim) -> list[Fraction]:
    """(u_j, v_j)."""
    norms = [m * value(claim["own"], {d: world.d, k: size}) for size, m in enumerate(_by_size(world))]
    powers = [sum((x * (size - 1) ** p for size, x in enumerate(norms)), ZERO) for p in range(3)]

    def contrast(mask: int, power: int) -> Fraction:
        size = mask.bit_count()
        return (brute.shows(mask, j) - Fraction(size, world.d)) * Fraction(size - 1) ** power

    return solve([powers[:2], powers[1:]], [_mean_of(world, partial(contrast, power=power)) for power in range(2)])


def _norm(world: World, claim: Claim) -> Fraction:
    """λ, from its value by size."""
    return sum((m * value(claim["norm"], {d: world.d, k: n}) for n, m in enumerate(_by_size(world))), ZERO)


def _pure(world: World, claim: Claim) -> dict[tuple[int, int], Fraction]:
    """G_ij by the moments M_ij."""
    pairs = list(combinations(range(world.d), 2))
    products = [w * x for w, x in zip(world.weights, world.table, strict=True)]
    found = {part: brute.moment(products, part) for part in pairs}
    rows = [sum((x for p, x in found.items() if j in p), ZERO) for j in range(world.d)]
    fixed = {d: world.d, all_rows: sum(rows), norm: _norm(world, claim)}

    def at(i: int, j: int) -> Fraction:
        return value(claim["pair"], {**fixed, moment: found[i, j], row_i: rows[i], row_j: rows[j]})

    return {p: at(*p) for p in pairs}


def surrogate(world: World, claim: Claim) -> list[Fraction]:
    """The intercept, the coefficients and the interactions in the order of pairs, by the statement."""
    t = dict(zip((constant, line, bend), _of_sizes(world), strict=True))
    of_each = [_of_superpixel(world, j, claim) for j in range(world.d)]
    coefficients = [value(claim["coefficient"], {**t, level_j: u}) for u, _ in of_each]

    def interaction(i: int, j: int, pure: Fraction) -> Fraction:
        return value(claim["interaction"], {**t, growth_i: of_each[i][1], growth_j: of_each[j][1], pair: pure})

    return [t[constant], *coefficients, *(interaction(*p, pure) for p, pure in _pure(world, claim).items())]


def regression(world: World) -> list[Fraction]:
    """The same by weighted least squares on 1, z_j and z_i z_j over all masks."""
    parts = _parts(world.d)
    matrix = [[brute.moment(world.weights, {*one, *other}) for other in parts] for one in parts]
    products = [w * x for w, x in zip(world.weights, world.table, strict=True)]
    return solve(matrix, [brute.moment(products, part) for part in parts])


def _parts(size: int) -> list[tuple[int, ...]]:
    return [(), *((j,) for j in range(size)), *combinations(range(size), 2)]


def check(world: World, claim: Claim) -> dict[str, Fraction]:
    """The surrogate against least squares, and p_12's mean against its moments."""
    by_active = (claim["none"], claim["one"], claim["both"])

    def contrast(mask: int) -> Fraction:
        return value(by_active[(mask & 3).bit_count()], {d: world.d, k: mask.bit_count()})

    return {
        **brute.differences(surrogate(world, claim), regression(world), "quadratic"),
        "E[π p_12 F]": _mean_of(world, contrast) - _norm(world, claim) * _pure(world, claim)[0, 1],
    }


def computed(world: World) -> dict[str, library.Computed]:
    """`limetheory.quadratic_limit` of the table of F, where no size outweighs the others a thousand times."""
    masses = [m for m in _by_size(world) if m]
    if len(masses) < 3 or max(masses) > 1000 * min(masses):
        return {}
    found = lt.quadratic_limit(library.set_function(world.table), library.size_law(world))
    pairs = (found.interactions[pair] for pair in _parts(world.d)[world.d + 1 :])
    exact, largest = regression(world), library.height(world.table)
    numbers = (found.intercept, *found.coefficients, *pairs)
    return {"lt.quadratic_limit": library.Computed.of(numbers, exact, max(largest, *map(abs, exact)))}


INNER = "two of them between 1 and d − 1"


def with_one_inner_size(rng: Random, size: int) -> World:
    """An instance with mass on the empty mask, on the full one and on masks of one size between."""
    world = World.drawn(rng, size)
    kept = (0, rng.randrange(size + 1), size)
    return replace(world, masses=tuple(Fraction(k in kept) for k in range(size + 1)))


STATEMENT = Statement(
    label="thm:quadratic",
    words="The limit with all pairs: a function of the size, two numbers a superpixel, and pure pairs, each by itself.",
    latex=r"""
Let the design be exchangeable with masses $m_k = \binom{d}{k} w(k)$ of the sizes, of which three carry mass, two of
them between $1$ and $d-1$ and one between $2$ and $d-2$, $d \ge 4$. The minimiser of
$\mathbb{E}\bigl[\pi\,(F - b - \sum_j a_j z_j - \sum_{i<j} q_{ij} z_i z_j)^2\bigr]$ is unique, and
\[
  b = t_0, \qquad a_j = t_1 + u_j, \qquad q_{ij} = t_2 + v_i + v_j + G_{ij},
\]
where $t_0 + t_1 K + t_2 K(K-1)/2$ is the weighted regression of $F$ on functions of the size; $(u_j, v_j)$ solves the
$2 \times 2$ system with entries $\sum_k m_k \frac{k(d-k)}{d(d-1)} (k-1)^{0, 1, 2}$ and the right-hand side
$\mathbb{E}[\pi F (z_j - K/d)(K-1)^{0, 1}]$; and, with $M_{ij} = \mathbb{E}[\pi z_i z_j F]$,
$R_i = \sum_{j \ne i} M_{ij}$ and $T = \sum_i R_i$,
\[
  G_{ij} = \frac{1}{\lambda} \Bigl( M_{ij} - \frac{R_i + R_j}{d-2} + \frac{T}{(d-1)(d-2)} \Bigr), \qquad
  \lambda = \sum_k m_k \frac{k(k-1)(d-k)(d-k-1)}{d(d-1)(d-2)(d-3)} .
\]
The bracket is $\mathbb{E}[\pi p_{ij} F]$ with $p_{ij} = z_i z_j - (z_i + z_j)\frac{K-1}{d-2}
+ \frac{K(K-1)}{(d-1)(d-2)}$, which within each size is orthogonal to $1$ and to every $z_l$.""",
    source="new; at Shapley's weights with the ends met: Tsai, Yeh & Ravikumar 2023 (Faith-Shap)",
    code=(
        "limetheory/limits/quadratic.py",
        "limetheory/limits/quadratic_sizes.py",
        "limetheory/limits/size_polynomials.py",
    ),
    tests=("tests/limits/test_quadratic.py",),
    claim={
        "both": (d - k) * (d - k - 1) / ((d - 1) * (d - 2)),
        "one": -(k - 1) * (d - k - 1) / ((d - 1) * (d - 2)),
        "none": k * (k - 1) / ((d - 1) * (d - 2)),
        "norm": k * (k - 1) * (d - k) * (d - k - 1) / (d * (d - 1) * (d - 2) * (d - 3)),
        "own": k * (d - k) / (d * (d - 1)),
        "coefficient": line + level_j,
        "interaction": bend + growth_i + growth_j + pair,
        "pair": (moment - (row_i + row_j) / (d - 2) + all_rows / ((d - 1) * (d - 2))) / norm,
    },
    identities=identities,
    draw=World.drawn,
    check=check,
    assumptions={
        "three sizes carry mass": lambda world: sum(map(bool, world.masses)) >= 3,
        INNER: lambda world: sum(map(bool, world.masses[1:-1])) >= 2,
        "one of them between 2 and d − 2": lambda world: any(world.masses[2:-2]),
    },
    without={EXCHANGEABLE: tilted(World.drawn), INNER: with_one_inner_size},
    library=computed,
    holds="every d ≥ 4",
    largest=6,
    mutants={
        "pairs not centred": {"pair": moment / norm},
        "rows counted once": {"pair": (moment - row_i / (d - 2) + all_rows / ((d - 1) * (d - 2))) / norm},
        "λ of p_ij itself": {"norm": k * (k - 1) * (d - k) * (d - k - 1) / (d * (d - 1) ** 2 * (d - 2))},
        "one of the other sign": {"one": (k - 1) * (d - k - 1) / ((d - 1) * (d - 2))},
        "the variance of z_j for c_j": {"own": k * (d - k) / d**2},
        "a growth left out": {"interaction": bend + growth_i + pair},
        "a coefficient without the line": {"coefficient": level_j},
    },
)
