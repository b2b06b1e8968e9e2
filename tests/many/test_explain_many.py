"""`explain_many`: the same rows by any number of workers, and each row once after a run that was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import noisy_images
import numpy as np
import pytest
from length_texts import explained

import limetheory as lt
from limetheory.many import explain_many

parquet = pytest.importorskip("pyarrow.parquet")

HERE = Path(__file__).parent
TEXTS = {f"text {i}": f"a b c {'d ' * (i % 3)}e{i}" for i in range(12)}


def rows(path):
    return parquet.read_table(path).to_pylist()


@pytest.mark.slow
def test_a_row_is_the_explanation_with_its_own_seed(tmp_path):
    out = tmp_path / "all.parquet"
    assert explain_many(explained, TEXTS, out, seed=5, level=0.9) == 0
    found = rows(out)
    assert [row["item"] for row in found] == list(TEXTS) and [row["number"] for row in found] == list(range(12))
    for row in found:
        one = explained(TEXTS[row["item"]], 5 + row["number"])
        assert row["seed"] == 5 + row["number"] and row["names"] == one.tokens and row["error"] is None
        for column, expected in {
            "coefficients": one.coefficients, "standard_errors": one.standard_errors,
            "lower": one.interval(0.9)[:, 0], "upper": one.interval(0.9)[:, 1],
        }.items():  # fmt: skip
            np.testing.assert_array_equal(row[column], expected)
        assert (row["intercept"], row["n_evaluations"]) == (one.intercept, one.n_evaluations)
        assert (row["target"], row["prediction"]) == (one.target, one.outputs[one.target])
    assert [path.name for path in tmp_path.iterdir()] == ["all.parquet"]


@pytest.mark.slow
def test_rows_are_the_same_by_any_number_of_workers(tmp_path):
    for workers in (1, 2, 3):
        explain_many(explained, TEXTS, tmp_path / f"{workers}.parquet", workers=workers)
    files = [(tmp_path / f"{workers}.parquet").read_bytes() for workers in (1, 2, 3)]
    assert files[0] == files[1] == files[2]


@pytest.mark.slow
def test_random_replacements_are_drawn_alike_by_any_number_of_workers(tmp_path):
    images = {f"image {i}": i for i in range(6)}
    for workers in (1, 2):
        assert explain_many(noisy_images.explained, images, tmp_path / f"{workers}.parquet", workers=workers) == 0
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    assert rows(tmp_path / "1.parquet")[0]["standard_errors"][0] > 0


RUN = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
from length_texts import explained_slowly
from limetheory.many import explain_many
texts = {{f"text {{i}}": "a b c " + "d " * (i % 3) + f"e{{i}}" for i in range(12)}}
explain_many(explained_slowly, texts, sys.argv[1], workers=int(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_resumes_with_each_row_once(tmp_path, workers):
    out, calls = tmp_path / "all.parquet", tmp_path / "calls"
    kept = tmp_path / "all.parquet.rows"
    command = [sys.executable, "-c", RUN, str(out), str(workers)]
    environment = {**os.environ, "CALLS": str(calls)}
    with subprocess.Popen(command, env=environment, start_new_session=True) as process:
        end = time.monotonic() + 120
        while not (kept.exists() and kept.read_bytes().count(b"\n") >= 4):
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    before = kept.read_bytes()
    done = [json.loads(line)["number"] for line in before.split(b"\n")[1:-1]]
    assert 3 <= len(done) < 12 and not out.exists()
    kept.write_bytes(before + b'{"number": 11, "item": "te')  # a line that was cut
    calls.write_text("")
    subprocess.run(command, env=environment, check=True, timeout=120)
    again = sorted(map(int, calls.read_text().split()))
    assert again == sorted(set(range(12)) - set(done))
    explain_many(explained, TEXTS, tmp_path / "whole.parquet")
    assert rows(out) == rows(tmp_path / "whole.parquet") and not kept.exists()


def test_a_run_that_was_killed_after_its_last_row_is_finished(tmp_path, monkeypatch):
    out = tmp_path / "all.parquet"
    with monkeypatch.context() as patched:
        patched.setattr("limetheory.many.explain.write_parquet", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            explain_many(explained, TEXTS, out)
    assert explain_many(lambda text, seed: pytest.fail("it was explained again"), TEXTS, out) == 0
    assert len(rows(out)) == 12


@pytest.mark.slow
def test_ctrl_c_keeps_the_rows_so_far(tmp_path):
    out = tmp_path / "all.parquet"

    def stopping(text, seed):
        if seed == 4:
            raise KeyboardInterrupt
        return explained(text, seed)

    with pytest.raises(KeyboardInterrupt, match="interrupted after 4 of 12 explanations; the same call continues"):
        explain_many(stopping, TEXTS, out)
    asked = []

    def counted(text, seed):
        asked.append(seed)
        return explained(text, seed)

    explain_many(counted, TEXTS, out)
    assert asked == list(range(4, 12)) and len(rows(out)) == 12


@pytest.mark.slow
def test_other_settings_names_or_seeds_do_not_continue_a_run(tmp_path):
    out = tmp_path / "all.parquet"

    def stopping(text, seed):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explain_many(stopping, TEXTS, out, settings={"samples": 60})
    for changed, part in (
        ({"settings": {"samples": 70}}, "samples 70 after 60"),
        ({"settings": {"samples": 60}, "seed": 1}, "seed 1 after 0"),
        ({"settings": {"samples": 60}, "items": dict(list(TEXTS.items())[:5])}, "inputs 5 after 12"),
        ({"settings": {"samples": 60}, "items": {**TEXTS, "text 0": "b"} | {"x": "y"}}, "sha256_of_names"),
    ):
        with pytest.raises(ValueError, match="a run that was stopped must continue with its settings") as caught:
            explain_many(explained, **{"items": TEXTS, "path": out, **changed})
        assert part in str(caught.value) and "delete" in str(caught.value) and "\n" not in str(caught.value)
    Path(f"{out}.rows").unlink()
    assert explain_many(explained, TEXTS, out, settings={"samples": 70}) == 0


def test_what_cannot_be_explained_has_a_row_that_says_why(tmp_path):
    def picky(text, seed):
        if "e3" in text:
            raise OSError("no such\nfile \udcff")
        return explained(text, seed)

    assert explain_many(picky, {**TEXTS, "none \udcff": ""}, tmp_path / "all.parquet") == 2
    found = {row["item"]: row for row in rows(tmp_path / "all.parquet")}
    assert found["text 3"]["error"] == "no such file \\udcff" and found["text 3"]["coefficients"] is None
    assert "at least one token" in found["none \\udcff"]["error"]
    assert sum(row["error"] is None for row in found.values()) == 11


def test_infinite_standard_errors_and_explanations_of_nothing_are_kept(tmp_path):
    def undetermined(item, seed):
        return lt.Explanation(np.array([0.1 + 0.2]), 1 / 3, np.array([np.inf]), 1, names=["<é>"])

    explain_many(undetermined, {"one": None}, tmp_path / "all.parquet")
    [row] = rows(tmp_path / "all.parquet")
    assert row["coefficients"] == [0.1 + 0.2] and row["standard_errors"] == [np.inf] and row["names"] == ["<é>"]
    assert row["target"] is None and row["lower"] == [-np.inf]


def test_warnings_are_in_their_rows(tmp_path):
    def few(text, seed):
        return lt.explain_text(lambda texts: [len(one) % 7 * 1.0 for one in texts], text, n=12, rng=seed)

    explain_many(few, {"a": "a b c d e f g"}, tmp_path / "all.parquet")
    assert "effective masks" in rows(tmp_path / "all.parquet")[0]["warnings"][0]


@pytest.mark.parametrize(
    ("changed", "kind", "part"),
    [
        ({"items": {}}, ValueError, "at least one input"),
        ({"workers": 0}, ValueError, "workers must be at least 1"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"level": 95}, ValueError, "level must be above 0 and below 1"),
        ({"path": 3}, TypeError, "path must be a str or a Path"),
        ({"path": "nowhere/all.parquet"}, FileNotFoundError, "in a folder that exists"),
        ({"path": "all.csv"}, ValueError, "path must end in .parquet, got 'all.csv'; write all.parquet, of which"),
        ({"path": "all"}, ValueError, "path must end in .parquet, got 'all'"),
        ({"cluster": "no address"}, ValueError, "cluster must be the address of a Dask scheduler"),
    ],
)
def test_wrong_arguments_are_one_line(tmp_path, changed, kind, part):
    with pytest.raises(kind) as caught:
        explain_many(explained, **{"items": TEXTS, "path": tmp_path / "all.parquet", **changed})
    assert part in str(caught.value) and "\n" not in str(caught.value)


def test_a_cluster_that_does_not_answer_leaves_no_file_that_blocks_the_next_run(tmp_path):
    with pytest.raises(ValueError, match="cluster must be the address"):
        explain_many(explained, TEXTS, tmp_path / "all.parquet", cluster="no address", seed=1)
    assert not list(tmp_path.iterdir())
    explain_many(explained, TEXTS, tmp_path / "all.parquet", seed=2)


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "all.parquet").write_text("mine")
    with pytest.raises(ValueError, match="which exists; choose another name"):
        explain_many(explained, TEXTS, tmp_path / "all.parquet")
    (tmp_path / "mine.parquet.rows").write_text("mine\n")
    with pytest.raises(ValueError, match=r"a file that it wrote, got .*mine\.parquet\.rows'; rename that file"):
        explain_many(explained, TEXTS, tmp_path / "mine.parquet")
    assert (tmp_path / "mine.parquet.rows").read_text() == "mine\n"


@pytest.mark.slow
def test_a_cluster_gives_the_same_rows(tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
        env={"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    ) as cluster:  # fmt: skip
        explain_many(explained, TEXTS, tmp_path / "far.parquet", cluster=cluster.scheduler_address)
    explain_many(explained, TEXTS, tmp_path / "near.parquet")
    assert (tmp_path / "far.parquet").read_bytes() == (tmp_path / "near.parquet").read_bytes()
