"""The bars of the page: names stay readable, and can be no markup."""

import numpy as np

import limetheory as lt
from limetheory.app.figures.bars import coefficient_bars

FOUND = lt.Explanation(np.array([0.5, -0.25]), 0.0, np.array([0.1, 0.1]), 100)


def labels(*names):
    return coefficient_bars(FOUND, names, 0.95, "change")["layout"]["yaxis"]["ticktext"]


def test_a_long_condition_keeps_its_column_and_its_number():
    long, short = "petal length of the flower (cm) <= 1.60", "petal width (cm) <= 0.30"
    assert sorted(labels(long, short)) == sorted(["petal length of …cm) &lt;= 1.60", "petal width (cm) &lt;= 0.30"])


def test_a_name_can_be_no_markup():
    assert "&lt;b&gt;&amp;" in labels("<b>&", "other")


def test_small_coefficients_keep_their_digits_under_a_pointer():
    found = lt.Explanation(np.array([-0.0002341, 0.0000312]), 0.0, np.array([1e-5, 0.0]), 100)
    (bars,) = coefficient_bars(found, ["a", "b"], 0.95, "change")["data"]
    assert sorted(bars["customdata"]) == [["a", "-0.0002341", "-0.0002537 … -0.0002145"], ["b", "+0.0000312", "exact"]]
    assert ".4f" not in bars["hovertemplate"]
