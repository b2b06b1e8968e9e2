"""Terms of a sequential estimate: their exact mean, their bounds, and that blocks do not matter."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.sequential import terms as sequential_terms
from limetheory.estimation.sequential.terms import ExactTerms, FreeMaskTerms, linear_fit, terms_of
from limetheory.estimation.surrogates.clipping import Clipping
from limetheory.estimation.surrogates.families import Logistic, Surrogate
from limetheory.estimation.surrogates.gaussian_process import GaussianProcess, Kernel

D, LOW, HIGH = 4, -0.2, 1.0
MASKS = naive.masks(D)


def made(case):
    return getattr(lt, case[0])(*case[1])


def table(seed, scale=1.0, d=D):
    """A set function with values in [lo, hi], or beyond."""
    return lt.SetFunction(np.random.default_rng(seed).uniform(LOW, HIGH, 2**d) * scale)


def slopes(seed, d=D):
    return lt.Additive(np.random.default_rng(seed).normal(size=d), 0.1)


def clipping_of(design):
    return Clipping(design, (LOW, HIGH), design.sample(30, np.random.default_rng(2)))


def free_terms(surrogate, design, clipped=True, free_masks=3, additive=None):
    chosen = clipping_of(design) if clipped else None
    additive = additive or slopes(7, design.d)
    return FreeMaskTerms(surrogate, additive, design, chosen, np.random.default_rng(0), free_masks)


def mean_parts(terms, case, F, free_masks, monkeypatch):
    """E[parts], (1 + M, d), over the law of z and of each free mask, by all masks in the place of the drawn ones."""
    law, design = naive.measure(*case)[0], terms._design
    drawn = law > 0
    monkeypatch.setattr(design, "sample", lambda n, rng: np.repeat(MASKS[drawn], n // drawn.sum(), axis=0))
    parts = np.concatenate(list(terms.parts(MASKS[drawn], F(MASKS[drawn]))))
    assert parts.shape == (drawn.sum(), 1 + free_masks, D)
    return np.tensordot(law[drawn], parts, 1)


def exact(case, F):
    return naive.regression(F.values, np.prod(naive.measure(*case), axis=0), efficient="Shapley" in case[0])[0]


def level(case, F):
    """What `SequentialSearch` adds to the centre of an efficient design."""
    return (F.values[-1] - F.values[0]) / D if "Shapley" in case[0] else None


@pytest.mark.parametrize("clipped", [True, False])
@pytest.mark.parametrize("case", naive.every(D), ids=naive.name)
def test_the_mean_is_the_limit_whatever_the_surrogate(case, clipped, monkeypatch):
    F = table(0)
    for surrogate in (table(1), table(2, 50.0), lambda masks: np.full(len(masks), 9.0)):
        terms = free_terms(surrogate, made(case), clipped)
        parts, centre = mean_parts(terms, case, F, 3, monkeypatch), terms.centre
        if level(case, F) is not None:
            centre = centre - centre.mean() + level(case, F)
        np.testing.assert_allclose(centre + parts.sum(axis=0), exact(case, F), atol=1e-10)
        assert np.abs(centre + parts[0] - exact(case, F)).max() > 0.01  # mutant: β(a) in the place of β(g)


@pytest.mark.parametrize("case", naive.every(D), ids=naive.name)
def test_exact_terms_have_the_limit_as_their_mean(case):
    law, F, terms = naive.measure(*case)[0], table(0), ExactTerms(table(1), made(case), None)
    drawn, centre = law > 0, terms.centre
    if level(case, F) is not None:
        centre = centre - centre.mean() + level(case, F)
    (parts,) = terms.parts(MASKS[drawn], F(MASKS[drawn]))
    assert parts.shape == (drawn.sum(), 1, D) and terms.bounds is None
    np.testing.assert_allclose(centre + np.tensordot(law[drawn], parts[:, 0], 1), exact(case, F), atol=1e-10)


def largest_parts(terms, case, monkeypatch):
    """The largest parts of evaluated and of free masks, over all masks of the law and F = lo or hi: two of (d,)."""
    drawn, design = naive.measure(*case)[0] > 0, terms._design
    monkeypatch.setattr(design, "sample", lambda n, rng: np.repeat(MASKS[drawn], n // drawn.sum(), axis=0))
    ends = [np.concatenate(list(terms.parts(MASKS[drawn], np.full(drawn.sum(), end)))) for end in (LOW, HIGH)]
    return np.abs(ends)[:, :, 0].max(axis=(0, 1)), np.abs(ends)[:, :, 1:].max(axis=(0, 1, 2))


@pytest.mark.parametrize("case", naive.every(D), ids=naive.name)
def test_parts_keep_to_their_bounds_for_adversarial_surrogates(case, monkeypatch):
    widest = np.zeros((2, D))
    for surrogate in (table(1), table(2, 100.0), table(3, -1e6), lambda masks: np.full(len(masks), 1e9),
                      lambda masks: 1e9 * slopes(7)(masks), lambda masks: -1e9 * slopes(7)(masks)):  # fmt: skip
        terms = free_terms(surrogate, made(case), free_masks=2)
        found = largest_parts(terms, case, monkeypatch)
        assert (np.array(found) <= terms.bounds * (1 + 1e-12)).all()
        widest = np.maximum(widest, found)
    if "Product" not in case[0]:  # the bounds of which are only from above
        assert (widest.max(axis=0) > 0.8 * terms.bounds).all()
    wild = free_terms(table(2, 100.0), made(case), free_masks=2)
    bounds, wild._clipping = wild.bounds, None  # mutant: no clipping
    assert (np.array(largest_parts(wild, case, monkeypatch)) > 2 * bounds).any(axis=1).all()


def test_a_steep_additive_function_widens_the_bounds(monkeypatch):
    case = ("ImageDesign", (D,))
    steep = free_terms(table(1), made(case), free_masks=2, additive=lt.Additive(np.full(D, 5.0)))
    assert (largest_parts(steep, case, monkeypatch)[1] > steep._clipping.bounds).all()
    assert (largest_parts(steep, case, monkeypatch)[1] <= steep.bounds * (1 + 1e-12)).all()


DESIGNS = [lt.ImageDesign(18), lt.TextDesign(18), lt.ShapleyDesign(18), lt.ProductDesign(np.linspace(0.3, 0.7, 18))]


@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_free_masks_do_not_depend_on_blocks(design, monkeypatch):
    masks = design.sample(100, np.random.default_rng(3))
    values, surrogate = masks.mean(axis=1), lt.Leaf(18, on=(1, 3))
    whole = np.concatenate(list(free_terms(surrogate, design, free_masks=5).parts(masks, values)))
    halves = free_terms(surrogate, design, free_masks=5)
    apart = [np.concatenate(list(halves.parts(masks[half], values[half]))) for half in (slice(37), slice(37, None))]
    assert (np.concatenate(apart) == whole).all()
    monkeypatch.setattr(sequential_terms, "_BLOCK", 20)
    blocks = list(free_terms(surrogate, design, free_masks=5).parts(masks, values))
    assert len(blocks) == 25 and (np.concatenate(blocks) == whole).all()
    assert len(np.unique(whole[:, 1:].reshape(500, -1), axis=0)) > 100  # they are not the same mask again and again


def process(d=18):
    rng = np.random.default_rng(0)
    return GaussianProcess(Kernel(np.full(d, 0.1), 1.0, 1.0, 0.1, 0.1), rng.random((40, d)) < 0.5, rng.random(40))


def chosen(surrogate, span, d=18):
    design = lt.ImageDesign(d)
    masks = design.sample(100, np.random.default_rng(0))
    return terms_of(surrogate, masks, np.full(100, 0.5), design, span, np.random.default_rng(1))


def test_exact_terms_are_used_if_the_limit_is_exact_and_the_bounds_are_narrow():
    flat, steep, both = lt.Additive(np.zeros(18), 0.5), lt.Additive(np.ones(18)), Surrogate([Logistic(process())])
    assert isinstance(chosen(process(), None), ExactTerms) and isinstance(chosen(steep, None), ExactTerms)
    for surrogate in (both, Logistic(process()), lambda masks: masks[:, 0] * 0.5):
        for span in (None, (0.0, 1.0)):
            assert isinstance(chosen(surrogate, span), FreeMaskTerms)
    assert isinstance(chosen(process(), (0.0, 1.0)), FreeMaskTerms)
    assert isinstance(chosen(table(0, d=16), (0.0, 1.0), d=16), ExactTerms)
    narrow, wide = chosen(flat, (0.0, 1.0)), chosen(steep, (0.0, 1.0))
    assert isinstance(narrow, ExactTerms) and isinstance(wide, FreeMaskTerms)
    assert wide.bounds.max() < 0.1 * ExactTerms(steep, lt.ImageDesign(18), (0.0, 1.0)).bounds.max()


def test_a_linear_fit_is_the_weighted_least_squares():
    design, F = lt.ImageDesign(D), table(0)
    found = linear_fit(MASKS, F(MASKS), design)
    assert found.weights == pytest.approx(lt.limit(F, design).coefficients, abs=1e-12)
    assert found.intercept == pytest.approx(lt.limit(F, design).intercept, abs=1e-12)
