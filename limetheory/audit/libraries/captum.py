"""Captum: `Lime`, `KernelShap` and `ShapleyValueSampling`, with their defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("captum", "torch", "scikit-learn")


def lime(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`captum.attr.Lime` on a row of d features, hidden by 0."""
    from captum.attr import Lime

    return _attributed(Lime, F, d, seed, options, n_samples=n)


def kernel_shap(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`captum.attr.KernelShap` on a row of d features, hidden by 0."""
    from captum.attr import KernelShap

    return _attributed(KernelShap, F, d, seed, options, n_samples=n)


def shapley_value_sampling(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`captum.attr.ShapleyValueSampling`, with as many permutations as n evaluations allow."""
    from captum.attr import ShapleyValueSampling

    return _attributed(ShapleyValueSampling, F, d, seed, options, n_samples=max(1, n // d))


def _attributed(method: Any, F: Any, d: int, seed: int, options: Any, **arguments: Any) -> Any:
    import torch

    torch.manual_seed(seed)
    levels = 0.2 + 0.6 * np.arange(1, d + 1) / d if options["content"] == "uneven" else np.full(d, 0.5)
    labels = {"from 0": np.arange(d), "from 1": np.arange(1, d + 1), "gaps": 3 * np.arange(d)}[options["labels"]]

    def forward(rows: Any) -> Any:
        return torch.as_tensor(F(rows.detach().numpy() > 0), dtype=torch.float64)

    found = method(forward).attribute(
        torch.tensor(levels[None]), feature_mask=torch.tensor(labels[None]),
        perturbations_per_eval=options["batch_size"] or 64, **arguments,
    )  # fmt: skip
    return found.detach().numpy()[0]


SUBJECTS = {"Lime": lime, "KernelShap": kernel_shap, "ShapleyValueSampling": shapley_value_sampling}
