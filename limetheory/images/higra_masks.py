"""Data-driven masks without a checkpoint: a Mumford-Shah hierarchy (Higra) of fine watershed superpixels in Lab.

The image is cut into about ``N_FINE`` watershed superpixels of its Lab gradient, which are merged in pairs in the
order of the scale λ at which their union has the lower energy (Guigues, Cocquerez & Le Men 2006):
squared Lab error + λ · border length. A region lives from its own scale λ to its parent's; its *stability* is
1 − λ/λ_parent, 0 for a region that is merged at once and near 1 for one that stands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np

from limetheory import arguments
from limetheory.images.hierarchy import MIN_PERCENT, SegmentTree
from limetheory.images.loading import as_image
from limetheory.images.segmentation import enlarged, reduced

N_FINE = 2000
"""Watershed superpixels asked for; on 640 × 480 pixels each holds about 150."""

LEVELS = (10, 25, 60, 150)
"""Segments of the first, second, ... depth of `higra_tree`, at most."""

SMALLEST_PERCENT = 0.1
"""Smallest region of the hierarchy, in per cent of the image: 307 pixels of 640 × 480."""


FLAT = 1e-3
"""Scale λ below which colours count as equal; one grey level between two pixels already gives about 0.05."""

SCALE_STEP = 1.5
"""Least ratio of areas between two of the three answers to a click."""


def higra_tree(image: Any, levels: tuple[int, ...] = LEVELS, min_percent: float = MIN_PERCENT) -> SegmentTree:
    """A hierarchy of segments from the colours of the image alone; equal images give equal trees.

    Args:
        image: anything that `as_image` takes; sides above ``segmentation.MAX_SIDE`` are reduced first.
        levels: increasing numbers of segments, at most, of depth 1, 2, ...
        min_percent: smallest segment, in per cent of the image, in [0, 100).

    Returns:
        The tree; an image of a single colour gives a single segment.

    Raises:
        ValueError: Higra is not installed, a bad image, or levels that do not increase from at least 2.

    >>> image = np.zeros((20, 30, 3)); image[:, 10:] = 0.5; image[5:15, 15:25] = 1.0
    >>> higra_tree(image, levels=(2, 3)).partition(2)[10, ::5].tolist()
    [0, 0, 1, 2, 2, 1]
    """
    counts = _counts(levels)
    regions = RegionTree.of(image, min_percent)
    return regions.segment_tree(counts)


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
    def stability(self) -> np.ndarray:
        """1 − λ/λ_parent of each region, in [0, 1]; 1 for the image itself."""
        above = self.scale[self.parent]
        stability = 1 - np.divide(self.scale, above, out=np.ones_like(above), where=above > 0)
        stability[-1] = 1.0
        return stability

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
        return held[self.leaves]

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


class HigraMaskGenerator:
    """Masks of an image behind the interface of ``segment_anything.SamAutomaticMaskGenerator``.

    They are the segments of all depths of `higra_tree`, so that `containment_tree` finds its depths again.

    Args:
        levels: increasing numbers of segments, at most, of the cuts that the masks are taken from.
        min_percent: smallest mask, in per cent of the image, in [0, 100).
        stability_score_thresh: smallest stability 1 − λ/λ_parent of a mask, in [0, 1].

    >>> image = np.zeros((20, 30, 3), np.uint8); image[5:15, 15:25] = 255
    >>> [(mask["area"], mask["bbox"], mask["stability_score"]) for mask in HigraMaskGenerator().generate(image)]
    [(500, [0, 0, 30, 20], 1.0), (100, [15, 5, 10, 10], 1.0)]
    """

    def __init__(
        self,
        levels: tuple[int, ...] = LEVELS,
        min_percent: float = MIN_PERCENT,
        stability_score_thresh: float = 0.0,
    ):
        self.levels = _counts(levels)
        self.min_percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
        self.threshold = arguments.real("stability_score_thresh", stability_score_thresh, at_least=0, at_most=1)

    def generate(self, image: Any) -> list[dict[str, Any]]:
        """List the regions of an image, largest first; none for an image of a single colour.

        Args:
            image: (h, w, 3) uint8, or anything else that `as_image` takes.

        Returns:
            One dict per mask: "segmentation" (h, w) bool, "area" in pixels, "bbox" [x, y, w, h], "stability_score"
            and "predicted_iou" (both the stability: no overlap is predicted), "point_coords" [[x, y]], the pixel of
            the mask nearest to its centre, and "crop_box" [0, 0, w, h].
        """
        regions = RegionTree.of(image, self.min_percent)
        kept, _ = regions.shown(self.levels)
        stable = [int(region) for region in kept[1:] if regions.stability[region] >= self.threshold]
        stable.sort(key=lambda region: (-regions.area[region], region))
        return [_record(regions.mask(region), float(regions.stability[region])) for region in stable]


class HigraPredictor:
    """Answers clicks behind the interface of ``segment_anything.SamPredictor``, without weights.

    >>> image = np.zeros((20, 30, 3), np.uint8); image[:, 10:] = 99; image[5:15, 15:25] = 255
    >>> predictor = HigraPredictor(); predictor.set_image(image)
    >>> masks, scores, _ = predictor.predict(np.array([[20, 10]]), np.array([1]))
    >>> masks.sum(axis=(1, 2)).tolist(), masks[:, 10, 20].tolist()
    ([100, 400, 600], [True, True, True])
    """

    def __init__(self) -> None:
        self.reset_image()

    def reset_image(self) -> None:
        """Forget the image."""
        self.is_image_set = False
        self.original_size: tuple[int, int] | None = None
        self._regions: RegionTree | None = None

    def set_image(self, image: Any, image_format: str = "RGB") -> None:
        """Build the hierarchy of an image: (h, w, 3) uint8, or anything else that `as_image` takes."""
        arguments.choice("image_format", image_format, ("RGB", "BGR"))
        self._regions = RegionTree.of(image if image_format == "RGB" else np.asarray(image)[..., ::-1])
        self.original_size = self._regions.leaves.shape
        self.is_image_set = True

    def predict(
        self,
        point_coords: Any = None,
        point_labels: Any = None,
        box: Any = None,
        mask_input: Any = None,
        multimask_output: bool = True,
    ) -> tuple[np.ndarray, np.ndarray, None]:
        """Regions at three scales that contain the clicks labelled 1 and none of those labelled 0.

        The three are the most stable ones among those that differ by a factor of at least ``SCALE_STEP`` in
        area, smallest first; an image with fewer regions there gives repetitions. Where a region cannot hold all
        clicks labelled 1 without one labelled 0, the masks are unions of one region per click.

        Args:
            point_coords: (n, 2) clicks (x, y) in pixels.
            point_labels: (n,) 1 for inside, 0 for outside; at least one 1 unless there is a box.
            box: (4,) x0, y0, x1, y1 in pixels: regions count by their intersection over union with it.
            mask_input: None; a hierarchy has no logits to go on from.
            multimask_output: False gives the best one only.

        Returns:
            Masks (3, h, w) bool, scores (3,) in [0, 1] (stability, times overlap with the box), and None.

        Raises:
            ValueError: no image, no click inside, or clicks of both labels in one finest region.
        """
        regions = self._ready(mask_input)
        inside, outside = _clicks(regions, point_coords, point_labels)
        merit = regions.stability * _box_overlap(regions, box)
        if inside:
            chosen = _at_scales(regions, inside, outside, merit)
        elif box is not None:
            chosen = _best_in_box(regions, outside, merit)
        else:
            raise ValueError("point_labels must hold a 1 unless there is a box, got none: click inside the object")
        scores = np.array([merit[list(group)].min() for group in chosen])
        if not multimask_output:
            best = int(scores.argmax())
            chosen, scores = chosen[best : best + 1], scores[best : best + 1]
        masks = np.stack([np.any([regions.mask(region) for region in group], axis=0) for group in chosen])
        return masks, scores, None

    def _ready(self, mask_input: Any) -> RegionTree:
        if self._regions is None:
            raise ValueError("an image must be set before predict, got none: call set_image first")
        if mask_input is not None:
            raise ValueError("mask_input must be None, got an array: a hierarchy has no logits to go on from")
        return self._regions


def _clicks(regions: RegionTree, coords: Any, labels: Any) -> tuple[list[int], list[int]]:
    """The finest regions that are clicked as inside and as outside."""
    if coords is None and labels is None:
        return [], []
    if coords is None or labels is None:
        raise ValueError("point_coords and point_labels must come together, got one of them: label each click 1 or 0")
    points, marks = np.asarray(coords, float), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or marks.shape != points.shape[:1] or not np.isin(marks, (0, 1)).all():
        raise ValueError(
            f"point_coords must be (n, 2) with n point_labels of 0 or 1, got shapes {points.shape} and {marks.shape}: "
            "give one x, y and one label per click"
        )
    height, width = regions.leaves.shape
    if not ((points > -0.5) & (points < np.array([width, height]))).all():
        raise ValueError(f"point_coords must be x, y inside the {width} × {height} image, got {points.tolist()}")
    columns, rows = np.clip(np.rint(points), 0, [width - 1, height - 1]).astype(int).T
    clicked = regions.leaves[rows, columns]
    return np.unique(clicked[marks == 1]).tolist(), np.unique(clicked[marks == 0]).tolist()


def _at_scales(regions: RegionTree, inside: list[int], outside: list[int], merit: np.ndarray) -> list[set[int]]:
    banned = {region for click in outside for region in regions.above(click)}
    chains = [[region for region in regions.above(click) if region not in banned] for click in inside]
    if not all(chains):
        raise ValueError("clicks labelled 1 and 0 must lie in different regions, got both in one: move one of them")
    shared = [region for region in chains[0] if all(region in chain for chain in chains)]
    picks = [_three(regions, chain, merit) for chain in ([shared] if shared else chains)]
    return [set(group) for group in zip(*picks, strict=True)]


def _three(regions: RegionTree, chain: list[int], merit: np.ndarray) -> list[int]:
    """The best of a chain of nested regions, apart in area by ``SCALE_STEP``; smallest first, repeated if few."""
    area = regions.area
    picked: list[int] = []
    for region in sorted(chain, key=lambda region: (region == len(area) - 1, -merit[region], region)):
        apart = all(max(area[region], area[other]) >= SCALE_STEP * min(area[region], area[other]) for other in picked)
        if apart and len(picked) < 3:
            picked.append(region)
    return sorted(picked + picked[:1] * (3 - len(picked)))


def _best_in_box(regions: RegionTree, outside: list[int], merit: np.ndarray) -> list[set[int]]:
    banned = {region for click in outside for region in regions.above(click)}
    free = [region for region in range(len(merit)) if region not in banned]
    if not free:
        raise ValueError("box must hold a region without clicks labelled 0, got none: remove a click")
    best = sorted(free, key=lambda region: (-merit[region], region))[:3]
    return [{region} for region in sorted(best + best[:1] * (3 - len(best)))]


def _box_overlap(regions: RegionTree, box: Any) -> np.ndarray:
    """Intersection over union of each region with the box; 1 without a box."""
    if box is None:
        return np.ones(len(regions.parent))
    corners = arguments.vector("box", np.ravel(box))
    if corners.shape != (4,) or corners[0] >= corners[2] or corners[1] >= corners[3]:
        raise ValueError(f"box must be x0, y0, x1, y1 with x0 < x1 and y0 < y1, got {corners.tolist()}")
    x0, y0, x1, y1 = np.maximum(np.rint(corners), 0).astype(int)
    boxed = regions.leaves[y0 : y1 + 1, x0 : x1 + 1]
    if not boxed.size:
        height, width = regions.leaves.shape
        raise ValueError(f"box must meet the {width} × {height} image, got {corners.tolist()}: give pixels of it")
    shared = regions.sums(np.bincount(boxed.ravel(), minlength=regions.n_leaves))
    return shared / (regions.area + boxed.size - shared)


def _record(mask: np.ndarray, stability: float) -> dict[str, Any]:
    rows, columns = np.nonzero(mask)
    x, y = int(columns.min()), int(rows.min())
    centre = ((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2).argmin()
    return {
        "segmentation": mask,
        "area": len(rows),
        "bbox": [x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1],
        "predicted_iou": stability,
        "point_coords": [[float(columns[centre]), float(rows[centre])]],
        "stability_score": stability,
        "crop_box": [0, 0, mask.shape[1], mask.shape[0]],
    }


def _merged(higra: ModuleType, image: np.ndarray, percent: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The finest regions (h, w), and the parents and scales of all regions."""
    from skimage.color import rgb2lab

    lab = rgb2lab(image)
    size = lab.shape[:2]
    if lab[..., 0].size == 1:
        return np.zeros(size, np.intp), np.zeros(1, np.intp), np.zeros(1)
    graph = higra.get_4_adjacency_graph(size)
    rag = higra.make_region_adjacency_graph_from_labelisation(graph, _superpixels(lab))
    if rag.num_vertices() == 1:
        return np.zeros(size, np.intp), np.zeros(1, np.intp), np.zeros(1)
    tree, scale = _mumford_shah(higra, rag, lab.reshape(-1, 3))
    parent, scale, absorbed = _without_small(higra, rag, tree, scale, percent / 100 * lab[..., 0].size)
    area = higra.attribute_vertex_area(rag)
    vertices, parent, scale = _without_flat(parent, scale, area, absorbed)
    of_pixels = higra.CptRegionAdjacencyGraph.construct(rag)["vertex_map"]
    return vertices[of_pixels].reshape(size), parent, scale


def _superpixels(lab: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_gradient_magnitude
    from skimage.segmentation import watershed

    slope = np.sqrt(sum(gaussian_gradient_magnitude(lab[..., channel], 1.0) ** 2 for channel in range(3)))
    return watershed(slope, markers=min(N_FINE, slope.size)).astype(np.int64)


def _mumford_shah(higra: ModuleType, rag: Any, lab: np.ndarray) -> tuple[Any, np.ndarray]:
    total = higra.rag_accumulate_on_vertices(rag, higra.Accumulators.sum, lab)
    square = higra.rag_accumulate_on_vertices(rag, higra.Accumulators.sum, lab**2)
    tree, scale = higra.binary_partition_tree_MumfordShah_energy(rag, total, squared_vertex_values=square)
    # Rounding leaves equal colours at scales near 0, and some unions a little below their parts.
    scale = np.where(scale < FLAT, 0.0, scale)
    for region, parent in enumerate(tree.parents()[:-1].tolist()):
        scale[parent] = max(scale[parent], scale[region])
    return tree, scale


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


def _counts(levels: tuple[int, ...]) -> tuple[int, ...]:
    counts = tuple(arguments.integer("levels", count, 2) for count in levels)
    if not counts or any(after <= before for before, after in pairwise(counts)):
        raise ValueError(f"levels must be increasing numbers of segments, got {levels!r}: try {LEVELS}")
    return counts


def _higra() -> ModuleType:
    try:
        import higra
    except ImportError:
        raise ValueError("segmenter 'dseg' must have Higra, got none: pip install limetheory[dseg]") from None
    return higra
