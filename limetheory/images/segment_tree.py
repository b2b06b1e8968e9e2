"""A tree of segments whose every level is a partition of the image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory import arguments
from limetheory.arrays import Labels

if TYPE_CHECKING:
    from limetheory.images.granularity import Segmentation


@dataclass(frozen=True, eq=False)
class SegmentTree:
    """A hierarchy of segments: node 0 is the image, and the children of a node are a partition of it.

    Attributes:
        leaves: (h, w) node of each pixel among those without children.
        parent: (nodes,) number of the parent, −1 for node 0; parents come before their children.
        level: (nodes,) depth from which on a node is shown, 0 for node 0, larger than the parent's.
        mask: (nodes,) number of the mask that a node was made from; −1 for the image and for uncovered regions.
    """

    leaves: Labels
    parent: np.ndarray
    level: np.ndarray
    mask: np.ndarray

    @property
    def depth(self) -> int:
        """Deepest level; ``partition`` of any larger depth is the same."""
        return int(self.level.max())

    @cached_property
    def area(self) -> np.ndarray:
        """Number of pixels of each node, (nodes,)."""
        area = np.bincount(self.leaves.ravel(), minlength=len(self.parent))
        for node in range(len(self.parent) - 1, 0, -1):
            area[self.parent[node]] += area[node]
        return area

    @cached_property
    def children(self) -> list[list[int]]:
        """The children of each node."""
        children: list[list[int]] = [[] for _ in self.parent]
        for node, parent in enumerate(self.parent.tolist()[1:], start=1):
            children[parent].append(node)
        return children

    def nodes(self, depth: int) -> np.ndarray:
        """The node of each segment of ``partition(depth)``, (d,)."""
        shown = self._shown(depth)
        return np.flatnonzero(shown == np.arange(len(shown)))

    def partition(self, depth: int) -> Labels:
        """The label map of one depth, at least 1, with labels 0..d−1; each depth refines the one before.

        A tree without children (one mask that covers everything, say) gives one label.
        """
        shown = self._shown(depth)
        numbers = np.cumsum(shown == np.arange(len(shown))) - 1
        return numbers[shown][self.leaves]

    def at(self, depth: int) -> Segmentation:
        """The partition of one depth, ready to be refined, merged or coarsened."""
        from limetheory.images.granularity import Segmentation

        return Segmentation(self, tuple((int(node),) for node in self.nodes(depth)))

    def cut(self, n_segments: int) -> Segmentation:
        """A partition into exactly ``n_segments`` segments: the first depth with as many, coarsened."""
        n_segments = arguments.integer("n_segments", n_segments, 2)
        most = len(self.nodes(max(1, self.depth)))
        if n_segments > most:
            raise ValueError(f"n_segments must be at most {most}, the leaves of the tree, got {n_segments}")
        depth = next(depth for depth in range(1, self.depth + 1) if len(self.nodes(depth)) >= n_segments)
        return self.at(depth).coarsen(n_segments)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Hand the values >= 0 of nodes down to their descendants that have none (−1)."""
        values = values.copy()
        for level in range(1, self.depth + 1):
            heirs = np.flatnonzero((self.level == level) & (values < 0))
            values[heirs] = values[self.parent[heirs]]
        return values

    @cached_property
    def borders(self) -> Any:
        """Length, in pixel edges, of the border between leaves: sparse symmetric (nodes, nodes)."""
        from scipy.sparse import coo_matrix

        here = np.concatenate([self.leaves[1:].ravel(), self.leaves[:, 1:].ravel()])
        there = np.concatenate([self.leaves[:-1].ravel(), self.leaves[:, :-1].ravel()])
        edge = here != there
        counts = coo_matrix((np.ones(edge.sum()), (here[edge], there[edge])), shape=2 * self.parent.shape).tocsr()
        return counts + counts.T

    def _shown(self, depth: int) -> np.ndarray:
        # For each node, the one that stands for it at this depth; for inner nodes of the cut, -1.
        depth = arguments.integer("depth", depth, 1)
        inner = [any(self.level[child] <= depth for child in children) for children in self.children]
        shown = np.where((self.level <= depth) & ~np.array(inner), np.arange(len(inner)), -1)
        return self.spread(shown)
