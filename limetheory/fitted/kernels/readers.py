"""scikit-learn's estimators whose output is a sum of Gaussian kernels, as `RBFExpansion`."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM
from sklearn.utils.validation import check_is_fitted

from limetheory.arguments import floats, integer
from limetheory.fitted.agreement import own_answer, without_warnings
from limetheory.fitted.kernels.agreement import Reading
from limetheory.fitted.kernels.gaussian_processes import gaussian_terms
from limetheory.fitted.kernels.rbf import RBFExpansion
from limetheory.fitted.kernels.reading import read, refused
from limetheory.given import given


@read.register(SVC)
@read.register(NuSVC)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    _check(estimator, output, "decision_function")
    _rbf_only(estimator)
    if len(estimator.classes_) > 2:
        return _one_against_one(estimator, target)
    sign = (-1.0, 1.0)[_position("target", 1 if target is None else target, 2)]
    kernels = _machine(estimator, sign * _dense(estimator.dual_coef_)[0], sign * estimator.intercept_[0])
    return Reading(kernels, own_answer(estimator.decision_function, target))


def _one_against_one(estimator: Any, target: Any) -> Reading:
    """The column of the "ovo" decision function for classes i < j: their support vectors' rows j − 1 and i."""
    n = len(estimator.classes_)
    if not isinstance(target, tuple) or len(target) != 2 or target[0] == target[1]:
        raise ValueError(
            f"target must be a pair (i, j) of the {n} classes, positive for i, got {given(target)}; the "
            "one-against-rest decision function counts votes and is no sum of kernels"
        )
    pair = [_position("each class in target", k, n) for k in target]
    i, j = sorted(pair)
    starts = np.cumsum([0, *estimator.n_support_])
    weights = np.zeros(starts[-1])
    dual = _dense(estimator.dual_coef_)
    weights[starts[i] : starts[i + 1]] = dual[j - 1, starts[i] : starts[i + 1]]
    weights[starts[j] : starts[j + 1]] = dual[i, starts[j] : starts[j + 1]]
    column = i * n - i * (i + 1) // 2 + j - i - 1
    sign = 1.0 if pair == [i, j] else -1.0
    by_pair = copy(estimator).set_params(decision_function_shape="ovo", break_ties=False)
    kernels = _machine(estimator, sign * weights, sign * estimator.intercept_[column])
    return Reading(kernels, own_answer(lambda rows: sign * by_pair.decision_function(rows)[:, column]))


@read.register(SVR)
@read.register(NuSVR)
@read.register(OneClassSVM)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    linear = "decision_function" if isinstance(estimator, OneClassSVM) else "predict"
    _check(estimator, output, linear)
    _rbf_only(estimator)
    _no_target(target)
    kernels = _machine(estimator, _dense(estimator.dual_coef_)[0], estimator.intercept_[0])
    return Reading(kernels, own_answer(getattr(estimator, linear)))


def _machine(estimator: Any, weights: np.ndarray, intercept: float) -> RBFExpansion:
    # `_gamma` is the number that "scale" and "auto" became in fit; no public attribute has it.
    return RBFExpansion(_dense(estimator.support_vectors_), weights, estimator._gamma, float(intercept))


@read.register(KernelRidge)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    _check(estimator, output, "predict")
    _rbf_only(estimator)
    support, dual = _dense(estimator.X_fit_), estimator.dual_coef_
    gamma = 1 / support.shape[1] if estimator.gamma is None else estimator.gamma
    kernels = RBFExpansion(support, _column(dual, target), gamma)
    return Reading(kernels, own_answer(estimator.predict, 0 if target is None and dual.ndim > 1 else target))


@read.register(GaussianProcessRegressor)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    _check(estimator, output, "predict")
    if not hasattr(estimator, "X_train_"):
        raise ValueError("estimator must be fitted, got an unfitted GaussianProcessRegressor; call fit first")
    support, alpha = estimator.X_train_, _column(estimator.alpha_, target)
    mean, scale = (_entry(values, target) for values in (estimator._y_train_mean, estimator._y_train_std))
    terms = gaussian_terms(estimator.kernel_, support.shape[1])
    if not terms:
        raise refused(f"kernel {estimator.kernel_}", estimator)
    kernels = RBFExpansion(
        np.vstack([support] * len(terms)),
        np.concatenate([scale * constant * alpha for constant, _ in terms]),
        np.vstack([np.tile(precision, (len(support), 1)) for _, precision in terms]),
        mean,
    )
    several = estimator.alpha_.ndim > 1 and estimator.alpha_.shape[1] > 1
    return Reading(kernels, own_answer(estimator.predict, target if several else None))


@read.register(KernelDensity)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    _check(estimator, output, "density")
    _no_target(target)
    if estimator.kernel != "gaussian" or estimator.metric != "euclidean":
        raise refused(f"kernel {estimator.kernel!r} with metric {estimator.metric!r}", estimator)
    support, h = np.array(estimator.tree_.data), estimator.bandwidth_
    weights = estimator.tree_.sample_weight
    weights = np.ones(len(support)) if weights is None else np.array(weights)
    log_scale = np.full(len(support), -0.5 * support.shape[1] * np.log(2 * np.pi * h**2))
    kernels = RBFExpansion(support, weights / weights.sum(), 0.5 / h**2, log_scale=log_scale)
    exact = copy(estimator).set_params(atol=0, rtol=0)
    return Reading(kernels, own_answer(exact.score_samples), is_log=True)


@read.register(GaussianMixture)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    _check(estimator, output, "density")
    _no_target(target)
    if estimator.covariance_type not in ("diag", "spherical"):
        raise refused(f"covariance_type {estimator.covariance_type!r}", estimator, "take 'diag' or 'spherical', or ")
    means, variance = estimator.means_, estimator.covariances_.reshape(len(estimator.means_), -1)
    kernels = _gaussians(means, np.broadcast_to(variance, means.shape), np.log(estimator.weights_))
    return Reading(kernels, own_answer(estimator.score_samples), is_log=True)


@read.register(GaussianNB)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    _check(estimator, output, "density")
    k = [_position("target", target, len(estimator.classes_))]
    kernels = _gaussians(estimator.theta_[k], estimator.var_[k], np.log(estimator.class_prior_[k]))
    return Reading(kernels, own_answer(estimator.predict_joint_log_proba, k[0]), is_log=True)


def _gaussians(means: np.ndarray, variances: np.ndarray, log_weights: np.ndarray) -> RBFExpansion:
    log_scale = log_weights - 0.5 * np.log(2 * np.pi * variances).sum(axis=1)
    return RBFExpansion(means, np.ones(len(means)), 0.5 / variances, log_scale=log_scale)


@read.register(Pipeline)
def _(estimator: Any, target: Any, output: str | None) -> Reading:
    """x ↦ a x + c under each scaler: a kernel at s of precision γ becomes one at (s − c) / a of precision γ a²."""
    *scalers, (_, last) = estimator.steps
    reading = read(last, target, output)
    inner = reading.expansion
    for _, scaler in reversed(scalers):
        a, c = _affine(scaler, inner.n_features)
        if (a == 0).any():
            raise ValueError(f"each pixel must keep a scale above 0, got 0 in {type(scaler).__name__}; fit it anew")
        inner = RBFExpansion((inner.support - c) / a, inner.weights, inner.precision * a**2, inner.intercept,
                             inner.log_scale)  # fmt: skip
    if not scalers:
        return reading
    answer = without_warnings(lambda rows: reading.answer(estimator[:-1].transform(rows)))
    return reading._replace(expansion=inner, answer=answer)


def _affine(scaler: Any, p: int) -> tuple[np.ndarray, np.ndarray]:
    """(a, c) with transform(x) = a x + c."""
    if scaler is None or scaler == "passthrough":
        return np.ones(p), np.zeros(p)
    _check_fitted(scaler)
    if isinstance(scaler, StandardScaler):
        a = np.ones(p) if scaler.scale_ is None else 1 / scaler.scale_
        return a, np.zeros(p) if not scaler.with_mean else -scaler.mean_ * a
    if isinstance(scaler, MinMaxScaler) and not scaler.clip:
        return scaler.scale_, scaler.min_
    if isinstance(scaler, MaxAbsScaler) and not getattr(scaler, "clip", False):
        return 1 / scaler.scale_, np.zeros(p)
    if isinstance(scaler, RobustScaler):
        a = np.ones(p) if scaler.scale_ is None else 1 / scaler.scale_
        return a, np.zeros(p) if scaler.center_ is None else -scaler.center_ * a
    raise refused("the output of a pipeline with this step", scaler)


def _check(estimator: Any, output: str | None, linear: str) -> None:
    if not (output is None or (isinstance(output, str) and output == linear)):
        raise refused(f"output {given(output)}", estimator, f"take output={linear!r}, or ")
    _check_fitted(estimator)


def _check_fitted(estimator: Any) -> None:
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        name = type(estimator).__name__
        raise ValueError(f"estimator must be fitted, got an unfitted {name}; call fit first") from None


def _rbf_only(estimator: Any) -> None:
    if estimator.kernel != "rbf":
        raise refused(f"kernel {estimator.kernel!r}", estimator, "fit it with kernel='rbf', or ")


def _no_target(target: Any) -> None:
    if target is not None:
        raise ValueError(f"target chooses a class or output, got {given(target)} for a model without; leave it out")


def _position(name: str, value: Any, n: int) -> int:
    if value is None or integer(name, value, 0) >= n:
        raise ValueError(f"{name} must be a position 0..{n - 1}, got {given(value)}; name one of them")
    return int(value)


def _column(dual: np.ndarray, target: Any) -> np.ndarray:
    if dual.ndim == 1:
        _no_target(target)
        return dual
    return dual[:, _position("target", 0 if target is None and dual.shape[1] == 1 else target, dual.shape[1])]


def _entry(values: Any, target: Any) -> float:
    values = np.ravel(values)
    return float(values[0 if target is None or len(values) == 1 else target])


def _dense(matrix: Any) -> np.ndarray:
    return matrix.toarray() if hasattr(matrix, "toarray") else floats("the estimator's arrays", matrix)
