"""The limit under an exchangeable design in arb's ball arithmetic, from sums of F over the masks of each size.

Written from the definition: normal equations of Σ_z w(|z|) (F(z) − β_0 − Σ β_j z_j)², w(k) = m_k / C(d, k), whose
symmetry leaves the total Σ_j β_j and each deviation from its mean. Nothing here imports the package.
"""

import math
from functools import cache

from flint import arb, arb_poly, ctx, fmpz

BITS = 600


@cache
def binomials(n):
    """C(n, 0)..C(n, n), exactly."""
    row = [1]
    for k in range(n):
        row.append(row[-1] * (n - k) // (k + 1))
    return [arb(fmpz(count)) for count in row]


@cache
def masses(name, args):
    """m_0..m_d of a design, up to a constant."""
    d = args[0]
    if name == "ImageDesign":
        return [binomials(d)[k] * kernel(d, k, args[1]) for k in range(d + 1)]
    if name == "TextDesign":
        return [kernel(d, k, args[1]) for k in range(d)] + [arb(0)]
    if name == "BernoulliDesign":
        p = arb(args[1])
        return [binomials(d)[k] * p**k * (1 - p) ** (d - k) for k in range(d + 1)]
    assert name == "ShapleyDesign"
    return [arb(0), *(1 / arb(k * (d - k)) for k in range(1, d)), arb(0)]


def kernel(d, k, nu):
    return arb(1) if nu == math.inf else (-(((1 - (arb(k) / d).sqrt()) / arb(nu)) ** 2) / 2).exp()


def limit(case, means, means_with, ends=None):
    """(β_j for each entry of means_with, β_0): floats.

    `means[k]` is F's mean over the masks of size k, `means_with[i][k]` the mean of z_j F for the i-th superpixel
    asked for; `ends` = (F(0), F(1)) makes the answer efficient.
    """
    m = masses(*case)
    d, total = len(m) - 1, sum(m, arb(0))
    mu = [x / total for x in m]
    expectation = lambda values: sum((w * v for w, v in zip(mu, values, strict=True)), arb(0))  # noqa: E731
    size = expectation(range(d + 1))
    variance = expectation([(k - size) * (k - size) for k in range(d + 1)])
    within = expectation([arb(k * (d - k)) / (d * (d - 1)) for k in range(d + 1)])
    mean = expectation(means)
    weighted = expectation([k * v for k, v in enumerate(means)])
    slope = (weighted - size * mean) / variance if ends is None else (ends[1] - ends[0]) / d
    beta = [slope + (expectation(values) - weighted / d) / within for values in means_with]
    intercept = mean - slope * size if ends is None else ends[0]
    return [float(b) for b in beta], float(intercept)


def mean(case, means):
    """E_μ[F]."""
    m = masses(*case)
    return float(sum((w * v for w, v in zip(m, means, strict=True)), arb(0)) / sum(m, arb(0)))


def product_means(on, off, asked):
    """Means over the masks of each size of Π_j (z_j on_j + (1−z_j) off_j), and with z_j for each j asked."""
    factors = [arb_poly([arb(q), arb(p)]) for p, q in zip(on, off, strict=True)]
    d = len(factors)
    by_size = lambda poly: [poly[k] / count for k, count in enumerate(binomials(d))]  # noqa: E731
    with_j = [product([*factors[:j], arb_poly([0, arb(on[j])]), *factors[j + 1 :]]) for j in asked]
    return by_size(product(factors)), [by_size(poly) for poly in with_j]


def product(factors):
    while len(factors) > 1:
        pairs = [a * b for a, b in zip(factors[::2], factors[1::2], strict=False)]
        factors = pairs + factors[len(pairs) * 2 :]
    return factors[0]


def leaf_means(d, on, off, asked):
    """The same for a leaf: C(d−a−b, k−a) masks of C(d, k)."""
    a, b = len(on), len(off)

    def event(j):
        return (a, b) if j in on else (d + 1, 0) if j in off else (a + 1, b)

    return share(d, a, b), [share(d, *event(j)) for j in asked]


@cache
def share(d, a, b):
    """C(d−a−b, k−a) / C(d, k) for k = 0..d."""
    ways = binomials(d - a - b) if a + b <= d else []
    padded = [arb(0)] * a + ways + [arb(0)] * (d + 1)
    return [w / count for w, count in zip(padded, binomials(d), strict=False)]


class precision:
    """Runs its block with BITS bits."""

    def __enter__(self):
        self.before, ctx.prec = ctx.prec, BITS

    def __exit__(self, *_):
        ctx.prec = self.before
