"""`explain_image`: LIME for one image, with standard errors or to a tolerance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from limetheory.attribution import Attribution
from limetheory.designs import Design, ImageDesign
from limetheory.estimation.methods.table import Explain, Method
from limetheory.estimation.sequential.until import N_MAX
from limetheory.explaining.budget import FIXED_N, LEVEL, budget_of
from limetheory.explaining.classes import Classes
from limetheory.explaining.explained import chosen_design, explained, refuse_design
from limetheory.explaining.model_function import ModelFunction
from limetheory.explaining.several_targets import for_targets, single
from limetheory.images.evaluators import refuse_model
from limetheory.images.explanation import ImageExplanation
from limetheory.images.masked import MaskedImage, with_channels
from limetheory.images.patches.masked import PatchMaskedImage, leaves_out, refuse_removal
from limetheory.images.perturbation import Smoothing, chosen_attribution
from limetheory.images.random.accepted import refuse_known_ends, refuse_repeats, refuse_single_values
from limetheory.images.random.function import RandomImageFunction
from limetheory.images.random.masked import RandomMaskedImage
from limetheory.images.replacement import law_of


def explain_image(
    model: Any,
    image: Any,
    *,
    target: int | str | Sequence[int | str] | None = None,
    segments: Any = "slic",
    replacement: Any = "mean",
    design: Design | Callable[[int], Design] | None = None,
    n: int = FIXED_N,
    tolerance: float | None = None,
    level: float = LEVEL,
    bounds: tuple[float, float] | None = None,
    guarantee: str | None = None,
    n_max: int = N_MAX,
    attribution: str | Attribution | None = None,
    smoothing: str | None = None,
    sigma: float | None = None,
    per_pixel: bool | str = False,
    rng: Any = None,
    device: Any = None,
    method: str | Method | Explain = "wls",
    ridge: float = 0.0,
    include_original: bool = False,
    batch_size: int | None = None,
    dtype: Any = None,
    repeats: int = 1,
) -> Any:
    """Explain one class of a model at one image by LIME, from n masks or as many as a tolerance needs.

    The defaults converge to the limit of image LIME; ``ridge=1, include_original=True`` on quickshift
    segments is lime 0.2.0.1's own recipe.

    Args:
        model: torch `nn.Module` on (b, 3, h, w) in [0, 1], or a callable (b, h, w, 3) → (b, classes). What it returns
            is explained as it is; a `Classifier` turns logits into probabilities. It must answer to an image alone as
            in a batch of others, see `ModelFunction`.
        image: the path of a file, or (h, w, 3) uint8 or float in [0, 1]; grey and RGBA images are converted, see
            `as_image`, and reach a module of one channel in one. Any other number of channels stays; three of them, or
            the mean of two, are shown.
        target: class index or name; None takes the model's top class on the image. Of a list of them, or "all", each
            gets an explanation, all from the same masks and evaluations.
        segments: a method of `segment`, its name or its function, or an (h, w) integer label map.
        replacement: "mean", "blur", "telea", "navier_stokes", a grey level, a colour or an image, see
            `replacement_image`; or a random one, drawn anew for each mask: "noise", "histogram", or several images, see
            `RandomMaskedImage`. The answer then tends to the limit of the mean, and its standard errors contain the
            draws. Or "removed": nothing, hidden superpixels are left out of the input of a vision transformer, see
            `PatchMaskedImage`.
        design: a design with d = number of superpixels, a function of d, or `AreaDesign` or a `functools.partial` of
            it, which then takes the areas of the superpixels; None is `ImageDesign`.
        n: number of masks, at least d + 1. For a fixed number only.
        tolerance: stop when every coefficient is within ±tolerance, in the unit of the model's output; the
            answer's `stopping` says whether it did, see `estimate_until`.
        level: probability that all coefficients are, in (0, 1). For a tolerance only.
        bounds: (lo, hi) that the model's output for the class never leaves, for a tolerance only; None is (0, 1) where
            a `Classifier` returns probabilities, or the outputs on the image look like some: two or more, in [0, 1], of
            sum 1.
        guarantee: "bounded" or "asymptotic", see `estimate_until`; for a tolerance only. Without bounds, "asymptotic"
            must be asked for.
        n_max: most masks, for a tolerance only; the answer then says how far it got.
        attribution: what is made of the masks' values, a row of `limetheory.attribution.ATTRIBUTIONS` such as "rise";
            None is LIME. It brings the masks that it needs, unless there is a ``design``; for a fixed n only.
        smoothing: of the superpixels' edges where the image is masked, "gaussian" or "bilinear", see `soft_masks`; None
            hides whole superpixels.
        sigma: of "gaussian", in pixels; None is that of `soft_masks`.
        per_pixel: how the heat map goes from one superpixel to the next: True as the masks do, "gaussian" or "bilinear"
            whatever these do, False not at all.
        rng: of the masks, and of what a random replacement draws: None, an int or a numpy.random.Generator (SPEC 7).
        device: where a torch module is moved to and runs, such as "cuda"; None leaves it where it is.
        method, ridge, include_original: see `estimate`; for a fixed n only.
        batch_size: images per evaluation; None fits the device.
        dtype: of the images that a callable gets, such as "float32"; None is float64.
        repeats: draws of a random replacement for each mask, whose answers are averaged;
            `ImageExplanation.variance_split` says what more of them would gain.

    Returns:
        An `ImageExplanation`, whose `pixel_map` has the heat map with its errors; for several targets a list of them.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Interrupted: on Ctrl-C, with the explanation of the finished part.

    >>> import numpy as np
    >>> image = np.zeros((4, 6, 3)); image[:, 3:] = 1.0
    >>> left_right = (np.arange(6) >= 3).astype(int) * np.ones((4, 1), int)
    >>> brightness = lambda images: images.mean(axis=(1, 2, 3))
    >>> answer = explain_image(brightness, image, segments=left_right, replacement=0.0, n=20, rng=0)
    >>> abs(answer.coefficients).round(12).tolist(), answer.heatmap().shape
    ([0.0, 0.5], (4, 6))
    """
    options = {
        "n": n, "method": method, "ridge": ridge, "include_original": include_original, "level": level,
        "bounds": bounds, "guarantee": guarantee, "n_max": n_max,
    }  # fmt: skip
    row = chosen_attribution(attribution, tolerance, method)
    budget = budget_of(tolerance, options if row is None else {**options, "method": row.as_method()})
    smooth = Smoothing(smoothing, sigma, per_pixel)
    refuse_model(model, device, dtype)  # before the image is segmented, which takes seconds
    if leaves_out(replacement):
        refuse_removal(model, smoothing)
    refuse_design(design)
    pixels = with_channels(image)
    law = None if leaves_out(replacement) else law_of(pixels, replacement)
    if law is None:
        refuse_repeats(repeats)
    else:
        refuse_single_values(None if tolerance is not None else method, row)
    if leaves_out(replacement):
        crisp: MaskedImage = PatchMaskedImage.of_pixels(pixels, segments)
    else:
        crisp = MaskedImage.of(pixels, segments, replacement if law is None else law.mean, warn=law is None)
    masked, map_masks = smooth.applied(crisp)
    chosen = chosen_design(design, masked.d, ImageDesign if row is None else row.design, labels=crisp.segments)
    asked = (single(target), batch_size, device, dtype)

    def explain(classes: Classes) -> list[ImageExplanation]:
        return explained(
            ImageExplanation, classes, budget, chosen, rng, lambda one: {"record": getattr(one, "record", None)},
            map_masks=map_masks, ridge=float(ridge),
        )  # fmt: skip

    if law is None:
        return for_targets(explain, ModelFunction(model, masked, *asked), target)
    refuse_known_ends(chosen)
    function = RandomImageFunction(model, RandomMaskedImage.of(masked, law), *asked, rng, repeats)
    return for_targets(explain, function, target, RandomImageFunction.sharing)
