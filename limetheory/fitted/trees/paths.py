"""prop:trees: the leaves that masked inputs can reach, each with the superpixels that are on and off on its path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.fitted.trees.ensemble import Ensemble
from limetheory.limits.leaf_terms import LeafTerms

_WORD = np.dtype("uint64")


@dataclass(eq=False)
class Paths:
    """Partial paths: their node, their input, and the superpixels that are on and off so far, as bits of ⌈d/64⌉ words.

    ``node`` and ``function`` have shape (n,), ``on`` and ``off`` (words, n).
    """

    node: np.ndarray
    function: np.ndarray
    on: np.ndarray
    off: np.ndarray

    def part(self, chosen: np.ndarray) -> Paths:
        """Copies of some of them, by position or by a bool of each."""
        return Paths(self.node[chosen], self.function[chosen], self.on[:, chosen], self.off[:, chosen])

    @classmethod
    def joined(cls, parts: list[Paths]) -> Paths:
        """All the paths of several groups."""
        names = ("node", "function", "on", "off")
        return cls(*(np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names))


def leaf_terms(ensemble: Ensemble, shown: np.ndarray, replaced: np.ndarray, owner: np.ndarray, d: int) -> LeafTerms:
    """The set functions z ↦ f(x(z)), x(z)_u = ξ_u if z_{owner(u)} else ξ̄_u, as sums of leaves.

    Under x(z) a split is constant, z_j or 1 − z_j. One path starts at the root of every tree. It follows ξ and ξ̄ while
    they go to the same side; where they do not, it follows ξ if j is already on, ξ̄ if j is already off, and otherwise
    is duplicated, with j on and with j off. So no path is contradictory.

    Args:
        ensemble: with n_features entries in x.
        shown, replaced: ξ and ξ̄, (n, n_features).
        owner: the superpixel of every entry, (n, n_features), or (1, n_features) where all inputs share it.
        d: number of superpixels.
    """
    shown, replaced = (ensemble.compared(x) for x in (shown, replaced))
    owner = np.broadcast_to(owner, shown.shape)
    finished = []
    paths = _at_the_roots(ensemble, len(shown), d)
    while len(paths.node):
        at_leaf = ensemble.is_leaf[paths.node]
        finished.append(paths.part(at_leaf))
        paths = _step(ensemble, paths.part(~at_leaf), shown, replaced, owner)
    done = Paths.joined([*finished, paths])
    on, off = _as_bytes(done.on, d), _as_bytes(done.off, d)
    return LeafTerms(d, len(shown), on, off, ensemble.value[done.node], done.function)


def _at_the_roots(ensemble: Ensemble, n: int, d: int) -> Paths:
    node, function = np.tile(ensemble.roots, n), np.repeat(np.arange(n), len(ensemble.roots))
    nothing = np.zeros((-(-d // 64), len(node)), _WORD)
    return Paths(node, function, nothing, nothing)


def _step(ensemble: Ensemble, paths: Paths, shown: np.ndarray, replaced: np.ndarray, owner: np.ndarray) -> Paths:
    """Every path one split further, with the new ones of those that are duplicated."""
    node, feature = paths.node, ensemble.feature[paths.node]
    entry = paths.function * ensemble.n_features + feature
    with_image = ensemble.goes_left(node, shown.ravel()[entry])
    with_replacement = ensemble.goes_left(node, replaced.ravel()[entry])
    parted = np.flatnonzero(with_image != with_replacement)
    superpixel = owner[paths.function[parted], feature[parted]]
    word, bit = superpixel // 64, np.left_shift(_WORD.type(1), (superpixel % 64).astype(_WORD))
    is_off = (paths.off[word, parted] & bit) != 0
    free = ~is_off & ((paths.on[word, parted] & bit) == 0)
    left = with_image.copy()
    left[parted[is_off]] = with_replacement[parted[is_off]]
    splitting, word, bit = parted[free], word[free], bit[free]
    new = paths.part(splitting)
    new.off[word, np.arange(len(splitting))] |= bit
    new.node = _child(ensemble, new.node, with_replacement[splitting])
    paths.on[word, splitting] |= bit
    paths.node = _child(ensemble, node, left)
    return Paths.joined([paths, new])


def _child(ensemble: Ensemble, node: np.ndarray, left: np.ndarray) -> np.ndarray:
    child: np.ndarray = ensemble.children.ravel()[left * ensemble.children.shape[1] + node]
    return child


def _as_bytes(words: np.ndarray, d: int) -> np.ndarray:
    """(words, leaves) uint64 → (⌈d/8⌉, leaves) uint8, the least significant byte first."""
    shifts = (8 * np.arange(8, dtype=_WORD))[:, None]
    return (words[:, None] >> shifts).astype(np.uint8).reshape(8 * len(words), words.shape[1])[: -(-d // 8)]
