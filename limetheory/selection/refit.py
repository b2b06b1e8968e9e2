"""`refit`: least squares on the selected features, the second half of K-LASSO."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from limetheory.arguments import real
from limetheory.designs import Design
from limetheory.estimation import Sample
from limetheory.estimation.methods.wls import wls
from limetheory.explanation import Explanation
from limetheory.positions import positions
from limetheory.selection.select import check_sample


def refit(
    sample: Sample,
    chosen: Any,
    ridge: float = 0.0,
    design: Design | None = None,
    *,
    names: Sequence[str] | None = None,
) -> Explanation:
    """Weighted least squares on the chosen features; the coefficients of the others, and their standard errors, are 0.

    With ``ridge=1`` the coefficients and the intercept are those of lime 0.2.0.1 on the same masks, with ``ridge=0``
    those of the paper's K-LASSO (Ribeiro, Singh & Guestrin 2016). The standard errors are HC3 sandwiches (thm:clt) of
    the regression on the chosen features; they are conditional on the selection, and masks that differ in the other
    features alone are not counted as copies.

    Args:
        sample: the masks, weights and values.
        chosen: indices of features, each once, in any order, such as those of `select_features`; none leaves the mean.
        ridge: the penalty on the sum of the weighted squares, ≥ 0; lime's is 1.
        design: what the masks were drawn from; read where all features are chosen, for the standard errors of
            `estimate`.
        names: of all features, d strings; None gives "0", "1", and so on.

    Raises:
        ValueError: an index out of range or given twice, a negative ridge, or a sample that `select_features` refuses.

    >>> import limetheory as lt
    >>> masks = lt.ImageDesign(4).sample(50, np.random.default_rng(0))
    >>> sample = lt.Sample.of(masks, np.ones(50), 1 + 2 * masks[:, 3] - masks[:, 1])
    >>> found = refit(sample, [3, 1], names=["sky", "sea", "sand", "dog"])
    >>> found.coefficients.round(9).tolist(), round(found.intercept, 9), found.names[3]
    ([0.0, -1.0, 0.0, 2.0], 1.0, 'dog')
    """
    check_sample(sample)
    on, ridge = _indices(chosen, sample.d), real("ridge", ridge, at_least=0)
    if not len(on):
        fit = Explanation(
            np.empty(0), sample.means()[2], np.empty(0), sample.n_evaluations, covariance=np.empty((0, 0))
        )
    elif len(on) == sample.d:
        on = np.arange(sample.d)
        fit = wls(sample, ridge, design)
    else:
        part = np.packbits(sample.masks[:, on], axis=1)
        fit = wls(replace(sample, d=len(on), bits=part), ridge)
    return _spread(fit, on, sample.d, names)


def _spread(fit: Explanation, on: np.ndarray, d: int, names: Sequence[str] | None) -> Explanation:
    """A fit of some features as an explanation of all d."""
    coefficients, errors, covariance, freedom = np.zeros(d), np.zeros(d), np.zeros((d, d)), np.full(d, np.inf)
    coefficients[on], errors[on], freedom[on] = fit.coefficients, fit.standard_errors, fit.degrees_of_freedom
    covariance[np.ix_(on, on)] = fit.covariance
    method = f"{fit.method or 'wls'}, {len(on)} of {d} selected"
    return Explanation(
        coefficients, fit.intercept, errors, fit.n_evaluations, freedom, covariance=covariance, method=method,
        names=names,
    )  # fmt: skip


def _indices(chosen: Any, d: int) -> np.ndarray:
    found = positions("chosen", chosen, d, "select_features", "leave it out")
    if len(np.unique(found)) < len(found):
        raise ValueError(f"chosen must have each index once, got {found.tolist()}; leave copies out")
    return found
