"""Explanations in shap's plots."""

import matplotlib
import numpy as np
import pytest

import limetheory as lt
from limetheory.adapters.shap import shap_explanation

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import shap


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def answers():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 3))
    names = ["age", "dose", "weight"]
    image = rng.random((8, 8, 3))
    return {
        "a limit": lt.limit(lt.Leaf(5, on=(0, 2)), lt.ShapleyDesign(5)),
        "an estimate": lt.estimate(lt.Additive([1.0, -2.0, 0.5]), lt.ImageDesign(3), 40, rng=0),
        "a text": lt.explain_text(lambda texts: [float("good" in text) for text in texts], "a good cast", n=40, rng=0),
        "a row": lt.explain_tabular(lambda x: x @ [1.0, 2.0, 0.0], rows[0], rows, feature_names=names, n=40, rng=0),
        "an image": lt.explain_image(lambda x: x.mean((1, 2, 3)), image, segments="grid", n=80, rng=0),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", answers())
def test_every_explanation_can_be_plotted(name):
    answer = answers()[name]
    found = shap_explanation(answer)
    np.testing.assert_array_equal(found.values, answer.coefficients)
    assert float(found.base_values) == answer.intercept and len(found.feature_names) == answer.d
    for plot in (shap.plots.waterfall, shap.plots.bar):
        plot(found, show=False)
        plt.gcf().canvas.draw()
        assert plt.gcf().axes
        plt.close("all")


def test_the_waterfall_ends_at_what_the_linear_model_says_of_the_input():
    leaf = lt.Leaf(4, on=(0, 1))
    found = shap_explanation(lt.limit(leaf, lt.ShapleyDesign(4)))
    assert found.base_values + found.values.sum() == pytest.approx(1.0, abs=1e-12)
    shap.plots.waterfall(found, show=False)
    assert any("1" in text.get_text() for axes in plt.gcf().axes for text in axes.texts + axes.get_xticklabels())


def test_a_row_shows_its_columns_and_values():
    found = shap_explanation(answers()["a row"])
    assert found.feature_names == ["age", "dose", "weight"] and found.data.shape == (3,)
    shap.plots.waterfall(found, show=False)
    plt.gcf().canvas.draw()
    labels = " ".join(label.get_text() for axes in plt.gcf().axes for label in axes.get_yticklabels())
    assert "dose" in labels and found.data[1] in labels


def test_names_and_data_of_ones_own():
    found = shap_explanation(answers()["an estimate"], data=[1, 2, 3], feature_names=["a", "b", "c"])
    assert found.feature_names == ["a", "b", "c"] and found.data.tolist() == [1, 2, 3]
    assert shap_explanation(answers()["a text"]).feature_names == ["a", "good", "cast"]


def test_the_coefficients_are_a_copy():
    answer = answers()["a limit"]
    shap_explanation(answer).values[:] = 0
    assert answer.coefficients.any()


def test_refusals_are_one_line():
    answer = answers()["a limit"]
    cases = [
        ((3,), {}, "explanation must be of the class Explanation, got 3"),
        ((answer,), {"data": [1, 2]}, "data must be one for each of 5 coefficients, got 2"),
        ((answer,), {"feature_names": "abcde"}, "feature_names must be a list of values, got str"),
    ]
    for arguments, options, words in cases:
        with pytest.raises((TypeError, ValueError), match=words) as found:
            shap_explanation(*arguments, **options)
        assert len(str(found.value).splitlines()) == 1
