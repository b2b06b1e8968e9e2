"""lime: coefficients that are kept because they are large are larger than what they estimate.

The model is the parity of six superpixels. By symmetry all six have the same limit; with `num_features=2` the two
largest estimates are kept.
"""

from typing import Any

import numpy as np
from lime.lime_image import LimeImageExplainer

picture, labels = np.full((1, 6, 3), 0.5), np.arange(6)[None]


def model(pictures: Any) -> Any:
    """Whether an odd number of superpixels is shown, as a probability."""
    odd = (np.asarray(pictures)[:, 0, :, 0] > 0).sum(axis=1) % 2
    return np.stack([odd, 1 - odd], axis=1).astype(float)


def kept(features: int, seed: int) -> list[float]:
    """The sizes of the coefficients that are kept."""
    found = LimeImageExplainer(random_state=seed).explain_instance(
        picture, model, labels=(0,), top_labels=None, hide_color=0, num_samples=200, num_features=features,
        segmentation_fn=lambda _: labels,
    )  # fmt: skip
    return [value for _, value in found.local_exp[0]]


everything = np.mean([kept(6, seed) for seed in range(60)])
two = np.mean(np.abs([kept(2, seed) for seed in range(60)]))
print(f"expected: the two kept coefficients have the size of the mean of all six, {abs(everything):.4f}")
print(f"found:    {two:.4f}, mean of 60 runs")
