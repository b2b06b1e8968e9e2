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
    `contrast` explains one class rather than another, for inputs of every kind.
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

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limetheory.front import *  # noqa: F403

_NEEDS_TORCH = {
    "Classifier": "limetheory.networks",
    "load_model": "limetheory.networks",
    "SuperpixelGradients": "limetheory.gradients",
    "superpixel_integrated_gradients": "limetheory.gradients",
}


def __getattr__(name: str) -> Any:
    """Import modules, the public names, and what needs torch, on first use only, and look up `__version__` likewise."""
    if name == "__version__":
        from importlib.metadata import version

        return version("limetheory")
    if name in _NEEDS_TORCH:
        return getattr(import_module(_NEEDS_TORCH[name]), name)
    if not name.startswith("__") and find_spec(f"limetheory.{name}") is not None:
        return import_module(f"limetheory.{name}")
    if name == "__all__" or not name.startswith("__"):
        _import_names()
    if name not in globals():
        raise AttributeError(f"module 'limetheory' has no attribute {name!r}")
    return globals()[name]


def _import_names() -> None:
    """Put the public names in their place, where they are found from now on."""
    front = import_module("limetheory.front")
    globals().update({name: getattr(front, name) for name in front.__all__}, __all__=[*front.__all__, *_NEEDS_TORCH])


def __dir__() -> list[str]:
    _import_names()
    return sorted([*globals(), *_NEEDS_TORCH, "__version__"])
