"""prop:trees for forests on real digits, compared with enumeration and with a reference implementation."""

import forests
import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.fitted.trees import TreeModel

TWELVE = np.arange(8)[:, None] // 3 * 4 + np.arange(8) // 2
"""Labels 0..11: rows of three pixels (the last of two), columns of two."""

WIDE = ["decision tree", "random forest", "boosting, ten classes", "histogram of numbers", "LightGBM, zero is missing",
        "XGBoost, ten classes"]  # fmt: skip


def masked_digit(number=3, row=0, replacement="mean"):
    x, y = forests.digits()
    return lt.MaskedImage(x[y == number][row].reshape(8, 8), TWELVE, replacement)


@pytest.mark.parametrize("name", WIDE)
def test_prop_trees_equals_enumerating_the_library_at_twelve_superpixels(name):
    case = forests.case(name)
    target = case.options.get("target") or 3
    masked = masked_digit(target)
    assert masked.d == 12
    images = masked.compose(lt.all_masks(12)).reshape(-1, 64)
    by_library = lt.SetFunction(case.predict(images))
    leaves = lt.set_function(TreeModel(case.estimator, **case.options), masked)
    for design_name, args in naive.every(12):
        design = getattr(lt, design_name)(*args)
        closed, enumerated = lt.limit(leaves, design), lt.limit(by_library, design)
        # float32 noise of XGBoost's own sums, times what the regression makes of noise
        noise = 0.0 if case.tolerance < 1e-12 else 50 * case.tolerance
        np.testing.assert_allclose(closed.coefficients, enumerated.coefficients, rtol=0, atol=1e-12 + noise)
        assert closed.intercept == pytest.approx(enumerated.intercept, abs=1e-12 + noise)
    assert np.abs(closed.coefficients).max() > 1e-3


@pytest.mark.parametrize("name", ["random forest", "histogram of numbers", "XGBoost dart"])
@pytest.mark.parametrize("ridge", [0.0, 0.01])
def test_prop_trees_equals_enumerating_its_own_leaves(name, ridge):
    case = forests.case(name)
    leaves = lt.set_function(TreeModel(case.estimator, **case.options), masked_digit(3, row=1, replacement=0.0))
    values = lt.tabulate(leaves, 12)
    for design_name, args in naive.every(12):
        design = getattr(lt, design_name)(*args)
        closed, enumerated = lt.limit(leaves, design, ridge), lt.limit(values, design, ridge)
        np.testing.assert_allclose(closed.coefficients, enumerated.coefficients, rtol=0, atol=1e-12)
        assert closed.intercept == pytest.approx(enumerated.intercept, abs=1e-12)


def walked(forest, column, masked, design, *, strict=False, keep_contradictions=False, off_as_on=False):
    """A reference implementation by recursion down every tree, which adds the limits of leaves; and its mutants."""
    shown, replaced = (x.ravel().astype(np.float32) for x in (masked.image, masked.replacement))
    owner, total = masked.owner.ravel(), np.zeros(masked.d)

    def passes(x, threshold):
        return x < threshold if strict else x <= threshold

    def walk(tree, node, allowed):
        nonlocal total
        left, right = tree.children_left[node], tree.children_right[node]
        if left == right:
            on = [j for j, states in allowed.items() if 0 not in states]
            off = [j for j, states in allowed.items() if 1 not in states]
            if set(on) & set(off):
                if not keep_contradictions:
                    return
                off = [j for j in off if j not in on]
            on, off = ([*on, *off], []) if off_as_on else (on, off)
            value = float(tree.value[node, 0, column]) / len(forest.estimators_)
            total += lt.limit(lt.Leaf(masked.d, on, off, value), design).coefficients
            return
        u, threshold = tree.feature[node], tree.threshold[node]
        j = owner[u]
        went = {1: passes(shown[u], threshold), 0: passes(replaced[u], threshold)}
        before = allowed.get(j, {0, 1})
        walk(tree, left, {**allowed, j: {z for z in before if went[z]}})
        walk(tree, right, {**allowed, j: {z for z in before if not went[z]}})

    for member in forest.estimators_:
        walk(member.tree_, 0, {})
    return total


@pytest.fixture(scope="module")
def between():
    """An image halfway between two digits, whose pixels lie on many thresholds, and a forest."""
    x, y = forests.digits()
    image = (x[y == 3][0] + x[y == 5][0]).reshape(8, 8) / 2
    case = forests.case("random forest")
    return case, lt.MaskedImage(image, TWELVE, 0.0)


@pytest.mark.parametrize("design", [lt.ImageDesign(12), lt.ShapleyDesign(12), lt.ProductDesign([0.3] * 12)], ids=repr)
def test_prop_trees_equals_its_naive_twin(between, design):
    case, masked = between
    found = lt.limit(lt.set_function(TreeModel(case.estimator, **case.options), masked), design).coefficients
    np.testing.assert_allclose(walked(case.estimator, 3, masked, design), found, rtol=0, atol=1e-13)
    for mutant in ("strict", "keep_contradictions", "off_as_on"):
        wrong = walked(case.estimator, 3, masked, design, **{mutant: True})
        assert np.abs(wrong - found).max() > 1e-4, mutant


def test_a_superpixel_that_shows_its_own_replacement_has_coefficient_zero_where_masks_are_independent():
    case = forests.case("random forest")
    masked = masked_digit()
    masked.replacement[TWELVE == 5] = masked.image[TWELVE == 5]
    leaves = lt.set_function(TreeModel(case.estimator, **case.options), masked)
    on, off = leaves.terms.on, leaves.terms.off
    assert not np.unpackbits(on | off, axis=0, bitorder="little")[5].any()
    for design in (lt.BernoulliDesign(12, 0.3), lt.ShapleyDesign(12), lt.ProductDesign(np.linspace(0.2, 0.8, 12))):
        beta = lt.limit(leaves, design).coefficients
        assert abs(beta[5]) < 1e-14 and np.abs(beta).max() > 1e-2


def test_the_image_as_its_own_replacement_gives_a_constant():
    case = forests.case("random forest")
    x = forests.digits()[0][13].reshape(8, 8)
    model = TreeModel(case.estimator, **case.options)
    leaves = lt.set_function(model, lt.MaskedImage(x, TWELVE, x))
    explanation = lt.limit(leaves, lt.ImageDesign(12))
    assert len(leaves) == len(case.estimator.estimators_) and not explanation.coefficients.any()
    assert explanation.intercept == pytest.approx(float(model(x[None])[0]), abs=1e-15)


def test_colour_images_are_read_in_the_order_of_ravel():
    from sklearn.tree import DecisionTreeRegressor

    rng = np.random.default_rng(8)
    images = rng.random((200, 4, 4, 3))
    target = images[:, 1, 2, 0] * images[:, 3, 0, 2] + images[:, 0, 0, 1]
    tree = DecisionTreeRegressor(max_depth=8).fit(images.reshape(200, -1), target)
    masked = lt.MaskedImage(images[7], np.arange(16).reshape(4, 4) // 4, 0.0)
    design = lt.ImageDesign(4)
    closed = lt.limit(lt.set_function(TreeModel(tree), masked), design)
    enumerated = lt.limit(lambda z: tree.predict(masked.compose(z).reshape(-1, 48)), design)
    np.testing.assert_allclose(closed.coefficients, enumerated.coefficients, rtol=0, atol=1e-12)
    assert np.abs(closed.coefficients).max() > 0.01
