"""Frames of polars: the answers that frames of pandas have, and frames of the same columns and types for the model."""

import numpy as np
import polars
import pytest
from iris_rows import MIXED, mixed

import limetheory as lt

COLOURS = ["red", "green", "blue"]
TYPES = [polars.String, polars.Categorical, polars.Enum([*COLOURS, "black"])]


def frame(kind=polars.String):
    return polars.DataFrame({name: MIXED[name].to_list() for name in MIXED}).cast({"colour": kind})


def explain(table, row=None, predict=mixed, **options):
    chosen = table[3] if row is None else row
    return lt.explain_tabular(predict, chosen, table, **{"categorical": ["colour"], "n": 200, "rng": 0, **options})


@pytest.mark.parametrize("kind", TYPES, ids=str)
@pytest.mark.parametrize("bins", ["quartile", None])
def test_answers_are_those_of_pandas(kind, bins):
    expected = explain(MIXED, MIXED.iloc[3], bins=bins)
    table = frame(kind)
    for row in (table[3], table.row(3), table.row(3, named=True), table.filter(polars.arange(table.height) == 3)):
        found = explain(table, row, bins=bins)
        np.testing.assert_array_equal(found.coefficients, expected.coefficients)
        np.testing.assert_array_equal(found.standard_errors, expected.standard_errors)
        assert found.conditions == expected.conditions and found.values == expected.values
    assert found.feature_names == ("size", "colour", "age")


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_the_model_gets_frames_of_the_same_columns_and_categories(kind):
    seen, table = [], frame(kind)
    explain(table, predict=lambda rows: seen.append(rows) or mixed(rows))
    for rows in seen:
        assert isinstance(rows, polars.DataFrame) and rows.columns == table.columns
        assert rows["colour"].dtype == table["colour"].dtype and rows["size"].dtype == polars.Float64
    assert set(max(seen, key=len)["colour"]) == set(COLOURS)


def test_a_column_of_another_order_is_found_by_its_name():
    table = frame()
    np.testing.assert_array_equal(
        explain(table, table[3].select("age", "colour", "size")).coefficients, explain(table).coefficients
    )


@pytest.mark.parametrize("kind", [polars.Int8, polars.Float32, polars.Decimal(10, 2), polars.Boolean], ids=str)
def test_numbers_of_every_type_are_numbers(kind):
    table = polars.DataFrame({"size": [0, 1, 2, 3, 4] * 8, "age": range(40)})
    if kind == polars.Boolean:
        table = table.with_columns(polars.col("size") > 2)
    table = table.cast({"size": kind})
    found = explain(table, predict=lambda rows: np.asarray(rows["age"], float), categorical=())
    assert found.feature_names == ("size", "age") and abs(found.coefficients[1]) > 5


NUMBERS = polars.DataFrame({"size": [1.0, None, 3.0, 4.0] * 10, "age": range(40)})
KINDS = polars.DataFrame({"colour": ["a", None, "b", "b"] * 10, "age": range(40)})
WORDS = polars.DataFrame({"colour": ["a", "c", "b", "b"] * 10, "age": range(40)})


@pytest.mark.parametrize(
    ("table", "row", "categorical", "part"),
    [
        (NUMBERS, None, (), "must have finite numbers, got 10 NaN or infinite in column 'size'"),
        (NUMBERS.cast({"size": polars.Int64}), None, (), "must have finite numbers, got 10 NaN or infinite in column"),
        (NUMBERS.fill_null(0.0), NUMBERS[1], (), "a row must have finite numbers, got nan in column 'size'; fill"),
        (KINDS, None, ["colour"], "must have no missing values, got 10 in the categorical column 'colour'"),
        (KINDS.cast({"colour": polars.Categorical}), None, ["colour"], "must have no missing values, got 10 in the"),
        (KINDS.fill_null("b"), KINDS[1], ["colour"], "category must be among those of the training data, got None"),
        (WORDS, None, (), "must hold numbers unless it is categorical, got "),
        (WORDS.lazy(), WORDS[0], (), "must be of rows that are there, got a LazyFrame; give its collect()"),
        (WORDS, WORDS.lazy().head(1), ["colour"], "a row must be of rows that are there, got a LazyFrame"),
        (WORDS, WORDS.head(2), ["colour"], "a row must be one row, got a frame of 2; give frame.iloc[[i]] or frame[i]"),
    ],
)  # fmt: skip
def test_gaps_and_queries_are_refused_in_one_line(table, row, categorical, part):
    with pytest.raises((ValueError, TypeError)) as caught:
        explain(table, row, categorical=categorical, predict=lambda rows: np.zeros(len(rows)))
    assert part in str(caught.value) and "\n" not in str(caught.value)


def test_the_remedies_work():
    found = explain(KINDS.fill_null("missing"), predict=lambda rows: np.asarray(rows["colour"]) == "missing")
    assert found.conditions[0] == "colour=b" and found.coefficients[0] < 0
    lazy = explain(WORDS.lazy().collect(), predict=lambda rows: np.asarray(rows["age"], float))
    assert lazy.feature_names == ("colour", "age")
