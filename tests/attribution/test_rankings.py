"""prop:equivalence, prop:keep-one, prop:one-ranking: where attributions are one ranking, and where they are not."""

from dataclasses import replace

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import attribute, attribution_limit
from limetheory.attribution.regressions import kernel_shap

D = 6
TABLES = [np.random.default_rng(seed).uniform(0.05, 0.95, 2**D) for seed in range(3)]
LEAVE_ONE_OUT = np.vstack([np.ones((1, D), bool), ~np.eye(D, dtype=bool)])
KEEP_ONE = np.vstack([np.ones((1, D), bool), np.eye(D, dtype=bool)])
PDA = ("pda", "pda_log_odds", "pda_information")
SLOPES = ("ols", "lime", "kernel_shap")


def ranking(values):
    return np.argsort(values).tolist()


@pytest.mark.parametrize("values", TABLES, ids=["one", "two", "three"])
@pytest.mark.parametrize(("rows", "last"), [(LEAVE_ONE_OUT, "ciu"), (KEEP_ONE, "ciu_inverse")])
def test_masks_that_hide_or_keep_one_part_give_one_ranking(rows, last, values):
    F = lt.SetFunction(values)
    found = {method: attribute(F, rows, method).coefficients for method in ("rise", *PDA, *SLOPES, last)}
    assert len({tuple(ranking(one)) for one in found.values()}) == 1
    gain = F(~np.eye(D, dtype=bool)) if last == "ciu" else F(np.eye(D, dtype=bool))
    assert ranking(found["rise"]) == ranking(-gain if last == "ciu" else gain)
    drawn = lt.BernoulliDesign(D).sample(30, np.random.default_rng(0))  # mutant: other masks
    others = {tuple(ranking(attribute(F, drawn, method).coefficients)) for method in ("rise", *PDA, *SLOPES)}
    assert len(others) > 1


@pytest.mark.parametrize("values", TABLES, ids=["one", "two", "three"])
def test_leave_one_out_masks_have_the_stated_numbers(values):
    F, full, empty = lt.SetFunction(values), values[-1], values[0]
    without = F(~np.eye(D, dtype=bool))
    drops = full - without
    expected = {
        "ols": drops, "lime": drops, "pda": drops, "kernel_shap": drops + (full - empty - drops.sum()) / D,
        "ciu": drops / (2 * np.ptp(np.append(without, full))), "rise": (without.sum() + drops) / D,
    }  # fmt: skip
    for method, numbers in expected.items():
        np.testing.assert_allclose(attribute(F, LEAVE_ONE_OUT, method).coefficients, numbers, atol=1e-12)


@pytest.mark.parametrize("values", TABLES, ids=["one", "two", "three"])
def test_keep_one_masks_have_the_stated_numbers(values):
    F, full, empty = lt.SetFunction(values), values[-1], values[0]
    alone = F(np.eye(D, dtype=bool))
    slopes = alone - (alone.sum() - full) / (D - 1)
    expected = {
        "ols": slopes, "lime": slopes, "rise": (full + alone) / 2, "pda": full - (alone.sum() - alone) / (D - 1),
        "kernel_shap": alone - empty + (full - empty - (alone - empty).sum()) / D,
        "ciu_inverse": (alone - full) / (2 * np.ptp(np.append(alone, full))),
    }  # fmt: skip
    for method, numbers in expected.items():
        np.testing.assert_allclose(attribute(F, KEEP_ONE, method).coefficients, numbers, atol=1e-12)


def test_unequal_weights_of_the_constrained_fit_can_change_the_ranking():
    # D = (.2, .3), F(1) − F(0) = 1, weights (1, 3) give (.575, .425)
    masks = np.array([[False, True], [True, False]])
    sample = lt.Sample.of(masks, [1.0, 1.0], [0.8, 0.7], (0.0, 1.0))
    plain = kernel_shap(sample, None, 0.0).coefficients
    np.testing.assert_allclose(plain, [0.45, 0.55])
    weighted = kernel_shap(replace(sample, ratio=np.array([1.0, 3.0])), None, 0.0).coefficients
    np.testing.assert_allclose(weighted, [0.575, 0.425])


DESIGNS = [*(lt.BernoulliDesign(D, p) for p in (0.3, 0.5, 0.7)), lt.ImageDesign(D), lt.ShapleyDesign(D),
           lt.TextDesign(D), lt.SizeLawDesign([0, 1, 0, 2, 0, 1, 5])]  # fmt: skip


@pytest.mark.parametrize("values", TABLES, ids=["one", "two", "three"])
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_limits_under_one_law_are_one_ranking(design, values):
    F = lt.SetFunction(values)
    found = {method: attribution_limit(method, F, design).coefficients for method in ("rise", *PDA, "ols")}
    if isinstance(design, lt.ShapleyDesign):  # its masks count alike
        found["kernel_shap"] = attribution_limit("kernel_shap", F, design).coefficients
    assert len({tuple(ranking(one)) for one in found.values()}) == 1
    slope = np.polyfit(found["ols"], found["rise"], 1)
    np.testing.assert_allclose(np.polyval(slope, found["ols"]), found["rise"], atol=1e-12)


@pytest.mark.parametrize("p", [0.3, 0.5, 0.7])
def test_limits_of_independent_masks_by_their_difference(p):
    values, design = TABLES[0], lt.BernoulliDesign(D, p)
    F, law = lt.SetFunction(values), naive.BernoulliDesign(D, p)[0]
    change, mean = naive.conditional_difference(values, law), law @ values
    for method, expected in (("ols", change), ("rise", mean + (1 - p) * change),
                             ("pda", values[-1] - mean + p * change)):  # fmt: skip
        np.testing.assert_allclose(attribution_limit(method, F, design).coefficients, expected, atol=1e-12)


def test_two_laws_or_two_kernels_can_rank_otherwise():
    rankings = set()
    for values in TABLES:
        F = lt.SetFunction(values)
        pairs = [
            ("rise", lt.BernoulliDesign(D)),
            ("lime", lt.ImageDesign(D, 0.1)),
            ("kernel_shap", lt.ShapleyDesign(D)),
        ]
        rankings.add(len({tuple(ranking(attribution_limit(pair[0], F, pair[1]).coefficients)) for pair in pairs}))
    assert max(rankings) > 1
