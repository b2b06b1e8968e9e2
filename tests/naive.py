"""Reference implementations from the definitions: sums over all 2^d masks, exact fractions and 50-digit numbers.

Nothing here imports the package's designs or limits. A measure is a pair (law, weight) of arrays over the
2^d masks in the order Σ_j z_j 2^j; the functions named like designs build it from the definition.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations

import mpmath
import numpy as np

INF = math.inf


def masks(d: int) -> np.ndarray:
    return np.array([[index // 2**j % 2 for j in range(d)] for index in range(2**d)], bool)


def sizes(d: int) -> list[int]:
    return [int(mask.sum()) for mask in masks(d)]


def psi(t: float, nu: float) -> float:
    return math.exp(-((1 - math.sqrt(1 - t)) ** 2) / (2 * nu**2))


def ImageDesign(d, nu=0.25):
    return np.full(2**d, 0.5**d), np.array([psi(1 - k / d, nu) for k in sizes(d)])


def TextDesign(d, nu=0.25):
    law = [0 if k == d else 1 / (d * math.comb(d, k)) for k in sizes(d)]
    return np.array(law), np.array([psi(1 - k / d, nu) for k in sizes(d)])


def BernoulliDesign(d, p=0.5):
    return np.array([p**k * (1 - p) ** (d - k) for k in sizes(d)]), np.ones(2**d)


def ShapleyDesign(d):
    w = np.array([0 if k in (0, d) else (d - 1) / (math.comb(d, k) * k * (d - k)) for k in sizes(d)])
    return w / w.sum(), np.full(2**d, w.sum())


def SizeLawDesign(masses):
    d = len(masses) - 1
    w = np.array([masses[k] / math.comb(d, k) for k in sizes(d)])
    return w / w.sum(), np.full(2**d, w.sum())


def ProductDesign(keep, off=None):
    off = [1.0] * len(keep) if off is None else off
    drawn = [q * w / (q * w + 1 - q) for q, w in zip(keep, off, strict=True)]
    law = [math.prod(s if z else 1 - s for s, z in zip(drawn, mask, strict=True)) for mask in masks(len(keep))]
    weight = [math.prod(1 if z else w for w, z in zip(off, mask, strict=True)) for mask in masks(len(keep))]
    return np.array(law), np.array(weight)


def UnequalDesign(keep, log_weight=None):
    log_weight = [0.0] * (len(keep) + 1) if log_weight is None else log_weight
    law = [math.prod(p if z else 1 - p for p, z in zip(keep, mask, strict=True)) for mask in masks(len(keep))]
    return np.array(law), np.array([math.exp(log_weight[k]) for k in sizes(len(keep))])


def AreaDesign(areas, p=0.5, power=1.0, nu=0.25):
    low, high = 1e-30, 1e30
    for _ in range(300):
        scale = math.sqrt(low * high)
        keep = [scale * area**power / (1 + scale * area**power) for area in areas]
        low, high = (scale, high) if sum(keep) < p * len(areas) else (low, scale)
    return UnequalDesign(keep, [math.log(psi(1 - k / len(areas), nu)) for k in range(len(areas) + 1)])


def measure(name: str, args: tuple) -> tuple[np.ndarray, np.ndarray]:
    """(law, weight) of the design of that class and arguments."""
    return globals()[name](*args)


def exchangeable(d: int) -> list[tuple[str, tuple]]:
    """Class and arguments of one design of each exchangeable kind that has a limit with d ≥ 2 superpixels."""
    cases = [("ImageDesign", (d, nu)) for nu in (0.1, 0.25, 1.0, INF)]
    cases += [("TextDesign", (d, nu)) for nu in (0.25, INF)]
    cases += [("BernoulliDesign", (d, p)) for p in (0.5, 0.3)]
    return [*cases, ("SizeLawDesign", ([k % 3 + 0.5 * k for k in range(d + 1)],))]


def product(d: int) -> tuple[str, tuple]:
    return "ProductDesign", ([0.2 + 0.6 * j / d for j in range(d)], [1 / (1 + j) for j in range(d)])


def unequal(d: int) -> list[tuple[str, tuple]]:
    """Designs of independent coordinates with a weight of the size, which are neither exchangeable nor products."""
    areas = [1 + 3 * (j % 3) + j / d for j in range(d)]
    keep = [0.1 + 0.8 * j / d for j in range(d)]
    sparse = [-INF if k % 3 == 1 and k < d - 1 else (k % 4) / 2 for k in range(d + 1)]
    cases = [("AreaDesign", (areas, 0.5, 1.0, nu)) for nu in (0.1, 0.25, INF)]
    return [*cases, ("AreaDesign", (areas, 0.3, -0.5, 0.3)), ("UnequalDesign", (keep, sparse))]


def every(d: int) -> list[tuple[str, tuple]]:
    """`exchangeable`, a product design and KernelSHAP's."""
    return [*exchangeable(d), product(d), ("ShapleyDesign", (d,))]


def name(case: tuple[str, tuple]) -> str:
    return f"{case[0]}{case[1]}".replace(" ", "")


def moments(d: int, mass: np.ndarray, a: int, b: int) -> float:
    """E[π z_1…z_a (1−z_{a+1})…(1−z_{a+b})] from mass = law × weight."""
    return math.fsum(m for m, z in zip(mass, masks(d), strict=True) if z[:a].all() and not z[a : a + b].any())


def gram(d: int, mass: np.ndarray) -> np.ndarray:
    rows = np.column_stack([np.ones(2**d), masks(d)])
    return sum(m * np.outer(x, x) for m, x in zip(mass, rows, strict=True))


def inverse_gram(d: int, mass: np.ndarray) -> np.ndarray:
    """Σ^{-1} in exact fractions of the masses."""
    mass, rows = [Fraction(float(m)) for m in mass], np.column_stack([np.ones(2**d), masks(d)]).astype(int)
    matrix = [[sum(m for m, r in zip(mass, rows, strict=True) if r[i] and r[j]) for i in range(d + 1)]
              for j in range(d + 1)]  # fmt: skip
    columns = [solve(matrix, [Fraction(int(i == j)) for i in range(d + 1)]) for j in range(d + 1)]
    return np.array([[float(x) for x in column] for column in columns]).T


def solve(matrix: list[list], right: list) -> list:
    """Gaussian elimination in the arithmetic of the entries."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [entry / rows[i][i] for entry in rows[i]]
        for r in range(len(rows)):
            if r != i:
                factor = rows[r][i]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def regression(values, mass, ridge=0, efficient=False) -> tuple[np.ndarray, float]:
    """argmin Σ mass (F − β_0 − Σ β_j z_j)² + ridge Σ β_j², in exact fractions: (coefficients, intercept).

    ``efficient`` adds the constraints β_0 = F(0) and β_0 + Σ β_j = F(1), by Lagrange multipliers.
    """
    values, mass = [Fraction(float(v)) for v in values], [Fraction(float(m)) for m in mass]
    d = len(values).bit_length() - 1
    total = sum(mass)
    on = [[index >> j & 1 for index in range(2**d)] for j in range(d)]
    columns = [[1] * 2**d, *on]
    matrix = [[sum(m for m, x, y in zip(mass, u, v, strict=True) if x and y) / total for u in columns]
              for v in columns]  # fmt: skip
    right = [sum(m * f for m, f, x in zip(mass, values, u, strict=True) if x) / total for u in columns]
    for j in range(1, d + 1):
        matrix[j][j] += Fraction(float(ridge)) / total
    if efficient:
        constraints = [[1] + [0] * d, [1] * (d + 1)]
        for row, constraint in enumerate(zip(*constraints, strict=True)):
            matrix[row] = [*matrix[row], *constraint]
        matrix += [[*map(Fraction, constraint), 0, 0] for constraint in constraints]
        right += [values[0], values[-1]]
    solution = [float(x) for x in solve(matrix, right)]
    return np.array(solution[1 : d + 1]), solution[0]


def sigma_form(values, mass) -> np.ndarray:
    """The coefficients as Garreau & Mardaoui 2021 write them, with σ_0..σ_3 and c_d (prop:gram-inverse)."""
    d = len(values).bit_length() - 1
    a0, a1, a2 = (moments(d, mass, a, 0) for a in range(3))
    c = (d - 1) * a0 * a2 - d * a1**2 + a0 * a1
    s1, s2 = -a1, ((d - 2) * a0 * a2 - (d - 1) * a1**2 + a0 * a1) / (a1 - a2)
    s3 = (a1**2 - a0 * a2) / (a1 - a2)
    gamma = [(mass * values * z).sum() for z in masks(d).T]
    return np.array([s1 * (mass @ values) + s2 * g + s3 * (sum(gamma) - g) for g in gamma]) / c


def shapley(values) -> np.ndarray:
    """The Shapley value by its definition over all orders."""
    d = len(values).bit_length() - 1
    value = np.zeros(d)
    for order in permutations(range(d)):
        index = 0
        for j in order:
            value[j] += values[index | 1 << j] - values[index]
            index |= 1 << j
    return value / math.factorial(d)


def conditional_difference(values, law) -> np.ndarray:
    """E[F | z_j = 1] − E[F | z_j = 0]."""

    def mean(where):
        return (law * values)[where].sum() / law[where].sum()

    return np.array([mean(z) - mean(~z) for z in masks(len(values).bit_length() - 1).T])


class SizeMoments:
    """Moments of an exchangeable design from m_0..m_d by the textbook formulas, in mpmath's precision."""

    def __init__(self, masses: list, weights: list):
        self.m, self.weights, self.d = masses, weights, len(masses) - 1
        self.a0, self.a1, self.a2 = (self.alpha(a) for a in range(3))
        k1 = mpmath.fsum(k * m for k, m in enumerate(masses))
        k2 = mpmath.fsum(k * k * m for k, m in enumerate(masses))
        self.mean_size = k1 / self.a0
        self.size_variance = k2 / self.a0 - self.mean_size**2
        self.delta = self.a1 - self.a2
        self.c_d = (self.d - 1) * self.a0 * self.a2 - self.d * self.a1**2 + self.a0 * self.a1

    def alpha(self, a: int, b: int = 0):
        perm, d = math.perm, self.d
        ways = mpmath.fsum(m * (perm(k, a) * perm(d - k, b)) for k, m in enumerate(self.m))
        return ways / perm(d, a + b)

    def gram_inverse_entries(self) -> list:
        a0, a1, a2, d = self.a0, self.a1, self.a2, self.d
        s2 = ((d - 2) * a0 * a2 - (d - 1) * a1**2 + a0 * a1) / self.delta
        return [s / self.c_d for s in ((d - 1) * a2 + a1, -a1, s2, (a1**2 - a0 * a2) / self.delta)]

    def leverage(self, k: int):
        corner, border, diagonal, beside = self.gram_inverse_entries()
        return self.weights[k] * (corner + 2 * k * border + k * diagonal + k * (k - 1) * beside)


def precise(name: str, args: tuple) -> SizeMoments:
    """`SizeMoments` of a design in the current mpmath precision."""
    d, mpf, exp, sqrt = args[0], mpmath.mpf, mpmath.exp, mpmath.sqrt
    weights = [mpf(1)] * (d + 1)
    if name in ("ImageDesign", "TextDesign") and args[1] != INF:
        nu = mpf(args[1])
        weights = [exp(-((1 - sqrt(mpf(k) / d)) ** 2) / (2 * nu**2)) for k in range(d + 1)]
    if name == "TextDesign":
        law = [mpf(1) / d] * d + [mpf(0)]
    elif name == "ShapleyDesign":
        law = [mpf(0), *(mpf(d - 1) / (k * (d - k)) for k in range(1, d)), mpf(0)]
        total = mpmath.fsum(law)
        weights, law = [total] * (d + 1), [m / total for m in law]
    else:
        p = mpf(args[1] if name == "BernoulliDesign" else 0.5)
        law = binomial_law(d, p)
    return SizeMoments([x * w for x, w in zip(law, weights, strict=True)], weights)


def binomial_law(d: int, p) -> list:
    """C(d, k) p^k (1−p)^{d−k} for k = 0..d, by the exact recurrence of the binomial coefficients."""
    law, count, odds, term = [], 1, p / (1 - p), (1 - p) ** d
    for k in range(d + 1):
        law.append(count * term)
        count, term = count * (d - k) // (k + 1), term * odds
    return law


def hc3(rows, weights, targets, ridge=0.0) -> tuple[np.ndarray, np.ndarray]:
    """Weighted ridge regression and its HC3 standard errors, row after row, intercept first."""
    x = np.column_stack([np.ones(len(rows)), rows])
    penalty = np.diag([0.0] + [ridge] * (x.shape[1] - 1))
    inverse = np.linalg.inv(sum(w * np.outer(r, r) for w, r in zip(weights, x, strict=True)) + penalty)
    beta = inverse @ sum(w * r * t for w, r, t in zip(weights, x, targets, strict=True))
    meat = np.zeros_like(inverse)
    for w, r, t in zip(weights, x, targets, strict=True):
        residual = (t - r @ beta) / (1 - w * r @ inverse @ r)
        meat += (w * residual) ** 2 * np.outer(r, r)
    return beta, np.sqrt(np.diag(inverse @ meat @ inverse))


def whitened(case):
    """(law, π, u of every mask, w of the first superpixel) with E[π] = 1; efficient designs: coefficients of sum 0."""
    law, weight = measure(*case)
    d = len(law).bit_length() - 1
    weight = weight / (law @ weight)
    rows = np.column_stack([np.ones(2**d), masks(d)])
    kept = np.eye(d + 1)
    if case[0] == "ShapleyDesign":
        kept = np.block([[np.zeros((1, d + 1))], [np.zeros((d, 1)), np.eye(d) - 1 / d]])
    values, vectors = np.linalg.eigh(kept @ gram(d, law * weight) @ kept)
    regular = values > 1e-12
    root = (vectors[:, regular] / np.sqrt(values[regular])).T
    return law, weight, np.sqrt(weight)[:, None] * (rows @ kept @ root.T), root[:, 1]
