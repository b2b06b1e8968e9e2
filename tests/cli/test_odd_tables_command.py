"""Tables with columns of one value, and packed or odd ones, by `explain --table` and `explain-many --table`."""

import gzip

import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from sklearn.linear_model import LogisticRegression
from stored_cases import table_model

import limetheory as lt
from limetheory.cli.main import run
from limetheory.many import sources, table_rows

pytestmark = pytest.mark.filterwarnings("default")  # as on the command line, where a warning is a line of stderr
MODEL = """
def product(rows):
    return [float(row[0]) * float(row[2]) + float(row[1]) + len(str(row[3])) for row in rows]
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sources._stored.cache_clear()
    get_reusable_executor().shutdown()  # its processes stay in the folder of an earlier test
    table_rows._rows.cache_clear()
    (tmp_path / "of_four.py").write_text(MODEL)
    return tmp_path


def columns():
    rng = np.random.default_rng(5)
    return rng.normal(size=(30, 2)).round(3)


def written(lines, names="a,b,c,d"):
    with open("t.csv", "w") as file:
        file.write("\n".join([names, *lines]) + "\n")


def said(capsys):
    found = capsys.readouterr()
    return found.out, found.err.splitlines()


def test_columns_of_one_value_stay_as_they_are(here, capsys):
    varying = columns()
    written([f"{x},7.5,{y},north" for x, y in varying.tolist()])
    options = ["--model", "of_four:product", "--samples", "300"]
    assert run(["explain", "--table", "t.csv", "--row", "4", *options, "--save", "out.npz", "--seed", "2"]) == 0
    own = lt.explain_tabular(
        lambda rows: rows[:, 0] * rows[:, 1] + 7.5 + 5, varying[4], varying, feature_names=["a", "c"], n=300, rng=2
    )
    found = lt.load_explanation("out.npz")
    np.testing.assert_array_equal(found.coefficients, own.coefficients)
    assert found.conditions == own.conditions and found.outputs[0] == own.outputs[0]
    out, err = said(capsys)
    assert "2 columns; " in out
    assert err == ["limetheory: columns of one value stay as they are and have no coefficient, got 'b' (and 1 more)"]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_many_rows_with_a_column_of_one_value(here, capsys, workers):
    parquet = pytest.importorskip("pyarrow.parquet")
    varying = columns()
    written([f"{x},7.5,{y},north" for x, y in varying.tolist()])
    options = ["--model", "of_four:product", "--samples", "60", "--out", "all.parquet", "--workers", workers]
    assert run(["explain-many", "--table", "t.csv", *options]) == 0
    rows = parquet.read_table("all.parquet").to_pylist()
    own = lt.explain_tabular(
        lambda rows: rows[:, 0] * rows[:, 1] + 7.5 + 5, varying[9], varying, feature_names=["a", "c"], n=60, rng=9
    )
    assert rows[9]["coefficients"] == own.coefficients.tolist() and rows[9]["names"] == list(own.conditions)
    assert len(said(capsys)[1]) == 1 and not any("one value" in word for row in rows for word in row["warnings"])


def test_a_model_with_names_gets_its_columns_of_one_value(here, capsys):
    import pandas
    import skops.io

    rng = np.random.default_rng(0)
    frame = pandas.DataFrame({"a": rng.normal(size=50), "b": rng.normal(size=50), "c": rng.normal(size=50)}).round(3)
    model = LogisticRegression().fit(frame, np.where(frame.a + frame.b > 0, "yes", "no"))
    skops.io.dump(model, "m.skops")
    frame["b"] = 0.25
    frame.to_csv("t.csv", index=False)
    options = ["--model", "m.skops", "--samples", "100", "--save", "out.npz"]
    assert run(["explain", "--table", "t.csv", "--row", "3", *options]) == 0

    def held(rows):
        return model.predict_proba(rows.assign(b=0.25)[["a", "b", "c"]])

    two = frame[["a", "c"]]
    own = lt.explain_tabular(held, two.iloc[[3]], two, n=100, rng=0)
    found = lt.load_explanation("out.npz")
    np.testing.assert_array_equal(found.coefficients, own.coefficients)
    assert said(capsys)[0].startswith(f"t.csv, row 3: {model.classes_[own.target]} (class ")
    assert run(["explain", "--table", "t.csv", "--row", "3", *options, "--target", "yes"]) == 0
    assert said(capsys)[0].startswith("t.csv, row 3: yes (class 1), ")
    assert run(["explain", "--table", "t.csv", "--row", "3", *options, "--leave-out", "b"]) == 2
    assert "--leave-out is for columns that the model does not take, got 'b'" in said(capsys)[1][0]


@pytest.mark.parametrize("lines", [["1,2,3,x"], ["1,2,3,x"] * 5])
def test_a_table_of_one_value_in_each_column_is_refused_once(here, capsys, lines):
    written(lines)
    for command in (["explain", "--row", "0"], ["explain-many", "--out", "all.parquet"]):
        assert run([command[0], "--table", "t.csv", *command[1:], "--model", "of_four:product"]) == 2
        _, err = said(capsys)
        assert (
            len(err) == 1 and "a column of two values or more, got one value in each of a, b, c, d; add rows" in err[0]
        )
    assert not (here / "all.parquet").exists()


def test_where_no_row_is_explained_the_first_reason_is_said(here, capsys):
    written([f"{10.0 ** (150 * (k % 2))},{k},{k},x" for k in range(6)])
    options = ["--model", "of_four:product", "--samples", "60", "--out", "all.parquet"]
    assert run(["explain-many", "--table", "t.csv", *options]) == 1
    out, err = said(capsys)
    assert out.startswith("0 of 6 explained") and "column error says why, of the first: " in err[-1]
    assert "at most 1e+100 in size" in err[-1]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--row", "1.5"], "got '1.5'; limetheory explain --help says what --row takes"),
        (["--row=abc"], "got 'abc'; limetheory explain --help says what --row takes"),
        (["--row", "0", "--samples", "1e3"], "got '1e3'; limetheory explain --help says what --samples takes"),
        (["--row"], "requires an argument"),
        (["--row", "60"], "row must be 0 to 59"),
        (["--row", "99999999999999999999"], "row must be 0 to 59"),
    ],
)
def test_numbers_of_rows_that_are_none_are_one_line(here, capsys, arguments, part):
    table_model(here / "m.skops")
    assert run(["explain", "--table", "m.csv", "--model", "m.skops", "--leave-out", "answer", *arguments]) == 2
    _, err = said(capsys)
    assert len(err) == 1 and part in err[0], err


def test_packed_files_are_one_line(here, capsys):
    (here / "t.csv").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    for command in (["explain", "--table", "t.csv", "--row", "0"], ["explain-many", "--table", "t.csv"],
                    ["explain-many", "--texts", "t.csv", "--column", "a"], ["explain", "--text", "t.csv"]):  # fmt: skip
        out = ["--out", "all.parquet"] if command[0] == "explain-many" else []
        assert run([*command, "--model", "of_four:product", *out]) == 2
        _, err = said(capsys)
        assert len(err) == 1 and "got the gzip file 't.csv'; unpack it, or save it as UTF-8" in err[0]
