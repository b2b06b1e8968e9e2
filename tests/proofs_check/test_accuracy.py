"""Wrong numbers of limetheory on the exact instances are noticed; that its own are right is in test_table.py."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.methods import adjusted
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates import along_lines
from proofs_check.accuracy import InaccurateError, run_library
from proofs_check.certify import VacuousError
from proofs_check.library import ACCURACY, Computed
from proofs_check.registry import STATEMENTS

BY_LABEL = {statement.label: statement for statement in STATEMENTS}
RUN = [statement for statement in STATEMENTS if statement.library]
NOT_RUN = {
    "prop:ig-linear": "integrated gradients need torch; tests/test_gradients.py has their exact numbers",
    "thm:bound": "its constants are in ball arithmetic",
}


def test_limetheory_is_run_on_all_others():
    assert {statement.label for statement in STATEMENTS} - {statement.label for statement in RUN} == set(NOT_RUN)


@pytest.mark.parametrize("label", ["thm:limit", "prop:ridge", "prop:leaf", "prop:trees", "prop:or"])
def test_a_limit_that_is_off_by_a_billionth_is_noticed(label, monkeypatch):
    exact = lt.limit

    def wrong(model, design, **options):
        found = exact(model, design, **options)
        return replace(found, coefficients=found.coefficients + 1e-9 * np.abs(model(lt.all_masks(design.d))).max())

    monkeypatch.setattr(lt, "limit", wrong)
    with pytest.raises(InaccurateError, match=r"lt.limit.* is off by"):
        run_library(BY_LABEL[label])


def whole_stratum(sample, folds):
    """The fold stands for the whole stratum, as if the other folds were not taken out of it."""
    strata = sample.stratified
    rows = []
    for k in range(folds.max() + 1):
        own = folds == k
        draws = np.bincount(strata.number[own], minlength=len(strata.population))
        rows.append(own.mean() * strata.share * np.where(own, 1 / np.maximum(draws, 1)[strata.number], 0.0))
    return np.stack(rows)


def each_whole_stratum(sample, own):
    """The same where each mask is compared by itself."""
    strata = sample.stratified
    draws = np.bincount(strata.number[own], minlength=len(strata.population))
    return np.zeros(sample.n), np.where(own, strata.share / np.maximum(draws, 1)[strata.number], 0.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [(adjusted, "fold_weights", whole_stratum), (along_lines, "residual_weights", each_whole_stratum)],
)
@pytest.mark.parametrize("label", ["lem:stratified", "lem:shared-strata"])
def test_weights_of_the_whole_stratum_are_biased(module, name, wrong, label, monkeypatch):
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(InaccurateError, match=rf"{label}: (adjusted|unbiased)"):
        run_library(BY_LABEL[label])


def test_nothing_run_is_vacuous():
    with pytest.raises(VacuousError, match="nothing of limetheory"):
        run_library(replace(BY_LABEL["thm:limit"], library=lambda instance: {}))


@pytest.mark.parametrize("found", [(math.nan,), (math.inf,), (), (1.0, 1.0)])
def test_numbers_that_are_missing_or_infinite_are_wrong(found):
    computed = Computed.of(found, [Fraction(1)])
    assert computed.error > ACCURACY * computed.scale


def test_unequal_weights_rank_the_constrained_fit_otherwise():
    """prop:equivalence: D = (0.2, 0.3), F(1) − F(0) = 1 and weights (1, 3) give (0.575, 0.425), not (0.45, 0.55)."""
    masks, values = np.array([[1, 1], [0, 1], [1, 0]], bool), [1.0, 0.8, 0.7]
    fits = {w: wls(Sample.of(masks, [1.0, 1.0, w], values, (0.0, 1.0))).coefficients for w in (1.0, 3.0)}
    assert fits[1.0] == pytest.approx([0.45, 0.55], abs=1e-14)
    assert fits[3.0] == pytest.approx([0.575, 0.425], abs=1e-14)
