"""`limetheory explain`: numbers, file names, classes, what is written, and Ctrl-C."""

import errno
import io
import os
from contextlib import suppress

import numpy as np
import pytest
import torch
from explain_cases import OPTIONS, classifier, read, stopping
from PIL import Image
from skimage import data

import limetheory as lt
from limetheory.cli.main import run
from limetheory.images.segmentation.segment import segmented_into
from limetheory.networks import Classifier


@pytest.mark.slow
def test_the_real_network_explains_a_photograph_as_the_python_api_does(tmp_path, capsys):
    Image.fromarray(data.coffee()).save(tmp_path / "coffee.png")
    out, picture = tmp_path / "new" / "out.json", tmp_path / "out.png"
    paths = ["--json", str(out), "--figure", str(picture)]
    assert run(["explain", str(tmp_path / "coffee.png"), *OPTIONS, "--seed", "3", *paths]) == 0
    record, shown = read(out), capsys.readouterr()
    assert "espresso" in shown.out and shown.err == ""
    assert {
        "coefficients", "standard_errors", "intercept", "n_evaluations", "target", "superpixels",
        "bandwidth", "seed", "model", "segmenter", "versions",
    } <= set(record)  # fmt: skip
    assert (record["model"], record["segmenter"], record["bandwidth"]) == ("efficientnet_lite0", "slic", 0.25)
    assert (record["seed"], record["target"], record["target_name"]) == (3, 967, "espresso")
    network = lt.load_model("efficientnet_lite0")
    image = network.prepare(lt.load_image(tmp_path / "coffee.png"))
    segments = segmented_into(image, "slic", 8)
    found = lt.explain_image(network, image, segments=segments, n=60, rng=3)
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    np.testing.assert_allclose(record["standard_errors"], found.standard_errors, rtol=0, atol=1e-6)
    assert record["superpixels"] == found.d and record["n_evaluations"] == found.n_evaluations <= 60 + 7
    assert record["intercept"] == pytest.approx(found.intercept, abs=1e-6)
    with Image.open(picture) as image:
        assert image.format == "PNG" and min(image.size) > 300


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a photo.png", "übung-é.png", "<b>&'x'.png", "[red]x[bold].png"])
def test_file_names_are_shown_as_they_are(tiny, photo, tmp_path, capsys, name):
    path, out, picture = tmp_path / name, tmp_path / f"{name}.json", tmp_path / f"{name}.pdf"
    path.write_bytes((tmp_path / "photo.png").read_bytes())
    assert run(["explain", str(path), *OPTIONS, "--json", str(out), "--figure", str(picture)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{name}: ") and read(out)["image"] == name
    assert read(out)["target_name"] in shown
    assert picture.read_bytes().startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "seen"),
    [(b"a\xffb.png", "a\\udcffb.png"), (b"a\x1b[31mb.png", "a\\x1b[31mb.png"), (b"a\nb.png", "a\\nb.png")],
    ids=["no UTF-8", "escape", "newline"],
)
def test_file_names_that_cannot_be_printed_are_shown_with_escapes(tiny, photo, tmp_path, capsys, name, seen):
    path, out, picture = tmp_path / os.fsdecode(name), tmp_path / "out.json", tmp_path / "out.svg"
    path.write_bytes((tmp_path / "photo.png").read_bytes())
    assert run(["explain", str(path), *OPTIONS, "--json", str(out), "--figure", str(picture)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{seen}: ") and said.err == ""
    assert read(out)["image"] == path.name and picture.stat().st_size > 1000


@pytest.mark.slow
def test_a_file_name_is_no_formula_in_the_figure(tiny, photo, tmp_path):
    path = tmp_path / "$\\frac$.png"
    path.write_bytes((tmp_path / "photo.png").read_bytes())
    assert run(["explain", str(path), *OPTIONS, "--figure", str(tmp_path / "out.png")]) == 0


def test_options_reach_the_explanation(tiny, photo, tmp_path):
    out = tmp_path / "out.json"
    options = ["--target", "CAT", "--ridge", "1", "--bandwidth", "0.5", "--replacement", "0.5", "--seed", "4"]
    options += ["--output", "logits", "--segmenter", "grid", "--batch-size", "5"]
    assert run(["explain", photo, *OPTIONS, *options, "--json", str(out)]) == 0
    record, network = read(out), classifier("logits")
    image = network.prepare(lt.load_image(photo))
    found = lt.explain_image(
        network, image, target=1, segments=segmented_into(image, "grid", 8), replacement=0.5, n=60, rng=4, ridge=1.0,
        design=lambda d: lt.ImageDesign(d, 0.5),
    )  # fmt: skip
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    kept = {"target": 1, "target_name": "cat", "ridge": 1.0, "bandwidth": 0.5, "samples": 60, "output": "logits"}
    assert kept.items() <= record.items()


@pytest.mark.parametrize(
    ("output", "activation", "unit"),
    [("probabilities", "softmax", "probability"), ("softmax", "softmax", "probability"),
     ("sigmoid", "sigmoid", "probability"), ("logits", "none", "logit")],
)  # fmt: skip
def test_the_record_says_what_made_outputs_of_logits(tiny, photo, tmp_path, capsys, output, activation, unit):
    out = tmp_path / "out.json"
    assert run(["explain", photo, *OPTIONS, "--output", output, "--target", "1", "--json", str(out)]) == 0
    record = read(out)
    assert (record["output"], record["activation"]) == (output, activation)
    logits = classifier("logits")(torch.as_tensor(pixels(photo)))[0].double()
    made = {"softmax": logits.softmax(0), "sigmoid": logits.sigmoid(), "none": logits}[activation]
    assert record["prediction"] == pytest.approx(made[1].item(), abs=1e-6)
    shown = capsys.readouterr().out
    assert f"{unit} " in shown and "already" not in shown


def pixels(photo):
    image = classifier().prepare(lt.load_image(photo))
    return image.transpose(2, 0, 1)[None].astype(np.float32)


def test_probabilities_of_the_network_s_own_are_said_to_stay(photo, tmp_path, capsys, monkeypatch):
    def load(name, weights, device, reference, **how):
        made = classifier(**how)
        made.network = torch.nn.Sequential(made.network, torch.nn.Softmax(dim=1))
        return Classifier(made.network, size=24, mean=[0.5] * 3, std=[0.5] * 3, name="own", **how)

    monkeypatch.setattr("limetheory.networks.load_model", load)
    assert run(["explain", photo, *OPTIONS, "--json", str(tmp_path / "out.json")]) == 0
    assert read(tmp_path / "out.json")["activation"] == "none"
    assert "the network returns probabilities already; they are explained as they are" in capsys.readouterr().out


@pytest.mark.slow
def test_one_logit_has_two_classes_at_the_command_line(photo, tmp_path, monkeypatch):
    class Odds(torch.nn.Module):
        def forward(self, images):
            return 10 * images[:, 0, 12:].mean(dim=(1, 2))

    def load(name, weights, device, reference, **how):
        return Classifier(Odds(), size=24, mean=[0.5] * 3, std=[0.5] * 3, name="odds", **how)

    monkeypatch.setattr("limetheory.networks.load_model", load)
    records = []
    for target in ("0", "1"):
        options = [*OPTIONS, "--target", target, "--json", str(tmp_path / "out.json")]
        assert run(["explain", photo, *options]) == 0
        records.append(read(tmp_path / "out.json"))
    assert records[0]["prediction"] + records[1]["prediction"] == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(records[0]["coefficients"], -np.array(records[1]["coefficients"]), rtol=0, atol=1e-6)
    assert np.abs(records[0]["coefficients"]).max() > 1e-3 and records[0]["activation"] == "sigmoid"


@pytest.mark.slow
def test_a_class_is_given_by_index_or_name(tiny, photo, tmp_path):
    for target, index in (("2", 2), ("cat", 1), ("<b>CUP</b>", 0)):
        assert run(["explain", photo, *OPTIONS, "--target", target, "--json", str(tmp_path / "o.json")]) == 0
        assert read(tmp_path / "o.json")["target"] == index


class ClosedPipe(io.TextIOBase):
    def write(self, text):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


@pytest.mark.slow
def test_files_are_written_although_nobody_reads_the_table(tiny, photo, tmp_path, monkeypatch):
    # `limetheory explain … | head -1`
    paths = ["--json", str(tmp_path / "out.json"), "--figure", str(tmp_path / "out.png")]
    monkeypatch.setattr("sys.stdout", ClosedPipe())
    with suppress(SystemExit):
        run(["explain", photo, *OPTIONS, *paths])
    assert (tmp_path / "out.json").exists() and (tmp_path / "out.png").exists()


def test_bfloat16_reports_its_bias(tiny, photo, tmp_path, capsys):
    out = tmp_path / "out.json"
    assert run(["explain", photo, *OPTIONS, "--precision", "bfloat16", "--json", str(out)]) == 0
    assert 0 < read(out)["precision_gap"] < 0.1 and "bfloat16 moved outputs by up to" in capsys.readouterr().out


def test_numbers_that_are_not_finite_are_null(tiny, photo, tmp_path):
    out = tmp_path / "out.json"
    few = ["--samples", "10", "--segments", "9", "--segmenter", "grid", "--bandwidth", "inf"]
    assert run(["explain", photo, *few, "--json", str(out)]) == 0
    record = read(out)
    assert record["bandwidth"] == "inf" and record["standard_errors"] == [None] * 9


@pytest.mark.slow
def test_ctrl_c_writes_what_was_finished_and_exits_130(photo, tmp_path, capsys, monkeypatch):
    stopping(monkeypatch, 135)
    out, picture = tmp_path / "out.json", tmp_path / "out.png"
    options = ["--samples", "1000", "--segments", "30", "--segmenter", "grid"]
    assert run(["explain", photo, *options, "--json", str(out), "--figure", str(picture)]) == 130
    shown, record = capsys.readouterr(), read(out)
    assert "interrupted after 128 of 1000 masks" in shown.err and len(shown.err.splitlines()) == 1
    assert record["interrupted"] is True and len(record["coefficients"]) == 30
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_ctrl_c_before_anything_was_finished_says_so_and_exits_130(photo, tmp_path, capsys, monkeypatch):
    for images in (0, 1):
        stopping(monkeypatch, images)
        assert run(["explain", photo, *OPTIONS, "--json", str(tmp_path / "out.json")]) == 130
        assert capsys.readouterr().err.startswith("limetheory: interrupted")
        assert not (tmp_path / "out.json").exists()
