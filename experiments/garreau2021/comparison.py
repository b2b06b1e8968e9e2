"""LIME beside integrated gradients for one network and image: Tables 1 and 2, and what their disagreement is made of.

Where 2^d evaluations are few enough the limit is exact, and so are the Banzhaf and the Shapley value; elsewhere the
limit is estimated from the masks of all runs of LIME together, with surrogates, and has standard errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from time import process_time
from typing import Any

import numpy as np

import limetheory as lt
from experiments._frame import Row
from experiments.garreau2021.agreement import TOPS, simulated
from experiments.garreau2021.path import integrated
from experiments.garreau2021.rounding import rounded
from experiments.garreau2021.settings import Settings
from limetheory.estimation.methods.adjusted import cross_fitted
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample, draw
from limetheory.limits import tabulate

BANDWIDTH = 0.25
"""ν of lime, and of the study."""
BANDWIDTHS = (0.15, 0.25, 0.5, 1.0, inf)
RIDGE = 1.0
LARGEST_D = 16
"""The largest number of superpixels whose masks are all evaluated, of networks that cost little."""


def compared(
    models: tuple[lt.Classifier, lt.Classifier], masked: lt.MaskedImage, seed: Sequence[int], settings: Settings,
    cheap: bool, target: int | None = None,
) -> Row:  # fmt: skip
    """The entries of a row for one network and image.

    Args:
        models: the network with probabilities and with logits.
        masked: the image.
        seed: of the masks.
        settings: N and the number of runs.
        cheap: whether all masks are evaluated up to 16 superpixels; otherwise only where these are fewer evaluations
            than those of the runs.
        target: the class, None for the top class.
    """
    start, function = process_time(), lt.ModelFunction(models[0], masked, target)
    with few_masks_studied():
        exact = _few_enough(masked.d, cheap, settings)
        asked: Callable[..., Any] = tabulate(function, masked.d) if exact else function
        runs = drawn(asked, masked.d, seed, settings)
        found = exactly(asked) if isinstance(asked, lt.SetFunction) else estimated(runs, seed)
    gradients = integrated(models[1], masked, function.target)
    ends = function(np.repeat([[False], [True]], masked.d, axis=1))
    limit, covariance = found["limit"], found.pop("covariance") / settings.masks
    agreement = {str(k): simulated(limit, covariance, settings.repetitions, gradients, k, seed) for k in TOPS}
    return {
        "superpixels": masked.d, "exact": exact, "masks": settings.masks, "repetitions": settings.repetitions,
        "target": function.target, "probability": float(ends[1]), "rise": float(ends[1] - ends[0]),
        "runs": rounded([wls(run, RIDGE).coefficients for run in runs]),
        **{name: _saved(value) for name, value in found.items()},
        "gradients": _saved(gradients), "simulated": agreement, "seconds": process_time() - start,
    }  # fmt: skip


def _few_enough(d: int, cheap: bool, settings: Settings) -> bool:
    """Whether all masks are evaluated."""
    return d <= LARGEST_D and (cheap or 2**d <= settings.masks * settings.repetitions)


def drawn(function: Callable[..., Any], d: int, seed: Sequence[int], settings: Settings) -> list[Sample]:
    """The masks and values of every run of LIME, the first mask of each being the image itself as in lime."""
    streams = np.random.default_rng([*seed, 0]).spawn(settings.repetitions)
    design = lt.ImageDesign(d, BANDWIDTH)
    return [draw(function, design, settings.masks, stream, include_original=True) for stream in streams]


def exactly(table: lt.SetFunction) -> dict[str, Any]:
    """Limits for every bandwidth, the Shapley value, and N × the covariance of a run, from all values."""
    design = lt.ImageDesign(table.d, BANDWIDTH)
    limits = {f"{width:g}": lt.limit(table, lt.ImageDesign(table.d, width)).coefficients for width in BANDWIDTHS}
    return {
        "limit": lt.limit(table, design).coefficients, "limit_error": np.zeros(table.d), "bandwidths": limits,
        "shapley": lt.limit(table, lt.ShapleyDesign(table.d)).coefficients,
        "covariance": lt.asymptotic_covariance(table, design),
    }  # fmt: skip


def estimated(runs: Sequence[Sample], seed: Sequence[int]) -> dict[str, Any]:
    """The same from the masks of all runs, without the Shapley value.

    The limit is that of surrogates with a correction that is sampled; other bandwidths, of which only the differences
    count, have weighted least squares with their own weights on the same masks.
    """
    masks, values = (np.concatenate([part[1:] for part in parts])
                     for parts in ([run.masks for run in runs], [run.values for run in runs]))  # fmt: skip
    design = lt.ImageDesign(masks.shape[1], BANDWIDTH)
    pooled = weighted(design, masks, values)
    best, plain = cross_fitted(pooled, design, np.random.default_rng([*seed, 1])), wls(pooled, design=design)
    assert best.standard_errors is not None and plain.covariance is not None
    widths = {width: lt.ImageDesign(masks.shape[1], width) for width in BANDWIDTHS}
    return {
        "limit": best.coefficients, "limit_error": best.standard_errors,
        "bandwidths": {f"{width:g}": wls(weighted(one, masks, values)).coefficients for width, one in widths.items()},
        "covariance": plain.covariance * len(masks),
    }  # fmt: skip


def weighted(design: lt.ImageDesign, masks: np.ndarray, values: np.ndarray) -> Sample:
    """Masks of a fair coin with the weights of a bandwidth."""
    return Sample.of(masks, design.weight(masks), values)


def _saved(value: Any) -> Any:
    return {name: rounded(one) for name, one in value.items()} if isinstance(value, dict) else rounded(value)
