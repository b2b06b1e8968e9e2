"""A mixed model of each continuous measure: one test for a hierarchy against all classical segmenters at all counts.

Segmenter, count and network are fixed effects. The photograph is a random effect, and so is what a segmenter makes of
it, since its cuts into 8, 16 and 32 segments are not independent. The paired tests of `compared` ask about single
segmenters and counts, and need no normal distribution; this model asks one question with all the rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.segments.scores import MEASURES, Measure, Scores
from experiments.segments.settings import CLASSICAL, REFERENCES
from limetheory.metrics import holm

if TYPE_CHECKING:
    import pandas

QUANTILE = 1.959963984540054
"""Of the standard normal distribution, for 95 % intervals."""
YES_OR_NO = ("preserved", "deleted")
"""Columns that have paired exact tests alone."""


class Contrast(NamedTuple):
    """A hierarchy minus the mean of some segmenters, averaged over counts and networks.

    Attributes:
        measure, reference: what is compared.
        mean, error: the estimate and its standard error.
        p: of the two-sided test by the normal distribution.
        corrected: p by Holm's correction over all contrasts.
        shares: of the variance beside the fixed effects: photographs, segmenters within photographs, residual.
    """

    measure: Measure
    reference: str
    mean: float
    error: float
    p: float
    corrected: float
    shares: tuple[float, float, float]

    @property
    def interval(self) -> tuple[float, float, float]:
        """The mean and its 95 % interval."""
        return self.mean, self.mean - QUANTILE * self.error, self.mean + QUANTILE * self.error


def contrasts(found: Scores, others: Sequence[str] = CLASSICAL) -> list[Contrast]:
    """The contrasts of every hierarchy with some segmenters, for each continuous measure, with Holm's correction."""
    measures = [one for one in MEASURES if one.column not in YES_OR_NO]
    raw = [one for measure in measures for one in _of_measure(found, measure, others)]
    corrected = holm([one.p for one in raw]).tolist() if raw else []
    return [one._replace(corrected=p) for one, p in zip(raw, corrected, strict=True)]


def values(found: Scores, measure: Measure) -> pandas.DataFrame:
    """One value for each photograph, network, segmenter and count; means over the samples of masks."""
    rows = found.rows[found.rows["answer"] == measure.answer]
    by = ["photograph", "network", "segmentation", "count"]
    return rows.groupby(by, as_index=False)[measure.column].mean().rename(columns={measure.column: "value"}).dropna()


class Fitted(NamedTuple):
    """The mixed model of a measure.

    Attributes:
        names, effects, covariance: of the fixed effects.
        shares: of the variance beside them: photographs, segmenters within photographs, residual.
    """

    names: list[str]
    effects: np.ndarray
    covariance: np.ndarray
    shares: tuple[float, float, float]


@lru_cache(maxsize=8)
def fitted(found: Scores, measure: Measure) -> Fitted:
    """The mixed model of a measure, by REML."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    fixed = "value ~ C(segmentation) + C(count) + C(network)" if len(found.networks) > 1 else (
        "value ~ C(segmentation) + C(count)"
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a variance at 0 is an answer here, not a failure
        model = MixedLM.from_formula(
            fixed, values(found, measure), groups="photograph", re_formula="1",
            vc_formula={"cut": "0 + C(segmentation)"},
        ).fit(reml=True)  # fmt: skip
    variances = np.array([model.cov_re.to_numpy()[0, 0], model.vcomp[0], model.scale])
    names = list(model.fe_params.index)
    return Fitted(
        names, model.fe_params.to_numpy(), model.cov_params().loc[names, names].to_numpy(),
        tuple((variances / variances.sum()).tolist()),
    )  # fmt: skip


def _of_measure(found: Scores, measure: Measure, others: Sequence[str]) -> Iterator[Contrast]:
    from scipy.stats import norm

    names, effects, covariance, shares = fitted(found, measure)
    for reference in [name for name in REFERENCES if name in found.segmenters]:
        weights = _weights(names, reference, [name for name in others if name in found.segmenters])
        mean = float(weights @ effects)
        error = float(np.sqrt(weights @ covariance @ weights))
        p = float(2 * norm.sf(abs(mean) / error))
        yield Contrast(measure, reference, mean, error, p, p, shares)


def _weights(names: list[str], reference: str, others: list[str]) -> np.ndarray:
    """Of the fixed effects, of which the first segmenter in the alphabet has none."""
    wanted = {f"C(segmentation)[T.{name}]": -1 / len(others) for name in others}
    wanted[f"C(segmentation)[T.{reference}]"] = 1.0
    return np.array([wanted.get(name, 0.0) for name in names])
