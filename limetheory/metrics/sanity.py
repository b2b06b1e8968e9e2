"""Sanity checks: an explanation must change when the model, or its answers, are randomised."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from limetheory.arguments import choice, generator, vector
from limetheory.arrays import Masks, PerMask
from limetheory.metrics.faithfulness import preservation
from limetheory.metrics.predictions import Predictions


def random_model(module: Any, rule: str = "shuffle", rng: Any = 0) -> Any:
    """A copy of a torch module with random weights in every convolution and linear layer.

    ``"shuffle"`` permutes the entries of each weight and bias (DSEG-LIME); ``"reinitialise"`` draws them anew by the
    layer's own rule (Adebayo et al. 2018). Batch norms stay. Neither the module nor torch's global generator changes.

    Args:
        module: torch `nn.Module`.
        rule: ``"shuffle"`` or ``"reinitialise"``.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        TypeError: not a torch module.
        ValueError: no such layer in it, or an unknown rule.
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
    """The set function whose value at each mask is a random column of the model's outputs there.

    That is the target's column after each row of outputs is permuted at random, the public code's "random
    explanation"; explain it with `estimate`. Every call draws anew, row after row.
    """
    rng = generator(rng)

    def values(masks: Masks) -> PerMask:
        rows = predictions.outputs(masks)
        drawn: PerMask = rows[np.arange(len(rows)), rng.integers(rows.shape[1], size=len(rows))]
        return drawn

    return values


def randomisation_check(predictions: Predictions, shown: Any) -> bool:
    """The public code's criterion for a random model or a random explanation (↑).

    Rule: argmax f(x(E)) ≠ original, with f the *original* model and E shown for the random one. Source: DSEG-LIME,
    "random model" and "random explanation". Defect: passed by any E that does not preserve the class, also when the
    explanation did not change at all; `explanation_similarity` compares the explanations themselves.

    Args:
        predictions: of the original model.
        shown: (d,) bool, from the explanation of the random model or of the random answers.
    """
    return not preservation(predictions, shown)


def explanation_similarity(coefficients: Any, randomised: Any, absolute: bool = False) -> float:
    """Spearman's rank correlation of an explanation with that of the randomised model (nearer to 0 is better).

    Pearson's correlation of the mid-ranks, in [−1, 1]; NaN where either explanation is constant. Source: Adebayo et
    al. 2018.

    Args:
        coefficients, randomised: (d,) each, d ≥ 2, of the same segments.
        absolute: rank |c|, blind to the sign.

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
    ranks = [rankdata(np.abs(c) if absolute else c) for c in both]
    a, b = (r - r.mean() for r in ranks)
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else float("nan")
