"""The contenders of the experiment on rivals: each goes to its limit, and spends the masks that it is given."""

import numpy as np
import pytest
from shapiq import approximator

import limetheory as lt
from experiments.efficiency.jobs import made_up
from experiments.efficiency.methods import Counted
from experiments.efficiency.shapley_methods import shapiq
from experiments.rivals import groups, measure, shapley_rivals
from experiments.rivals.contenders import DESIGNS, Contender, any_number
from experiments.rivals.groups import NEEDS, contenders, members, runnable
from experiments.rivals.lime_rivals import limit_of_proxy
from experiments.rivals.measure import explained, relative_error, row
from experiments.rivals.proxies import Additive, Boosted

D = 5
RECIPES = shapley_rivals.SHAPIQ | shapley_rivals.TUNED | shapley_rivals.CHOSEN
OF_SHAPIQ = {f"shapiq {name}": kind for name, (kind, _) in RECIPES.items()}
SLOW_GROUPS = {"shapiq, tuned", "shapiq, chosen"}
ALL = {
    f"{one.family}: {one.name}": one
    for one in contenders()
    if hasattr(approximator, OF_SHAPIQ.get(one.name, "KernelSHAP")) and one.group not in SLOW_GROUPS
}
"""Those whose code is here: shapiq has more estimators for later versions of Python."""
DRAWN = {name for name, one in ALL.items() if one.redraws or "Permutation" in name}
"""Those that draw masks anew, so that with 2^d evaluations they do not have all."""
INEXACT = {*DRAWN, "Shapley: shapiq ProxySHAP", *(name for name in ALL if "active_unbiased" in name)}
"""Those whose error is not 0 with 2^d evaluations: they draw masks anew or masks that were chosen, or have a proxy."""


def line(d=D):
    """An additive function."""
    return lt.SetFunction(lt.all_masks(d) @ np.arange(1.0, d + 1) - 2)


def target(contender, function):
    return lt.limit(function, contender.target_design(function.d)).coefficients


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ALL.keys() - INEXACT))
def test_all_masks_give_the_limit(name):
    contender, function = ALL[name], made_up(D)
    answer, counted, _ = explained(contender, function, 2**D, 0)
    other = next(design for family, design in DESIGNS.items() if family != contender.family)
    assert counted.distinct <= 2**D and relative_error(answer, target(contender, function)) < 1e-6
    assert relative_error(answer, lt.limit(function, other(D)).coefficients) > 1e-3  # mutant: the other limit


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", sorted(name for name in ALL if ALL[name].ours or name in DRAWN or "KernelSHAP" in name)
)
def test_an_additive_function_is_explained_exactly_or_at_once(name):
    contender, n = ALL[name], 24
    answer, _, _ = explained(contender, line(), n, 0)
    error = relative_error(answer, target(contender, line()))
    assert error < (1e-6 if name != "LIME: lime" else 0.1)  # lime's penalty of 1 stays


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ALL))
def test_no_contender_has_more_masks_than_the_others_and_those_that_draw_anew_have_as_many(name):
    contender, n, asked = ALL[name], 20, []

    def function(masks):
        asked.append(np.array(masks, bool))
        return made_up(6)(masks)

    function.d = 6
    _, counted, seconds = explained(contender, function, n, 3)
    assert counted.distinct <= n and seconds >= 0
    assert counted.distinct >= (0.8 if contender.group in ("limetheory", "shap") or "Permutation" in name else 0.9) * n
    if not contender.redraws:
        assert counted.distinct == len(np.unique(np.concatenate(asked), axis=0))


def drawn_anew(new_share):
    """A contender of which some masks are new, and what it was asked for."""
    asked = []

    def explain(function, d, n, seed):
        asked.append(n)
        function(lt.all_masks(d)[: max(1, int(n * new_share))])
        function(np.ones((1, d), bool))
        return np.full(d, float(n))

    return Contender("made up", "LIME", "limetheory", explain, redraws=True), asked


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 1.0])
def test_a_contender_that_draws_anew_is_asked_for_more_but_never_has_more_than_n(share):
    contender, asked = drawn_anew(share)
    answer, counted, _ = explained(contender, made_up(8), 50, 0)
    assert counted.distinct <= 51 and asked == sorted(asked) and (len(asked) > 1) == (share < 0.97)
    assert answer[0] in asked and counted.distinct >= 0.85 * 50  # the answer that is kept is that of the last good try


def test_one_that_never_has_more_masks_stops():
    contender, asked = drawn_anew(0.0)
    explained(contender, made_up(8), 50, 0)
    assert len(asked) <= 1 + measure.REDRAWN and max(asked) <= measure.MOST_DRAWN * 50


@pytest.mark.parametrize("kind", sorted(set(OF_SHAPIQ.values())))
def test_an_estimator_of_shapiq_has_its_options_seed_and_masks_and_its_first_order_is_read(kind, monkeypatch):
    made = {}

    class Answer:
        def get_n_order_values(self, order):
            return np.arange(float(D)) * order

    class Estimator:
        def __init__(self, **options):
            made.update(options)

        def approximate(self, budget, game):
            made.update(budget=budget, values=game(np.ones(D, bool)))
            return Answer()

    monkeypatch.setattr(approximator, kind, Estimator, raising=False)
    options = next(options for name, (other, options) in RECIPES.items() if other == kind)
    answer = shapiq(kind, options)(made_up(D), D, 17, 4)
    assert made.items() >= {"n": D, "random_state": 4, "budget": 17, **options}.items()
    assert made["values"] == made_up(D)(np.ones((1, D), bool)) and answer.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.slow
@pytest.mark.parametrize("learn", [Boosted.fit, Additive(2).fit, Additive(3).fit])
def test_a_proxy_has_its_own_limit_where_f_is_not_known(learn):
    function = made_up(8)
    seen = Counted(function, 8)
    answer = limit_of_proxy(learn, seen, 8, 60, 1)
    design, rng = lt.ImageDesign(8), np.random.default_rng(1)
    from limetheory.estimation.methods.adjusted import stratified

    sample = stratified(function, design, 60, rng)
    proxy = learn(sample.masks, sample.values, 1)
    values = np.array(proxy(lt.all_masks(8)), float)
    places = (sample.masks @ (1 << np.arange(8))).astype(int)
    order = (lt.all_masks(8) @ (1 << np.arange(8))).argsort()
    values[order[places]] = sample.values
    by_hand = lt.limit(lt.SetFunction(values), design).coefficients
    np.testing.assert_allclose(answer, by_hand, rtol=0, atol=1e-10)
    assert np.abs(answer - lt.limit(proxy, design).coefficients).max() > 1e-8  # mutant: no known values
    assert seen.distinct <= 60


def test_ridge_finds_pairs_and_boosting_chooses_stumps_for_a_line():
    masks = lt.all_masks(6)
    pairs = lt.SetFunction(masks[:, 0] * masks[:, 1] * 1.0 + masks[:, 2])
    assert np.abs(Additive(2).fit(masks, pairs.values, 0)(masks) - pairs.values).max() < 1e-3
    assert np.abs(Additive(1).fit(masks, pairs.values, 0)(masks) - pairs.values).max() > 0.1  # mutant: no products
    masks = lt.all_masks(8)
    assert (
        Boosted.chosen(masks, line(8).values, 0)[0] == 1 < Boosted.chosen(masks, masks[:, :4].all(axis=1) * 1.0, 0)[0]
    )


@pytest.mark.parametrize(("found", "least", "there"), [("1.8.0", "1.8", True), ("1.10", "1.8", True),
                                                       ("1.4.1", "1.8", False), (None, "1.8", False)])  # fmt: skip
def test_a_group_runs_where_its_packages_are_new_enough(found, least, there, monkeypatch):
    monkeypatch.setattr(groups, "installed", lambda name: found)
    monkeypatch.setitem(groups.NEEDS, "shapiq", {"shapiq": least})
    runnable.cache_clear()
    assert runnable("shapiq") is there
    runnable.cache_clear()


def test_every_contender_is_in_a_group_and_names_are_different():
    assert {one.group for one in contenders()} == set(NEEDS)
    assert sum(len(members(group, family)) for group in NEEDS for family in DESIGNS) == len(contenders())
    assert len({(one.family, one.name) for one in contenders()}) == len(contenders())
    assert all(one.ours == one.name.startswith("limetheory, ") for one in contenders())


def test_a_contender_that_refuses_is_said_to_and_the_others_have_errors(monkeypatch):
    def refuse(function, d, n, seed):
        raise ValueError("too few masks\nsecond line")

    def exact(function, d, n, seed):
        return lt.limit(function, lt.ImageDesign(d)).coefficients

    made = [Contender(name, "LIME", "limetheory", one) for name, one in (("no", refuse), ("yes", exact))]
    made.append(Contender("more", "LIME", "limetheory", exact, fewest=lambda d: 50))
    monkeypatch.setattr(measure, "members", lambda group, family: made)
    key = {"superpixels": D, "family": "LIME", "n": 9, "table": "a", "group": "limetheory", "part": 1}
    found = row(key, made_up(D), 2)
    assert found["contenders"].keys() == {"no", "yes"} and any_number(3) == 1
    assert found["contenders"]["no"] == {"refused": "ValueError: too few masks"}
    assert found["contenders"]["yes"]["errors"] == [0, 0] and found.items() >= key.items()


def test_parts_have_seeds_of_their_own_which_stay():
    contender = ALL["LIME: limetheory, wls"]
    key = {"superpixels": D, "family": "LIME", "n": 9, "table": "a", "group": "limetheory", "part": 0}
    seeds = {measure.seed({**key, **more}, contender, number)
             for more in ({}, {"n": 10}, {"table": "b"}, {"family": "Shapley"}) for number in range(6)}  # fmt: skip
    assert len(seeds) == 24
    parts = [row({**key, "part": part}, made_up(D), 3)["contenders"]["limetheory, wls"]["errors"] for part in (0, 1, 0)]
    assert parts[0] == parts[2] and not set(parts[0]) & set(parts[1])
