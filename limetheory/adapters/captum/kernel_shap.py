"""Captum's `KernelShap` on limetheory."""

from __future__ import annotations

import math
from typing import Any

import captum.attr
import torch
from captum._utils.models.linear_model import SkLearnLinearRegression
from torch import Tensor

from limetheory.adapters.captum.draws import Draw, shapley
from limetheory.adapters.captum.evaluated import Similarity
from limetheory.adapters.captum.fits import keep
from limetheory.adapters.captum.fits import shapley as shapley_slopes
from limetheory.adapters.captum.lime import Lime
from limetheory.adapters.captum.question import Question
from limetheory.designs import ShapleyDesign
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation

_FEWEST = 3


class KernelShap(Lime, captum.attr.KernelShap):  # type: ignore[misc]
    """Captum's `KernelShap`: the same arguments and defaults, and for a ``torch.manual_seed`` the same masks.

    Coefficients add up to F(1) − F(0) exactly (cor:efficient), where Captum gives F(1) and F(0) the weight 10⁶ in a fit
    in float32. `explanations` holds intervals.

    Args:
        forward_func: inputs → outputs, a torch module or any callable.

    Attributes:
        samples: of the last call, the masks and values of each example but for the first two masks, all and nothing,
            whose values are in ``ends``.

    >>> shap = KernelShap(lambda x: x @ torch.tensor([2.0, -1.0]))
    >>> _ = torch.manual_seed(0)
    >>> shap.attribute(torch.tensor([[3.0, 5.0]])).round(decimals=6).tolist()
    [[6.0, -5.0]]
    """

    def __init__(self, forward_func: Any):
        Lime.__init__(self, forward_func, SkLearnLinearRegression())

    @property
    def inf_weight(self) -> float:
        """The weight of the masks of all features and of none: infinite, so that efficiency holds exactly."""
        return math.inf

    @inf_weight.setter
    def inf_weight(self, value: float) -> None:
        if value != math.inf:
            raise ValueError(f"inf_weight must be infinite, got {value}; captum.attr.KernelShap has finite weights")

    def _refuse(self, question: Question, n: int) -> None:
        if question.masked.d < 2:
            raise ValueError(
                "inputs must have at least 2 features, got 1, whose Shapley value is F(1) − F(0); evaluate both"
            )
        if n < _FEWEST:
            raise ValueError(f"n_samples must be at least {_FEWEST}, since two masks show all and nothing, got {n}")
        super()._refuse(question, n)

    @property
    def _similarity(self) -> Similarity:
        return None

    def _draw(self, question: Question) -> Draw:
        return shapley(question.masked.d)

    def _coefficients(self, question: Question, masks: Any, weights: Any, values: Any) -> tuple[Sample, Tensor]:
        full, empty = map(float, values[:2])
        slopes = shapley_slopes(masks[2:], values[2:], empty, full)
        keep(self.interpretable_model, slopes, empty)
        return Sample.of(masks[2:], weights[2:], values[2:], (empty, full)), torch.as_tensor(slopes)[None]

    def _explained(self, sample: Sample) -> Explanation:
        return wls(sample, 0.0, ShapleyDesign(sample.d))
