"""Estimators of the limit of image LIME, and of variants that have limits of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

import limetheory as lt
from experiments.efficiency.methods import ADJUSTED, BY, FEW, PLAIN, QUADRATURE, Function, Method
from experiments.efficiency.surrogates import BoostedTrees, Quadratic, adjusted_by
from limetheory.arrays import PerSuperpixel

SLIME_K = 5
SLIME_START = 1000
"""The number of masks with which the public code of S-LIME starts."""
SIGMA = 1.0
SCHEMES = ("pairs", "strata", "leverage")
ORDERS = (1, 2, 3)
VERY_FEW = {250: 6, 500: 5, 1000: 4, 2000: 3}
SURROGATE_RUNS = {250: 12, 500: 8, 1000: 5, 2000: 3}


def methods() -> list[Method]:
    """All estimators; the others are compared with the first."""
    return [
        Method(PLAIN, "LIME", by("wls", lt.ImageDesign), limit_under(lt.ImageDesign)),
        Method("limetheory, unbiased", "LIME", by("unbiased", lt.ImageDesign), limit_under(lt.ImageDesign)),
        *[Method(name, "LIME", by(kind, lt.ImageDesign), limit_under(lt.ImageDesign), repetitions=SURROGATE_RUNS)
          for name, kind in ((ADJUSTED, "adjusted"), (QUADRATURE, "quadrature"))],
        *[Method(f"limetheory, {scheme}", "LIME", by("unbiased", lt.ImageDesign, scheme), limit_under(lt.ImageDesign))
          for scheme in SCHEMES],
        *[Method(f"{BY}{name}", "LIME", partial(adjusted_by, kind), limit_under(lt.ImageDesign),
                 repetitions=SURROGATE_RUNS)
          for name, kind in (("quadratics", Quadratic), ("boosted trees", BoostedTrees))],
        Method("sparse Walsh, orders ≤ 3", "LIME", sparse_walsh, limit_under(lt.ImageDesign), "scikit-learn", VERY_FEW),
        Method("lime", "LIME", lime_image, limit_under(lt.ImageDesign), "lime", FEW),
        Method("Captum Lime", "LIME", captum_lime, limit_under(lt.ImageDesign), "captum", FEW),
        Method("GLIME", "LIME", by("wls", _glime), limit_under(_glime)),
        Method("S-LIME", "LIME", slime, slime_target, repetitions=FEW, stops=True),
    ]  # fmt: skip


def by(
    method: str, design: Callable[[int], lt.Design], sampling: str = "design"
) -> Callable[[Function, int, int, int], PerSuperpixel]:
    """An estimator of limetheory's, by its method and options."""
    return lambda function, d, n, seed: (
        lt.estimate(function, design(d), n, seed, method=method, sampling=sampling).coefficients
    )


def limit_under(design: Callable[[int], lt.Design]) -> Callable[[lt.SetFunction], PerSuperpixel]:
    """The exact limit under a design."""
    return lambda function: lt.limit(function, design(function.d)).coefficients


def _glime(d: int) -> lt.Design:
    return lt.GlimeDesign(d, sigma=SIGMA)


def sparse_walsh(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """The limit of a sparse Walsh series that a lasso with cross-validated penalty fits, to log odds of probabilities.

    It leaves orders above three out, so that no number of evaluations brings it to the limit of F.
    """
    from scipy.special import expit, logit
    from sklearn.linear_model import LassoCV

    masks = lt.all_masks(d)
    chosen = np.random.default_rng(seed).choice(len(masks), min(n, len(masks)), replace=False)
    values, signs = function(masks[chosen]), np.where(masks, 1.0, -1.0)
    sets = [part for order in ORDERS for part in combinations(range(d), order)]
    series = np.stack([signs[:, part].prod(axis=1) for part in sets], axis=1)
    odds = bool(((values > 0) & (values < 1)).all())
    fitted = LassoCV(cv=5, alphas=30).fit(series[chosen], logit(values) if odds else values)
    predicted = fitted.predict(series)
    return lt.limit(lt.SetFunction(expit(predicted) if odds else predicted), lt.ImageDesign(d)).coefficients


def lime_image(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """lime's own code for an image of d pixels, each of which is a superpixel: white is shown, black is hidden.

    Its ridge penalty of 1 and its first mask of ones are part of its error.
    """
    from lime.lime_image import LimeImageExplainer

    with redirect_stderr(io.StringIO()):  # lime prints a progress bar
        answer = LimeImageExplainer(random_state=seed).explain_instance(
            np.ones((1, d, 3)), lambda images: function(images[:, 0, :, 0] > 0.5)[:, None], labels=(0,),
            top_labels=None, hide_color=0, num_samples=n, batch_size=n, segmentation_fn=lambda _: np.arange(d)[None],
        )  # fmt: skip
    return np.array([weight for _, weight in sorted(answer.local_exp[0])])


def captum_lime(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """Captum's code with the weights of lime and no penalty; its defaults are other weights and a lasso."""
    import torch
    from captum._utils.models.linear_model import SkLearnLinearRegression
    from captum.attr import Lime

    weights = lt.ImageDesign(d).weight(np.tri(d + 1, d, -1, dtype=bool))

    def similarity(_: Any, __: Any, mask: torch.Tensor, **___: Any) -> torch.Tensor:
        return torch.tensor([weights[int(mask.sum())]])

    explainer = Lime(as_torch(function), SkLearnLinearRegression(), similarity)
    return attributed(explainer, d, n, seed)


def as_torch(function: Function) -> Callable[[Any], Any]:
    """The set function for tensors of ones and zeros."""
    import torch

    return lambda masks: torch.as_tensor(function(masks.numpy() > 0.5))


def attributed(explainer: Any, d: int, n: int, seed: int) -> PerSuperpixel:
    """The coefficients of one of Captum's explainers, with seeded random numbers."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        answer = explainer.attribute(
            torch.ones(1, d), baselines=torch.zeros(1, d), feature_mask=torch.arange(d)[None], n_samples=n,
            perturbations_per_eval=n,
        )  # fmt: skip
    return np.asarray(answer[0], float)


def slime(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """S-LIME with its own choice of superpixels and of the number of masks, which is at least 1000."""
    return lt.slime(function, lt.ImageDesign(d), min(SLIME_K, d), seed, n=max(n, SLIME_START)).coefficients


def slime_target(function: lt.SetFunction) -> PerSuperpixel:
    """The limit of S-LIME: least squares on the superpixels that the path selects for exact moments."""
    return lt.slime_limit(function, lt.ImageDesign(function.d), min(SLIME_K, function.d)).coefficients
