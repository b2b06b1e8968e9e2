"""Tables from CSV files, and what a model takes of them."""

from time import process_time

import numpy as np
import pytest

from limetheory.csv_tables import read_csv
from limetheory.stored_models import StoredModel
from limetheory.stored_models.table_input import table_input


@pytest.fixture
def table(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return written


def refused(path, part, kind=ValueError):
    with pytest.raises(kind) as caught:
        read_csv(path)
    assert part in str(caught.value) and "\n" not in str(caught.value), caught.value


def test_quotes_blanks_newlines_and_a_byte_order_mark(table):
    found = read_csv(table('name, "long, name"\r\n"a ""b""", 1\r\n\r\n"two\nlines",2\r\n', "utf-8-sig"))
    assert found.names == ("name", "long, name")
    assert found.rows == [['a "b"', "1"], ["two\nlines", "2"]]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "1 to 1,073,741,824 bytes, got 0"),
        ("a,b\n", "a line of names and at least one row, got 1 line in"),
        ("\n\n", "got 0 lines"),
        ("a,b\n1,2\n1,2,3\n", "a row must have 2 cells, one for each name, got 3 in line 3"),
        ("a,b\n1\n", "got 1 in line 2"),
        ("a,a\n1,2\n", "a different name for each column in its first line, got 'a'"),
        ("a,\n1,2\n", "got ''"),
        ('a,b\n"1,2\n', "in line 2"),
        (b"a,b\n1,\xff\n", "UTF-8, got byte 0xff at 6"),
        ("a;b\n1;2\n", "separated by commas, got the line 'a;b'"),
        ("a\tb\n1\t2\n", "separated by commas"),
        ("0.5,-1,2\n1,2,3\n", "a line of names first, got the number '0.5'"),
        (b"PK\x03\x04\x80binary", "got the zip or spreadsheet file"),
        (b"\x1f\x8b\x08\x00packed", "got the gzip file"),
        (b"BZh91AY&SY\x00\x00", "got the bzip2 file"),
        ("# made by hand\na,b\n1,2\n", "delete lines above the names"),
        ("a|b\n1|2\n", "separated by commas"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-8, got byte 0xff at 0"),
        ("a,b\n1,2\n".encode("utf-16-le"), "text without NUL characters, got"),
        ("a,b\n1,x\n9\0,y\n", "with one in line 3; save it as CSV in UTF-8"),
    ],
)
def test_odd_files_are_one_line(table, text, part):
    refused(table(text), part)


@pytest.mark.parametrize("first", ["BZh", "PAR1", "PK"])
def test_names_that_begin_as_packed_files_do_are_names(table, first):
    assert read_csv(table(f"{first}amples,b\n1,2\n")).names == (f"{first}amples", "b")


@pytest.mark.parametrize(
    "cells",
    [["1,5", "2,25", "-3,0"], ["1,000", "2,500", "3,250"], ["5 %", "7%", "2.5%"], ["1.234,5", "2.000,0", "0,5"]],
)
def test_numbers_in_another_notation_are_no_categories_by_themselves(table, cells):
    found = read_csv(table("a,b\n" + "".join(f'"{cell}",{place}\n' for place, cell in enumerate(cells))))
    with pytest.raises(ValueError, match=r"numbers must have them with a decimal point alone, got .* --categorical a"):
        found.filled(["a"])
    assert found.filled(["a"], ["a"]) == [cells]


@pytest.mark.parametrize(
    "cells", [["2020.01.02", "2021.03.04"], ["1-2", "3-4"], ["a,b", "c"], ["50+", "60+"], ["x%", "%"]]
)
def test_other_strings_are_categories(table, cells):
    found = read_csv(table("a,b\n" + "".join(f'"{cell}",1\n' for cell in cells)))
    assert found.filled(["a"]) == [cells]


def test_a_hundred_thousand_columns_are_read_at_once(table):
    names = [f"c{place}" for place in range(100_000)]
    start = process_time()
    found = read_csv(table(",".join(names) + "\n" + ",".join("1" for _ in names)))
    assert found.names == tuple(names)
    assert process_time() - start < 5  # each name beside all before it: minutes


def test_folders_and_missing_files_are_one_line(tmp_path):
    refused(tmp_path, "got the folder")
    refused(tmp_path / "none.csv", "existing file", FileNotFoundError)


def test_missing_cells_and_infinite_numbers_are_named(table):
    found = read_csv(table("a,b,c\n1,x,inf\n,y,2\n"))
    with pytest.raises(ValueError, match="no missing cells, got 1 in column 'a', the first in row 1"):
        found.filled(["a"])
    with pytest.raises(ValueError, match="finite numbers, got 'inf' in row 0 of column 'c'"):
        found.filled(["c"])
    assert found.filled(["b"]) == [["x", "y"]]


@pytest.mark.parametrize("cell", ["NA", "null", "0x10", "1_000", '1"x'])
def test_a_column_of_numbers_with_one_other_cell_is_no_column_of_categories(table, cell):
    found = read_csv(table(f"a,b\n1,x\n{cell},y\n3,z\n"))
    with pytest.raises(ValueError, match=r"numbers alone or none, got .* in row 1 of column 'a', which has 2 numbers"):
        found.filled(["a"])
    assert found.filled(["a"], ["a"]) == [["1", cell, "3"]]


def test_whole_numbers_that_float64_rounds_are_refused(table):
    found = read_csv(table(f"a,b,c\n{2**53},{2**53 + 1},-{2**53 + 1}.0\n1,{2**60},2\n"))
    assert found.filled(["a"]) == [[2.0**53, 1.0]]
    with pytest.raises(ValueError, match=rf"at most 2\^53 in size.* got '{2**53 + 1}' in row 0 of column 'b'"):
        found.filled(["b"])
    assert found.filled(["b"], ["b"]) == [[str(2**53 + 1), str(2**60)]]


def test_names_that_are_whole_numbers_are_names(table):
    assert read_csv(table("2,1\n5,x\n6,y\n")).filled(["1", "2"]) == [["x", "y"], [5.0, 6.0]]


def test_a_table_of_which_all_columns_are_left_out_is_one_line(table):
    with pytest.raises(ValueError, match="a column that the model takes, got 2 that are left out; leave fewer out"):
        table_input(read_csv(table("a,b\n1,2\n")), StoredModel("m", len), ["a", "b"])


def test_a_long_text_fits_in_a_cell(table):
    long = "word " * 100_000
    assert read_csv(table(f"text\n{long}\n")).column("text") == [long.strip()]


def test_rows_are_checked(table):
    found = read_csv(table("a\n1\n2\n"))
    assert found.check_row(1) == 1
    for row in (-1, 2):
        with pytest.raises(ValueError, match=f"row must be 0 to 1, .* got {row}"):
            found.check_row(row)


def test_a_model_with_names_gets_its_columns_in_its_order(table):
    pytest.importorskip("pandas")
    rows = table_input(read_csv(table("c,b,a\n1,x,3\n4,y,6\n")), StoredModel("m", len, columns=("a", "b")))
    assert list(rows.training.columns) == ["a", "b"] and rows.categorical == ("b",)
    assert rows.row(1).to_dict("records") == [{"a": 6.0, "b": "y"}]
    with pytest.raises(ValueError, match="the model's columns a, z, got none named 'z'"):
        table_input(read_csv(table("a\n1\n")), StoredModel("m", len, columns=("a", "z")))


def test_a_model_without_names_gets_an_array(table):
    found = read_csv(table("a,b,kind\n1,2,x\n3,4,y\n"))
    rows = table_input(found, StoredModel("m", len, n_columns=2), ["kind"])
    np.testing.assert_array_equal(rows.training, [[1.0, 2.0], [3.0, 4.0]])
    assert rows.names == ("a", "b") and rows.categorical == ()
    mixed = table_input(found, StoredModel("m", len), ["b"])
    assert mixed.training.tolist() == [[1.0, "x"], [3.0, "y"]] and mixed.categorical == ("kind",)
    assert table_input(found, StoredModel("m", len), ["kind"], ["a"]).training.tolist() == [["1", 2.0], ["3", 4.0]]
    with pytest.raises(ValueError, match="the 2 columns that the model takes, got 3: a, b, kind; name those"):
        table_input(found, StoredModel("m", len, n_columns=2))
    with pytest.raises(ValueError, match="a column must be one of a, b, kind, got 'kin'; did you mean 'kind'"):
        table_input(found, StoredModel("m", len), ["kin"])
