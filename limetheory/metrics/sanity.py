"""Sanity checks: an explanation must change if the model or its outputs are randomised."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from limetheory.arguments import choice, flag, generator, vector
from limetheory.arrays import Masks, PerMask
from limetheory.metrics.faithfulness import preservation
from limetheory.metrics.predictions import Predictions, checked_predictions


def random_model(module: Any, rule: str = "shuffle", rng: Any = 0) -> Any:
    """A copy of a torch module with random weights in every convolution and linear layer.

    ``"shuffle"`` permutes the entries of each weight and bias (DSEG-LIME); ``"reinitialise"`` draws them anew by the
    layer's own rule (Adebayo et al. 2018). Batch norms are kept. Neither the module nor torch's global generator is
    changed.

    Args:
        module: torch `nn.Module`.
        rule: ``"shuffle"`` or ``"reinitialise"``.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        TypeError: if ``module`` is not a torch module.
        ValueError: if it has no such layer, or the rule is unknown.
    """
    import torch

    choice("rule", rule, ("shuffle", "reinitialise"))
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"module must be a torch module, got {type(module).__name__}; wrap the weights in one")
    rng, copy = generator(rng), deepcopy(module)
    kinds = (torch.nn.modules.conv._ConvNd, torch.nn.Linear)
    layers = [layer for layer in copy.modules() if isinstance(layer, kinds)]
    if not layers:
        raise ValueError(f"module must have a convolution or a linear layer, got {type(module).__name__} with none")
    with torch.no_grad():
        _shuffle(layers, rng) if rule == "shuffle" else _reinitialise(layers, rng)
    return copy


def _shuffle(layers: list[Any], rng: np.random.Generator) -> None:
    import torch

    for layer in layers:
        for parameter in layer.parameters(recurse=False):
            order = torch.as_tensor(rng.permutation(parameter.numel()), device=parameter.device)
            parameter.copy_(parameter.flatten()[order].view_as(parameter))


def _reinitialise(layers: list[Any], rng: np.random.Generator) -> None:
    import torch

    devices = {p.device.index for layer in layers for p in layer.parameters() if p.device.type == "cuda"}
    with torch.random.fork_rng(devices=sorted(devices)):
        torch.manual_seed(int(rng.integers(2**62)))
        for layer in layers:
            layer.reset_parameters()


def random_answers(predictions: Predictions, rng: Any = 0) -> Callable[[Masks], PerMask]:
    """The set function whose value at each mask is one of the model's outputs there, drawn at random.

    This is the target's output after a random permutation of the outputs for each mask, which DSEG-LIME's public code
    calls "random explanation"; explain it with `estimate`. Every call draws new columns, also for masks seen before.
    """
    checked_predictions("predictions", predictions)
    rng = generator(rng)

    def values(masks: Masks) -> PerMask:
        rows = predictions.outputs(masks)
        drawn: PerMask = rows[np.arange(len(rows)), rng.integers(rows.shape[1], size=len(rows))]
        return drawn

    return values


def randomisation_check(predictions: Predictions, shown: Any) -> bool:
    """The criterion of DSEG-LIME's public code for a random model or a random explanation (↑).

    Rule: argmax f(x(E)) ≠ original, with f the *original* model and E shown for the random one. Source: DSEG-LIME,
    "random model" and "random explanation". Defect: any E that does not preserve the class passes, even if the
    explanation did not change; `explanation_similarity` compares the explanations themselves.

    Args:
        predictions: those of the original model.
        shown: (d,) bool, from the explanation of the random model or of `random_answers`.
    """
    return not preservation(predictions, shown)


def explanation_similarity(coefficients: Any, randomised: Any, absolute: bool = False) -> float:
    """Spearman's rank correlation of an explanation with that of the randomised model (better if nearer to 0).

    It is Pearson's correlation of the mid-ranks, in [−1, 1], and NaN if an explanation is constant. Source: Adebayo et
    al. 2018.

    Args:
        coefficients, randomised: those of the same segments, (d,) each, with d ≥ 2.
        absolute: rank |c| instead of c.

    >>> explanation_similarity([0.1, 0.2, 0.9], [0.1, 0.9, 0.2])
    0.5
    """
    from scipy.stats import rankdata

    both = [vector("coefficients", coefficients), vector("randomised", randomised)]
    if both[0].shape != both[1].shape or len(both[0]) < 2:
        raise ValueError(
            f"explanations must have the same d >= 2 segments, got {len(both[0])} and {len(both[1])}; "
            "explain both on the same segments"
        )
    ranks = [rankdata(np.abs(c) if flag("absolute", absolute) else c) for c in both]
    a, b = (r - r.mean() for r in ranks)
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else float("nan")
