"""A binary tree of regions without those that are too small, and without merges at scale 0."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np


def pruned(
    higra: ModuleType, rag: Any, tree: Any, scale: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The regions of at least ``least`` pixels.

    Args:
        higra: the package.
        rag: region adjacency graph of the finest regions.
        tree: a binary partition tree of it.
        scale: at which each region of the tree appears, not decreasing towards the image.
        least: fewest pixels of a region.

    Returns:
        The new finest region of each vertex of the graph, and the parents and scales of all regions, children first; a
        finest region has the mean over its pixels of the scales of the small regions that it absorbed.
    """
    parent, scale, absorbed = _without_small(higra, rag, tree, scale, least)
    return _without_flat(parent, scale, higra.attribute_vertex_area(rag), absorbed)


def _without_small(
    higra: ModuleType, rag: Any, tree: Any, scale: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Each region below the least area joins, at scale 0, the neighbour that its edge of the spanning tree leads to.
    # The third result is, for each vertex, the sum of scale × area of the regions that joined there.
    tree, scale = higra.bpt_canonical(rag, higra.saliency(tree, scale, rag, handle_rag=False))
    unions = slice(rag.num_vertices(), None)
    smaller = higra.accumulate_parallel(tree, higra.attribute_area(tree), higra.Accumulators.min)[unions]
    edges = scale[unions]
    spanning = higra.CptBinaryHierarchy.get_mst(tree)
    joined = np.where(smaller < least, edges * smaller, 0.0)
    absorbed = np.bincount(spanning.edge_list()[0], weights=joined, minlength=rag.num_vertices())
    tree, scale = higra.bpt_canonical(spanning, np.where(smaller < least, 0.0, edges))
    return np.array(tree.parents(), np.intp), np.array(scale), absorbed


def _without_flat(
    parent: np.ndarray, scale: np.ndarray, area: np.ndarray, absorbed: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Regions of scale 0 are as fine as it gets: the largest of them become the leaves.
    finest = np.arange(len(parent))
    for region in range(len(parent) - 2, -1, -1):
        if scale[parent[region]] == 0:
            finest[region] = finest[parent[region]]
    flat = (scale == 0) & (finest == np.arange(len(parent)))
    kept = np.concatenate([np.flatnonzero(flat), np.flatnonzero(scale > 0)])
    number = np.full(len(parent), -1, np.intp)
    number[kept] = np.arange(len(kept))
    vertices, above, scale = number[finest[: len(area)]], number[parent[kept]], scale[kept]
    noise = np.bincount(vertices, weights=absorbed) / np.bincount(vertices, weights=area)
    scale[: len(noise)] = np.minimum(noise, scale[above[: len(noise)]])
    return vertices, above, scale
