"""`explain_tabular`: tables of any kind, what is refused and that its remedy works, seeds, batches, repeats, files."""

import numpy as np
import pandas
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression

import limetheory as lt
from limetheory.tabular import RowFunction

IRIS = load_iris()
X, ROW = IRIS.data, IRIS.data[60]
RNG = np.random.default_rng(0)
FAR = ROW + np.array([0, 0, 9, 0])
MIXED = pandas.DataFrame(
    {
        "size": RNG.exponential(size=120),
        "colour": RNG.choice(["red", "green", "blue"], 120),
        "age": RNG.integers(1, 90, 120),
    }
)


class Polars:
    """A stand-in with the interface of a polars frame: columns by name, slices, and a constructor from a dict."""

    def __init__(self, columns):
        self._columns = {name: Series(values) for name, values in columns.items()}

    @property
    def columns(self):
        return list(self._columns)

    def __getitem__(self, key):
        if isinstance(key, slice):
            return Polars({name: one.values[key] for name, one in self._columns.items()})
        return self._columns[key]

    def __len__(self):
        return len(next(iter(self._columns.values())).values)

    def cast(self, types):
        return self


class Series:
    dtype = "polars"

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values


def above(rows):
    return (rows[:, 2] > 4.5).astype(float)


def mixed(frame):
    return (np.asarray(frame["colour"]) == "red") * 0.6 + 0.01 * np.asarray(frame["age"])


def fourth_nan(rows):
    return np.where(np.arange(len(rows)) == 3, np.nan, 1.0)


def explain(**options):
    return lt.explain_tabular(above, ROW, X, **{"n": 200, "rng": 0, **options})


def test_an_answer_says_what_it_is_about():
    answer = lt.explain_tabular(above, ROW, X, feature_names=IRIS.feature_names, n=2000, rng=7)
    assert answer.feature_names == tuple(IRIS.feature_names)
    assert answer.conditions[2] == "1.60 < petal length (cm) <= 4.35" and answer.names == answer.conditions
    assert (answer.target, answer.outputs.tolist(), answer.seed, answer.n_masks) == (0, [0.0], 7, 2000)
    assert answer.n_evaluations == 2001 and answer.values[0] == "5"
    np.testing.assert_allclose(answer.design.sample_keep, answer.masked.keep)
    assert abs(answer.coefficients[2]) > 10 * np.abs(np.delete(answer.coefficients, 2)).max()


def test_frames_stay_frames_with_their_names_and_types():
    seen = []

    def predict(frame):
        seen.append(frame)
        return mixed(frame)

    training = MIXED.astype({"colour": "category"})
    answer = lt.explain_tabular(predict, training.iloc[3], training, categorical=["colour"], n=300, rng=0)
    assert answer.feature_names == ("size", "colour", "age")
    assert answer.conditions[1] == f"colour={MIXED.colour[3]}" and answer.values[1] == MIXED.colour[3]
    for frame in seen:
        assert isinstance(frame, pandas.DataFrame) and list(frame.columns) == ["size", "colour", "age"]
        assert frame.colour.dtype == training.colour.dtype
    assert set(seen[1].colour) == {"red", "green", "blue"}


def test_estimators_that_were_fitted_to_frames_get_frames_without_a_warning():
    frame = pandas.DataFrame(X, columns=IRIS.feature_names)
    model = RandomForestClassifier(5, random_state=0).fit(frame, IRIS.target_names[IRIS.target])
    answer = lt.explain_tabular(model.predict_proba, frame.iloc[[60]], frame, target="virginica", n=100, rng=0)
    assert answer.target == 2
    with pytest.raises(
        ValueError, match=r"class of the model, got 'rose'; its classes are setosa, versicolor, virginica"
    ):
        lt.explain_tabular(model.predict_proba, frame.iloc[60], frame, target="rose", n=100)


@pytest.mark.parametrize(
    "row",
    [
        MIXED.iloc[3], MIXED.iloc[[3]], MIXED.iloc[3].to_dict(), list(MIXED.iloc[3]),
        MIXED.iloc[3][["age", "size", "colour"]],
    ],
)  # fmt: skip
def test_rows_of_every_kind_are_the_same_row(row):
    found = lt.explain_tabular(mixed, row, MIXED, categorical=("colour",), n=100, rng=0)
    expected = lt.explain_tabular(mixed, MIXED.iloc[3], MIXED, categorical=(1,), n=100, rng=0)
    np.testing.assert_array_equal(found.coefficients, expected.coefficients)


def test_tables_of_every_kind_give_the_same_answer():
    columns = {name: MIXED[name].to_numpy() for name in MIXED}
    row = list(MIXED.iloc[3])
    expected = lt.explain_tabular(mixed, row, MIXED, categorical=["colour"], n=200, rng=0)
    polars = lt.explain_tabular(mixed, row, Polars(columns), categorical=["colour"], n=200, rng=0)
    np.testing.assert_array_equal(polars.coefficients, expected.coefficients)
    assert polars.feature_names == ("size", "colour", "age")
    objects = np.array(list(zip(*columns.values(), strict=True)), object)

    def of_arrays(rows):
        return (rows[:, 1] == "red") * 0.6 + 0.01 * rows[:, 2].astype(float)

    for table in (objects, objects.tolist()):
        found = lt.explain_tabular(of_arrays, row, table, categorical=[1], n=200, rng=0)
        np.testing.assert_array_equal(found.coefficients, expected.coefficients)


@pytest.mark.parametrize(
    "kind", [lambda a: a[:, None], list, pandas.Series, lambda a: a.astype(np.float32), lambda a: (a,)]
)
def test_answers_of_every_kind_are_the_same(kind):
    found = lt.explain_tabular(lambda rows: kind(above(rows)), ROW, X, n=200, rng=0)
    np.testing.assert_array_equal(found.coefficients, explain().coefficients)


@pytest.mark.parametrize("batch_size", [1, 7, 64, 5000])
@pytest.mark.parametrize("repeats", [1, 3])
def test_the_batch_size_changes_nothing(batch_size, repeats):
    found = explain(batch_size=batch_size, repeats=repeats)
    np.testing.assert_array_equal(found.coefficients, explain(repeats=repeats).coefficients)
    np.testing.assert_array_equal(found.standard_errors, explain(repeats=repeats).standard_errors)


@pytest.mark.parametrize("bins", ["quartile", None])
@pytest.mark.parametrize("sampling", ["design", "latin"])
def test_seeds_repeat_and_differ(bins, sampling):
    one, same, other = (explain(bins=bins, sampling=sampling, rng=rng).coefficients for rng in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    generator = explain(bins=bins, sampling=sampling, rng=np.random.default_rng(0)).coefficients
    np.testing.assert_array_equal(one, generator)


def test_categories_of_several_types_come_back_as_they_were():
    kinds = [1, "a", 2.5, "b"] * 10
    frame = pandas.DataFrame({"size": np.arange(40.0), "kind": pandas.Series(kinds, dtype=object)})
    seen = []

    def predict(rows):
        seen.extend(rows["kind"])
        return np.asarray(rows["size"])

    lt.explain_tabular(predict, [3.0, "a"], frame, categorical=["kind"], n=100, rng=0)
    assert {(type(one), one) for one in seen} == {(int, 1), (str, "a"), (float, 2.5), (str, "b")}


def test_no_draw_is_given_twice():
    function = RowFunction(lambda rows: rows[:, 0], lt.MaskedRow(ROW, X), rng=0)
    masks = np.ones((100, 4), bool)
    assert len(set([*function(masks), *function(masks)])) == 200 and function.n_evaluations == 201


def test_a_latin_hypercube_shows_each_column_as_often_as_its_share():
    answer = explain(sampling="latin", n=1000)
    np.testing.assert_allclose(answer.record.masks.mean(axis=0), answer.masked.keep, atol=1.001e-3)
    spread = [
        np.std([explain(sampling=s, n=100, rng=k).coefficients[2] for k in range(60)]) for s in ("latin", "design")
    ]
    assert spread[0] < 1.2 * spread[1]
    with pytest.raises(ValueError, match=r"'latin' needs a fixed number of masks, got tolerance=0.1"):
        explain(sampling="latin", n=5000, tolerance=0.1)
    with pytest.raises(ValueError, match="'latin' needs a ProductDesign"):
        explain(sampling="latin", design=lt.ImageDesign)


def test_training_draws_are_training_values():
    seen = []
    lt.explain_tabular(lambda rows: seen.append(rows) or above(rows), ROW, X, draws="training", n=300, rng=0)
    assert all(np.isin(seen[1][:, j], X[:, j]).all() for j in range(4))


@pytest.mark.parametrize("design", [lt.BernoulliDesign, lt.ImageDesign, lt.BernoulliDesign(4, 0.3)])
def test_any_design_can_be_given(design):
    assert explain(design=design).design.d == 4


def test_until_a_tolerance():
    answer = lt.explain_tabular(
        lambda rows: np.column_stack([above(rows), 1 - above(rows)]), ROW, X, tolerance=0.1, rng=0
    )
    assert answer.stopping.reached and answer.target == 1
    exact = answer.coefficients[2]
    assert abs(exact - explain(n=20_000).coefficients[2] * -1) < 0.15


def test_repeats_split_the_variance():
    masked = lt.MaskedRow(ROW, X)

    def noisy(rows):  # an interaction of two bins, and as much that varies within them
        same = [np.searchsorted(masked.bins.edges[j], rows[:, j]) == masked.own[j] for j in (0, 1)]
        return 2.0 * (same[0] == same[1]) + rows[:, 2]

    one, four = (lt.explain_tabular(noisy, ROW, X, n=4000, repeats=r, rng=0) for r in (2, 8))
    assert one.n_evaluations == 8001 and four.n_evaluations == 32_001
    np.testing.assert_allclose(one.variance_split.within / four.variance_split.within, 4, rtol=0.25)
    np.testing.assert_allclose(one.variance_split.between, four.variance_split.between, rtol=0.5)
    for answer in (one, four):
        total = answer.variance_split.between + answer.variance_split.within
        np.testing.assert_allclose(total, answer.standard_errors**2, rtol=1e-12)
    with pytest.raises(ValueError, match=r"two rows or more for each mask, got one; explain with repeats=2"):
        _ = explain().variance_split


def test_a_model_that_hardly_varies_in_bins_has_no_variance_within_masks():
    edges = lt.MaskedRow(ROW, X).bins.edges

    def of_bins(rows):
        return (np.searchsorted(edges[0], rows[:, 0]) == np.searchsorted(edges[0], ROW[0])).astype(float)

    split = lt.explain_tabular(of_bins, ROW, X, n=500, repeats=3, rng=0).variance_split
    assert np.abs(split.within).max() == 0


@pytest.mark.parametrize(
    "options",
    [{}, {"bins": None}, {"repeats": 2}, {"draws": "training"}, {"tolerance": 0.2, "n": 5000, "bounds": (0, 1)}],
)
def test_answers_can_be_kept(options, tmp_path):
    answer = explain(**options)
    answer.save(tmp_path / "answer.npz")
    kept = lt.load_explanation(tmp_path / "answer.npz")
    assert type(kept) is lt.TabularExplanation and kept.conditions == answer.conditions
    for name in ("coefficients", "standard_errors", "outputs"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(answer, name))
    np.testing.assert_array_equal(kept.record.values, answer.record.values)
    assert kept._repr_html_() == answer._repr_html_()


def test_kept_categories_are_written_as_arrays(tmp_path):
    answer = lt.explain_tabular(mixed, MIXED.iloc[3], MIXED, categorical=["colour"], n=100, rng=0)
    answer.save(tmp_path / "answer.npz")
    masked = lt.load_explanation(tmp_path / "answer.npz").masked
    rows = masked.compose(np.ones((5, 3), bool), 0)
    assert rows.shape == (5, 3) and set(rows[:, 1]) == {MIXED.colour[3]}


def test_pages_escape_what_they_show():
    frame = pandas.DataFrame(
        {"<b>size</b>": MIXED["size"], "colour": MIXED.colour.where(MIXED.colour != "red", "<i>&")}
    )
    place = int(np.flatnonzero(frame.colour == "<i>&")[0])
    answer = lt.explain_tabular(
        lambda f: np.asarray(f["colour"]) == "<i>&", frame.iloc[place], frame, categorical=["colour"], n=100, rng=0
    )
    page = answer._repr_html_()
    assert "<i>" not in page and "<b>" not in page and "colour=&lt;i&gt;&amp;" in page
    figure = answer.plot()
    assert "colour=<i>&" in [text.get_text() for text in figure.axes[0].get_yticklabels()]


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
    "adjusted": (lambda: explain(method="adjusted"), "got the random RowFunction"),
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
