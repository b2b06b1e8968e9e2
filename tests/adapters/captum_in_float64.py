"""Captum itself, unchanged but for its rounding: what it casts to float32 stays in float64."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from captum._utils.models.linear_model import SkLearnLasso, SkLearnLinearRegression, SkLearnRidge
from sklearn.linear_model import Lasso, LinearRegression, Ridge

ESTIMATORS = {"least squares": LinearRegression, "ridge": Ridge, "lasso": Lasso}
CAPTUMS = {"least squares": SkLearnLinearRegression, "ridge": SkLearnRidge, "lasso": SkLearnLasso}


@contextmanager
def in_float64() -> Iterator[None]:
    """``tensor.float()`` casts to float64, so that all of Captum computes in it."""
    own = torch.Tensor.float
    torch.Tensor.float = torch.Tensor.double
    try:
        yield
    finally:
        torch.Tensor.float = own


def exact_model(kind: str, **options: Any) -> Any:
    """Captum's model, fitted by Captum for its effect on torch's generator, with coefficients in float64."""

    class Exact(CAPTUMS[kind]):
        def fit(self, train_data, **arguments):
            super().fit(train_data, **arguments)
            # the loader draws from torch's generator each time it is read
            masks, values, weights = (np.asarray(one, float) for one in train_data.dataset.tensors)
            self.rows = masks, values, weights
            fitted = ESTIMATORS[kind](**options).fit(masks, values, sample_weight=weights)
            self.slopes = torch.as_tensor(fitted.coef_)[None]

        def representation(self):
            return self.slopes

    return Exact(**options)


def exact_weight(function: Any) -> Any:
    """A similarity function whose weight Captum does not round to float32."""

    def weight(*arguments, **options):
        return torch.tensor([function(*arguments, **options)], dtype=torch.float64)

    return weight


def exact_outputs(forward: Any) -> Any:
    """A forward function whose Python numbers Captum does not round to float32."""

    def outputs(*inputs):
        found = forward(*inputs)
        return found if isinstance(found, torch.Tensor) else torch.tensor(found, dtype=torch.float64)

    return outputs
