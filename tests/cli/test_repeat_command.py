"""`limetheory explain --from`: the same coefficients to the bit, and refusals of other files and other options."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from explain_cases import OPTIONS, classifier, read, refused
from PIL import Image
from skimage import data
from stored_cases import text_pipeline

import limetheory as lt
from limetheory.cli.main import run
from limetheory.images.segmentation.given_map import GivenMap

SAME = "the coefficients are those of out.json, to the bit"
CASES = {
    "a partition": ["--segments", "8", "--seed", "5", "--ridge", "1", "--bandwidth", "inf"],
    "a tolerance": ["--segments", "6", "--segmenter", "grid", "--tolerance", "0.2", "--level", "0.9"],
    "several classes": ["--target", "cat", "--target", "0", "--segments", "8"],
    "every class": ["--target", "all", "--segmenter", "grid"],
    "another attribution": ["--attribution", "rise", "--segments", "6"],
    "smooth edges": [
        "--segmenter",
        "grid",
        "--segments",
        "6",
        "--smoothing",
        "gaussian",
        "--sigma",
        "2",
        "--per-pixel",
    ],
    "noise": ["--replacement", "noise", "--segmenter", "grid", "--segments", "6"],
    "a batch size": ["--batch-size", "7", "--segments", "30", "--precision", "bfloat16"],
    "two depths": ["--segmenter", "halves", "--depth", "2", "--top-k", "1"],
    "one depth": ["--segmenter", "halves", "--replacement", "0.5"],
}


def explained(photo, out, options):
    chosen = [] if "--tolerance" in options else ["--samples", "60"]
    assert run(["explain", photo, *chosen, *options, "--json", str(out)]) == 0
    return read(out)


def numbers(record):
    """Every number that a repeated answer must have again."""
    answers = record.get("explanations", [record])
    kept = ("coefficients", "standard_errors", "intercept", "n_evaluations", "prediction", "target", "levels")
    return [{name: one[name] for name in (*kept, "consistency")} for one in answers]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_repeated_to_the_bit(tiny, halves, coffee, tmp_path, capsys, name):
    before = explained(coffee, tmp_path / "out.json", CASES[name])
    again = tmp_path / "again.json"
    assert run(["explain", "--from", str(tmp_path / "out.json"), "--json", str(again)]) == 0
    assert SAME in capsys.readouterr().err
    assert numbers(read(again)) == numbers(before)
    assert {**read(again)["repeat"], "question": 0} == {**before["repeat"], "question": 0}


@pytest.fixture
def answer(tiny, photo, tmp_path, capsys):
    explained(photo, tmp_path / "out.json", OPTIONS)
    capsys.readouterr()
    return tmp_path / "out.json"


def test_the_record_has_all_options_the_superpixels_the_file_and_the_machine(answer, photo):
    record = read(answer)
    repeat = record["repeat"]
    assert (record["format"], record["schema"], repeat["kind"]) == ("limetheory explain", 1, "image")
    content = Path(photo).read_bytes()
    assert repeat["input"] == {"path": photo, "sha256": sha256(content).hexdigest(), "bytes": len(content)}
    assert repeat["question"]["segments"] == 8 and repeat["question"]["budget"]["n"] == 60
    [kept] = repeat["label_maps"]
    assert (kept["height"], kept["width"], kept["superpixels"]) == (24, 24, record["superpixels"])
    assert repeat["machine"]["device"] == "cpu" and repeat["machine"]["threads"]["torch"] >= 1
    assert repeat["machine"]["batch_size"] >= 1


@pytest.mark.slow
def test_other_coefficients_are_said(answer, capsys):
    record = read(answer)
    record["coefficients"][0] += 0.25
    record["versions"]["numpy"] = "1.0"
    answer.write_text(json.dumps(record))
    assert run(["explain", "--from", str(answer)]) == 0
    said = capsys.readouterr().err
    assert "the coefficients differ from those of out.json by up to 0.25: numpy 1.0 there, " in said


@pytest.mark.slow
def test_a_photograph_beside_the_answer_is_found(answer, photo, tmp_path, capsys):
    (tmp_path / "moved").mkdir()
    for file in (answer, photo):
        shutil.move(file, tmp_path / "moved")
    assert run(["explain", "--from", str(tmp_path / "moved" / "out.json")]) == 0
    assert SAME in capsys.readouterr().err


@pytest.mark.slow
def test_a_photograph_that_is_gone_is_asked_for(answer, photo, tmp_path, capsys):
    elsewhere = tmp_path / "elsewhere" / "other name.png"
    elsewhere.parent.mkdir()
    shutil.move(photo, elsewhere)
    refused(capsys, ["--from", str(answer)], "the photograph must be where it was, got no")
    assert run(["explain", str(elsewhere), "--from", str(answer)]) == 0
    assert SAME in capsys.readouterr().err


@pytest.mark.slow
def test_another_photograph_is_refused_before_the_network_is_loaded(answer, photo, capsys, monkeypatch):
    Image.fromarray(data.astronaut()[::8, ::8]).save(photo)
    monkeypatch.setattr("limetheory.networks.load_model", lambda *args, **options: pytest.fail("loaded"))
    refused(capsys, ["--from", str(answer)], "the photograph must be the one of the answer, of ")
    refused(capsys, [photo, "--from", str(answer)], "name the same file, or explain this one without --from")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--seed", "4"], "--seed must be that of the answer, 0, got 4 with --from"),
        (["--samples", "61"], "--samples must be that of the answer, 60, got 61"),
        (["--target", "cat"], "--target must be that of the answer, which had none, got 'cat'"),
        (["--segmenter", "grid"], "--segmenter must be that of the answer, 'slic', got 'grid'"),
        (["--output", "logits"], "--output must be that of the answer, 'probabilities', got 'logits'"),
        (["--model", "efficientnet_lite1"], "--model must be that of the answer, 'efficientnet_lite0', got"),
        (["--text", "a.txt"], "give just one"),
    ],
)
def test_options_that_contradict_the_answer_are_refused(answer, capsys, options, part):
    refused(capsys, ["--from", str(answer), *options], part)


@pytest.mark.slow
def test_options_that_agree_and_those_that_change_no_coefficient_are_taken(answer, tmp_path, capsys):
    options = [
        "--seed",
        "0",
        "--samples",
        "60",
        "--level",
        "0.5",
        "--device",
        "cpu",
        "--json",
        str(tmp_path / "b.json"),
    ]
    assert run(["explain", "--from", str(answer), *options]) == 0
    shown = capsys.readouterr()
    assert SAME in shown.err and "50 % interval" in shown.out and read(tmp_path / "b.json")["level"] == 0.5


@pytest.mark.slow
def test_an_answer_is_not_written_over_the_one_that_it_repeats(answer, capsys):
    refused(capsys, ["--from", str(answer), "--json", str(answer)], "an output must have a file of its own")


@pytest.mark.slow
def test_a_text_is_repeated_with_the_model_of_the_file(here, capsys):
    text_pipeline(here / "m.skops")
    (here / "r.txt").write_text("a good plot and a bad cast")
    options = ["--text", "r.txt", "--model", "m.skops", "--samples", "50", "--json", "out.json"]
    assert run(["explain", *options]) == 0
    capsys.readouterr()
    assert run(["explain", "--from", "out.json"]) == 0
    assert SAME in capsys.readouterr().err
    with open("m.skops", "ab") as file:
        file.write(b" ")
    refused(capsys, ["--from", "out.json"], "the model must be the one of the answer")
    (here / "r.txt").write_text("another")
    refused(capsys, ["--from", "out.json"], "the text must be the one of the answer")


def test_a_row_is_repeated_and_a_model_that_runs_code_is_named_again(here, capsys, monkeypatch):
    monkeypatch.syspath_prepend(here)
    (here / "own_sum.py").write_text("def scores(rows):\n    return [[sum(map(float, row))] for row in rows]\n")
    rows = "\n".join(f"{i},{i * i % 7},{i % 3}" for i in range(20))
    (here / "t.csv").write_text(f"a,b,c\n{rows}\n")
    table = ["--table", "t.csv", "--row", "3", "--model", "own_sum:scores", "--leave-out", "c", "--samples", "50"]
    assert run(["explain", *table, "--json", "out.json"]) == 0
    capsys.readouterr()
    refused(capsys, ["--from", "out.json"], "a model that runs code must be named on the command line")
    again = ["explain", "--from", "out.json", "--model", "own_sum:scores"]
    assert run(again) == 0 and SAME in capsys.readouterr().err
    refused(capsys, [*again[1:], "--row", "4"], "--row must be that of the answer, 3, got 4")


@pytest.mark.slow
def test_threads_of_the_answer_are_set_and_put_back(answer, monkeypatch):
    seen, before = [], torch.get_num_threads()
    record = read(answer)
    record["repeat"]["machine"]["threads"]["torch"] = before + 1
    answer.write_text(json.dumps(record))
    own = lt.explain_image
    monkeypatch.setattr(
        "limetheory.images.answer.explain_image",
        lambda *args, **options: seen.append(torch.get_num_threads()) or own(*args, **options),
    )
    assert run(["explain", "--from", str(answer)]) == 0
    assert seen == [before + 1] and torch.get_num_threads() == before


def test_the_label_map_of_the_record_is_that_of_the_answer(answer, photo):
    found = GivenMap.of_record(read(answer)["repeat"]["label_maps"][0])
    image = classifier().prepare(lt.load_image(photo))
    assert np.array_equal(found.labels, lt.segment(image, "slic", 8)) and found.names is None
