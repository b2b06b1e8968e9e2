"""Images: loading, superpixels, replacement, and set functions of models of images."""

from limetheory.images.dseg import Level, explain_hierarchy
from limetheory.images.explain import ImageExplanation, explain_image
from limetheory.images.hierarchy import Segmentation, SegmentTree, containment_tree
from limetheory.images.kernel_machines import KernelMachine
from limetheory.images.label_map import compact
from limetheory.images.loading import as_image, load_image
from limetheory.images.mask_generators import masks_of
from limetheory.images.masked import MaskedImage
from limetheory.images.model_function import ModelFunction
from limetheory.images.pixel_models import LinearPixels, ShapeDetector
from limetheory.images.rbf import RBFExpansion
from limetheory.images.replacement import replacement_image
from limetheory.images.segmentation import segment
from limetheory.images.set_function import set_function
from limetheory.images.shape_detectors import ConvolutionalDetector, ShapeDetectors

__all__ = [
    "ConvolutionalDetector",
    "ImageExplanation",
    "KernelMachine",
    "Level",
    "LinearPixels",
    "MaskedImage",
    "ModelFunction",
    "RBFExpansion",
    "SegmentTree",
    "Segmentation",
    "ShapeDetector",
    "ShapeDetectors",
    "as_image",
    "compact",
    "containment_tree",
    "explain_hierarchy",
    "explain_image",
    "load_image",
    "masks_of",
    "replacement_image",
    "segment",
    "set_function",
]
