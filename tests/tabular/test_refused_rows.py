"""Rows, tables and models that `explain_tabular` refuses in one line, with remedies that work."""

import numpy as np
import pytest
from iris_rows import MIXED, ROW, X, above, explain, mixed
from scipy.sparse import csr_matrix
from sklearn.linear_model import LinearRegression

import limetheory as lt

FAR = ROW + np.array([0, 0, 9, 0])


def fourth_nan(rows):
    return np.where(np.arange(len(rows)) == 3, np.nan, 1.0)


NAN = X.copy()
NAN[3, 1] = np.nan
CONSTANT = np.column_stack([X, np.ones(150)])
REFUSED = {
    "NaN in training": (lambda: lt.explain_tabular(above, ROW, NAN), "1 NaN or infinite in column '1'"),
    "NaN in the row": (
        lambda: lt.explain_tabular(above, [5.0, np.nan, 3.5, 1.0], X),
        "finite numbers, got nan in column '1'",
    ),
    "inf in the row": (
        lambda: lt.explain_tabular(above, [5.0, np.inf, 3.5, 1.0], X),
        "finite numbers, got inf in column '1'",
    ),
    "a word in the row": (
        lambda: lt.explain_tabular(above, [5.0, "tall", 3.5, 1.0], X),
        "^column '1' of the row must be numbers, got 'tall'; give a number$",
    ),
    "a quoted number in the row": (
        lambda: lt.explain_tabular(above, [5.0, " 3.10", 3.5, 1.0], X),
        "^column '1' of the row must be numbers, got ' 3.10'; write 3.10, without quotes$",
    ),
    "None in a category": (
        lambda: lt.explain_tabular(mixed, MIXED.iloc[0], MIXED.assign(colour=None), categorical=["colour"]),
        "missing values, got 120",
    ),
    "strings": (lambda: lt.explain_tabular(mixed, MIXED.iloc[0], MIXED), r"give categorical=\('colour',\)"),
    "unseen": (
        lambda: lt.explain_tabular(mixed, [1.0, "pink", 30], MIXED, categorical=["colour"]),
        "among those of the training data, got 'pink'",
    ),
    "constant": (
        lambda: lt.explain_tabular(above, [*ROW, 1.0], CONSTANT),
        "constant column '4'; leave it out, and put it back",
    ),
    "constant without bins": (
        lambda: lt.explain_tabular(above, [*ROW, 1.0], CONSTANT, bins=None),
        "constant column '4'",
    ),
    "columns": (lambda: lt.explain_tabular(above, ROW[:3], X), "must have the 4 columns of the training data, got 3"),
    "outside": (lambda: lt.explain_tabular(above, FAR, X), r"got 12.5 outside \[1, 6.9\] in column '2'; clip it"),
    "empty": (lambda: lt.explain_tabular(above, ROW, X[:0]), "must have rows and columns, got 0 rows"),
    "flat": (lambda: lt.explain_tabular(above, ROW, X[0]), r"must have shape \(rows, columns\), got \(4,\)"),
    "sparse": (lambda: lt.explain_tabular(above, ROW, csr_matrix(X)), "dense, got a sparse matrix"),
    "NaN answers": (lambda: lt.explain_tabular(fourth_nan, ROW, X), "finite numbers, got 1 NaN"),
    "NaN on the row": (
        lambda: lt.explain_tabular(lambda rows: np.full(len(rows), np.nan), ROW, X),
        "finite numbers, got 1 NaN or infinite on the input",
    ),
    "NaN without bins": (
        lambda: lt.explain_tabular(fourth_nan, ROW, X, bins=None),
        "got 1 NaN or infinite of 5000",
    ),
    "rows": (
        lambda: lt.explain_tabular(lambda rows: np.zeros(3), ROW, X),
        r"for a batch of b = 1, got shape \(3,\); return one row for each row",
    ),
    "labels": (
        lambda: lt.explain_tabular(lambda rows: rows[:, 0].astype(int), ROW, X),
        "which is a class label; return a score for each class as predict_proba",
    ),
    "strings as labels": (
        lambda: lt.explain_tabular(lambda rows: np.full(len(rows), "cat"), ROW, X),
        "labels such as 'cat'",
    ),
    "no function": (
        lambda: lt.explain_tabular(LinearRegression().fit(X, X[:, 0]), ROW, X),
        "function of rows, got LinearRegression; give its method",
    ),
    "a class": (
        lambda: lt.explain_tabular(LinearRegression, ROW, X),
        "must be an instance, got the class LinearRegression",
    ),
    "bins": (
        lambda: lt.explain_tabular(above, ROW, X, bins="thirds"),
        "bins must be one of quartile, decile, entropy, got 'thirds'",
    ),
    "entropy": (
        lambda: lt.explain_tabular(above, ROW, X, bins="entropy"),
        "needs the labels of the 150 training rows, got none",
    ),
    "continuous labels": (
        lambda: lt.explain_tabular(above, ROW, X, bins="entropy", training_labels=X[:, 0]),
        "training_labels must be classes, whole numbers or strings, got numbers that are not whole",
    ),
    "labels of objects": (
        lambda: lt.explain_tabular(above, ROW, X, bins="entropy", training_labels=[None] * len(X)),
        "training_labels must be classes, whole numbers or strings, got an array of object",
    ),
    "ragged": (
        lambda: lt.explain_tabular(above, [1.0, 2.0], [[1.0, 2.0], [3.0]]),
        "training_data must be numbers, got list whose rows differ in shape",
    ),
    "numbers and text": (
        lambda: lt.explain_tabular(above, [1.0], [0.5, "x", 1.0]),
        "a column must hold numbers unless it is categorical",
    ),
    "categories without order": (
        lambda: lt.explain_tabular(above, [1j], [[1j], [2j]], categorical=[0]),
        "categories must have an order, as strings and numbers have, got complex in column '0'",
    ),
    "a model of no arguments": (
        lambda: lt.explain_tabular(lambda: 1.0, ROW, X),
        r"predict must be a callable rows → \(n, classes\), got one with the arguments \(\); give it 1",
    ),
    "names": (lambda: lt.explain_tabular(above, ROW, X, feature_names=["a", "b"]), "4 different names"),
    "categorical": (lambda: lt.explain_tabular(above, ROW, X, categorical=["hue"]), "a column must be one of '0', '1'"),
    "around": (lambda: explain(sample_around_instance=True), "is for bins=None, got bins='quartile'"),
    "tolerance without bins": (
        lambda: explain(bins=None, n=5000, tolerance=0.1),
        "tolerance is for explanations with bins",
    ),
    "repeats": (lambda: explain(repeats=0), "repeats must be at least 1"),
    "few": (lambda: explain(n=3), "n must be at least 5, got 3"),
    "few without bins": (lambda: explain(n=3, bins=None), "n must be at least 6, got 3"),
    "bandwidth": (lambda: explain(bandwidth=0), "bandwidth must be above 0"),
    "narrow": (lambda: explain(bandwidth=0.01), "below which all weights underflow"),
    "bandwidth of a design": (
        lambda: explain(bandwidth=1.0, design=lt.BernoulliDesign),
        "bandwidth is that of the default design",
    ),
    "adjusted": (
        lambda: explain(method="adjusted"),
        "^method 'adjusted' needs a set function of one value for each mask, got a model that is asked about random "
        "rows; take method='wls' or method='unbiased', or a tolerance$",
    ),
    "Shapley": (lambda: explain(design=lt.ShapleyDesign), "an efficient design needs a set function of one value"),
    "empty bin": (
        lambda: lt.explain_tabular(
            above, [4.0, 1.0], [[float(k), 1.0] for k in (0, 1, 8, 9)], bins=[[2.0, 6.0], [0.5]]
        ),
        "bin must hold training rows, got none in '2.00 < 0 <= 6.00'; choose wider bins",
    ),
    "all constant": (lambda: lt.explain_tabular(above, [1.0], [[1.0], [1.0]]), "constant column '0'"),
    "one bin": (
        lambda: lt.explain_tabular(
            above,
            [0.0, 1.0],
            np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [9.0, 1.0]]),
            bins=[[10.0], [1.0]],
        ),
        "training rows in two bins, got all of column '0' in one",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_one_line(case):
    ask, message = REFUSED[case]
    with pytest.raises((ValueError, TypeError), match=message) as refused:
        ask()
    assert "\n" not in str(refused.value)


def test_remedies_work():
    filled = lt.explain_tabular(above, ROW, NAN[~np.isnan(NAN).any(axis=1)], n=50, rng=0)
    clipped = lt.explain_tabular(above, np.clip(FAR, X.min(axis=0), X.max(axis=0)), X, n=50, rng=0)
    appended = lt.explain_tabular(above, FAR, np.vstack([X, FAR]), n=50, rng=0)
    back = lt.explain_tabular(lambda rows: above(np.column_stack([rows, np.ones(len(rows))])), ROW, X, n=50, rng=0)
    scored = lt.explain_tabular(lambda rows: np.asarray(rows[:, 0].astype(int)) == 5, ROW, X, n=50, rng=0)
    wide = [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [9.0, 1.0]]
    numbers = lt.explain_tabular(lambda rows: rows[:, 1], [0.0, 1.0], wide, categorical=("0",), n=50, rng=0)
    missing = MIXED.assign(colour=MIXED.colour.where(MIXED.colour != "red"))
    named = lt.explain_tabular(
        mixed, MIXED.iloc[1], missing.fillna({"colour": "red"}), categorical=["colour"], n=50, rng=0
    )
    for answer in (filled, clipped, appended, back, scored, numbers, named):
        assert np.isfinite(answer.coefficients).all()


def test_a_column_of_few_values_can_be_explained_as_a_category():
    heavy = np.column_stack([np.repeat([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 10), np.arange(80.0)])
    answer = lt.explain_tabular(lambda rows: rows[:, 0], [0.0, 5.0], heavy, n=200, rng=0)
    assert answer.coefficients[0] == pytest.approx(-1.0, abs=0.2)
