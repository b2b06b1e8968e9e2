"""Budgets: a number of masks or a tolerance; each calls its function and refuses options of the other."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.explaining.budget import DEFAULTS, Masks, Until, budget_of, chosen_budget

F, DESIGN = lt.Leaf(6, on=(0, 3), value=0.8), lt.ImageDesign(6)


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("coefficients", "standard_errors"))


@pytest.mark.slow
def test_a_budget_explains_as_the_function_that_it_names():
    options = {"method": "wls", "ridge": 2.0, "include_original": True}
    assert same(Masks(90, **options).explain(F, DESIGN, 3), lt.estimate(F, DESIGN, 90, 3, **options))
    wide, design = lt.Leaf(24, on=(0, 3), value=0.8), lt.ImageDesign(24)
    found = Until(0.1, 0.9, (0, 1), "bounded", 5000).explain(wide, design, 3)
    assert same(found, lt.estimate_until(wide, design, 0.1, 0.9, 3, bounds=(0, 1), guarantee="bounded", n_max=5000))
    assert found.stopping.level == 0.9 and Masks(90).most == 90 and Until(0.1, n_max=70).most == 70


@pytest.mark.slow
def test_bounds_that_a_function_knows_are_taken_where_none_are_given():
    class Bounded(lt.Leaf):
        output_bounds = (0.0, 2.0)

    wide, design = Bounded(24, on=(0, 3), value=0.8), lt.ImageDesign(24)
    known, wider = Until(0.1).explain(wide, design, 0), Until(0.1, bounds=(0, 2)).explain(wide, design, 0)
    narrow = Until(0.1, bounds=(0, 1)).explain(wide, design, 0)
    assert same(known, wider) and known.n_evaluations > narrow.n_evaluations
    assert Until(0.1, guarantee="asymptotic").explain(wide, design, 0).stopping.guarantee == "asymptotic"
    with pytest.raises(ValueError, match="got no bounds"):
        Until(0.1).explain(lt.Leaf(24, on=(0,)), design, 0)


def test_the_options_that_are_given_choose_the_budget():
    assert chosen_budget(None, {}) == Masks() and chosen_budget(None, {"n": 7, "ridge": 1.0}) == Masks(7, ridge=1.0)
    assert vars(chosen_budget(0.1, {"level": 0.9})) == vars(Until(0.1, 0.9))
    defaults = DEFAULTS[Masks] | DEFAULTS[Until]
    other = defaults | {"n": 7, "bounds": np.array([0, 1])}
    assert budget_of(None, defaults) == Masks() and budget_of(None, defaults | {"n": 7}) == Masks(7)
    assert budget_of(None, defaults | {"n": 5000}, fixed_n=5000) == Masks(5000)
    with pytest.raises(ValueError, match="bounds is for a tolerance"):
        budget_of(None, other)


@pytest.mark.parametrize(
    ("tolerance", "given", "message"),
    [
        (None, {"guarantee": "bounded", "level": 0.9}, "guarantee is for a tolerance, got 'bounded' without one"),
        (None, {"level": 0.5}, r"level is for a tolerance, got 0.5 without one; .* interval\(level\)"),
        (0.1, {"n": 200, "ridge": 1.0}, "a tolerance stops by itself .* got n=200, ridge=1.0; leave it out"),
        (0.0, {}, "tolerance must be above 0"),
        (0.1, {"level": 95}, "level must be above 0 and below 1, got 95; write 0.95"),
        (0.1, {"guarantee": "sure"}, "guarantee must be one of bounded, asymptotic, got 'sure'"),
        (0.1, {"bounds": (1, 0)}, "bounds"),
        (None, {"method": "lasso"}, "method must be one of"),
        (None, {"ridge": -1.0}, "ridge must be at least 0"),
        (None, {"method": "unbiased", "ridge": 1.0}, "method 'unbiased' takes no ridge"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_evaluated(tolerance, given, message):
    with pytest.raises(ValueError, match=message) as caught:
        chosen_budget(tolerance, given)
    assert "\n" not in str(caught.value)
