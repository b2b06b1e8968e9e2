"""Rows of Parquet files are picked as the explanations that they are of, without those that failed."""

from dataclasses import replace

import numpy as np
import pyarrow.parquet as parquet
import pytest
from planted import ORDERS, planted

import limetheory as lt
from limetheory.cli.main import run

TEXTS = {
    "first": "a good film with a good plot", "none": "", "bad": "a boring film", "long": "good cast and a boring plot",
    "other": "nothing of it", "cast": "great cast",
}  # fmt: skip
KNOWN = [name for name in TEXTS if TEXTS[name]]


def scores(texts):
    return [text.count("good") * (1 + text.count("plot")) - 2.0 * text.count("boring") for text in texts]


def explained(text, seed):
    return lt.explain_text(scores, text, n=80, rng=seed)


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lt.explain_many(explained, TEXTS, "all.parquet")
    return "all.parquet"


def own():
    return [explained(text, seed) for seed, text in enumerate(TEXTS.values()) if text]


@pytest.mark.slow
def test_the_pick_is_that_of_the_explanations(out):
    record = lt.pick_files([out], 3, redraws=50, seed=2)
    assert record["files"] == [f"all.parquet: {name}" for name in KNOWN] and record["left_out"] == ["all.parquet: none"]
    indices = lt.submodular_pick(own(), 3)
    assert record["indices"] == indices.tolist() and record["coverage"] == lt.coverage(own(), indices)
    assert record["picked"] == [f"all.parquet: {KNOWN[i]}" for i in indices]
    independent = [replace(one, covariance=None) for one in own()]
    stable = lt.pick_stability(independent, 3, 2, 50)
    assert record["stability"]["frequencies"] == stable.frequencies.tolist()
    assert record["stability"]["share_interval"] == stable.share_interval.tolist()
    assert record["features"] == len({name for one in own() for name in one.names})


def test_saved_files_and_several_tables_go_together(out):
    lt.explain_many(explained, {"more": "a boring cast"}, "more.parquet")
    extra = explained("so good, so good", 9)
    extra.save("extra.npz")
    record = lt.pick_files(["extra.npz", out, "more.parquet"], 4, redraws=0, largest=3)
    given = [extra, *own(), explained("a boring cast", 0)]
    assert record["indices"] == lt.submodular_pick(given, 4, largest=3).tolist()
    assert record["files"] == ["extra.npz", *(f"all.parquet: {name}" for name in KNOWN), "more.parquet: more"]


@pytest.mark.slow
def test_the_command_shows_items_and_says_what_is_left_out(out, capsys, tmp_path):
    assert run(["pick", out, "--budget", "2", "--json", "pick.json", "--figure", "pick.png"]) == 0
    said, indices = capsys.readouterr(), lt.submodular_pick(own(), 2)
    for i, name in enumerate(KNOWN):
        assert (f"all.parquet: {name}" in said.out) == (i in indices)
    assert "2 of 5 cover" in said.out and said.err == "limetheory: left out 1 without an explanation\n"
    assert (tmp_path / "pick.png").read_bytes().startswith(b"\x89PNG")


def test_superpixels_of_photographs_are_refused_with_a_remedy(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    images = {str(seed): order for seed, order in enumerate(ORDERS)}
    lt.explain_many(lambda order, seed: planted(seed, order), images, "all.parquet")
    for options in ([], ["--concepts", "3"]):
        assert run(["pick", "all.parquet", "--budget", "2", *options]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1 and "keep each explanation by explain --save, and give these files with" in lines[0]
    lt.explain_many(lambda order, seed: planted(seed, order), dict(list(images.items())[:1]), "one.parquet")
    assert lt.pick_files(["one.parquet"], 1, redraws=0)["indices"] == [0]


def test_columns_of_tables_share_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(0).normal(size=(40, 3))

    def of_row(number, seed):
        return lt.explain_tabular(lambda x: x[:, 0] * x[:, 1], rows[number], rows, bins=None, n=200, rng=seed)

    lt.explain_many(of_row, {str(i): i for i in range(6)}, "rows.parquet")
    record = lt.pick_files(["rows.parquet"], 2, redraws=0, largest=1)
    assert record["indices"] == lt.submodular_pick([of_row(i, i) for i in range(6)], 2, largest=1).tolist()
    assert record["features"] == 3


def test_other_parquet_files_are_one_line(out, capsys):
    table = parquet.read_table(out)
    parquet.write_table(table.replace_schema_metadata(None), "other.parquet")
    parquet.write_table(table.drop_columns(["coefficients"]), "part.parquet")
    with open(out, "rb") as file, open("cut.parquet", "wb") as cut:
        cut.write(file.read()[:200])
    for name in ("other", "part", "cut"):
        assert run(["pick", f"{name}.parquet", "--budget", "1"]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1 and f"one that explain-many wrote, got '{name}.parquet'" in lines[0], lines
    lt.explain_many(explained, {"none": ""}, "none.parquet")
    with pytest.raises(ValueError, match="one instance or more, got none"):
        lt.pick_files(["none.parquet"], 1)
    with pytest.raises(ValueError, match=r"of files that \.save\(path\) wrote, got the Parquet"):
        lt.pick_files([[out, out]], 1)


@pytest.mark.parametrize(
    "column, value",
    [("coefficients", None), ("standard_errors", None), ("standard_errors", [-1.0]), ("intercept", None),
     ("n_evaluations", None), ("names", None), ("kind", None), ("coefficients", [None]), ("names", ["a", "b", "c"])],
)  # fmt: skip
def test_rows_that_are_no_explanations_are_one_line(out, column, value):
    table = parquet.read_table(out)
    rows = table.to_pylist()
    place = next(i for i, row in enumerate(rows) if row["error"] is None)
    rows[place][column] = value
    parquet.write_table(table.from_pylist(rows, table.schema), "odd.parquet")
    with pytest.raises(ValueError, match=r"a number and a standard error .*, got others in 'odd.parquet: .*'; explain"):
        lt.pick_files(["odd.parquet"], 1, redraws=0)


def test_columns_of_another_type_and_damaged_pages_are_one_line(out):
    table = parquet.read_table(out)
    place = table.schema.get_field_index("seed")
    parquet.write_table(table.set_column(place, "seed", table["seed"].cast("string")), "text.parquet")
    with open(out, "rb") as file:
        content = bytearray(file.read())
    start = parquet.read_metadata(out).row_group(0).column(0).data_page_offset
    content[start : start + 60] = b"\xff" * 60
    with open("damaged.parquet", "wb") as file:
        file.write(content)
    for name in ("text", "damaged"):
        with pytest.raises(ValueError, match=f"one that explain-many wrote, got '{name}.parquet'") as caught:
            lt.pick_files([f"{name}.parquet"], 1, redraws=0)
        assert "\n" not in str(caught.value)
