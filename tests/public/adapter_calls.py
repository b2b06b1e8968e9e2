"""A call that works of every function and method of the adapters for Captum, Quantus and shap.

Run as a script, it lists the wrong arguments that they do not refuse in a line of their own.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from captum._utils.models.linear_model import SkLearnLinearRegression
from torch import nn
from wrong_values import leaks

import limetheory as lt
from limetheory.adapters import captum, quantus, shap


def adapter_calls() -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Each function with the arguments of a call that works."""
    forward, kernel = _Sums(), captum.get_exp_kernel_similarity_function
    asked = {
        "inputs": torch.ones(1, 3), "baselines": 0.0, "target": 0, "additional_forward_args": None,
        "feature_mask": torch.tensor([[0, 1, 2]]), "n_samples": 8, "perturbations_per_eval": 2,
        "return_input_shape": True, "show_progress": False,
    }  # fmt: skip
    lime = {
        "forward_func": forward, "interpretable_model": SkLearnLinearRegression(), "similarity_func": kernel(),
        "perturb_func": None,
    }  # fmt: skip
    image = {
        "model": nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), "inputs": np.eye(4)[None, None].repeat(2, 1),
        "targets": [1], "segments": "grid", "replacement": 0.0, "design": lt.ImageDesign, "n": 40, "rng": 0,
        "method": "wls", "ridge": 0.0, "batch_size": 2, "device": "cpu",
    }  # fmt: skip
    limit = lt.limit(lt.Additive([1.0, 2.0]), lt.ImageDesign(2))
    return {
        "Lime": (captum.Lime, lime),
        "KernelShap": (captum.KernelShap, {"forward_func": forward}),
        "Lime.attribute": (captum.Lime(forward).attribute, asked),
        "KernelShap.attribute": (captum.KernelShap(forward).attribute, asked),
        "get_exp_kernel_similarity_function": (kernel, {"distance_mode": "cosine", "kernel_width": 1.0}),
        "explain_func": (quantus.explain_func, image),
        "shap_explanation": (
            shap.shap_explanation, {"explanation": limit, "data": [1.0, 2.0], "feature_names": ["a", "b"]},
        ),
    }  # fmt: skip


class _Sums(nn.Module):
    """Two sums of each row, whatever else is given."""

    def forward(self, rows: torch.Tensor, *further: Any) -> torch.Tensor:
        sums = rows.double().flatten(1).sum(1)
        return torch.stack([sums, -sums], 1)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump(list(leaks(adapter_calls())), sys.stdout)
