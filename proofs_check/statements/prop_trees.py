"""prop:trees: under a masked image every split of a tree is constant, z_j or 1 − z_j, so every path is a leaf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TypeAlias

import numpy as np
import sympy as sp

from limetheory.fitted.trees.ensemble import Ensemble
from limetheory.fitted.trees.ensemble import Tree as Nodes
from limetheory.fitted.trees.paths import leaf_terms
from limetheory.limits.leaf_sum import LeafSum
from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, value
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_leaf
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

active = sp.Symbol("z")
"""z_j of the superpixel of a split's pixel."""

_below = sp.symbols("i ibar")
_CASES = {(1, 1): "both below", (1, 0): "only ξ below", (0, 1): "only ξ̄ below", (0, 0): "neither"}
_IDEMPOTENT = active**2 - active

Split: TypeAlias = "tuple[int, Fraction, Tree, Tree]"
Tree: TypeAlias = "Fraction | Split"
"""A value, or a pixel u and a threshold θ with the subtrees for x_u ≤ θ and for x_u > θ."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """1{x(z)_u ≤ θ} by whether ξ_u ≤ θ and ξ̄_u ≤ θ; products of such indicators on {0, 1}."""
    indicator = active * _below[0] + (1 - active) * _below[1]
    splits = {
        f"split, {name}": indicator.subs(dict(zip(_below, case, strict=True))) - claim[name]
        for case, name in _CASES.items()
    }
    return {
        **splits,
        "x_u > θ is the other branch": (1 - indicator) - indicator.subs({i: 1 - i for i in _below}, simultaneous=True),
        "a split twice on a path": sp.rem(active * active, _IDEMPOTENT) - active,
        "both branches of a split vanish": sp.rem(active * (1 - active), _IDEMPOTENT),
    }


@dataclass(frozen=True)
class TreeModel(World):
    """Trees over pixels with their factors; the superpixel, ξ_u and ξ̄_u of each pixel."""

    trees: tuple[tuple[Fraction, Tree], ...]
    superpixel: tuple[int, ...]
    image: tuple[Fraction, ...]
    replacement: tuple[Fraction, ...]


def draw(rng: Random, d: int) -> TreeModel:
    """A random design and image, and one or two trees of depth at most 4 with thresholds among a few values."""
    pixels = d + rng.randrange(4)
    image, replacement = (tuple(Fraction(rng.randint(0, 4)) for _ in range(pixels)) for _ in range(2))
    places = {"superpixel": drawn.partition(rng, d, pixels), "image": image, "replacement": replacement}
    trees = tuple((drawn.rational(rng), _tree(rng, pixels, 4)) for _ in range(rng.randint(1, 2)))
    return TreeModel.drawn(rng, d, **places, trees=trees)


def _tree(rng: Random, pixels: int, depth: int) -> Tree:
    if depth == 0 or rng.randrange(6) == 0:
        return drawn.rational(rng)
    below, above = (_tree(rng, pixels, depth - 1) for _ in range(2))
    return rng.randrange(pixels), Fraction(rng.randint(0, 4)), below, above


def check(instance: TreeModel, claim: Claim) -> dict[str, Fraction]:
    """Least squares on the trees evaluated on every masked image, against the sum of their leaves' limits."""
    found = brute.least_squares(instance.d, instance.weights, _table(instance))
    beta, leaf = [ZERO] * (instance.d + 1), prop_leaf.STATEMENT.claim
    for factor, tree in instance.trees:
        for on, off, height in leaves(instance, tree, claim, frozenset(), frozenset()):
            limit = prop_leaf.leaf_limit(instance, on, off, leaf)
            beta = [x + factor * height * y for x, y in zip(beta, limit, strict=True)]
    return brute.differences(beta, found)


def _table(instance: TreeModel) -> tuple[Fraction, ...]:
    def summed(mask: int) -> Fraction:
        pixels = _pixels(instance, mask)
        return sum((factor * evaluated(tree, pixels) for factor, tree in instance.trees), ZERO)

    return brute.tabulated(instance.d, summed)


def _pixels(instance: TreeModel, mask: int) -> list[Fraction]:
    pairs = zip(instance.superpixel, instance.image, instance.replacement, strict=True)
    return [x if brute.shows(mask, j) else y for j, x, y in pairs]


def evaluated(tree: Tree, pixels: list[Fraction]) -> Fraction:
    """The value of a tree at an input."""
    while isinstance(tree, tuple):
        pixel, threshold, below, above = tree
        tree = below if pixels[pixel] <= threshold else above
    return tree


def leaves(
    instance: TreeModel, tree: Tree, claim: Claim, on: frozenset[int], off: frozenset[int]
) -> Iterator[tuple[frozenset[int], frozenset[int], Fraction]]:
    """A, B and the value of every path that does not vanish, by the claimed form of each split."""
    if not isinstance(tree, tuple):
        if not on & off:
            yield on, off, tree
        return
    pixel, threshold, *branches = tree
    j, claimed = instance.superpixel[pixel], claim[_case(instance, pixel, threshold)]
    taken = [value(claimed, {active: z}) for z in (0, 1)]
    for branch, (hidden, shown) in zip(branches, (taken, [1 - x for x in taken]), strict=True):
        if shown or hidden:
            further = (on | {j} if not hidden else on), (off | {j} if not shown else off)
            yield from leaves(instance, branch, claim, *further)


def _case(instance: TreeModel, pixel: int, threshold: Fraction) -> str:
    return _CASES[instance.image[pixel] <= threshold, instance.replacement[pixel] <= threshold]


def computed(instance: TreeModel) -> dict[str, library.Computed]:
    """The leaves that limetheory finds in the trees, and `limetheory.limit` of their sum."""
    ensemble = Ensemble([_nodes(factor, tree) for factor, tree in instance.trees], len(instance.image))
    shown, replaced = (np.array([row], float) for row in (instance.image, instance.replacement))
    terms = leaf_terms(ensemble, shown, replaced, np.array([instance.superpixel]), instance.d)
    exact = brute.least_squares(instance.d, instance.weights, _table(instance))
    scale = sum((_steepness(factor, tree) for factor, tree in instance.trees), ZERO)
    return library.limit(instance, LeafSum.of_terms(terms, 0.0), exact, scale)


def _nodes(factor: Fraction, tree: Tree) -> Nodes:
    """The arrays of a tree, a node after its parent."""
    rows: list[list[float]] = []

    def add(node: Tree) -> int:
        row = [0.0, 0.0, -1.0, -1.0, 0.0]
        rows.append(row)
        place = len(rows) - 1
        if isinstance(node, tuple):
            row[:4] = [node[0], float(node[1]), add(node[2]), add(node[3])]
        else:
            row[4] = float(factor * node)
        return place

    add(tree)
    feature, threshold, left, right, values = np.array(rows).T
    return Nodes(feature.astype(int), threshold, left.astype(int), right.astype(int), values)


def _steepness(factor: Fraction, tree: Tree) -> Fraction:
    """The sum of the absolute values of the leaves."""
    if not isinstance(tree, tuple):
        return abs(factor * tree)
    return _steepness(factor, tree[2]) + _steepness(factor, tree[3])


STATEMENT = Statement(
    label="prop:trees",
    words="Each path of a tree over pixels is a leaf of prop:leaf or vanishes, so forests have exact limits.",
    latex=r"""
Let $f$ be a decision tree with splits $x_u \le \theta$, or a weighted sum of such trees. Under $x(z)$, for
$u \in J_j$,
\[
  \mathbf{1}\{x(z)_u \le \theta\} = \begin{cases}
    1 & \xi_u \le \theta,\ \bar\xi_u \le \theta, \\
    z_j & \xi_u \le \theta < \bar\xi_u, \\
    1 - z_j & \bar\xi_u \le \theta < \xi_u, \\
    0 & \xi_u > \theta,\ \bar\xi_u > \theta .
  \end{cases}
\]
So the indicator of a path from the root is a leaf $\prod_{j \in A} z_j \prod_{j \in B} (1 - z_j)$, or zero if a split
on it is impossible or if $A$ and $B$ meet, and the limit of $f$ is the sum over the paths of their values times the
limits of Proposition~\ref{prop:leaf}.""",
    source="new",
    code=("limetheory/limits/leaf_sum.py", "limetheory/fitted/trees/paths.py"),
    tests=("tests/limits/test_leaf_sum.py", "tests/fitted/trees/test_model.py"),
    claim={"both below": sp.S.One, "only ξ below": active, "only ξ̄ below": 1 - active, "neither": sp.S.Zero},
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw)},
    library=computed,
    mutants={
        "the replacement ignored": {"only ξ̄ below": sp.S.Zero},
        "the image ignored": {"only ξ below": sp.S.One},
        "on and off exchanged": {"only ξ below": 1 - active, "only ξ̄ below": active},
        "a constant split taken for z_j": {"both below": active},
        "an impossible split taken for z_j": {"neither": active},
    },
)
