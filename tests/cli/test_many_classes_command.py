"""`limetheory explain-many --target A --target B`: a row for each input and class, from the same masks."""

from itertools import groupby
from operator import itemgetter

import numpy as np
import pytest
from explain_cases import NAMES, classifier
from PIL import Image
from skimage import data
from stored_cases import NAMES as POLES
from stored_cases import REVIEWS, table_model

import limetheory as lt
from limetheory.cli.main import run
from limetheory.images.segmentation.segment import segmented_into

parquet = pytest.importorskip("pyarrow.parquet")

TEXTS = ["--texts", "reviews.csv", "--column", "review", "--model", "m.skops", "--samples", "80"]


def rows(path="all.parquet"):
    return parquet.read_table(path).to_pylist()


def check(row, found):
    assert row["coefficients"] == found.coefficients.tolist() and row["target"] == found.target
    assert row["lower"] == found.interval(0.95)[:, 0].tolist() and row["prediction"] == found.outputs[found.target]
    assert (row["intercept"], row["n_evaluations"]) == (found.intercept, found.n_evaluations)


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "columns"), [(["all"], [0, 1]), (["pos", "0"], [1, 0]), (["pos"], [1])])
def test_each_text_has_a_row_for_each_class(reviews, capsys, asked, columns):
    targets = [word for one in asked for word in ("--target", one)]
    assert run(["explain-many", *TEXTS, *targets, "--seed", "4", "--out", "all.parquet"]) == 1
    said, found = capsys.readouterr(), rows()
    assert said.out == "3 of 4 explained: all.parquet\n" and "1 could not be explained" in said.err
    for (number, text), (_, group) in zip(enumerate(REVIEWS), groupby(found, itemgetter("number")), strict=True):
        own = list(group)
        assert {row["item"] for row in own} == {str(number)} and {row["seed"] for row in own} == {4 + number}
        if not text:
            assert len(own) == 1 and own[0]["target"] is None and "at least one token" in own[0]["error"]
            continue
        alone = [lt.explain_text(reviews, text, n=80, rng=4 + number, target=column) for column in columns]
        assert [row["target_name"] for row in own] == [POLES[column] for column in columns]
        for row, one in zip(own, alone, strict=True):
            check(row, one)


@pytest.mark.slow
def test_each_row_of_a_table_has_a_row_for_each_class(here):
    model, cells = table_model(here / "m.skops")
    options = ["--leave-out", "answer", "--samples", "60", "--out", "all.parquet", "--target", "all"]
    assert run(["explain-many", "--table", "m.csv", "--model", "m.skops", *options]) == 0
    found = rows()
    assert [(row["number"], row["target"]) for row in found] == [(i, k) for i in range(60) for k in (0, 1)]
    own = lt.explain_tabular(model.predict_proba, cells[7], cells, feature_names=list("abc"), n=60, rng=7, target="all")
    check(found[14], own[0])
    check(found[15], own[1])


@pytest.mark.slow
def test_each_photograph_has_a_row_for_each_class(tiny, here):
    (here / "in").mkdir()
    for name, picture in {"b.png": data.coffee(), "a.jpg": data.astronaut()}.items():
        Image.fromarray(picture[::16, ::16]).save(here / "in" / name)
    (here / "in" / "c.png").write_bytes(b"no picture")
    options = ["--segments", "8", "--samples", "60", "--segmenter", "grid", "--out", "all.parquet"]
    assert run(["explain-many", "in", *options, "--target", "cat", "--target", "0"]) == 1
    found, network = rows(), classifier()
    assert [row["item"] for row in found] == ["a.jpg", "a.jpg", "b.png", "b.png", "c.png"] and found[4]["error"]
    for number, place in ((0, 0), (1, 2)):
        image = network.prepare(lt.load_image(here / "in" / found[place]["item"]))
        segments = segmented_into(image, "grid", 8)
        own = lt.explain_image(network, image, segments=segments, n=60, rng=number, target=[1, 0])
        for row, one in zip(found[place : place + 2], own, strict=True):
            np.testing.assert_allclose(row["coefficients"], one.coefficients, rtol=0, atol=1e-12)
            assert row["target_name"] == NAMES[one.target]


@pytest.mark.slow
def test_the_file_is_the_same_by_any_number_of_workers(reviews, here):
    for workers in ("1", "2"):
        arguments = [*TEXTS, "--target", "all", "--workers", workers, "--out", f"{workers}.parquet"]
        assert run(["explain-many", *arguments]) == 1
    first, *others = ((here / f"{workers}.parquet").read_bytes() for workers in (1, 2))
    assert all(other == first for other in others)


@pytest.mark.slow
def test_a_stopped_run_continues_for_the_same_classes_only(reviews, here, monkeypatch, capsys):
    assert run(["explain-many", *TEXTS, "--target", "all", "--out", "whole.parquet"]) == 1
    from limetheory.many.texts import Texts

    explained, asked = Texts.__call__, []

    def stopping(self, text, seed):
        asked.append(seed)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return explained(self, text, seed)

    monkeypatch.setattr(Texts, "__call__", stopping)
    assert run(["explain-many", *TEXTS, "--target", "all", "--out", "all.parquet"]) == 130
    assert "interrupted after 2 of 4 explanations" in capsys.readouterr().err
    lines = (here / "all.parquet.rows").read_bytes()
    (here / "all.parquet.rows").write_bytes(lines + lines.split(b"\n")[1][:-7])  # a line that was cut
    assert run(["explain-many", *TEXTS, "--target", "pos", "--out", "all.parquet"]) == 2
    assert "target 'pos' after 'all'" in capsys.readouterr().err
    assert run(["explain-many", *TEXTS, "--target", "all", "--out", "all.parquet"]) == 1
    assert asked == [0, 1, 2, 1, 2, 3]
    assert (here / "all.parquet").read_bytes() == (here / "whole.parquet").read_bytes()


@pytest.mark.slow
def test_what_failed_is_tried_again_for_every_class(reviews, here, monkeypatch, capsys):
    assert run(["explain-many", *TEXTS, "--target", "all", "--out", "whole.parquet"]) == 1
    from limetheory.many.texts import Texts

    explained = Texts.__call__
    with monkeypatch.context() as patched:

        def failing(self, text, seed):
            if seed == 2:
                raise OSError("not now")
            return explained(self, text, seed)

        patched.setattr(Texts, "__call__", failing)
        assert run(["explain-many", *TEXTS, "--target", "all", "--out", "all.parquet"]) == 1
    assert [row["error"] is None for row in rows()] == [True, True, False, False, True, True]
    assert run(["explain-many", *TEXTS, "--target", "all", "--out", "all.parquet", "--retry-failed"]) == 1
    assert (here / "all.parquet").read_bytes() == (here / "whole.parquet").read_bytes()


@pytest.mark.slow
def test_pick_says_what_to_do_with_several_classes(reviews, capsys):
    assert run(["explain-many", *TEXTS, "--target", "all", "--out", "all.parquet"]) == 1
    assert run(["explain-many", *TEXTS, "--target", "pos", "--out", "pos.parquet"]) == 1
    capsys.readouterr()
    assert run(["pick", "all.parquet", "--budget", "2"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "got the columns 0, 1 of 'all.parquet: 0'; choose one by --target 0" in lines[0]
    alone = lt.pick_files(["pos.parquet"], 2, seed=3)
    for target in ("1", "pos"):
        assert run(["pick", "all.parquet", "--budget", "2", "--target", target, "--seed", "3", "--json", "p.json"]) == 0
        assert capsys.readouterr().err == f"limetheory: left out 1 without an explanation of class {target}\n"
    chosen = lt.pick_files(["all.parquet"], 2, seed=3, target="pos")
    for name in ("indices", "coverage", "share", "stability", "features"):
        assert chosen[name] == alone[name]
    assert chosen["target"] == "pos" and chosen["left_out"] == ["all.parquet: 1"]
    other = lt.pick_files(["all.parquet"], 2, seed=3, target=0)
    assert other["coverage"] != chosen["coverage"] or other["stability"] != chosen["stability"]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (
            ["pick", "all.parquet", "--budget", "1", "--target", "2"],
            "target must be a class that explain-many explained",
        ),
        (["pick", "all.parquet", "--budget", "1", "--target", "-1"], "target must be at least 0"),
        (["pick", "one.npz", "--budget", "1", "--target", "1"], "target chooses rows of Parquet files"),
        (
            ["explain-many", *TEXTS, "--target", "0", "--target", "0", "--out", "b.parquet"],
            "got 0 twice; leave one out",
        ),
    ],
)
def test_refusals_are_one_line(reviews, capsys, arguments, part):
    assert run(["explain-many", *TEXTS, "--target", "all", "--out", "all.parquet"]) == 1
    lt.explain_text(reviews, "good film", n=50, rng=0).save("one.npz")
    capsys.readouterr()
    assert run(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and part in lines[0], lines
