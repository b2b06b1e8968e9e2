"""Sums over the sizes of masks, as linear functionals of the size law m_k = C(d, k) w(k).

Two sums Σ_k m_k A(k) and Σ_k m_k B(k) are equal for every size law if and only if A(k) = B(k) for every k, so
identities are shown kernel by kernel. A polynomial kernel leaves the power sums M_r = Σ_k k^r m_k.
"""

from __future__ import annotations

import sympy as sp

from proofs_check.notation import a, b, d, k

other = sp.Symbol("l", integer=True, positive=True)
"""A second size."""

power_sums = sp.symbols("M_0 M_1 M_2", positive=True)
"""M_0, M_1, M_2."""

count = sp.binomial(d - a - b, k - a)
"""Number of masks of size k with a given coordinates on and b others off (lem:alpha)."""


def fixed(on: sp.Expr | int, off: sp.Expr | int = 0) -> sp.Expr:
    """The count of masks of size k for given numbers of fixed coordinates.

    >>> fixed(2)
    binomial(d - 2, k - 2)
    """
    return count.subs({a: on, b: off}, simultaneous=True)


def summed_over_sizes(kernel: sp.Expr) -> sp.Expr:
    """Σ_k m_k kernel(k) for a kernel of degree at most 2.

    >>> summed_over_sizes(3 * k**2 - 1)
    -M_0 + 3*M_2
    """
    coefficients = sp.Poly(kernel, k).all_coeffs()[::-1]
    return sum((c * power_sums[r] for r, c in enumerate(coefficients)), sp.S.Zero)


def summed_over_pairs(kernel: sp.Expr) -> sp.Expr:
    """Σ_k Σ_l m_k m_l kernel(k, l) for a kernel of degree at most 2 in each.

    >>> summed_over_pairs(k * other)
    M_1**2
    """
    terms = sp.Poly(kernel, k, other).terms()
    return sum((c * power_sums[r] * power_sums[s] for (r, s), c in terms), sp.S.Zero)
