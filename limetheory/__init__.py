"""limetheory: what a LIME explanation converges to, whether one is right, and how sure you can be of it.

Theory (no torch needed)
    A design is a law of masks and their weight: `ImageDesign` is image LIME's; `limetheory.designs` holds all.
    A set function is what is explained: any callable (n, d) bool → (n,), or one whose limit has a closed form, such as
    `Leaf`; `supported` lists those with their statements, files and tests, and `limetheory.limits` holds them.
    The two answers: `limit` (closed form or enumeration) and `estimate` (sampling), both an `Explanation`.
    Variants: `slime` and `baylime`, with `slime_limit` and `baylime_limit`.
    Beside integrated gradients: `ig_gap`, the gap by order of interaction, and `order_spectrum`.

    From the same masks: `attribute` computes RISE, PDA, CIU, OLS and KernelSHAP, and `attribution_limit` their limits.

Certainty
    Some methods of `estimate` need fewer evaluations for the same error: ``print(limetheory.estimation.METHODS)``.
    `estimate_until` stops at a tolerance, see `Stopping`; `plan` says beforehand how many evaluations that takes.
    `Explanation.interval`, `Explanation.simultaneous_interval`, `above`, `rank_intervals`, `stability`, `bias_split`.
    `select_features` keeps k features as lime does, `refit` fits them; `selection_probability` says how certain they
    are.
    `Explanation.save` keeps an answer in a file for `load_explanation`.

Images
    `explain_image`, `superpixel_integrated_gradients`, `load_image`, `segment`, `load_model`.
    From a model of pixels to its set function: `set_function(model, MaskedImage(image, …))`.
    Models with a closed form, such as `TreeModel`: `supported(set_function)` lists those of `limetheory.fitted`.

Texts
    `explain_text`, for words, characters or the tokens of any tokenizer; `TextModel` for vectorizers with linear
    models, naive Bayes or trees, whose limit is exact.

Tables
    `explain_tabular`, for rows of numbers and categories; `bandwidth_path` says whether signs hang on the bandwidth.
    `set_function(model, MaskedRow(row, …))` of a fitted model has a closed form there, too.

Models from files and many inputs
    `load_stored_model` reads .skops and .onnx files and functions of modules; `explain_many` explains many inputs into
    one Parquet file.

Which instances to show
    `submodular_pick` (SP-LIME), `coverage`, `random_pick`, `pick_stability`, `pick_figure`, of explanations of text,
    tables and images, an `explanation_matrix`, or saved files (`pick_files`); `image_concepts` makes superpixels of
    many images shared features, by `superpixel_features` or your own.
"""

from typing import TYPE_CHECKING, Any

from limetheory.attribution import attribute as attribute
from limetheory.attribution import attribution_limit as attribution_limit
from limetheory.designs import *  # noqa: F403
from limetheory.estimation import BayesianExplanation as BayesianExplanation
from limetheory.estimation import FewMasksWarning as FewMasksWarning
from limetheory.estimation import Interrupted as Interrupted
from limetheory.estimation import Sample as Sample
from limetheory.estimation import SparseExplanation as SparseExplanation
from limetheory.estimation import baylime as baylime
from limetheory.estimation import baylime_limit as baylime_limit
from limetheory.estimation import estimate as estimate
from limetheory.estimation import estimate_until as estimate_until
from limetheory.estimation import slime as slime
from limetheory.estimation import slime_limit as slime_limit
from limetheory.estimation import two_level as two_level
from limetheory.explaining import ModelFunction as ModelFunction
from limetheory.explaining import set_function as set_function
from limetheory.explanation import Explanation as Explanation
from limetheory.explanation import Stopping as Stopping
from limetheory.explanation import load_explanation as load_explanation
from limetheory.fitted import *  # noqa: F403
from limetheory.images import ImageExplanation as ImageExplanation
from limetheory.images import MaskedImage as MaskedImage
from limetheory.images import as_image as as_image
from limetheory.images import explain_image as explain_image
from limetheory.images import load_image as load_image
from limetheory.images import segment as segment
from limetheory.limits import *  # noqa: F403
from limetheory.many import explain_many as explain_many
from limetheory.picks import *  # noqa: F403
from limetheory.registry import exported as _exported
from limetheory.selection import SelectionProbability as SelectionProbability
from limetheory.selection import UnresolvedSelectionWarning as UnresolvedSelectionWarning
from limetheory.selection import refit as refit
from limetheory.selection import select_features as select_features
from limetheory.selection import selection_probability as selection_probability
from limetheory.statistics import BiasSplit as BiasSplit
from limetheory.statistics import Bound as Bound
from limetheory.statistics import Comparison as Comparison
from limetheory.statistics import Plan as Plan
from limetheory.statistics import Stability as Stability
from limetheory.statistics import above as above
from limetheory.statistics import asymptotic_covariance as asymptotic_covariance
from limetheory.statistics import asymptotic_deviations as asymptotic_deviations
from limetheory.statistics import bias_split as bias_split
from limetheory.statistics import estimated_bias_split as estimated_bias_split
from limetheory.statistics import plan as plan
from limetheory.statistics import rank_intervals as rank_intervals
from limetheory.statistics import stability as stability
from limetheory.stored_models import StoredModel as StoredModel
from limetheory.stored_models import load_stored_model as load_stored_model
from limetheory.tabular import BandwidthWarning as BandwidthWarning
from limetheory.tabular import MaskedRow as MaskedRow
from limetheory.tabular import TabularExplanation as TabularExplanation
from limetheory.tabular import bandwidth_path as bandwidth_path
from limetheory.tabular import explain_tabular as explain_tabular
from limetheory.text import MaskedText as MaskedText
from limetheory.text import TextExplanation as TextExplanation
from limetheory.text import TextModel as TextModel
from limetheory.text import explain_text as explain_text

_NEEDS_TORCH = {
    "Classifier": "limetheory.networks",
    "load_model": "limetheory.networks",
    "SuperpixelGradients": "limetheory.gradients",
    "superpixel_integrated_gradients": "limetheory.gradients",
}

if not TYPE_CHECKING:
    __all__ = [*_exported(__name__), *_NEEDS_TORCH]


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
