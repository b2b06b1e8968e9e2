"""prop:gram-inverse: the inverse of the Gram matrix, by the algebra of arrow matrices."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from proofs_check import brute, library
from proofs_check.arrow import Arrow
from proofs_check.exact import inverse_matrix, matrix_product
from proofs_check.notation import alpha_0, alpha_1, alpha_2, d, delta, gram, mean_size, size_variance
from proofs_check.statement import Claim, Statement
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

c_d = (d - 1) * alpha_0 * alpha_2 - d * alpha_1**2 + alpha_0 * alpha_1


def inverse(claim: Claim) -> Arrow:
    """(1/c_d) [σ_0, σ_1; σ_1, σ_2 on / σ_3 off the diagonal]."""
    corner, border, on, off = (claim[f"σ_{i}"] / claim["c_d"] for i in range(4))
    return Arrow(corner, border, border, on - off, off)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Both products with Σ are the identity; the library's cancellation-free entries are the same four numbers."""
    candidate = inverse(claim)
    on = candidate.scale + candidate.flat
    contrast = delta / alpha_0
    overdispersion = d * size_variance - mean_size * (d - mean_size)
    return {
        **(gram @ candidate).minus_identity("Σ Σ^{-1} = I"),
        **(candidate @ gram).minus_identity("Σ^{-1} Σ = I"),
        "σ_0 by κ and V": candidate.corner - (1 + mean_size**2 / size_variance) / alpha_0,
        "σ_1 by κ and V": candidate.row + mean_size / (alpha_0 * size_variance),
        "σ_2 by Δ and V": on - ((1 - 1 / d) / contrast + 1 / size_variance) / alpha_0,
        "σ_3 by overdispersion": candidate.flat + overdispersion / (d * (d - 1) * alpha_0 * contrast * size_variance),
    }


def check(instance: World, claim: Claim) -> dict[str, Fraction]:
    """The Gram matrix, summed over masks, times the claimed inverse."""
    product = matrix_product(brute.gram(instance.d, instance.weights), inverse(claim).dense(instance.moments))
    return {
        f"Σ Σ^{{-1}}, entry {i}, {j}": entry - (i == j) for i, row in enumerate(product) for j, entry in enumerate(row)
    }


def computed(instance: World) -> dict[str, library.Computed]:
    """The design's Σ and Σ^{-1}, relative to their largest entries."""
    design, gram = library.size_law(instance), brute.gram(instance.d, instance.weights)
    pairs = {"gram": gram, "gram_inverse": inverse_matrix(gram)}
    return {
        name: library.Computed.of(getattr(design, name)().ravel(), (x for row in matrix for x in row))
        for name, matrix in pairs.items()
    }


STATEMENT = Statement(
    label="prop:gram-inverse",
    words="The inverse of the Gram matrix has four distinct entries, known in closed form.",
    latex=r"""
Let $\tilde z = (1, z)$ and $\Sigma = \mathbb{E}[\pi \tilde z \tilde z^\top]$. If $c_d > 0$ and $\Delta > 0$, then
\[
  \Sigma^{-1} = \frac{1}{c_d}
  \begin{pmatrix}
    \sigma_0 & \sigma_1 \mathbf{1}^\top \\
    \sigma_1 \mathbf{1} & (\sigma_2 - \sigma_3) I + \sigma_3 \mathbf{1}\mathbf{1}^\top
  \end{pmatrix},
\]
\[
  \sigma_0 = (d-1)\alpha_2 + \alpha_1, \quad
  \sigma_1 = -\alpha_1, \quad
  \sigma_2 = \frac{(d-2)\alpha_0\alpha_2 - (d-1)\alpha_1^2 + \alpha_0\alpha_1}{\Delta}, \quad
  \sigma_3 = \frac{\alpha_1^2 - \alpha_0\alpha_2}{\Delta}.
\]""",
    source="Garreau & Mardaoui 2021, Prop. 2",
    code=("limetheory/designs/exchangeable.py",),
    tests=("tests/designs/test_moments.py", "tests/designs/test_precision.py"),
    claim={
        "c_d": c_d,
        "σ_0": (d - 1) * alpha_2 + alpha_1,
        "σ_1": -alpha_1,
        "σ_2": ((d - 2) * alpha_0 * alpha_2 - (d - 1) * alpha_1**2 + alpha_0 * alpha_1) / delta,
        "σ_3": (alpha_1**2 - alpha_0 * alpha_2) / delta,
    },
    identities=identities,
    draw=World.drawn,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(World.drawn)},
    library=computed,
    mutants={
        "σ_0 with d for d − 1": {"σ_0": d * alpha_2 + alpha_1},
        "σ_1 of the other sign": {"σ_1": alpha_1},
        "σ_2 with d − 1 for d − 2": {
            "σ_2": ((d - 1) * alpha_0 * alpha_2 - (d - 1) * alpha_1**2 + alpha_0 * alpha_1) / delta
        },
        "σ_3 of the other sign": {"σ_3": (alpha_0 * alpha_2 - alpha_1**2) / delta},
        "c_d with d α_0 α_2": {"c_d": d * alpha_0 * alpha_2 - d * alpha_1**2 + alpha_0 * alpha_1},
    },
)
