"""`ATTRIBUTIONS`: its rows as methods of `estimate`, and rows of other packages."""

from importlib.metadata import EntryPoint

import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS, Attribution, attribute, attribution_limit
from limetheory.estimation.samples.sample import draw
from limetheory.explaining import Masks

D = 6
F = lt.SetFunction(np.random.default_rng(2).uniform(0.1, 0.9, 2**D))


def largest(sample, design, ridge):
    """The largest value of F where a part is shown."""
    best = np.where(sample.masks, sample.values[:, None], -np.inf).max(axis=0)
    return lt.Explanation(best, 0.0, np.full(sample.d, np.inf), sample.n_evaluations, method="largest")


def largest_limit(F, design, ridge):
    masks = lt.all_masks(design.d)
    return lt.Explanation(
        np.where(masks, F(masks)[:, None], -np.inf).max(axis=0), 0.0, np.zeros(design.d), len(masks), method="limit"
    )


LARGEST = Attribution(
    "largest", "the largest F where the part is shown", largest, largest_limit, lt.BernoulliDesign, ("shown",)
)


@pytest.mark.parametrize("name", ATTRIBUTIONS.own)
def test_a_row_as_a_method_is_the_same_fit_to_the_same_masks(name):
    row = ATTRIBUTIONS[name]
    design, method = row.design(D), row.as_method()
    found = lt.estimate(F, design, 200, 3, method=method)
    sample = draw(F, design, 200, np.random.default_rng(3), sampling=row.sampling, beside=row.beside)
    assert found.n_evaluations == sample.n_evaluations
    np.testing.assert_array_equal(found.coefficients, row.fit(sample, design, 0.0).coefficients)
    given = attribute(F, sample.masks, name, design=design)
    if not name.startswith("ciu"):
        np.testing.assert_allclose(given.coefficients, found.coefficients, atol=1e-12)
        np.testing.assert_allclose(given.standard_errors, found.standard_errors, rtol=1e-9)
    limit = attribution_limit(name, F, design)
    allowed = 8 * np.where(found.standard_errors > 0, found.standard_errors, 1e-12)
    assert (np.abs(found.coefficients - limit.coefficients) < allowed).all()


def test_ols_and_lime_are_the_estimates_that_limetheory_has_under_their_designs():
    for name, design in (
        ("ols", lt.BernoulliDesign(D)),
        ("lime", lt.ImageDesign(D)),
        ("kernel_shap", lt.ShapleyDesign(D)),
    ):
        plain = lt.estimate(F, design, 100, 0, ridge=0.0)
        found = lt.estimate(F, design, 100, 0, method=ATTRIBUTIONS[name].as_method())
        np.testing.assert_allclose(found.coefficients, plain.coefficients, atol=1e-12)
        np.testing.assert_allclose(found.covariance, plain.covariance, rtol=1e-9, atol=1e-18)
        assert found.method == name and found.n_evaluations == plain.n_evaluations


def test_a_budget_takes_a_row_as_its_method():
    for name, n in (("rise", 40), ("pda", 41), ("ciu", D + 1), ("kernel_shap", 42)):
        row = ATTRIBUTIONS[name]
        found = Masks(n=40, method=row.as_method()).explain(F, row.design(D), 0)
        assert found.n_evaluations == n and found.coefficients.shape == (D,)


def test_a_ridge_is_read_by_two_of_them():
    for name in ("ols", "lime"):
        row = ATTRIBUTIONS[name]
        found = lt.estimate(F, row.design(D), 4000, 0, method=row.as_method(), ridge=400.0)
        limit = attribution_limit(name, F, row.design(D), ridge=0.1)
        assert (np.abs(found.coefficients - limit.coefficients) < 6 * found.standard_errors).all()
        assert np.abs(limit.coefficients - attribution_limit(name, F, row.design(D)).coefficients).max() > 0.01
        assert found.method == f"{name}, ridge"
    with pytest.raises(ValueError, match="method 'rise' takes no ridge, which would bias it, got ridge=1"):
        lt.estimate(F, lt.BernoulliDesign(D), 40, 0, method=ATTRIBUTIONS["rise"].as_method(), ridge=1.0)


class Noisy:
    """F with a random error wherever something is hidden, as random replacements give."""

    random = True

    def __init__(self, hidden_only=True):
        self._rng, self._hidden_only = np.random.default_rng(0), hidden_only

    def __call__(self, masks):
        noise = self._rng.normal(scale=0.05, size=len(masks))
        return F(masks) + noise * (~masks.all(axis=1) if self._hidden_only else 1.0)


def test_random_functions_are_attributed_where_one_value_is_no_constraint():
    design = lt.BernoulliDesign(D)
    for name in ("rise", "pda", "ols"):
        limit = attribution_limit(name, F, design).coefficients
        found = lt.estimate(Noisy(), design, 3000, 0, method=ATTRIBUTIONS[name].as_method())
        assert (np.abs(found.coefficients - limit) < 6 * found.standard_errors).all()
        masks = design.sample(3000, np.random.default_rng(0))
        given = attribute(Noisy(), masks, name)
        assert (np.abs(given.coefficients - limit) < 6 * given.standard_errors).all()
        plain = lt.estimate(F, design, 3000, 0, method=ATTRIBUTIONS[name].as_method())
        assert (found.standard_errors > plain.standard_errors).all()
    all_once = attribute(Noisy(), lt.all_masks(D), "rise")
    assert all_once.standard_errors.all()  # no census of random values
    with pytest.raises(ValueError, match=r"F\(1\) must be one number, got .* and then another from the random Noisy"):
        lt.estimate(Noisy(hidden_only=False), design, 100, 0, method=ATTRIBUTIONS["pda"].as_method())
    for name in ("ciu", "kernel_shap"):
        with pytest.raises(ValueError, match=f"method '{name}' needs a set function of one value for each mask"):
            row = ATTRIBUTIONS[name]
            lt.estimate(Noisy(), row.design(D), 100, 0, method=row.as_method())


def test_a_row_of_one_s_own_is_taken_as_it_is():
    found = attribute(F, lt.all_masks(D), LARGEST)
    limit = attribution_limit(LARGEST, F, lt.BernoulliDesign(D))
    np.testing.assert_array_equal(found.coefficients, limit.coefficients)
    assert lt.estimate(F, lt.BernoulliDesign(D), 30, 0, method=LARGEST.as_method()).method == "largest"
    with pytest.raises(ValueError, match="'largest' needs each part shown in some mask, got none for part 0"):
        attribute(F, np.zeros((1, D), bool), LARGEST)


def test_other_packages_register_rows_by_an_entry_point(monkeypatch):
    point = EntryPoint("largest", f"{__name__}:LARGEST", "limetheory.attributions")
    wrong = EntryPoint("wrong", f"{__name__}:largest", "limetheory.attributions")
    monkeypatch.setattr(
        "limetheory.registry.entry_points", lambda group: [point, wrong] if group == point.group else []
    )
    assert "largest" in ATTRIBUTIONS and attribute(F, lt.all_masks(D), "largest").method == "largest"
    assert "| `largest` |" in str(ATTRIBUTIONS)
    with pytest.raises(TypeError, match="method 'wrong' must be a Attribution, got function"):
        attribute(F, lt.all_masks(D), "wrong")
    monkeypatch.undo()
    ATTRIBUTIONS._loaded.clear()
    with pytest.raises(ValueError, match="method must be one of rise"):
        attribute(F, lt.all_masks(D), "largest")
