"""A function of several columns is attributed column by column from the same masks, each as it is alone."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS, attribute
from limetheory.estimation.methods.together import together

D, K = 6, 5
TABLES = np.random.default_rng(2).uniform(0.1, 0.9, (2**D, K))
TABLES[:, 3] = 0.25  # a constant
DRAWN = np.random.default_rng(0).random((60, D)) < 0.5
MASKS = np.vstack([np.ones((1, D), bool), ~np.eye(D, dtype=bool), np.eye(D, dtype=bool), DRAWN])
INNER = MASKS[~MASKS.all(axis=1) & MASKS.any(axis=1)]


def classes(masks):
    return TABLES[masks @ (1 << np.arange(D))]


def column(k):
    return lambda masks: classes(masks)[:, k]


class Asked:
    """The classes, with how many masks were asked for."""

    block_size = 16

    def __init__(self):
        self.n = 0

    def __call__(self, masks):
        assert len(masks) <= self.block_size
        self.n += len(masks)
        return classes(masks)


def assert_alike(found, alone):
    np.testing.assert_allclose(found.coefficients, alone.coefficients, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(found.standard_errors, alone.standard_errors, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.covariance, alone.covariance, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(found.degrees_of_freedom, alone.degrees_of_freedom, rtol=1e-11)
    assert found.intercept == pytest.approx(alone.intercept, abs=1e-14)
    assert found.method == alone.method and found.n_evaluations == alone.n_evaluations


@pytest.mark.parametrize("masks", ["with ends", "inner", "census"])
@pytest.mark.parametrize("method", list(ATTRIBUTIONS))
def test_each_column_is_that_of_its_function_alone(method, masks):
    rows = {"with ends": MASKS, "inner": INNER, "census": lt.all_masks(D)}[masks]
    if masks == "inner" and method.startswith("ciu"):
        with pytest.raises(ValueError, match="needs the mask that hides nothing"):
            attribute(classes, rows, method)
        return
    asked = Asked()
    found = attribute(asked, rows, method)
    assert isinstance(found, list) and len(found) == K
    alone = [attribute(column(k), rows, method) for k in range(K)]
    for pair in zip(found, alone, strict=True):
        assert_alike(*pair)
    assert asked.n == alone[0].n_evaluations  # once for all columns
    for k, other in ((0, 1), (2, 4)):  # mutant: columns exchanged
        assert np.abs(found[k].coefficients - alone[other].coefficients).max() > 1e-3


def test_a_single_column_is_a_list_of_one():
    (found,) = attribute(lambda masks: classes(masks)[:, :1], MASKS, "rise")
    assert_alike(found, attribute(column(0), MASKS, "rise"))


def test_the_means_of_all_columns_are_one_product(monkeypatch):
    """RISE and PDA go over the masks once for all columns' means: a fit one by one is not called."""
    for method in ("rise", "pda", "pda_log_odds", "pda_information"):
        row = ATTRIBUTIONS[method]
        assert isinstance(row.fit, together)
        monkeypatch.setattr(together, "__call__", lambda *_: pytest.fail("one by one"))
        assert len(attribute(classes, MASKS, method)) == K


def test_a_model_is_attributed_to_all_of_its_classes():
    image = np.random.default_rng(1).random((12, 12, 3))
    masked = lt.MaskedImage(image, "grid", 0.0)
    model = lambda images: np.stack([images[:, :6].mean(axis=(1, 2, 3)), images[:, 6:, :, 0].mean(axis=(1, 2))], axis=1)  # noqa: E731
    function = lt.set_function(model, masked)
    masks = np.random.default_rng(0).random((80, masked.d)) < 0.5
    both = attribute(lambda rows: np.concatenate([found for _, found in function.outputs_of(rows)]), masks, "rise")
    for k, found in enumerate(both):
        assert_alike(found, attribute(lt.set_function(model, masked, target=k), masks, "rise"))


class Stopping(Asked):
    def __call__(self, masks):
        if self.n >= 48:
            raise KeyboardInterrupt
        return super().__call__(masks)


def test_an_interruption_has_the_attribution_of_the_first_column():
    with pytest.raises(lt.Interrupted) as caught:
        attribute(Stopping(), MASKS, "rise")
    alone = attribute(column(0), MASKS[: caught.value.sample.n], "rise")
    np.testing.assert_array_equal(caught.value.explanation.coefficients, alone.coefficients)


@pytest.mark.parametrize(("broken", "words"), [
    (lambda masks: classes(masks)[:-1], r"one number for each mask, shape \(73,\), or a row .*, got shape \(72, 5\)"),
    (lambda masks: np.where(np.arange(K) == 2, np.nan, classes(masks)), "must return finite numbers, got 73 NaN"),
    (lambda masks: classes(masks)[:, :0], r"shape \(73, k\), got shape \(73, 0\)"),
    (lambda masks: classes(masks)[..., None], r"shape \(73, k\), got shape \(73, 5, 1\); return an array with a row"),
    (lambda masks: 1e80 * classes(masks), "largest .F. must lie between 1e-70 and 1e.70"),
    (lambda masks: np.where(np.arange(K) == 2, 1e80, classes(masks)), "largest .F. must lie between 1e-70 and 1e.70"),
])  # fmt: skip
def test_columns_that_cannot_be_attributed_are_refused_in_one_line(broken, words):
    with pytest.raises(ValueError, match=words) as caught:
        attribute(broken, MASKS, "rise")
    assert "\n" not in str(caught.value)


def test_another_number_of_columns_is_refused():
    with pytest.raises(ValueError, match="must always return as many columns, got 5 and then 4"):
        attribute(lambda masks: classes(masks)[:, : 5 - (len(masks) > 1)], INNER, "pda")


@pytest.mark.parametrize("broken", [3, lambda: 1], ids=["a number", "no arguments"])
def test_what_is_no_function_of_masks_is_told_both_forms(broken):
    with pytest.raises(TypeError, match=r"F must be a callable \(n, d\) bool → \(n,\) or \(n, k\), got"):
        attribute(broken, MASKS, "rise")
