"""From overlapping masks to a tree of segments whose every level is a partition of the image (DSEG-LIME, corrected).

Where the rules differ from the public implementation of DSEG-LIME:

- the parent of a mask is the *smallest* larger mask that holds more than half of it, not the outermost one;
- masks of equal area are all kept, and equal masks are one;
- the smaller of two crossing siblings wins their overlap, and every child is clipped to its parent;
- what no child covers goes to the nearest child or becomes segments of its own at *every* depth;
- a mask that clipping leaves too small hands its place to its own children;
- a segment that would have a single child is skipped, so that each step down really divides.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from limetheory import arguments
from limetheory.arrays import Labels

MIN_PERCENT = 0.35
"""Smallest segment, in per cent of the image: the 500 pixels of DSEG-LIME on its 380 × 380 images."""

REACH = 10.0
"""Uncovered pixels this near to a segment, in pixels, are given to it (DSEG-LIME's ``fill_with_nearest``)."""

_BLOCK = 1 << 14


def containment_parents(masks: Any, shape: tuple[int, int] | None = None) -> np.ndarray:
    """Find, for each mask, the smallest larger mask that holds more than half of it.

    Among several such masks of equal area it is the one that holds most, then the one that begins first, row
    after row. The parents have strictly larger areas, so there is no cycle.

    Args:
        masks: (m, h, w) bool array, or a sequence of m bool arrays (h, w); any overlaps.
        shape: the (h, w) that they must have, usually ``image.shape[:2]``.

    Returns:
        (m,) intp, −1 where there is no parent. Equal masks have the same parent, a mask without pixels has none.

    Raises:
        ValueError: no masks, or masks of another size.
        TypeError: masks that are not bool.

    >>> row = np.arange(8)[None]
    >>> containment_parents([row < 8, row < 6, row < 4, row < 2]).tolist()
    [-1, 0, 1, 2]
    """
    found = _Masks(_checked(masks, shape), least=1)
    parents = np.full(len(masks), -1, np.intp)
    named = np.append(found.names, -1)[found.parents]
    kept = found.numbers >= 0
    parents[kept] = named[found.numbers[kept]]
    return parents


def containment_tree(
    masks: Any, min_percent: float = MIN_PERCENT, reach: float = REACH, shape: tuple[int, int] | None = None
) -> SegmentTree:
    """Order overlapping masks into a tree of segments.

    The result does not depend on the order of the masks, but for the numbers in ``SegmentTree.mask``.

    Args:
        masks: (m, h, w) bool array, or a sequence of m bool arrays (h, w); any overlaps.
        min_percent: smallest area of a mask and of a segment, in per cent of the image, in [0, 100).
        reach: uncovered pixels at most this far from a segment, in pixels, are given to it; connected regions
            (4 neighbours) of those farther away become segments, or go to the nearest one if too small.
        shape: the (h, w) that the masks must have, usually ``image.shape[:2]``.

    Raises:
        ValueError: no masks, masks of another size, masks that are all too small, or a number out of range.
        TypeError: masks that are not bool.

    >>> row = np.arange(60)[None].repeat(2, axis=0)
    >>> tree = containment_tree([row < 30, row < 12, row >= 42])
    >>> tree.partition(1)[0, ::6].tolist(), tree.partition(2)[0, ::6].tolist()
    ([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 2, 2, 0, 0, 0, 0])
    """
    masks = _checked(masks, shape)
    percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
    reach = arguments.real("reach", reach, at_least=0)
    least = max(1, int(np.ceil(percent * masks[0].size / 100)))
    found = _Masks(masks, least)
    if not found.names.size:
        raise ValueError(
            f"masks must hold one of at least {least} pixels, {percent:g} % of the image, "
            f"got {len(masks)} smaller ones: lower min_percent"
        )
    return _grown(found, least, reach)


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


@dataclass(frozen=True)
class Consistency:
    """Coefficients of segments beside the sums of their children's.

    Attributes:
        coefficients: of the coarse segments, (d,).
        children_sums: of the finer segments inside each, (d,).
    """

    coefficients: np.ndarray
    children_sums: np.ndarray

    @property
    def gaps(self) -> np.ndarray:
        """Coefficient minus the sum of the children's, (d,)."""
        return self.coefficients - self.children_sums

    @property
    def relative(self) -> float:
        """Σ|gaps| / Σ|coefficients|; 0 when both vanish."""
        gap, scale = np.abs(self.gaps).sum(), np.abs(self.coefficients).sum()
        return float(gap / scale) if scale else (0.0 if gap == 0 else float("inf"))


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A partition drawn from a tree, whose granularity the user changes; each change gives a new one.

    Attributes:
        tree: the hierarchy.
        groups: the nodes of each segment: one, or several after ``merge``; they are the leaves of no one else.

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
        """The segment of each node, (nodes,); −1 for nodes that are spread over several."""
        owner = np.full(len(self.tree.parent), -1, np.intp)
        for segment, group in enumerate(self.groups):
            owner[list(group)] = segment
        return self.tree.spread(owner)

    @cached_property
    def labels(self) -> Labels:
        """The (h, w) label map with labels 0..d−1."""
        return self.owner[self.tree.leaves]

    @cached_property
    def area(self) -> np.ndarray:
        """Number of pixels of each segment, (d,)."""
        return np.array([self.tree.area[list(group)].sum() for group in self.groups])

    def refine(self, segments: Sequence[int]) -> Segmentation:
        """Split the chosen segments, keep the rest.

        A node gives its children and a merged segment its nodes; a leaf stays. The numbers of the segments
        change: ``finer.inside(coarse)`` tells where they come from.

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
        return self._with([*rest, tuple(union)])

    def merge_up(self, segments: Sequence[int]) -> Segmentation:
        """Bring the chosen segments back to their parents: each joins all segments that its parent holds.

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
        """Join segments until ``n_segments`` are left.

        At each step the smallest one joins, among those inside its parent, the one with the longest common
        border (the smallest one, when it touches none).
        """
        n_segments = arguments.integer("n_segments", n_segments, 2)
        if n_segments > self.d:
            raise ValueError(f"n_segments must be at most {self.d}, the present number, got {n_segments}: refine first")
        coarser = self
        while coarser.d > n_segments:
            coarser = coarser.merge(coarser._closest_pair())
        return coarser

    def inside(self, coarse: Segmentation) -> np.ndarray:
        """The segment of ``coarse`` that holds each segment of this one, (d,).

        Raises:
            ValueError: partitions of different trees, or a segment that ``coarse`` divides.
        """
        if coarse.tree is not self.tree:
            raise ValueError("coarse must come from the same tree, got another one: build the tree once")
        leaves = np.unique(self.tree.leaves)
        pairs = np.unique(np.stack([self.owner[leaves], coarse.owner[leaves]]), axis=1)
        if pairs.shape[1] != self.d:
            raise ValueError(f"coarse must be a union of these {self.d} segments, got one that divides some")
        return pairs[1]

    def consistency(self, coefficients: np.ndarray, finer: Segmentation, finer_coefficients: np.ndarray) -> Consistency:
        """Set the coefficients of these segments beside the sums of those of a finer partition.

        The gaps vanish for an additive set function, whatever the design (prop:linear), when both explanations
        use the same replacement image; otherwise they show the interactions inside and between the segments.

        Args:
            coefficients: of these segments, (d,).
            finer: a partition of the same tree, each of whose segments lies inside one of these.
            finer_coefficients: of its segments, (finer.d,).
        """
        coefficients = _coefficients("coefficients", coefficients, self.d)
        children = _coefficients("finer_coefficients", finer_coefficients, finer.d)
        return Consistency(coefficients, np.bincount(finer.inside(self), weights=children, minlength=self.d))

    def _with(self, groups: list[tuple[int, ...]]) -> Segmentation:
        return Segmentation(self.tree, tuple(sorted(_closed(self.tree, group) for group in groups)))

    def _chosen(self, segments: Sequence[int]) -> set[int]:
        chosen = {arguments.integer("segments", number, 0) for number in segments}
        if not chosen or max(chosen) >= self.d:
            raise ValueError(f"segments must name some of 0..{self.d - 1}, got {sorted(chosen)}")
        return chosen

    def _parts(self, group: tuple[int, ...]) -> list[tuple[int, ...]]:
        nodes = group if len(group) > 1 else self.tree.children[group[0]] or group
        return [(node,) for node in nodes]

    def _above(self, group: tuple[int, ...]) -> int:
        # The parent of a node; the smallest node that holds a merged segment.
        nodes = set(group)
        while len(nodes) > 1:
            nodes.add(int(self.tree.parent[max(nodes)]))
            nodes.remove(max(nodes))
        (node,) = nodes
        return node if len(group) > 1 else max(0, int(self.tree.parent[node]))

    def _touching(self, node: int) -> list[int]:
        under = np.full(len(self.tree.parent), -1)
        under[[0, node]] = 0, 1
        held = np.unique(self.owner[self.tree.spread(under) == 1])
        return [int(segment) for segment in held if segment >= 0]

    def _closest_pair(self) -> list[int]:
        first = int(self.area.argmin())
        others = [number for number in self._touching(self._above(self.groups[first])) if number != first]
        mine = np.flatnonzero(self.owner == first)
        lengths = np.asarray(self.tree.borders[mine].sum(axis=0)).ravel()
        shared = np.bincount(self.owner[self.owner >= 0], weights=lengths[self.owner >= 0], minlength=self.d)
        return [first, min(others, key=lambda number: (-shared[number], self.area[number], number))]


class _Masks:
    """Distinct masks of at least ``least`` pixels, largest first, and the atoms: pixels that are in the same masks."""

    def __init__(self, masks: Sequence[np.ndarray], least: int):
        sizes = [int(np.count_nonzero(mask)) for mask in masks]
        packed = {number: np.packbits(mask) for number, mask in enumerate(masks) if sizes[number] >= least}
        tied = Counter(sizes)
        outline = {number: (~bits).tobytes() if tied[sizes[number]] > 1 else b"" for number, bits in packed.items()}
        order = sorted(packed, key=lambda number: (-sizes[number], outline[number]))
        size_and_outline = [(sizes[number], outline[number]) for number in order]
        new = [i == 0 or size_and_outline[i - 1] != size_and_outline[i] for i in range(len(order))]
        self.names = np.array([number for number, first in zip(order, new, strict=True) if first], np.intp)
        self.numbers = np.full(len(masks), -1, np.intp)
        self.numbers[order] = np.cumsum(new) - 1
        self.areas = np.array([sizes[number] for number in self.names], np.int64)
        self.shape = masks[0].shape
        if self.names.size:
            self.atoms, self.counts, self.members = _atoms(
                [masks[number] for number in self.names], [packed[number] for number in self.names]
            )

    @cached_property
    def parents(self) -> np.ndarray:
        """Number of the parent of each distinct mask, −1 for none."""
        parents = np.full(len(self.names), -1, np.intp)
        if not self.names.size:
            return parents
        overlap = (self.members.multiply(self.counts).tocsr() @ self.members.T).tocoo()
        large, small, shared = overlap.row, overlap.col, overlap.data
        fit = (self.areas[large] > self.areas[small]) & (2 * shared > self.areas[small])
        large, small, shared = large[fit], small[fit], shared[fit]
        best = np.lexsort((large, -shared, self.areas[large], small))
        children, first = np.unique(small[best], return_index=True)
        parents[children] = large[best][first]
        return parents


def _atoms(masks: list[np.ndarray], packed: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, Any]:
    """The atom of each pixel (h, w), the size of each atom, and the sparse membership (masks, atoms)."""
    from scipy.sparse import csr_matrix

    starts = _run_starts(packed, masks[0].size)
    keys = np.concatenate([_keys(masks, starts[i : i + _BLOCK]) for i in range(0, len(starts), _BLOCK)])
    rows = keys.view(np.dtype((np.void, keys.shape[1]))).ravel()
    distinct, atom_of_run = np.unique(rows, return_inverse=True)
    lengths = np.diff(starts, append=masks[0].size)
    members = np.unpackbits(distinct.view(np.uint8).reshape(len(distinct), -1), axis=1, count=len(masks)).T
    counts = np.bincount(atom_of_run, weights=lengths).astype(np.int64)
    return (
        np.repeat(atom_of_run.astype(np.int32), lengths).reshape(masks[0].shape),
        counts,
        csr_matrix(members, dtype=np.int64),
    )


def _run_starts(packed: list[np.ndarray], pixels: int) -> np.ndarray:
    # A run is a stretch of pixels, row after row, along which no mask begins or ends.
    change = np.zeros_like(packed[0])
    for bits in packed:
        before = bits >> 1
        before[1:] |= bits[:-1] << 7
        change |= bits ^ before
    marks = np.unpackbits(change, count=pixels)
    marks[0] = 1
    return np.flatnonzero(marks)


def _keys(masks: list[np.ndarray], pixels: np.ndarray) -> np.ndarray:
    # The masks that hold each pixel, as the bits of one row per pixel.
    held = np.empty((len(masks), len(pixels)), bool)
    for mask, row in zip(masks, held, strict=True):
        mask.ravel().take(pixels, out=row, mode="clip")
    return np.ascontiguousarray(np.packbits(held, axis=0).T)


def _grown(masks: _Masks, least: int, reach: float) -> SegmentTree:
    from scipy.ndimage import find_objects

    children: list[list[int]] = [[] for _ in range(len(masks.names) + 1)]
    for number, above in enumerate(masks.parents.tolist()):
        children[above].append(number)
    nodes, parent, level = np.zeros(masks.shape, np.int32), [-1], [0]
    made = [-1]
    waiting = deque([(0, (slice(None), slice(None)), children[-1])])
    while waiting:
        node, box, group = waiting.popleft()
        inside = nodes[box] == node
        parts, names = _split(inside, masks.atoms[box], group, masks, children, least, reach)
        if len(names) < 2:
            continue
        first = len(parent)
        np.add(parts, first, out=nodes[box], where=inside)
        for part, (name, found) in enumerate(zip(names, find_objects(parts + 1), strict=True)):
            parent.append(node)
            level.append(level[node] + 1)
            made.append(int(masks.names[name]) if name >= 0 else -1)
            if name >= 0 and children[name]:
                waiting.append((first + part, _nested(box, found), children[name]))
    return SegmentTree(
        nodes.astype(np.intp), np.array(parent, np.intp), np.array(level, np.intp), np.array(made, np.intp)
    )


def _split(
    inside: np.ndarray,
    atoms: np.ndarray,
    group: list[int],
    masks: _Masks,
    children: list[list[int]],
    least: int,
    reach: float,
) -> tuple[np.ndarray, list[int]]:
    """Divide a region among a group of sibling masks: parts numbered 0.. and −1 outside, and each part's mask."""
    parts, names = np.where(inside, np.int32(0), np.int32(-1)), [-1]
    while group:
        parts = _painted(inside, atoms, group, masks)
        sizes = np.bincount((parts + 1).ravel(), minlength=len(group) + 1)[1:]
        if (sizes < least).any():
            group = sorted(
                heir
                for number, size in zip(group, sizes, strict=True)
                for heir in ([number] if size >= least else children[number])
            )
            continue
        n_parts = _fill(parts, inside, len(group), least, reach)
        names = [*group, *[-1] * (n_parts - len(group))]
        if n_parts > 1:
            break
        group = children[group[0]]
    return parts, names


def _painted(inside: np.ndarray, atoms: np.ndarray, group: list[int], masks: _Masks) -> np.ndarray:
    # From large to small, so that the smaller one wins where siblings cross.
    owner = np.full(len(masks.counts), -1, np.int32)
    pointer, indices = masks.members.indptr, masks.members.indices
    for position, number in enumerate(group):
        owner[indices[pointer[number] : pointer[number + 1]]] = position
    return np.where(inside, owner[atoms], np.int32(-1))


def _fill(parts: np.ndarray, inside: np.ndarray, n_parts: int, least: int, reach: float) -> int:
    """Give the uncovered pixels of a region to the nearest part or to new parts, in place; the number of parts."""
    from scipy.ndimage import distance_transform_edt, label

    bare = inside & (parts < 0)
    if not bare.any():
        return n_parts
    height, width = parts.shape
    row, column = distance_transform_edt(parts < 0, return_distances=False, return_indices=True)
    nearest = (row * np.int32(width) + column)[bare]
    row -= np.arange(height, dtype=np.int32)[:, None]
    column -= np.arange(width, dtype=np.int32)
    regions, n_regions = label(bare & (row * row + column * column > reach**2))
    region = regions[bare]
    kept = np.bincount(region, minlength=n_regions + 1) >= least
    kept[0] = False
    numbers = np.where(kept, n_parts - 1 + np.cumsum(kept), -1)[region]
    parts[bare] = np.where(numbers >= 0, numbers, parts.ravel()[nearest])
    return n_parts + int(kept.sum())


def _nested(outer: tuple[slice, slice], inner: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = (
        slice((o.start or 0) + i.start, (o.start or 0) + i.stop) for o, i in zip(outer, inner, strict=True)
    )
    return rows, columns


def _closed(tree: SegmentTree, group: Sequence[int]) -> tuple[int, ...]:
    """The same segment with the fewest nodes: a full set of children is their parent."""
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


def _checked(masks: Any, shape: tuple[int, int] | None) -> list[np.ndarray]:
    stack = [np.asarray(mask) for mask in masks]
    if not stack:
        raise ValueError("masks must hold at least one mask, got none: loosen the thresholds of their generator")
    size = stack[0].shape if shape is None else tuple(shape)
    for mask in stack:
        if mask.dtype != bool:
            raise TypeError(f"masks must be bool, got {mask.dtype}: use masks > 0, or one mask per label")
        if mask.ndim != 2 or not mask.size:
            raise ValueError(f"masks must have shape (m, h, w), got one of shape {mask.shape}: pass one map per mask")
        if mask.shape != size:
            raise ValueError(f"masks must all have shape {size}, got {mask.shape}: make them on that same image")
    return stack
