"""Cells and names of tables that no float or no frame can hold as they are: refused in one line, or taken exactly."""

import numpy as np
import pandas as pd
import pytest

import limetheory as lt

DATA = np.random.default_rng(0).normal(size=(40, 2))
COLUMN = {"b": DATA[:, 0]}


def explained(row, data, predict=lambda rows: np.asarray(rows, object)[:, 0].astype(float), **options):
    return lt.explain_tabular(predict, row, data, n=60, rng=0, **options)


def refused(kind, match, row, data, **options):
    with pytest.raises(kind, match=match) as caught:
        explained(row, data, **options)
    assert "\n" not in str(caught.value)


def test_columns_whose_names_are_written_alike_are_refused():
    for names in (["a", "a"], [1, "1"]):
        refused(
            ValueError, "a different name for each column, got '.' 2 times", DATA[0], pd.DataFrame(DATA, columns=names)
        )


def test_missing_categories_of_pandas_are_counted():
    for gap in (pd.NA, None, np.nan, pd.NaT):
        data = pd.DataFrame({"a": pd.Series(["x", gap] * 20, dtype=object), **COLUMN})
        refused(
            ValueError, "no missing values, got 20 in the categorical column 'a'", ["x", 0.0], data, categorical=["a"]
        )


@pytest.mark.parametrize("cell", [np.arange(3), pd.NA, [1], np.nan])
def test_a_cell_that_is_no_category_is_refused(cell):
    data = [["x", 1.0], ["y", 2.0]] * 9
    refused(ValueError, "category must be among", {"0": cell, "1": 0.0}, data, categorical=["0"])


def test_integers_that_no_float_holds_are_refused():
    refused(ValueError, "finite numbers, got .* column '0'", [1, 1], np.array([[10**400, 1], [2, 3]], object))


@pytest.mark.parametrize("kind", [np.int64, np.uint64, object])
@pytest.mark.parametrize("bins", ["quartile", None])
def test_whole_numbers_that_float64_rounds_are_refused(kind, bins):
    ids = np.column_stack([3 * np.arange(40), np.arange(40)]).astype(kind)
    exact = ids + np.array([2**53 - 300, 0]).astype(kind)
    assert explained(exact[0], exact, bins=bins).d == 2
    rounded = exact + np.array([300, 0]).astype(kind)
    refused(ValueError, r"training_data must have whole numbers of at most 2\^53 in size.* got 90.* in column '0'",
            rounded[0], rounded, bins=bins)  # fmt: skip
    refused(ValueError, r"a row must have whole numbers of at most 2\^53", [2**53 + 1, 0], exact, bins=bins)
    assert explained(rounded[0], rounded, lambda rows: rows[:, 1], categorical=[0], bins="quartile").d == 2


def test_a_number_that_is_a_name_and_another_position_is_refused():
    data = pd.DataFrame(np.column_stack([DATA, np.arange(40) % 2]), columns=[1, 2, 0])
    refused(ValueError, "named without doubt, got 1, the name of column 0 and the position", data.iloc[0], data,
            categorical=[1])  # fmt: skip
    found = explained(data.iloc[0], data, lambda rows: rows.iloc[:, 0], categorical=["0"])
    assert found.conditions[2] == "0=0.0"
    assert explained(data.iloc[0], data, lambda rows: rows.iloc[:, 0], categorical=[-1]).conditions[2] == "0=0.0"


@pytest.mark.parametrize("bins", ["quartile", None])
def test_numbers_whose_squares_overflow_are_refused(bins):
    refused(ValueError, "at most 1e.100 in size, got .* in column '0'", DATA[0], DATA * 1e200, bins=bins)
    refused(ValueError, "a row must have numbers of at most 1e.100 in size", [1e200, 0.0], DATA, bins=bins)


def test_a_unit_changes_no_coefficient():
    own = explained(DATA[0], DATA, lambda rows: np.sign(rows[:, 0]))
    large = explained(DATA[0] * 2.0**200, DATA * 2.0**200, lambda rows: np.sign(rows[:, 0]))
    np.testing.assert_allclose(large.coefficients, own.coefficients, rtol=1e-9, atol=1e-12)


def test_bins_without_edges_and_large_numbers_for_entropy_are_refused():
    refused(ValueError, "an edge or more for each column", DATA[0], DATA, bins=[[], [0.0]])
    refused(ValueError, "float32 holds, got .*; change the column's unit", DATA[0] * 1e60, DATA * 1e60, bins="entropy",
            training_labels=DATA[:, 0] > 0)  # fmt: skip


def test_bandwidths_at_the_ends_of_floats_are_as_their_neighbours():
    refused(ValueError, "bandwidth must be above 0.027", DATA[0], DATA, bandwidth=1e-300)
    for bins in ("quartile", None):
        flat, wide = (explained(DATA[0], DATA, bandwidth=width, bins=bins) for width in (1e300, 1e12))
        np.testing.assert_allclose(flat.coefficients, wide.coefficients, rtol=1e-9)
    refused(ValueError, "positive sum", DATA[0], DATA, bandwidth=1e-300, bins=None)
