"""A tree of segments, and the partitions drawn from it at the granularity that a user chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from limetheory import arguments
from limetheory.arrays import Labels
from limetheory.images.hierarchy.consistency import Consistency


@dataclass(frozen=True, eq=False)
class SegmentTree:
    """A hierarchy of segments: node 0 is the image, and the children of a node are a partition of it.

    Attributes:
        leaves: (h, w) node of each pixel among those without children.
        parent: (nodes,) number of the parent, −1 for node 0; parents come before their children.
        depths: (nodes,) the smallest depth whose partition has the node, 0 for node 0, larger than the parent's.
        mask: (nodes,) number of the region mask that a node was made from; −1 for the image and uncovered regions.
    """

    leaves: Labels
    parent: np.ndarray
    depths: np.ndarray
    mask: np.ndarray

    @property
    def depth(self) -> int:
        """The largest depth of a node; ``partition`` of any larger one is the same."""
        return int(self.depths.max())

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
        labels: Labels = numbers[shown][self.leaves]
        return labels

    def at(self, depth: int) -> Segmentation:
        """The partition of one depth, ready to be refined, merged or coarsened."""
        return Segmentation(self, tuple((int(node),) for node in self.nodes(depth)))

    def cut(self, n_segments: int) -> Segmentation:
        """A partition into exactly ``n_segments`` segments: the first depth with as many, coarsened."""
        n_segments = arguments.integer("n_segments", n_segments, 2)
        most = len(self.nodes(max(1, self.depth)))
        if n_segments > most:
            raise ValueError(f"n_segments must be at most {most}, the leaves of the tree, got {n_segments}")
        depth = next(depth for depth in range(1, self.depth + 1) if len(self.nodes(depth)) >= n_segments)
        return self.at(depth).coarsen(n_segments)

    def inherited(self, values: np.ndarray) -> np.ndarray:
        """Values of all nodes: those without one (−1) inherit that of their nearest ancestor with one (>= 0)."""
        values = values.copy()
        for depth in range(1, self.depth + 1):
            heirs = np.flatnonzero((self.depths == depth) & (values < 0))
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
        # For each node, the segment of this depth that contains it; -1 for nodes that are divided.
        depth = arguments.integer("depth", depth, 1)
        inner = [any(self.depths[child] <= depth for child in children) for children in self.children]
        shown = np.where((self.depths <= depth) & ~np.array(inner), np.arange(len(inner)), -1)
        return self.inherited(shown)


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A partition drawn from a tree, whose granularity the user changes; each change gives a new one.

    Attributes:
        tree: the hierarchy.
        groups: the nodes of each segment: one, or several after ``merge``. Every leaf is below exactly one of them.

    >>> from limetheory.images.hierarchy.containment import containment_tree
    >>> row = np.arange(60)[None].repeat(2, axis=0)
    >>> coarse = containment_tree([row < 30, row < 12, row >= 30]).at(1)
    >>> fine = coarse.refine([0])
    >>> coarse.d, fine.d, fine.inside(coarse).tolist(), fine.merge([1, 2]).d
    (2, 3, [1, 0, 0], 2)
    """

    tree: SegmentTree
    groups: tuple[tuple[int, ...], ...]

    @property
    def d(self) -> int:
        """Number of segments."""
        return len(self.groups)

    @cached_property
    def owner(self) -> np.ndarray:
        """The segment of each node, (nodes,); −1 for nodes that are divided among several."""
        owner = np.full(len(self.tree.parent), -1, np.intp)
        nodes, segments = self._members
        owner[nodes] = segments
        return self.tree.inherited(owner)

    @cached_property
    def labels(self) -> Labels:
        """The (h, w) label map with labels 0..d−1."""
        return self.owner[self.tree.leaves]

    @cached_property
    def area(self) -> np.ndarray:
        """Number of pixels of each segment, (d,)."""
        nodes, segments = self._members
        return np.bincount(segments, weights=self.tree.area[nodes]).astype(np.int64)

    def refine(self, segments: Sequence[int]) -> Segmentation:
        """Split the chosen segments, keep the rest.

        A segment of one node is split into its children, a merged one into its nodes; a leaf is not split. Segments
        get new numbers: ``finer.inside(coarse)`` has the old one of each.

        Raises:
            ValueError: numbers out of 0..d−1, or only leaves.
        """
        chosen = self._chosen(segments)
        parts = [self._parts(group) if number in chosen else [group] for number, group in enumerate(self.groups)]
        if sum(map(len, parts)) == self.d:
            raise ValueError(f"segments must hold one with children, got {sorted(chosen)}, leaves of the tree")
        return self._with([group for split in parts for group in split])

    def merge(self, segments: Sequence[int]) -> Segmentation:
        """Join the chosen segments, at least two, into one."""
        chosen = self._chosen(segments)
        if len(chosen) < 2:
            raise ValueError(f"segments must name at least two to merge, got {sorted(chosen)}: use merge_up for one")
        union = [node for number in chosen for node in self.groups[number]]
        rest = [group for number, group in enumerate(self.groups) if number not in chosen]
        return self._with([*rest, _closed(self.tree, union)])

    def merge_up(self, segments: Sequence[int]) -> Segmentation:
        """Replace the chosen segments by their parents: each is merged with all segments inside its parent.

        Raises:
            ValueError: numbers out of 0..d−1, or a parent that is the whole image.
        """
        merged = self
        for node in [self._above(self.groups[number]) for number in sorted(self._chosen(segments))]:
            touched = merged._touching(node)
            if len(touched) == merged.d:
                raise ValueError("segments must have a parent smaller than the image, got one of depth 1: use merge")
            merged = merged.merge(touched) if len(touched) > 1 else merged
        return merged

    def coarsen(self, n_segments: int) -> Segmentation:
        """Merge segments until ``n_segments`` are left.

        At each step the smallest segment is merged with the one, inside its parent, with which it has the longest
        common border, or with the smallest one if it has none.
        """
        n_segments = arguments.integer("n_segments", n_segments, 2)
        if n_segments > self.d:
            raise ValueError(f"n_segments must be at most {self.d}, the present number, got {n_segments}: refine first")
        coarser = self
        while coarser.d > n_segments:
            coarser = coarser.merge(coarser._closest_pair())
        return coarser

    def inside(self, coarse: Segmentation) -> np.ndarray:
        """The segment of ``coarse`` that contains each segment of this partition, (d,).

        Raises:
            ValueError: partitions of different trees, or a segment that ``coarse`` divides.
        """
        arguments.instance("coarse", coarse, Segmentation, "take one from the same tree")
        if coarse.tree is not self.tree:
            raise ValueError("coarse must come from the same tree, got another one: build the tree once")
        leaves = np.unique(self.tree.leaves)
        pairs = np.unique(np.stack([self.owner[leaves], coarse.owner[leaves]]), axis=1)
        if pairs.shape[1] != self.d:
            raise ValueError(f"coarse must be a union of these {self.d} segments, got one that divides some")
        numbers: np.ndarray = pairs[1]
        return numbers

    def consistency(self, coefficients: np.ndarray, finer: Segmentation, finer_coefficients: np.ndarray) -> Consistency:
        """Compare the coefficients of these segments with the sums of those of a finer partition.

        The gaps are 0 for an additive set function under every design (prop:linear), if both explanations have the
        same replacement image; otherwise they are due to interactions inside and between the segments.

        Args:
            coefficients: of these segments, (d,).
            finer: a partition of the same tree, each of whose segments lies inside one of these.
            finer_coefficients: of its segments, (finer.d,).
        """
        coefficients = _coefficients("coefficients", coefficients, self.d)
        arguments.instance("finer", finer, Segmentation, "take one from the same tree")
        children = _coefficients("finer_coefficients", finer_coefficients, finer.d)
        return Consistency(coefficients, np.bincount(finer.inside(self), weights=children, minlength=self.d))

    @cached_property
    def _members(self) -> tuple[np.ndarray, np.ndarray]:
        # The nodes of all segments, and the segment of each.
        nodes = np.fromiter(chain.from_iterable(self.groups), np.intp)
        return nodes, np.repeat(np.arange(self.d), [len(group) for group in self.groups])

    def _with(self, groups: list[tuple[int, ...]]) -> Segmentation:
        return Segmentation(self.tree, tuple(sorted(groups)))

    def _chosen(self, segments: Sequence[int]) -> set[int]:
        chosen = {
            arguments.integer("segments", number, 0) for number in arguments.several("segments", segments, "numbers")
        }
        if not chosen or max(chosen) >= self.d:
            raise ValueError(f"segments must name some of 0..{self.d - 1}, got {sorted(chosen)}")
        return chosen

    def _parts(self, group: tuple[int, ...]) -> list[tuple[int, ...]]:
        nodes = group if len(group) > 1 else self.tree.children[group[0]] or group
        return [(node,) for node in nodes]

    def _above(self, group: tuple[int, ...]) -> int:
        # The parent of a node, or the smallest node that contains a merged segment.
        nodes = set(group)
        while len(nodes) > 1:
            nodes.add(int(self.tree.parent[max(nodes)]))
            nodes.remove(max(nodes))
        (node,) = nodes
        return node if len(group) > 1 else max(0, int(self.tree.parent[node]))

    def _touching(self, node: int) -> list[int]:
        under = np.full(len(self.tree.parent), -1)
        under[[0, node]] = 0, 1
        found = np.unique(self.owner[self.tree.inherited(under) == 1])
        return [int(segment) for segment in found if segment >= 0]

    def _closest_pair(self) -> list[int]:
        first = int(self.area.argmin())
        others = [number for number in self._touching(self._above(self.groups[first])) if number != first]
        mine = np.flatnonzero(self.owner == first)
        lengths = np.asarray(self.tree.borders[mine].sum(axis=0)).ravel()
        shared = np.bincount(self.owner[self.owner >= 0], weights=lengths[self.owner >= 0], minlength=self.d)
        return [first, min(others, key=lambda number: (-shared[number], self.area[number], number))]


def _closed(tree: SegmentTree, group: Sequence[int]) -> tuple[int, ...]:
    """The same segment with the fewest nodes: all children of a node are replaced by it."""
    nodes = set(group)
    above = {int(tree.parent[node]) for node in nodes}
    while above:
        parent = max(above)
        above.remove(parent)
        if parent >= 0 and nodes.issuperset(tree.children[parent]):
            nodes = nodes.difference(tree.children[parent]) | {parent}
            above.add(int(tree.parent[parent]))
    return tuple(sorted(nodes))


def _coefficients(name: str, values: Any, d: int) -> np.ndarray:
    vector = arguments.vector(name, values)
    if len(vector) != d:
        raise ValueError(f"{name} must have one entry per segment, {d}, got {len(vector)}")
    return vector
