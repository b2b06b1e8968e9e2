"""The mixed model of the experiment segments against the analysis of variance, a planted gain, and a mutant."""

import numpy as np
import pandas as pd
import pytest

from experiments.segments.mixed import contrasts, values
from experiments.segments.scores import MEASURES, Scores
from experiments.segments.settings import CLASSICAL

COUNTS, NETWORKS = (8, 16, 32), ("a", "b")
SEGMENTERS = ("higra", *CLASSICAL)
PHOTOGRAPHS = 30


def made(gain, seed=0, networks=NETWORKS):
    """Rows with an effect of the photograph (0.2), of a segmenter's cut of it (0.1), and of a single value (0.05)."""
    rng, rows = np.random.default_rng(seed), []
    for photograph in range(PHOTOGRAPHS):
        level = rng.normal(0, 0.2)
        for segmenter in SEGMENTERS:
            cut = rng.normal(0, 0.1) + gain * (segmenter == "higra")
            for network in networks:
                for count in COUNTS:
                    value = level + cut + rng.normal(0, 0.05)
                    columns = {one.column: value for one in MEASURES}
                    head = {"photograph": str(photograph), "network": network, "segmentation": segmenter}
                    rows += [
                        {**head, "count": count, "answer": answer, **columns} for answer in ("reference", "sample")
                    ]
    return Scores.of(pd.DataFrame(rows))


def by_variance_analysis(found, measure):
    """Mean and standard error of the contrast; its error is the mean square of photographs × segmenters."""
    cells = values(found, measure).groupby(["photograph", "segmentation"])["value"].mean().unstack()
    inter = cells - cells.mean(axis=1).to_numpy()[:, None] - cells.mean() + cells.to_numpy().mean()
    square = (inter.to_numpy() ** 2).sum() / ((len(cells) - 1) * (cells.shape[1] - 1))
    mean = cells["higra"].mean() - cells[list(CLASSICAL)].mean(axis=1).mean()
    return mean, np.sqrt(square * (1 + 1 / len(CLASSICAL)) / len(cells))


@pytest.mark.slow
def test_estimates_and_errors_are_those_of_the_analysis_of_variance():
    found = made(0.05)
    one = contrasts(found)[0]
    mean, error = by_variance_analysis(found, one.measure)
    assert one.mean == pytest.approx(mean, abs=1e-9)
    assert one.error == pytest.approx(error, rel=1e-3)  # where statsmodels stops
    assert one.interval[1] < 0.05 < one.interval[2]
    assert one.shares == pytest.approx((0.04 / 0.0525, 0.01 / 0.0525, 0.0025 / 0.0525), abs=0.15)


@pytest.mark.slow
def test_a_planted_gain_is_found_and_an_absent_one_is_not():
    assert all(one.corrected < 0.05 for one in contrasts(made(0.12)))
    assert all(one.corrected > 0.05 for one in contrasts(made(0.0, networks=("a",))))


@pytest.mark.slow
def test_cuts_of_one_photograph_are_not_taken_for_independent():
    """The mutant without the effect of a cut would claim errors that are too small."""
    found = made(0.0)
    one = contrasts(found)[0]
    data = values(found, one.measure)
    residual = data["value"] - data.groupby("photograph")["value"].transform("mean")
    naive = np.sqrt(residual.var() * (1 + 1 / len(CLASSICAL)) / (PHOTOGRAPHS * len(COUNTS) * len(NETWORKS)))
    assert one.error > 1.7 * naive
