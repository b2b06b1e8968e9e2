"""limetheory: what a LIME explanation converges to, whether one is right, and how sure you can be of it.

Theory (no torch needed)
    Designs: `ImageDesign`, `TextDesign`, `BernoulliDesign`, `ShapleyDesign`, `SizeLawDesign`, `GlimeDesign`,
    `ProductDesign`.
    Set functions: `Additive`, `Leaf`, `Multilinear`, `FactorProduct`, `FactorSum`, `Maximum` (`any_of`, `all_of`),
    `parity`, `exclusive_or`, a `WeightedSum` of them, `SetFunction`, or any callable (n, d) bool → (n,);
    `supported` lists the closed forms with their statements, files and tests.
    The two answers: `limit` (closed form or enumeration) and `estimate` (sampling), both an `Explanation`.
    Variants: `slime` and `baylime`, with `slime_limit` and `baylime_limit`.
    Beside integrated gradients: `ig_gap`, the gap by order of interaction, and `order_spectrum`.

Certainty
    `estimate(…, method="adjusted")` and `"quadrature"` need fewer evaluations for the same error; `estimate_until`
    stops at a tolerance, see `Stopping`; `plan` says beforehand how many evaluations that takes.
    `Explanation.interval`, `Explanation.simultaneous_interval`, `above`, `rank_intervals`, `stability`, `bias_split`.
    `Explanation.save` keeps an answer in a file for `load_explanation`.

Images
    `explain_image`, `superpixel_integrated_gradients`, `load_image`, `segment`, `load_model`.
    From a model of pixels to its set function: `set_function(model, MaskedImage(image, …))`.
    Models with a closed form: `LinearPixels`, `ShapeDetector`, `ShapeDetectors`, `ConvolutionalDetector`,
    `TreeModel` (decision trees, forests, boosting), `KernelMachine` (scikit-learn's RBF machines and Gaussian
    densities), `RBFExpansion`.

Texts
    `explain_text`, for words, characters or the tokens of any tokenizer.

Tables
    `explain_tabular`, for rows of numbers and categories; `bandwidth_path` says whether signs hang on the bandwidth.
    `set_function(model, MaskedRow(row, …))` of a fitted model has a closed form there, too.
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
    FewMasksWarning,
    Interrupted,
    Sample,
    SparseExplanation,
    baylime,
    baylime_limit,
    estimate,
    estimate_until,
    slime,
    slime_limit,
    two_level,
)
from limetheory.explaining import ModelFunction, set_function
from limetheory.explanation import Explanation, Stopping, load_explanation
from limetheory.fitted import (
    ConvolutionalDetector,
    KernelMachine,
    LinearPixels,
    RBFExpansion,
    ShapeDetector,
    ShapeDetectors,
    TreeModel,
)
from limetheory.images import (
    ImageExplanation,
    MaskedImage,
    as_image,
    explain_image,
    load_image,
    segment,
)
from limetheory.limits import (
    Additive,
    FactorProduct,
    FactorSum,
    GradientsGap,
    Leaf,
    Maximum,
    Multilinear,
    OrderSpectrum,
    SetFunction,
    WeightedSum,
    all_masks,
    all_of,
    any_of,
    exclusive_or,
    ig_gap,
    limit,
    order_spectrum,
    parity,
    supported,
    tabulate,
)
from limetheory.statistics import (
    BiasSplit,
    Bound,
    Comparison,
    Plan,
    Stability,
    above,
    asymptotic_covariance,
    asymptotic_deviations,
    bias_split,
    estimated_bias_split,
    plan,
    rank_intervals,
    stability,
)
from limetheory.tabular import BandwidthWarning, MaskedRow, TabularExplanation, bandwidth_path, explain_tabular
from limetheory.text import MaskedText, TextExplanation, explain_text

_NEEDS_TORCH = {
    "Classifier": "limetheory.networks",
    "load_model": "limetheory.networks",
    "SuperpixelGradients": "limetheory.gradients",
    "superpixel_integrated_gradients": "limetheory.gradients",
}

__all__ = [
    "Additive",
    "BandwidthWarning",
    "BayesianExplanation",
    "BernoulliDesign",
    "BiasSplit",
    "Bound",
    "Classifier",
    "Comparison",
    "ConvolutionalDetector",
    "DegenerateDesignError",
    "Design",
    "ExchangeableDesign",
    "Explanation",
    "FactorProduct",
    "FactorSum",
    "FewMasksWarning",
    "GlimeDesign",
    "GradientsGap",
    "ImageDesign",
    "ImageExplanation",
    "Interrupted",
    "KernelMachine",
    "Leaf",
    "LinearPixels",
    "MaskedImage",
    "MaskedRow",
    "MaskedText",
    "Maximum",
    "ModelFunction",
    "Multilinear",
    "OrderSpectrum",
    "Plan",
    "ProductDesign",
    "RBFExpansion",
    "Sample",
    "SetFunction",
    "ShapeDetector",
    "ShapeDetectors",
    "ShapleyDesign",
    "SizeLawDesign",
    "SparseExplanation",
    "Stability",
    "Stopping",
    "SuperpixelGradients",
    "TabularExplanation",
    "TextDesign",
    "TextExplanation",
    "TreeModel",
    "WeightedSum",
    "above",
    "all_masks",
    "all_of",
    "any_of",
    "as_image",
    "asymptotic_covariance",
    "asymptotic_deviations",
    "bandwidth_path",
    "baylime",
    "baylime_limit",
    "bias_split",
    "estimate",
    "estimate_until",
    "estimated_bias_split",
    "exclusive_or",
    "explain_image",
    "explain_tabular",
    "explain_text",
    "ig_gap",
    "limit",
    "load_explanation",
    "load_image",
    "load_model",
    "order_spectrum",
    "parity",
    "plan",
    "rank_intervals",
    "segment",
    "set_function",
    "slime",
    "slime_limit",
    "stability",
    "superpixel_integrated_gradients",
    "supported",
    "tabulate",
    "two_level",
]


def __getattr__(name: str) -> Any:
    """Import what needs torch on first use only, and look up `__version__` likewise."""
    if name == "__version__":
        from importlib.metadata import version

        return version("limetheory")
    if name not in _NEEDS_TORCH:
        raise AttributeError(f"module 'limetheory' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_NEEDS_TORCH[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_NEEDS_TORCH, "__version__"])
