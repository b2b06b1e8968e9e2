"""`select_features`: which features an explanation keeps, from a sample of masks or from an explanation."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arguments import instance as of_class
from limetheory.arguments import real, vector
from limetheory.designs import Design
from limetheory.estimation import BayesianExplanation, Sample, SparseExplanation
from limetheory.estimation.methods.wls import wls
from limetheory.explanation import Explanation
from limetheory.given import given
from limetheory.selection.names import asked
from limetheory.selection.paths import forward_orders, lasso_supports
from limetheory.selection.rows import check_rows, select_rows
from limetheory.selection.sizes import deciding_sizes, spread_in_a_sample
from limetheory.selection.unresolved import warn_of_unresolved

LEVEL = 0.95


def select_features(
    explanation_or_sample: Explanation | Sample,
    k: int,
    method: str = "auto",
    *,
    design: Design | None = None,
    level: float = LEVEL,
    instance: Any = None,
) -> np.ndarray:
    """Select k features as lime 0.2.0.1 does, on a sample, or by the same rule in the population (prop:selection).

    - ``"highest_weights"``: the k largest sizes of coefficient × instance, the largest first.
    - ``"forward"``: one at a time, each raising the weighted R² most, in the order in which they join.
    - ``"lasso_path"``: K-LASSO, the support at the last breakpoint of the path with at most k features, by index.
    - ``"auto"``: ``"forward"`` for k ≤ 6, else ``"highest_weights"``.
    - ``"none"``: all, by index, whatever k is.

    A `Sample` gives what lime selects on the same rows, weights and values, ties included, with the same libraries;
    ``"highest_weights"`` has lime's ridge of 0.01 there. An `Explanation` needs no sample: with C = Cov_μ(z, z) of its
    design, the moments of the regression are C and C β, since β solves C β = Cov_μ(z, F). A limit then gives the
    selection that samples tend to. Source: Ribeiro, Singh & Guestrin 2016; lime 0.2.0.1.

    Args:
        explanation_or_sample: an explanation without ridge, or a sample, either not under an efficient design (except
            for ``"highest_weights"`` of an explanation).
        k: number of features, 1..d. ``"lasso_path"`` may select fewer, or all d where F is constant, as lime does.
        method: one of these.
        design: what an explanation was explained under; None is its own ``design``. ``"forward"`` and
            ``"lasso_path"`` need one, which is not efficient. With a sample it serves the warning alone.
        level: of the warning's interval, in (0, 1).
        instance: what ``"highest_weights"`` multiplies coefficients by, (d,). None is 1 for an explanation, and for a
            sample its first mask, which in lime is the original: give ones where it is not.

    Returns:
        The indices of the features, (≤ k,) int.

    Raises:
        ValueError: k or level is out of range, an unknown method, no design or an efficient one, an explanation with a
            ridge or with coefficients that are not determined, or weights that are not finite or are negative.

    Warns:
        UnresolvedSelectionWarning: the standard errors of an explanation, or those of a sample where its design is
            given, do not tell the last feature that is selected and the one that would be in its place apart: the
            interval of the difference of their sizes is not above 0. Sizes are what the method compares: for
            ``"highest_weights"`` those of coefficient × instance, for ``"forward"`` the roots of the variance that each
            adds, and for ``"lasso_path"`` the penalties at which each joins the path. In a sample the covariances of
            the features are random too, and the interval counts that in.

    >>> import limetheory as lt
    >>> design = lt.ImageDesign(5)
    >>> exact = lt.limit(lt.Additive([0.5, -3.0, 0.1, 2.0, 0.0]), design)
    >>> [select_features(exact, 2, method, design=design).tolist() for method in ("forward", "lasso_path")]
    [[1, 3], [1, 3]]
    """
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    found: np.ndarray = _selected(explanation_or_sample, k, method, design, level, instance)
    return found


@singledispatch
def _selected(source: Any, k: int, method: str, design: Design | None, level: float, instance: Any) -> np.ndarray:
    raise TypeError(
        f"an Explanation or a Sample is needed, got {type(source).__name__}; give what limit or estimate returns"
    )


@_selected.register
def _of_sample(sample: Sample, k: int, method: str, design: Design | None, level: float, instance: Any) -> np.ndarray:
    k, method = asked(k, sample.d, method)
    check_sample(sample)
    factors = sample.masks_at(slice(1))[0].astype(float) if instance is None else _instance(instance, sample.d)
    chosen = select_rows(sample.masks.astype(float), sample.values, sample.weights, factors, k, method)
    if design is not None:
        matching(design, sample.d)
        _warn_of_sample(sample, design, chosen, k, method, factors, level)
    return chosen


def _warn_of_sample(
    sample: Sample, design: Design, chosen: np.ndarray, k: int, method: str, factors: np.ndarray, level: float
) -> None:
    """The warning by the sample's own covariances, or by those of the design where the masks do not determine β."""
    fit = wls(sample, 0.0, design)
    if method == "highest_weights" or not np.isfinite(fit.standard_errors).all():
        known = None if method == "highest_weights" else design.covariance()
        warn_of_unresolved(fit, deciding_sizes(known, fit.coefficients, chosen, k, method, factors), level)
        return
    total, means, _ = sample.means()
    centred = sample.masks - means
    covariance = (sample.weights[:, None] * centred).T @ centred / total
    sizes = deciding_sizes(covariance, fit.coefficients, chosen, k, method, factors)
    if sizes is not None:
        warn_of_unresolved(fit, sizes, level, spread_in_a_sample(sample, sizes))


@_selected.register
def _of_explanation(
    explanation: Explanation, k: int, method: str, design: Design | None, level: float, instance: Any
) -> np.ndarray:
    k, method = asked(k, explanation.d, method)
    known = getattr(explanation, "design", None) if design is None else design
    covariance = _covariance(explanation, known, method)
    factors = np.ones(explanation.d) if instance is None else _instance(instance, explanation.d)
    chosen = choices(covariance, explanation.coefficients[None], k, method, factors)[0]
    sizes = deciding_sizes(covariance, explanation.coefficients, chosen, k, method, factors)
    warn_of_unresolved(explanation, sizes, level)
    return chosen


def from_moments(explanation: Explanation, design: Design | None, k: int, method: str) -> np.ndarray:
    """What a checked method selects from coefficients and a design, (≤ k,) int."""
    covariance = _covariance(explanation, design, method)
    return choices(covariance, explanation.coefficients[None], k, method, np.ones(explanation.d))[0]


def _covariance(explanation: Explanation, design: Design | None, method: str) -> np.ndarray | None:
    """The covariances of the features where a method reads them."""
    return None if method in ("highest_weights", "none") else moments_under(explanation, design)


def choices(
    covariance: np.ndarray | None, coefficients: np.ndarray, k: int, method: str, instance: np.ndarray
) -> list[np.ndarray]:
    """What a checked method selects for each row of coefficients, (runs, d), under covariances of the features."""
    if method == "none":
        return [np.arange(coefficients.shape[1])] * len(coefficients)
    if covariance is None:
        return list(np.argsort(-np.abs(coefficients * instance), axis=1, kind="stable")[:, :k])
    moments = (covariance @ coefficients[:, :, None])[:, :, 0]
    if method == "forward":
        return list(forward_orders(covariance, moments, k))
    return [np.flatnonzero(support) for support in lasso_supports(covariance, moments, k)]


def moments_under(explanation: Explanation, design: Any) -> np.ndarray:
    """Cov_μ(z, z) of the design of an explanation whose coefficients solve the regression under it, (d, d).

    Raises:
        ValueError: no design, one of another d, an efficient one, or an explanation with a ridge.
    """
    if design is None:
        raise ValueError(
            "forward and lasso_path need the design of the explanation, got an explanation without one; give "
            "design=ImageDesign(d), or what it was explained under"
        )
    matching(design, explanation.d)
    if design.efficient:
        raise ValueError(
            f"forward and lasso_path have no sum constraint, got the efficient {given(design)}; use method "
            "'highest_weights'"
        )
    how = explanation.method or ""
    other = isinstance(explanation, (SparseExplanation, BayesianExplanation))
    if other or "ridge" in how.split(", ") or how.endswith("selected"):
        what = type(explanation).__name__ if other else f"method {how!r}"
        raise ValueError(
            f"forward and lasso_path need coefficients of all features without ridge, got {what}; select from an "
            "explanation with ridge=0, and give the ridge to refit"
        )
    if not np.isfinite(explanation.standard_errors).all():
        unknown = np.count_nonzero(~np.isfinite(explanation.standard_errors))
        raise ValueError(f"coefficients must be determined by the masks, got {unknown} that are not; draw more masks")
    covariance: np.ndarray = design.covariance()
    return covariance


def check_sample(sample: Sample) -> None:
    """Refuse a sample whose rows lime could not fit.

    Raises:
        TypeError: anything but a sample.
        ValueError: what `rows.check_rows` refuses, or known values at both ends, which an efficient design has.
    """
    of_class("sample", sample, Sample, "draw one, such as Sample.of(masks, weights, values)")
    check_rows(sample.values, sample.weights)
    if sample.ends:
        raise ValueError(
            f"selection has no sum constraint, got a sample with the ends {sample.ends}; draw from another design"
        )


def _instance(instance: Any, d: int) -> np.ndarray:
    found = vector("instance", instance)
    if len(found) != d:
        raise ValueError(f"instance must have {d} entries, got {len(found)}; one for each feature")
    return found


def matching(design: Any, d: int) -> None:
    """Refuse what is no design of d features."""
    if not isinstance(design, Design):
        raise TypeError(f"design must be a limetheory design such as ImageDesign(d), got {given(design)}")
    if design.d != d:
        raise ValueError(f"design must have d = {d}, got {given(design)}; give the design of these coefficients")
