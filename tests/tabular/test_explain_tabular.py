"""`explain_tabular`: answers for rows and tables of any kind, seeds, batches, repeats, and answers kept in files."""

import numpy as np
import pandas
import pytest
from iris_rows import IRIS, MIXED, ROW, X, above, explain, mixed
from sklearn.ensemble import RandomForestClassifier

import limetheory as lt
from limetheory.tabular import RowFunction


def test_an_answer_says_what_it_is_about():
    answer = lt.explain_tabular(above, ROW, X, feature_names=IRIS.feature_names, n=2000, rng=7)
    assert answer.feature_names == tuple(IRIS.feature_names)
    assert answer.conditions[2] == "1.60 < petal length (cm) <= 4.35" and answer.names == answer.conditions
    assert (answer.target, answer.outputs.tolist(), answer.seed, answer.n_masks) == (0, [0.0], 7, 2000)
    assert answer.n_evaluations == 2007 and answer.values[0] == "5"
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
    assert set(max(seen, key=len).colour) == {"red", "green", "blue"}


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


@pytest.mark.slow
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
    assert len(set([*function(masks), *function(masks)])) == 200 and function.n_evaluations == 206


@pytest.mark.slow
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
    assert all(np.isin(max(seen, key=len)[:, j], X[:, j]).all() for j in range(4))


@pytest.mark.parametrize("design", [lt.BernoulliDesign, lt.ImageDesign, lt.BernoulliDesign(4, 0.3)])
def test_any_design_can_be_given(design):
    assert explain(design=design).design.d == 4


@pytest.mark.slow
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
    assert one.n_evaluations == 8007 and four.n_evaluations == 32_007
    np.testing.assert_allclose(one.variance_split.within / four.variance_split.within, 4, rtol=0.25)
    np.testing.assert_allclose(one.variance_split.between, four.variance_split.between, rtol=0.5)
    for answer in (one, four):
        total = answer.variance_split.between + answer.variance_split.within
        np.testing.assert_allclose(total, answer.standard_errors**2, rtol=1e-12)
    with pytest.raises(ValueError, match=r"two draws or more for each mask, got one; explain with repeats=2"):
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
