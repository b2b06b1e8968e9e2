"""limetheory: what a LIME explanation converges to, whether one is right, and how sure you can be of it.

Theory (no torch needed)
    Designs: `ImageDesign`, `TextDesign`, `BernoulliDesign`, `ShapleyDesign`, `SizeLawDesign`, `GlimeDesign`,
    `ProductDesign`.
    Set functions: `Additive`, `Leaf`, `SetFunction`, or any callable (n, d) bool → (n,).
    The two answers: `limit` (closed form or enumeration) and `estimate` (sampling), both an `Explanation`.
    Variants: `slime` and `baylime`, with `slime_limit` and `baylime_limit`.

Images
    `explain_image`, `superpixel_integrated_gradients`, `load_image`, `segment`, `load_model`.
    From a model of pixels to its set function: `set_function(model, MaskedImage(image, …))`.
"""

from typing import Any

from limetheory.designs import (
    BernoulliDesign,
    DegenerateDesignError,
    Design,
    ExchangeableDesign,
    GlimeDesign,
    ImageDesign,
    ProductDesign,
    ShapleyDesign,
    SizeLawDesign,
    TextDesign,
)
from limetheory.estimation import (
    BayesianExplanation,
    Interrupted,
    Sample,
    SparseExplanation,
    baylime,
    baylime_limit,
    estimate,
    slime,
    slime_limit,
)
from limetheory.explanation import Explanation
from limetheory.images import (
    ImageExplanation,
    LinearPixels,
    MaskedImage,
    ModelFunction,
    ShapeDetector,
    as_image,
    explain_image,
    load_image,
    segment,
    set_function,
)
from limetheory.limits import Additive, Leaf, SetFunction, all_masks, limit, tabulate

_NEEDS_TORCH = {
    "Classifier": "limetheory.models",
    "load_model": "limetheory.models",
    "SuperpixelGradients": "limetheory.gradients",
    "superpixel_integrated_gradients": "limetheory.gradients",
}

__all__ = [
    "Additive",
    "BayesianExplanation",
    "BernoulliDesign",
    "Classifier",
    "DegenerateDesignError",
    "Design",
    "ExchangeableDesign",
    "Explanation",
    "GlimeDesign",
    "ImageDesign",
    "ImageExplanation",
    "Interrupted",
    "Leaf",
    "LinearPixels",
    "MaskedImage",
    "ModelFunction",
    "ProductDesign",
    "Sample",
    "SetFunction",
    "ShapeDetector",
    "ShapleyDesign",
    "SizeLawDesign",
    "SparseExplanation",
    "SuperpixelGradients",
    "TextDesign",
    "all_masks",
    "as_image",
    "baylime",
    "baylime_limit",
    "estimate",
    "explain_image",
    "limit",
    "load_image",
    "load_model",
    "segment",
    "set_function",
    "slime",
    "slime_limit",
    "superpixel_integrated_gradients",
    "tabulate",
]


def __getattr__(name: str) -> Any:
    """Import what needs torch on first use only."""
    if name not in _NEEDS_TORCH:
        raise AttributeError(f"module 'limetheory' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_NEEDS_TORCH[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_NEEDS_TORCH])
