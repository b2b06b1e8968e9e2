"""A Mumford-Shah hierarchy (Higra) of fine watershed superpixels in Lab.

The image is cut into about ``N_FINE`` watershed superpixels of its Lab gradient, which are merged in pairs in the
order of the scale λ at which their union has the lower energy (Guigues, Cocquerez & Le Men 2006):
squared Lab error + λ · border length. A region lives from its own scale λ to its parent's; its *persistence* is
1 − λ/λ_parent, 0 for a region that is merged at once and near 1 for one that stands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from limetheory import arguments
from limetheory.images.generators.higra.pruning import pruned
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.images.segmentation.label_map import enlarged
from limetheory.images.segmentation.segment import reduced
from limetheory.pictures import as_image

N_FINE = 2000
"""Watershed superpixels asked for; on 640 × 480 pixels each holds about 150."""

SMALLEST_PERCENT = 0.1
"""Smallest region of the hierarchy, in per cent of the image: 307 pixels of 640 × 480."""

FLAT = 1e-3
"""Scale λ below which colours count as equal; one grey level between two pixels already gives about 0.05."""


@dataclass(frozen=True, eq=False)
class RegionTree:
    """A binary tree of regions; children come before their parents, and the image comes last.

    Attributes:
        leaves: (h, w) region of each pixel among the ``n_leaves`` finest.
        parent: (regions,) number of the parent; the image is its own.
        scale: (regions,) λ at which a region appears, not decreasing towards the image; for a finest region the
            mean over its pixels of the λ of the small regions that it absorbed.
    """

    leaves: np.ndarray
    parent: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, image: Any, min_percent: float = SMALLEST_PERCENT) -> RegionTree:
        """Build the tree of an image, without regions smaller than ``min_percent`` of it."""
        percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
        higra = _higra()
        pixels = as_image(image)
        small = reduced(pixels)
        vertices, parent, scale = _merged(higra, small, percent)
        return cls(enlarged(vertices, pixels.shape[:2]), parent, scale)

    @property
    def n_leaves(self) -> int:
        """Number of finest regions."""
        return (len(self.parent) + 1) // 2

    @cached_property
    def area(self) -> np.ndarray:
        """Number of pixels of each region, (regions,)."""
        return self.sums(np.bincount(self.leaves.ravel(), minlength=self.n_leaves))

    @cached_property
    def persistence(self) -> np.ndarray:
        """1 − λ/λ_parent of each region, in [0, 1]; 1 for the image itself."""
        above = self.scale[self.parent]
        persistence: np.ndarray = 1 - np.divide(self.scale, above, out=np.ones_like(above), where=above > 0)
        persistence[-1] = 1.0
        return persistence

    @cached_property
    def children(self) -> list[list[int]]:
        """The two children of each region, none for a finest one."""
        children: list[list[int]] = [[] for _ in self.parent]
        for region, parent in enumerate(self.parent[:-1].tolist()):
            children[parent].append(region)
        return children

    def sums(self, of_leaves: np.ndarray) -> np.ndarray:
        """Add up a quantity of the finest regions within each region."""
        sums = np.zeros(len(self.parent), of_leaves.dtype)
        sums[: len(of_leaves)] = of_leaves
        for region, parent in enumerate(self.parent[:-1].tolist()):
            sums[parent] += sums[region]
        return sums

    def above(self, region: int) -> list[int]:
        """The region and its ancestors, up to the image."""
        chain = [int(region)]
        while chain[-1] != len(self.parent) - 1:
            chain.append(int(self.parent[chain[-1]]))
        return chain

    def mask(self, region: int) -> np.ndarray:
        """The (h, w) bool mask of one region."""
        held = np.zeros(len(self.parent), bool)
        held[region] = True
        for node in range(len(held) - 2, -1, -1):
            held[node] |= held[self.parent[node]]
        mask: np.ndarray = held[self.leaves]
        return mask

    def shown(self, levels: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """The regions in the cuts into at most ``levels`` segments, and the depth of the first cut of each.

        The image comes first, at depth 0; then those of depth 1, 2, ..., each with its parent before it.
        """
        divided = self._divided(levels)
        depth = np.append(divided[self.parent[:-1]], 0)
        kept = np.flatnonzero(depth < divided)
        kept = kept[np.lexsort((-kept, depth[kept]))]
        return kept, depth[kept]

    def segment_tree(self, levels: tuple[int, ...]) -> SegmentTree:
        """The tree of the cuts into at most the given numbers of segments, coarsest first."""
        kept, depth = self.shown(levels)
        number = np.full(len(self.parent), -1, np.intp)
        number[kept] = np.arange(len(kept))
        nearest = number.copy()
        for region in range(len(number) - 2, -1, -1):
            if nearest[region] < 0:
                nearest[region] = nearest[self.parent[region]]
        parent = np.append(-1, nearest[self.parent[kept[1:]]])
        return SegmentTree(nearest[self.leaves], parent, depth, np.full(len(kept), -1, np.intp))

    def _divided(self, levels: tuple[int, ...]) -> np.ndarray:
        # The first depth at which a region is divided; the n - 1 coarsest unions are divided in a cut into n.
        unions = np.arange(len(self.parent) - 1, self.n_leaves - 1, -1)
        level = np.full(len(self.parent), len(levels) + 1)
        level[unions] = np.searchsorted(np.array(levels) - 1, np.arange(len(unions)), side="right") + 1
        return level


def _merged(higra: ModuleType, image: np.ndarray, percent: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The finest regions (h, w), and the parents and scales of all regions."""
    from skimage.color import rgb2lab

    lab = rgb2lab(image)
    size = lab.shape[:2]
    if lab[..., 0].size == 1:
        return np.zeros(size, np.intp), np.zeros(1, np.intp), np.zeros(1)
    graph = higra.get_4_adjacency_graph(size)
    rag = higra.make_region_adjacency_graph_from_labelisation(graph, fine_superpixels(lab, N_FINE))
    if rag.num_vertices() == 1:
        return np.zeros(size, np.intp), np.zeros(1, np.intp), np.zeros(1)
    tree, scale = _mumford_shah(higra, rag, lab.reshape(-1, 3))
    vertices, parent, scale = pruned(higra, rag, tree, scale, percent / 100 * lab[..., 0].size)
    of_pixels = higra.CptRegionAdjacencyGraph.construct(rag)["vertex_map"]
    return vertices[of_pixels].reshape(size), parent, scale


def fine_superpixels(lab: np.ndarray, n: int) -> np.ndarray:
    """About n watershed superpixels of the gradient of an image in Lab (h, w, 3); a pixel each where it has fewer."""
    from scipy.ndimage import gaussian_gradient_magnitude
    from skimage.segmentation import watershed

    slope = np.sqrt(sum(gaussian_gradient_magnitude(lab[..., channel], 1.0) ** 2 for channel in range(3)))
    labels: np.ndarray = watershed(slope, markers=min(n, slope.size)).astype(np.int64)
    return labels


def _mumford_shah(higra: ModuleType, rag: Any, lab: np.ndarray) -> tuple[Any, np.ndarray]:
    total = higra.rag_accumulate_on_vertices(rag, higra.Accumulators.sum, lab)
    square = higra.rag_accumulate_on_vertices(rag, higra.Accumulators.sum, lab**2)
    tree, scale = higra.binary_partition_tree_MumfordShah_energy(rag, total, squared_vertex_values=square)
    # Rounding leaves equal colours at scales near 0, and some unions a little below their parts.
    scale = np.where(scale < FLAT, 0.0, scale)
    for region, parent in enumerate(tree.parents()[:-1].tolist()):
        scale[parent] = max(scale[parent], scale[region])
    return tree, scale


def _higra() -> ModuleType:
    try:
        import higra
    except ImportError:
        raise ValueError("segmenters 'dseg' and 'higra' need Higra, got none: pip install 'limetheory[dseg]'") from None
    module: ModuleType = higra
    return module
