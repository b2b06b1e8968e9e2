"""`LimeBase`: the local linear model of samples around an instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limetheory.adapters.lime.selected import keeps_all, selected
from limetheory.arrays import Masks
from limetheory.estimation import Sample
from limetheory.explanation import Explanation
from limetheory.given import given
from limetheory.selection import refit
from limetheory.tabular.normal_row import NormalRecord, fitted

RIDGE = 1.0
"""lime 0.2.0.1's penalty."""


@dataclass(frozen=True, eq=False)
class LocalModel:
    """A fitted local model.

    Attributes:
        intercept: of the linear model.
        terms: (feature, coefficient) of the features that are kept, the largest |coefficient| first.
        score: weighted R² on the samples.
        local_pred: what it predicts at the instance, (1,).
        explanation: the same fit with standard errors, a part for each of the terms in their order; None where the
            regressor is the caller's own.
    """

    intercept: Any
    terms: list[tuple[Any, Any]]
    score: Any
    local_pred: Any
    explanation: Explanation | None = None


class LimeBase:
    """Fits a sparse linear model to samples around an instance, as lime 0.2.0.1's class of that name does.

    Args:
        kernel_fn: distances (n,) → weights (n,).
        verbose: whether to print the intercept, the model's prediction at the instance, and the right one.
        random_state: None, an int or a `numpy.random.RandomState`; kept for code that reads it, the fit draws nothing.

    >>> base = LimeBase(lambda distances: np.exp(-distances))
    >>> rows = np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    >>> found = base.explain_instance_with_data(rows, rows @ [[0.0, 2.0], [0.0, 0.5]], 2 - rows.sum(1), 1, 2)
    >>> [(int(feature), round(float(weight), 3)) for feature, weight in found[1]]
    [(0, 0.538), (1, 0.134)]
    """

    def __init__(self, kernel_fn: Callable[[np.ndarray], np.ndarray], verbose: bool = False, random_state: Any = None):
        from sklearn.utils import check_random_state

        self.kernel_fn, self.verbose = kernel_fn, verbose
        self.random_state = check_random_state(random_state)

    @staticmethod
    def generate_lars_path(weighted_data: np.ndarray, weighted_labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The penalties of the breakpoints of the LASSO path, and the coefficients at each, (p, breakpoints)."""
        from sklearn.linear_model import lars_path

        alphas, _, coefficients = lars_path(weighted_data, weighted_labels, method="lasso")
        return alphas, coefficients

    def forward_selection(self, data: Any, labels: np.ndarray, weights: np.ndarray, num_features: int) -> np.ndarray:
        """The features that raise the weighted R² most, one after the other."""
        return self.feature_selection(data, labels, weights, num_features, "forward_selection")

    def feature_selection(
        self, data: Any, labels: np.ndarray, weights: np.ndarray, num_features: int, method: str
    ) -> np.ndarray:
        """The features that the local model keeps, see `limetheory.adapters.lime.selected.selected`."""
        return selected(data, np.asarray(labels, float), np.asarray(weights, float), num_features, method)

    def explain_instance_with_data(
        self,
        neighborhood_data: Any,
        neighborhood_labels: np.ndarray,
        distances: np.ndarray,
        label: int,
        num_features: int,
        feature_selection: str = "auto",
        model_regressor: Any = None,
    ) -> tuple[Any, list[tuple[Any, Any]], Any, Any]:
        """Fit the local model of one label.

        Args:
            neighborhood_data: samples (n, p), the first one being the instance; an array or a matrix of scipy.sparse.
            neighborhood_labels: the model's answers, (n, labels).
            distances: of the samples from the instance, (n,).
            label: column of the answers.
            num_features: how many features to keep.
            feature_selection: ``"auto"``, ``"forward_selection"``, ``"highest_weights"``, ``"lasso_path"`` or
                ``"none"``.
            model_regressor: a regressor of scikit-learn in place of ``Ridge(alpha=1)``; its ``fit`` takes
                ``sample_weight``.

        Returns:
            The intercept, a list of (feature, coefficient) with the largest |coefficient| first, the weighted R², and
            the prediction at the instance, (1,).

        Raises:
            ValueError, TypeError: an unknown method, or samples that cannot be fitted.
        """
        found = self.local_model(
            neighborhood_data, neighborhood_labels, distances, label, num_features, feature_selection, model_regressor
        )
        return found.intercept, found.terms, found.score, found.local_pred

    def local_model(
        self,
        neighborhood_data: Any,
        neighborhood_labels: np.ndarray,
        distances: np.ndarray,
        label: int,
        num_features: int,
        feature_selection: str = "auto",
        model_regressor: Any = None,
    ) -> LocalModel:
        """`explain_instance_with_data`, with the standard errors of the fit."""
        data, weights = neighborhood_data, np.asarray(self.kernel_fn(distances), float)
        values = np.asarray(neighborhood_labels[:, label], float)
        if model_regressor is not None and not callable(getattr(model_regressor, "fit", None)):
            raise TypeError(
                f"model_regressor must be a regressor of scikit-learn, got {given(model_regressor)}; give Ridge()"
            )
        masks = None if model_regressor is not None else _masks_of(data)
        found = None
        # a method of one's own in its place is asked always
        limes = getattr(self.feature_selection, "__func__", None) is LimeBase.feature_selection
        if limes and masks is not None and keeps_all(data, num_features, feature_selection):
            found = _of_masks(data, masks, values, weights, np.arange(data.shape[1]))
        if found is None or _some_are_equal(found):  # then lime's order is that of its selection
            kept = self.feature_selection(data, values, weights, num_features, feature_selection)
            if model_regressor is not None:
                found = _fitted(model_regressor, data[:, kept], values, weights, kept)
            elif masks is not None:
                found = _of_masks(data, masks, values, weights, kept)
            else:
                found = _of_rows(data[:, kept], values, weights, kept)
        if self.verbose:
            print("Intercept", found.intercept)
            print("Prediction_local", found.local_pred)
            print("Right:", neighborhood_labels[0, label])
        return found


def _masks_of(data: Any) -> Masks | None:
    """The samples as masks where all numbers are 0 or 1; None where they are not, and of sparse matrices."""
    if hasattr(data, "toarray"):
        return None
    masks: Masks = data.astype(bool)
    return masks if (masks == data).all() else None


def _of_masks(data: np.ndarray, masks: Masks, values: np.ndarray, weights: np.ndarray, kept: np.ndarray) -> LocalModel:
    """The fit with lime's penalty to the kept columns of masks, which are the data in bool."""
    sample = Sample.of(masks[:, kept], weights, values)
    fit = refit(sample, np.arange(sample.d), RIDGE)
    coefficients = np.zeros(data.shape[1])
    coefficients[kept] = fit.coefficients
    predicted = fit.intercept + data @ coefficients
    found = LocalModel(fit.intercept, _terms(kept, fit.coefficients), score_of(values, predicted, weights),
                       predicted[:1])  # fmt: skip
    return replace(found, explanation=_in_order(fit, found, kept))


def _of_rows(rows: Any, values: np.ndarray, weights: np.ndarray, kept: np.ndarray) -> LocalModel:
    """The fit with lime's penalty to rows of other numbers, by scikit-learn as in lime."""
    from sklearn.linear_model import Ridge

    record = NormalRecord(rows.toarray() if hasattr(rows, "toarray") else rows, values)
    found = _fitted(Ridge(alpha=RIDGE, fit_intercept=True), rows, values, weights, kept)
    return replace(found, explanation=_in_order(fitted(record, weights, RIDGE), found, kept))


def _some_are_equal(found: LocalModel) -> bool:
    sizes = [abs(coefficient) for _, coefficient in found.terms]
    return len(set(sizes)) < len(sizes)


def score_of(values: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> float:
    """Weighted R², as scikit-learn's ``r2_score`` has it: of constant values it is 1 where all are met, else 0.

    >>> score_of(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 1.0]), np.array([1.0, 1.0, 2.0]))
    0.2727272727272727
    """
    spread = weights @ (values - np.average(values, weights=weights)) ** 2
    missed = weights @ (values - predicted) ** 2
    return float(1 - missed / spread) if spread else float(not missed)


def _fitted(regressor: Any, rows: Any, values: np.ndarray, weights: np.ndarray, kept: np.ndarray) -> LocalModel:
    regressor.fit(rows, values, sample_weight=weights)
    score = regressor.score(rows, values, sample_weight=weights)
    return LocalModel(regressor.intercept_, _terms(kept, regressor.coef_), score, regressor.predict(rows[:1]))


def _terms(kept: np.ndarray, coefficients: np.ndarray) -> list[tuple[Any, Any]]:
    return sorted(zip(kept, coefficients, strict=True), key=lambda term: np.abs(term[1]), reverse=True)


def _in_order(fit: Explanation, found: LocalModel, kept: np.ndarray) -> Explanation:
    """A fit of the features that are kept, in the order of the terms."""
    place = {int(feature): j for j, feature in enumerate(kept)}
    order = np.array([place[int(feature)] for feature, _ in found.terms], int)
    covariance = None if fit.covariance is None else fit.covariance[np.ix_(order, order)]
    freedom = np.broadcast_to(fit.degrees_of_freedom, fit.d)[order]
    return Explanation(
        fit.coefficients[order], fit.intercept, fit.standard_errors[order], fit.n_evaluations, freedom,
        covariance=covariance, method=fit.method, names=[str(feature) for feature, _ in found.terms],
    )  # fmt: skip
