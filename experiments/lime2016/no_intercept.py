"""K-LASSO as in the authors' code: without an intercept, the values minus their mean.

The code of the experiments of Ribeiro, Singh & Guestrin 2016, as recalled, multiplies rows z and values F − mean(F) by
the root of the weight, and hands them to LARS and to least squares without an intercept and without centring them
again. The mean is that of all masks without weights, so that it is not the intercept that the weights ask for: in the
population the coefficients of all words are shifted by one number, those of words that F does not depend on too.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.linear_model import lars_path

import limetheory as lt
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.local import Local
from limetheory.estimation import Sample
from limetheory.selection.paths import lasso_supports


def sampled(sample: Sample, k: int) -> Local:
    """From masks: the last breakpoint of the path with at most k words, and least squares on these."""
    root, mean = np.sqrt(sample.weights), float(sample.values.mean())
    rows, values = sample.masks * root[:, None], (sample.values - mean) * root
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of columns that are left out because they are collinear
        _, _, path = lars_path(rows, values, method="lasso")
    supports = [np.flatnonzero(coefficients) for coefficients in path.T]
    chosen = [support for support in supports if len(support) <= k][-1]
    fit = np.linalg.lstsq(rows[:, chosen], values, rcond=None)[0]
    return Local(chosen, fit, mean + float(fit.sum()))


def exact(form: lt.LeafSum | lt.FactorSum, design: PaperTextDesign, k: int) -> Local:
    """From second moments about 0 rather than about the means: what masks tend to.

    With κ/d the mean of a coordinate and c the mean of F over the masks drawn, they are C + (κ/d)² J for the words, and
    C β + (κ/d) (E[F] − c) 1 for words and values.
    """
    found, flat = lt.limit(form, design), PaperTextDesign(design.d, width=np.inf)
    share = design.mean_size / design.d
    mean = lt.limit(form, flat)
    shift = mean.intercept + float(mean.coefficients.sum()) * flat.mean_size / flat.d
    covariance, gap = design.covariance(), found.intercept + float(found.coefficients.sum()) * share - shift
    moments = covariance @ found.coefficients + share * gap
    second = covariance + share**2
    chosen = np.flatnonzero(lasso_supports(second, moments[None], k)[0]) if np.abs(moments).max() > 0 else np.arange(0)
    fit = np.linalg.solve(second[np.ix_(chosen, chosen)], moments[chosen])
    return Local(chosen, fit, shift + float(fit.sum()))
