"""The table of methods: its rows are true, and functions and methods of other packages can be used like names."""

from importlib.metadata import EntryPoint

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation import METHODS, Method
from limetheory.estimation.methods.adjusted import adjusted
from limetheory.estimation.methods.table import GROUP, of_function

TABLE = np.random.default_rng(3).normal(size=32)


def differences(F, design, n, rng):
    """F(1) − F without each superpixel: n is not read."""
    without = ~np.eye(design.d, dtype=bool)
    coefficients = F(np.ones((1, design.d), bool)) - F(without)
    return lt.Explanation(coefficients, 0.0, np.zeros(design.d), design.d + 1, method="differences")


HALF = Method("half", "least squares on half the masks", lambda sample, design, ridge: METHODS["wls"].function(
    lt.Sample.of(sample.masks[::2], sample.weights[::2], sample.values[::2]), design, ridge
), takes=frozenset({"sampling"}))  # fmt: skip


@pytest.fixture
def others(monkeypatch):
    found = [EntryPoint("differences", f"{__name__}:differences", GROUP), EntryPoint("half", f"{__name__}:HALF", GROUP)]
    monkeypatch.setattr("limetheory.registry.entry_points", lambda group: found if group == GROUP else [])
    monkeypatch.setattr(METHODS, "_loaded", {})


@pytest.mark.parametrize("design", [lt.ImageDesign(5), lt.ProductDesign([0.3, 0.5, 0.6, 0.5, 0.5])], ids=repr)
@pytest.mark.parametrize("name", METHODS.own)
def test_a_row_says_how_few_masks_will_do(name, design):
    fewest, _ = METHODS[name].fewest(design, 0.0, False)
    assert np.isfinite(lt.estimate(lt.SetFunction(TABLE), design, fewest, 0, name).coefficients).all()
    with pytest.raises(ValueError, match=f"n must be at least {fewest}, got {fewest - 1}"):
        lt.estimate(lt.SetFunction(TABLE), design, fewest - 1, 0, name)


@pytest.mark.parametrize("row", METHODS.own.values(), ids=lambda row: row.name)
def test_a_row_says_which_options_are_read(row):
    F, design = lt.SetFunction(TABLE), lt.ImageDesign(5)
    plain = lt.estimate(F, design, 40, 0, row.name).coefficients
    for option, value in (("ridge", 1.0), ("include_original", True), ("sampling", "leverage")):
        if option in row.takes:
            assert (lt.estimate(F, design, 40, 0, row.name, **{option: value}).coefficients != plain).any()
        else:
            with pytest.raises(ValueError, match=f"method '{row.name}' (takes no {option}|chooses masks by itself)"):
                lt.estimate(F, design, 40, 0, row.name, **{option: value})


def standard_errors_off(method):
    F, design, rng = lt.SetFunction(TABLE[:16]), lt.ImageDesign(4, 0.4), np.random.default_rng(1)
    n = max(8, METHODS[method].fewest(design, 0.0, False)[0])
    found = np.array([lt.estimate(F, design, n, rng, method).coefficients for _ in range(150)])
    return np.abs((found.mean(axis=0) - lt.limit(F, design).coefficients) / (found.std(axis=0) / np.sqrt(150))).max()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, row in METHODS.own.items() if row.unbiased])
def test_a_row_that_says_so_is_unbiased(name):
    # farther than 5 standard errors with probability 4 × 6e-7
    assert standard_errors_off(name) < 5


@pytest.mark.slow
def test_the_mutant_is_found_biased():
    assert not METHODS["quadrature"].unbiased and standard_errors_off("quadrature") > 5


def test_a_function_is_a_method():
    F, design = lt.SetFunction(TABLE), lt.ImageDesign(5)
    assert lt.estimate(F, design, 1, 0, differences).method == "differences"
    own, named = (lt.estimate(F, design, 40, 7, method) for method in (adjusted, "adjusted"))
    np.testing.assert_array_equal(own.coefficients, named.coefficients)
    image = np.arange(24.0).reshape(4, 6) / 24
    explained = lt.explain_image(lambda images: images.mean(axis=(1, 2, 3)), image, segments="grid", method=differences)
    assert explained.method == "differences" and np.allclose(explained.coefficients.sum(), 0.0, atol=0.5)


@pytest.mark.parametrize("function, error, words", [
    (lambda F, design, n, rng: F(np.ones((1, design.d), bool)), TypeError, "must return an Explanation, got ndarray"),
    (lambda F, design, n, rng: lt.limit(lt.Additive([1.0, 2.0]), lt.ImageDesign(2)), ValueError,
     r"must return 5 coefficients, got shape \(2,\)"),
])  # fmt: skip
def test_what_a_function_returns_is_checked(function, error, words):
    with pytest.raises(error, match=words):
        lt.estimate(lt.SetFunction(TABLE), lt.ImageDesign(5), 40, 0, function)


def test_a_function_reads_no_options():
    with pytest.raises(ValueError, match=r"method 'differences' takes no ridge, .* got ridge=1.0; leave it out"):
        lt.estimate(lt.SetFunction(TABLE), lt.ImageDesign(5), 40, 0, differences, ridge=1.0)
    with pytest.raises(ValueError, match="method 'differences' chooses masks by itself, got sampling='pairs'"):
        lt.estimate(lt.SetFunction(TABLE), lt.ImageDesign(5), 40, 0, differences, sampling="pairs")


def test_other_packages_methods_are_taken_by_name(others):
    F, design = lt.SetFunction(TABLE), lt.ImageDesign(5)
    assert METHODS.names() == (*METHODS.own, "differences", "half")
    assert lt.estimate(F, design, 40, 0, "differences").method == "differences"
    half = lt.estimate(F, design, 40, 0, "half", sampling="leverage")
    assert half.n_evaluations == 20 and (lt.estimate(F, design, 40, 0, HALF).coefficients != half.coefficients).any()
    with pytest.raises(ValueError, match=r"differences, half, got 'halv'; did you mean 'half'\?"):
        lt.estimate(F, design, 40, 0, "halv")


def test_an_interrupted_row_that_draws_itself_is_explained_by_least_squares():
    def interrupted(F, design, n, rng):
        raise lt.Interrupted(lt.Sample.of(np.eye(6, 5) > 0, np.ones(6), np.arange(6.0)))

    with pytest.raises(lt.Interrupted) as caught:
        lt.estimate(lt.SetFunction(TABLE), lt.ImageDesign(5), 40, 0, of_function("late", interrupted))
    assert caught.value.explanation.method == "wls"
