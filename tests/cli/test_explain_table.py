"""`limetheory explain --table`: the numbers of the Python API, files, odd tables, and one-line refusals."""

import numpy as np
import pytest
from explain_cases import read, refused
from stored_cases import table_model

import limetheory as lt
from limetheory.cli.main import run

ROW = ["--table", "m.csv", "--row", "7", "--model", "m.skops"]
PLAIN = [*ROW, "--leave-out", "answer"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_explains_as_the_python_api_does(here, capsys):
    model, rows = table_model(here / "m.skops")
    paths = ["--json", "new/out.json", "--figure", "out.png", "--html", "out.html", "--save", "out.npz"]
    assert run(["explain", *PLAIN, "--samples", "300", "--seed", "3", *paths]) == 0
    record, said = read(here / "new/out.json"), capsys.readouterr()
    found = lt.explain_tabular(model.predict_proba, rows[7], rows, feature_names=list("abc"), n=300, rng=3)
    assert record["coefficients"] == found.coefficients.tolist()
    assert record["standard_errors"] == found.standard_errors.tolist()
    assert (record["conditions"], record["values"]) == (list(found.conditions), list(found.values))
    assert (record["table"], record["row"], record["model"]) == ("m.csv", 7, "m.skops")
    assert record["target_name"] == model.classes_[found.target]
    assert said.out.startswith(f"m.csv, row 7: {record['target_name']} (class {found.target}), output ")
    assert "3 columns; " in said.out and found.conditions[1] in said.out
    assert (here / "out.png").read_bytes().startswith(b"\x89PNG")
    np.testing.assert_array_equal(lt.load_explanation("out.npz").coefficients, found.coefficients)


def test_a_model_with_names_chooses_its_columns(here):
    model, rows = table_model(here / "m.skops", ["age", "dose", "a <b> c"])
    options = ["--bins", "decile", "--bandwidth", "2", "--target", "yes", "--samples", "200"]
    assert run(["explain", *ROW, *options, "--json", "out.json", "--html", "out.html"]) == 0
    import pandas

    frame = pandas.DataFrame(rows, columns=["age", "dose", "a <b> c"])
    found = lt.explain_tabular(
        model.predict_proba, frame.iloc[[7]], frame, bins="decile", bandwidth=2.0, target="yes", n=200, rng=0
    )
    assert read(here / "out.json")["coefficients"] == found.coefficients.tolist()
    page = (here / "out.html").read_text(encoding="utf-8")
    assert "<b>" not in page and "a &lt;b&gt; c" in page


NUMBERS = """
def numbers(rows):
    return [row[0] - 2.0 * row[1] for row in rows]
"""


@pytest.mark.slow
def test_a_model_of_numbers_has_no_class(here, capsys):
    table_model(here / "m.skops")
    (here / "numbers_of_rows.py").write_text(NUMBERS, encoding="utf-8")
    asked = ["--table", "m.csv", "--row", "7", "--leave-out", "answer", "--model", "numbers_of_rows:numbers"]
    assert run(["explain", *asked, "--samples", "100", "--html", "out.html"]) == 0
    assert capsys.readouterr().out.startswith("m.csv, row 7: output ")
    page = (here / "out.html").read_text(encoding="utf-8")
    assert "class 0" not in page and "output 0," not in page
    refused(capsys, [*asked, "--tolerance", "0.5"], "add --guarantee asymptotic")
    assert run(["explain", *asked, "--tolerance", "0.5", "--guarantee", "asymptotic"]) == 0


@pytest.mark.slow
def test_a_tolerance_is_reached(here):
    table_model(here / "m.skops")
    assert run(["explain", *PLAIN, "--tolerance", "0.15", "--json", "out.json"]) == 0
    record = read(here / "out.json")
    assert record["reached"] and max(record["half_widths"]) <= 0.15


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--table", "m.csv", "--model", "m.skops"], "--table needs the number of a row"),
        (["--table", "m.csv", "--row", "7"], "--table needs a model, got none"),
        ([*PLAIN, "--row", "60"], "row must be 0 to 59, the rows below the line of names, got 60"),
        ([*PLAIN, "--row", "-1"], "got -1"),
        (ROW, "the 3 columns that the model takes, got 4: a, b, c, answer; name those that it does not take by"),
        ([*ROW, "--leave-out", "answers"], "did you mean 'answer'?"),
        ([*PLAIN, "--categorical", "d"], "a column must be one of a, b, c, answer, got 'd'"),
        ([*PLAIN, "--bins", "quartiles"], "did you mean 'quartile'?"),
        ([*PLAIN, "--bandwidth", "0"], "bandwidth must be above 0"),
        ([*PLAIN, "--target", "maybe"], "its classes are no, yes"),
        ([*PLAIN, "--missing", "x"], "--missing is for --text, got it with --table"),
        ([*PLAIN, "--json", "m.csv"], "a file of its own"),
        (["--table", ".", *ROW[2:]], "got the folder"),
        (["--table", "none.csv", *ROW[2:]], "existing file"),
    ],
)
def test_refusals_are_one_line(here, capsys, arguments, part):
    table_model(here / "m.skops")
    refused(capsys, arguments, part)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("1.0,,2.0,yes\n", "no missing cells, got 1 in column 'b', the first in row 60"),
        ("1.0,2.0,yes\n", "a row must have 4 cells, one for each name, got 3 in line 62"),
        ("1.0,2.0,nan,yes\n", "finite numbers, got 'nan' in row 60 of column 'c'"),
        ("1.0,2.0,x,yes\n", "numbers alone or none, got 'x' in row 60 of column 'c'"),
    ],
)
def test_odd_tables_are_one_line(here, capsys, line, part):
    table_model(here / "m.skops")
    with open("m.csv", "a") as file:
        file.write(line)
    refused(capsys, PLAIN, part)
