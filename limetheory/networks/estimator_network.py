"""A fitted estimator of flattened pixels as a torch module, so that a `Classifier` takes it like any other network."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from limetheory.answers import SCORING, scoring
from limetheory.networks.preprocessing import Size


class EstimatorNetwork(nn.Module):
    """Images (b, c, h, w) → the estimator's scores of rows of pixels, h · w · c numbers each, channels last.

    Asked is the first of predict_proba, decision_function and predict that the estimator has, in float64.

    Args:
        estimator: a fitted estimator or pipeline of scikit-learn, or one that has its methods.

    Attributes:
        in_channels: 1 or 3 where the rows are as long as those of squares of one of them; else None.
        size: the side of these squares; None where the rows are none.
    """

    def __init__(self, estimator: Any):
        super().__init__()
        self.estimator = estimator
        self.in_channels, self.size = _square(getattr(estimator, "n_features_in_", 0))
        # tells the type of the numbers, as parameters do in other networks
        self.register_buffer("numbers", torch.empty(0, dtype=torch.float64), persistent=False)

    @property
    def method(self) -> str:
        """The method that is asked."""
        return next(name for name in SCORING if hasattr(self.estimator, name))

    def forward(self, images: Tensor) -> Tensor | list[Tensor]:
        """Return the scores (b, classes) or (b,); of an estimator of several labels a list with those of each."""
        rows = images.detach().permute(0, 2, 3, 1).reshape(len(images), -1).cpu().numpy()
        score: Any = scoring(self.estimator)
        found = score(self._named(rows))
        if isinstance(found, list):
            return [torch.as_tensor(one).to(images.device) for one in found]
        return torch.as_tensor(found).to(images.device)

    def _named(self, rows: np.ndarray) -> Any:
        """The rows with the names of the columns of the table that the estimator was fitted to, if it was to one."""
        names = getattr(self.estimator, "feature_names_in_", None)
        if names is None or len(names) != rows.shape[1]:
            return rows
        try:
            import pandas as pd
        except ImportError:
            return rows
        return pd.DataFrame(rows, columns=names)


def _square(features: int) -> tuple[int | None, Size]:
    """Channels and side of the square images with so many numbers."""
    for channels in (1, 3):
        side = isqrt(features // channels)
        if features and channels * side**2 == features:
            return channels, side
    return None, None
