"""A hierarchy of regions by the features of a vision transformer.

The photograph is cut into about ``N_FINE`` watershed superpixels of its Lab gradient. Each gets the mean feature of the
patches near it that have its colour, a vector of length 1, beside its mean colour. Those that touch are merged in pairs
by Ward's rule: the scale of a union is the increase of the squared distances to the mean, so that large regions that
differ much are merged last.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from limetheory.images.generators.dino.patch_features import patch_features, region_features
from limetheory.images.generators.higra.pruning import pruned
from limetheory.images.generators.higra.region_tree import RegionTree, fine_superpixels
from limetheory.images.segmentation.label_map import enlarged
from limetheory.images.segmentation.segment import reduced
from limetheory.networks.vit.backbone import Backbone
from limetheory.packages import needed

N_FINE = 600
"""Watershed superpixels asked for; on 640 × 480 pixels each holds about 500, one and a half patches."""

COLOUR_WEIGHT = 1.0
"""Weight of Lab colours, as hundredths of their usual units, beside features of length 1."""


def photo_tree(photo: np.ndarray, backbone: Backbone, min_percent: float) -> tuple[RegionTree, np.ndarray]:
    """The tree of a photograph of any size, and the features of its patches (rows, columns, c), by one pass.

    Args:
        photo: (h, w, 3) in [0, 1]; sides above `MAX_SIDE` of segmentation/segment.py are reduced first.
        backbone: what makes the features.
        min_percent: smallest region, in per cent of the image.
    """
    small = reduced(photo)
    patches = patch_features(small, backbone)
    tree = feature_tree(small, patches, min_percent)
    return RegionTree(enlarged(tree.leaves, photo.shape[:2]), tree.parent, tree.scale), patches


def feature_tree(photo: np.ndarray, patches: np.ndarray, min_percent: float) -> RegionTree:
    """Build the tree of a photograph from its features.

    Args:
        photo: (h, w, 3) in [0, 1], all of whose pixels are used.
        patches: (rows, columns, c), its features, see `patch_features`.
        min_percent: smallest region, in per cent of the image.

    Returns:
        The tree; a photograph of a single colour is a single region, since its features say nothing.

    Raises:
        ImportError: Higra is not installed.
    """
    higra = needed("higra", "segmenter 'dino'", "foundation")
    if not np.ptp(photo, axis=(0, 1)).any():
        return RegionTree(np.zeros(photo.shape[:2], np.intp), np.zeros(1, np.intp), np.zeros(1))
    return RegionTree(*_merged(higra, photo, patches, min_percent))


def _merged(
    higra: ModuleType, photo: np.ndarray, patches: np.ndarray, min_percent: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The finest regions (h, w), and the parents and scales of all regions."""
    from skimage.color import rgb2lab

    lab, size = rgb2lab(photo), photo.shape[:2]
    graph = higra.get_4_adjacency_graph(size)
    rag = higra.make_region_adjacency_graph_from_labelisation(graph, fine_superpixels(lab, N_FINE))
    of_pixels = higra.CptRegionAdjacencyGraph.construct(rag)["vertex_map"].reshape(size)
    tree, scale = _ward(higra, rag, of_pixels, lab, patches)
    vertices, parent, scale = pruned(higra, rag, tree, scale, min_percent / 100 * of_pixels.size)
    return vertices[of_pixels], parent, scale


def _ward(
    higra: ModuleType, rag: Any, of_pixels: np.ndarray, lab: np.ndarray, patches: np.ndarray
) -> tuple[Any, np.ndarray]:
    colours = higra.rag_accumulate_on_vertices(rag, higra.Accumulators.mean, lab.reshape(-1, 3))
    features = region_features(patches, of_pixels, colours, lab)
    described = np.concatenate([features, COLOUR_WEIGHT / 100 * colours], axis=1, dtype=np.float64)
    area = np.bincount(of_pixels.ravel()).astype(np.float64)
    tree, scale = higra.binary_partition_tree_ward_linkage(rag, described, area / area.sum())
    return tree, np.array(scale)
