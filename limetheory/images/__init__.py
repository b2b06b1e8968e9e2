"""Images: superpixels and their hierarchies, replacement, and LIME for one image.

| place | idea |
|---|---|
| replacement.py, masked.py, composed.py | the image, what hides it, and both under a mask |
| replacements/ | what may hide it, by name: `REPLACEMENTS` |
| patches/ | superpixels that are left out of a vision transformer's input, `PatchMaskedImage` |
| random/ | replacements that are drawn anew for each mask, `RandomMaskedImage` |
| segmentation/ | superpixels by name, and label maps of the user's |
| generators/ | overlapping masks: Segment Anything, watershed regions, COCO files, other packages' |
| hierarchy/ | trees of segments, partitions drawn from them, and DSEG-LIME |
| regions/ | regions that a person draws, clicks or uploads, as a partition |
| soft/ | superpixels with smooth edges, `soft_masks` and `SoftMaskedImage` |
| rise/ | RISE: `rise_masks` and `rise_map` |
| edits/ | edits of regions by name, `EDITS`, and lists of them, `Edits` |
| evaluators.py, callables.py, torch/ | asking a callable or a torch module about masks |
| explain.py, perturbation.py, explanation.py | `explain_image`, how it differs from LIME if it does, its answer |
| pixel_map.py | a number for every pixel, with its errors |
| question.py, answer.py, record.py | a photograph's question, answer and JSON, which front ends share |
| shown.py, figures/ | pictures of explanations |
"""

import limetheory.images.evaluators
import limetheory.images.shown  # noqa: F401  registers how an image's explanation is shown
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edited_photo import EditedPhoto
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.table import EDITS
from limetheory.images.explain import explain_image
from limetheory.images.explanation import ImageExplanation
from limetheory.images.generators.mask_generators import GENERATORS, masks_of
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import ExplainedSegmentation, explain_hierarchy
from limetheory.images.hierarchy.granularity import Segmentation, SegmentTree
from limetheory.images.masked import MaskedImage
from limetheory.images.patches.masked import PatchMaskedImage
from limetheory.images.pixel_map import PixelMap
from limetheory.images.random.function import RandomImageFunction
from limetheory.images.random.masked import RandomMaskedImage
from limetheory.images.regions import (
    PREDICTORS,
    History,
    Objects,
    Partition,
    Predictor,
    Region,
    Regions,
    RegionSums,
    brush_mask,
    objects_at,
    polygon_mask,
    read_masks,
    rectangle_mask,
    region_sums,
)
from limetheory.images.replacement import replacement_image
from limetheory.images.replacements.table import REPLACEMENTS
from limetheory.images.rise.explain import rise_map
from limetheory.images.rise.masks import rise_masks
from limetheory.images.segmentation.label_map import compact
from limetheory.images.segmentation.methods import SEGMENTERS
from limetheory.images.segmentation.segment import segment
from limetheory.images.soft.masked import SoftMaskedImage
from limetheory.images.soft.smoothing import soft_masks
from limetheory.pictures import as_image, load_image

__all__ = [
    "EDITS",
    "GENERATORS",
    "PREDICTORS",
    "REPLACEMENTS",
    "SEGMENTERS",
    "Edit",
    "EditedPhoto",
    "Edits",
    "ExplainedSegmentation",
    "History",
    "ImageExplanation",
    "MaskedImage",
    "Objects",
    "Partition",
    "PatchMaskedImage",
    "PixelMap",
    "Predictor",
    "RandomImageFunction",
    "RandomMaskedImage",
    "Region",
    "RegionSums",
    "Regions",
    "SegmentTree",
    "Segmentation",
    "SoftMaskedImage",
    "as_image",
    "brush_mask",
    "compact",
    "containment_tree",
    "explain_hierarchy",
    "explain_image",
    "load_image",
    "masks_of",
    "objects_at",
    "polygon_mask",
    "read_masks",
    "rectangle_mask",
    "region_sums",
    "replacement_image",
    "rise_map",
    "rise_masks",
    "segment",
    "soft_masks",
]
