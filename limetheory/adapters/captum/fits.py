"""Coefficients from masks, weights and values: scikit-learn's models in float64, and any other model of Captum."""

from __future__ import annotations

import warnings
from importlib import import_module
from inspect import signature
from typing import Any

import numpy as np
import torch
from captum._utils.models.linear_model import SkLearnLinearModel
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.estimation.samples.sample import Sample
from limetheory.given import given
from limetheory.outside import outside


def coefficients(model: Any, sample: Sample, device: torch.device) -> Tensor:
    """Fit an interpretable model of Captum and return what represents it, d numbers.

    One of scikit-learn is fitted in float64; Captum fits it in float32. Any other gets its data as from Captum.
    """
    if isinstance(model, SkLearnLinearModel):
        slopes, intercept = _of_sklearn(model, sample)
        keep(model, slopes, intercept)
        return torch.as_tensor(slopes)[None]
    columns = (
        torch.as_tensor(one, dtype=torch.float, device=device) for one in (sample.masks, sample.values, sample.weights)
    )
    model.fit(DataLoader(TensorDataset(*columns), batch_size=sample.n))
    found = model.representation()
    if not isinstance(found, Tensor) or found.numel() != sample.d:
        form = f"shape {tuple(found.shape)}" if isinstance(found, Tensor) else given(found)
        raise ValueError(
            f"representation() of an interpretable model must be {sample.d} numbers, one a feature, got {form}"
        )
    return found


def _of_sklearn(model: SkLearnLinearModel, sample: Sample) -> tuple[PerSuperpixel, float]:
    kind = _estimator(model.sklearn_module)
    if "sample_weight" not in signature(kind.fit).parameters:
        raise ValueError(
            f"an interpretable model must take the weights of masks, got {kind.__name__}, which takes none; use "
            "SkLearnLinearRegression, SkLearnRidge or SkLearnLasso"
        )
    masks = sample.masks.astype(float)
    try:
        fitted = kind(**model.construct_kwargs).fit(masks, sample.values, sample_weight=sample.weights)
    except (TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"an interpretable model must fit the masks and values, got {reason}") from None
    slopes = np.asarray(fitted.coef_, float).ravel()
    if slopes.size != sample.d:
        raise ValueError(f"an interpretable model must have a coefficient a feature, got {slopes.size} of {sample.d}")
    _warn_of_zeros(slopes, sample.values, fitted)
    return slopes, float(np.ravel(fitted.intercept_)[0])


def _estimator(path: str) -> Any:
    """A class of scikit-learn by its path below it, such as "linear_model.Lasso"."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"sklearn.{module}"), name)


def keep(model: Any, slopes: PerSuperpixel, intercept: float) -> None:
    """Leave the interpretable model, and torch's generator, as Captum leaves them after a fit."""
    torch.empty((), dtype=torch.int64).random_()  # a DataLoader draws a seed, and the layer below its first weights
    model._construct_model_params(
        norm_type=None,
        weight_values=torch.as_tensor(slopes, dtype=torch.float)[None],
        bias_value=torch.tensor([intercept], dtype=torch.float),
    )


def shapley(masks: np.ndarray, values: PerMask, empty: float, full: float) -> PerSuperpixel:
    """The slopes of least squares that add up to F(1) − F(0), of the smallest norm: (n, d) bool, (n,) → (d,).

    Captum gives the masks of all features and of none the weight 10⁶ in their place, of which this is the limit.
    """
    share = (full - empty) / masks.shape[1]
    sizes = masks.sum(axis=1)
    rows = masks - sizes[:, None] / masks.shape[1]  # what is left of a mask when the sum of the slopes is fixed
    slopes: PerSuperpixel = share + np.linalg.lstsq(rows, values - empty - share * sizes, rcond=None)[0]
    return slopes


def _warn_of_zeros(slopes: PerSuperpixel, values: PerMask, fitted: Any) -> None:
    span = float(np.ptp(values))
    if span and not slopes.any() and type(fitted).__name__ == "Lasso":
        warnings.warn(
            f"a lasso must have a penalty that leaves some coefficients, got alpha={fitted.alpha:g}, which makes all "
            f"of them 0 where values range over {span:.3g}; give interpretable_model=SkLearnLinearRegression()",
            stacklevel=outside(),
        )
