"""Images: loading, superpixels and their hierarchies, replacement, and LIME for one image.

| place | idea |
|---|---|
| loading.py, replacement.py, masked.py, composed.py | the image, what hides it, and both under a mask |
| segmentation/ | superpixels by name, and label maps of the user's |
| generators/ | overlapping masks: Segment Anything, watershed regions, COCO files, other packages' |
| hierarchy/ | trees of segments, partitions drawn from them, and DSEG-LIME |
| evaluators.py, callables.py, torch/ | asking a callable or a torch module about masks |
| explain.py, explanation.py | `explain_image` and its answer |
| question.py, answer.py, record.py | a photograph's question, answer and JSON, which front ends share |
| shown.py, figures/ | pictures of explanations |
"""

import limetheory.images.evaluators
import limetheory.images.shown  # noqa: F401  registers how an image's explanation is shown
from limetheory.images.explain import explain_image
from limetheory.images.explanation import ImageExplanation
from limetheory.images.generators.mask_generators import GENERATORS, masks_of
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import ExplainedSegmentation, explain_hierarchy
from limetheory.images.hierarchy.granularity import Segmentation, SegmentTree
from limetheory.images.loading import as_image, load_image
from limetheory.images.masked import MaskedImage
from limetheory.images.replacement import replacement_image
from limetheory.images.segmentation.label_map import compact
from limetheory.images.segmentation.methods import SEGMENTERS
from limetheory.images.segmentation.segment import segment

__all__ = [
    "GENERATORS",
    "SEGMENTERS",
    "ExplainedSegmentation",
    "ImageExplanation",
    "MaskedImage",
    "SegmentTree",
    "Segmentation",
    "as_image",
    "compact",
    "containment_tree",
    "explain_hierarchy",
    "explain_image",
    "load_image",
    "masks_of",
    "replacement_image",
    "segment",
]
