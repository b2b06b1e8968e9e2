"""The symbols of the statements, and the moments of an exchangeable design in terms of α_0, α_1, α_2."""

from __future__ import annotations

import sympy as sp

from proofs_check.arrow import Arrow, Stack
from proofs_check.arrow import d as d

k = sp.Symbol("k", integer=True, positive=True)
"""Size of a mask."""

a, b = sp.symbols("a b", integer=True, nonnegative=True)
"""Numbers of coordinates that are fixed to on and to off."""

alpha_0, alpha_1, alpha_2 = sp.symbols("alpha_0 alpha_1 alpha_2", positive=True)
mean_size = d * alpha_1 / alpha_0
"""κ = E_μ[K], because K = Σ_j z_j."""

size_variance = (d * alpha_1 + d * (d - 1) * alpha_2) / alpha_0 - mean_size**2
"""V = Var_μ(K), because K² = Σ_j z_j + Σ_{j≠l} z_j z_l."""

delta = alpha_1 - alpha_2
"""Δ = E[π z_j (1 − z_l)], j ≠ l."""

gram = Arrow(alpha_0, alpha_1, alpha_1, delta, alpha_2)
"""Σ = E[π z̃ z̃ᵀ] with z̃ = (1, z): z_j² = z_j on the diagonal, z_j z_l beside it."""

gamma_0, gamma_j, total = sp.symbols("Gamma_0 Gamma_j T")
"""E[π F], E[π z_j F] and E[π K F] of an arbitrary set function F."""

gamma = Stack(gamma_0, gamma_j, total)
"""Γ = E[π z̃ F]."""


def summed(entry: sp.Expr) -> sp.Expr:
    """Σ_j of an expression affine in Γ_j, by Σ_j Γ_j = T.

    >>> summed(3 + 2 * gamma_j)
    2*T + 3*d
    """
    constant, slope = entry.subs(gamma_j, 0), sp.diff(entry, gamma_j)
    if slope.has(gamma_j):
        raise ValueError(f"entry must be affine in {gamma_j}, got {entry}")
    return d * constant + slope * total
