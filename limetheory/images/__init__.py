"""Images: loading, superpixels, replacement, and set functions of models of images."""

from limetheory.images.explain import ImageExplanation, explain_image
from limetheory.images.loading import as_image, load_image
from limetheory.images.masked import MaskedImage
from limetheory.images.model_function import ModelFunction
from limetheory.images.pixel_models import LinearPixels, ShapeDetector
from limetheory.images.replacement import replacement_image
from limetheory.images.segmentation import compact, segment
from limetheory.images.set_function import set_function

__all__ = [
    "ImageExplanation",
    "LinearPixels",
    "MaskedImage",
    "ModelFunction",
    "ShapeDetector",
    "as_image",
    "compact",
    "explain_image",
    "load_image",
    "replacement_image",
    "segment",
    "set_function",
]
