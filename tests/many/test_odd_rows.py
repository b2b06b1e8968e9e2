"""Files that are no rows of a run are refused and left as they are; odd names and seeds do not cost a run its end."""

import json

import pytest
from length_texts import explained

import limetheory as lt
from limetheory.many import explain_many

parquet = pytest.importorskip("pyarrow.parquet")

TEXTS = {"one": "a b c", "two": "a b d"}


@pytest.mark.parametrize("content", [b"mine", b"mine\nand mine", b'{"format": "another"', b"{}\nx", b"x" * 3000])
def test_a_file_of_another_kind_beside_the_output_is_left_as_it_is(tmp_path, content):
    kept = tmp_path / "all.parquet.rows"
    kept.write_bytes(content)
    with pytest.raises(ValueError, match=r"in a file that it wrote, got '.*all.parquet.rows'; rename that file"):
        explain_many(explained, TEXTS, tmp_path / "all.parquet")
    assert kept.read_bytes() == content


def stopped(tmp_path, behind):
    """The rows of a run with other lines behind its first."""

    def never(text, seed):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explain_many(never, TEXTS, tmp_path / "all.parquet")
    kept = tmp_path / "all.parquet.rows"
    head = kept.read_bytes().split(b"\n")[0]
    kept.write_bytes(behind(head))
    return kept


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_a_run_that_was_killed_in_its_first_line_begins_anew(tmp_path, share):
    stopped(tmp_path, lambda head: head[: int(share * len(head))])
    assert explain_many(explained, TEXTS, tmp_path / "all.parquet") == 0
    assert parquet.read_table(tmp_path / "all.parquet").num_rows == 2


@pytest.mark.parametrize(
    "line",
    [b"[]", b"{", b"\xff", b"3", b'{"number": "x"}', b'{"number": true}', b'{"number": 0}', b'{"number": -1}',
     json.dumps({"number": 2, "item": "three", "seed": 2}).encode(),
     json.dumps({"number": 0, "item": "one", "seed": 0, "coefficients": "x"}).encode()],
)  # fmt: skip
def test_lines_that_no_run_writes_are_refused_in_one_line(tmp_path, line):
    kept = stopped(tmp_path, lambda head: head + b"\n" + line + b"\n")
    with pytest.raises(ValueError, match=r"as it wrote them, got .*; delete that file to begin anew") as caught:
        explain_many(explained, TEXTS, tmp_path / "all.parquet")
    assert "\n" not in str(caught.value)
    kept.unlink()
    assert explain_many(explained, TEXTS, tmp_path / "all.parquet") == 0  # the remedy works


def test_a_folder_in_the_place_of_the_rows_is_refused(tmp_path):
    (tmp_path / "all.parquet.rows").mkdir()
    with pytest.raises(ValueError, match="in a file that it wrote"):
        explain_many(explained, TEXTS, tmp_path / "all.parquet")


def test_seeds_beyond_the_integers_of_parquet_are_refused_before_the_work(tmp_path):
    with pytest.raises(ValueError, match=r"seed must be below 2\^63 for all 2 inputs"):
        explain_many(
            lambda text, seed: pytest.fail("it was explained"), TEXTS, tmp_path / "all.parquet", seed=2**63 - 1
        )
    assert explain_many(explained, TEXTS, tmp_path / "all.parquet", seed=2**63 - 2) == 0


def test_halves_of_characters_are_written_as_escapes(tmp_path):
    def characters(text, seed):
        return lt.explain_text(
            lambda texts: [float(len(one)) for one in texts], text, tokens="characters", n=30, rng=seed
        )

    assert explain_many(characters, {"\ud800": "a\ud800b"}, tmp_path / "all.parquet") == 0
    (row,) = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    assert (row["item"], row["names"]) == ("\\ud800", ["a", "\\ud800", "b"])
