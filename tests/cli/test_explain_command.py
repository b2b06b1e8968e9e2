"""`limetheory explain`: numbers, files, one-line refusals before the long work, and Ctrl-C."""

import errno
import io
import json
import math
import os
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torch import nn

import limetheory as lt
from limetheory.cli.main import run
from limetheory.models import Classifier

NAMES = ["<b>cup</b>", "cat", "7"]
OPTIONS = ["--samples", "60", "--segments", "8"]


class Tiny(nn.Module):
    """Three smooth logits of 24×24 images; stops like Ctrl-C after some of them."""

    def __init__(self, stop_after=math.inf):
        super().__init__()
        weights = np.random.default_rng(0).normal(size=(3, 3 * 24 * 24)) / 20
        self.weights, self.images, self.stop_after = nn.Parameter(torch.as_tensor(weights).float()), 0, stop_after

    def forward(self, x):
        self.images += len(x)
        if self.images > self.stop_after:
            raise KeyboardInterrupt
        return torch.tanh(x.reshape(len(x), -1) @ self.weights.T)


def classifier(output="probabilities", precision="float32", stop_after=math.inf):
    return Classifier(
        Tiny(stop_after), input_size=24, mean=[0.5] * 3, std=[0.5] * 3, class_names=NAMES,
        name="tiny", output=output, precision=precision,
    )  # fmt: skip


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr("limetheory.models.load_model", lambda name, weights, device, **how: classifier(**how))


@pytest.fixture
def no_model(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("the model was loaded before the path was checked")

    monkeypatch.setattr("limetheory.models.load_model", refuse)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(data.coffee()[::8, ::8]).save(path)
    return str(path)


def refused(capsys, arguments, part):
    """Exit code 2 and exactly one line on stderr that contains the part."""
    assert run(["explain", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("limetheory: "), lines
    assert part in lines[0]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


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
    segments = lt.segment(image, "slic", 8)
    found = lt.explain_image(network, image, segments=segments, n=60, rng=3)
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    np.testing.assert_allclose(record["standard_errors"], found.standard_errors, rtol=0, atol=1e-6)
    assert record["superpixels"] == found.d and record["n_evaluations"] == found.n_evaluations <= 61
    assert record["intercept"] == pytest.approx(found.intercept, abs=1e-6)
    with Image.open(picture) as image:
        assert image.format == "PNG" and min(image.size) > 300


def test_a_bad_path_in_a_real_process_is_one_line_and_exit_2(tmp_path):
    code = "import sys; from limetheory.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "explain", str(tmp_path / "none.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "existing file" in done.stderr


@pytest.mark.parametrize("name", ["a photo.png", "übung-é.png", "<b>&'x'.png", "[red]x[bold].png"])
def test_file_names_are_shown_as_they_are(tiny, photo, tmp_path, capsys, name):
    path, out, picture = tmp_path / name, tmp_path / f"{name}.json", tmp_path / f"{name}.pdf"
    path.write_bytes((tmp_path / "photo.png").read_bytes())
    assert run(["explain", str(path), *OPTIONS, "--json", str(out), "--figure", str(picture)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{name}: ") and read(out)["image"] == name
    assert read(out)["target_name"] in shown
    assert picture.read_bytes().startswith(b"%PDF")


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
        network, image, target=1, segments=lt.segment(image, "grid", 8), replacement=0.5, n=60, rng=4, ridge=1.0,
        design=lambda d: lt.ImageDesign(d, 0.5),
    )  # fmt: skip
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    kept = {"target": 1, "target_name": "cat", "ridge": 1.0, "bandwidth": 0.5, "samples": 60, "output": "logits"}
    assert kept.items() <= record.items()


def test_a_class_is_given_by_index_or_name(tiny, photo, tmp_path):
    for target, index in (("2", 2), ("cat", 1), ("<b>CUP</b>", 0)):
        assert run(["explain", photo, *OPTIONS, "--target", target, "--json", str(tmp_path / "o.json")]) == 0
        assert read(tmp_path / "o.json")["target"] == index


class ClosedPipe(io.TextIOBase):
    def write(self, text):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


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


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--model", "efficientnet_lit0"], "got 'efficientnet_lit0'"),
        (["--model", "resnet18"], "resnet18 has no bundled weights"),
        (["--weights", "w.pth"], "weights must be None for the bundled"),
        (["--segmenter", "slick"], "did you mean 'slic'?"),
        (["--segmenter", "quickshift", "--segments", "8"], "n_segments must be left out for method 'quickshift'"),
        (["--segments", "1"], "n_segments must be in 2.."),
        (["--output", "odds"], "output must be one of probabilities, logits, got 'odds'"),
        (["--precision", "int8"], "precision must be one of float32, tf32, bfloat16, got 'int8'"),
        (["--device", "nonsense"], "device must be"),
        (["--seed", "-1"], "seed must be at least 0, got -1"),
        (["--seed", "x"], "Invalid value for '--seed'"),
        (["--samples", "1e3"], "Invalid value for '--samples'"),
        (["--bandwidth", "wide"], "Invalid value for '--bandwidth'"),
        (["--nonsense"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_to_the_real_command_is_one_line_and_exit_2(photo, capsys, options, part):
    refused(capsys, [photo, *options], part)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--bandwidth", "0"], "bandwidth must be above 0"),
        (["--bandwidth", "nan"], "bandwidth must be"),
        (["--samples", "3", "--segments", "8"], "n must be at least"),
        (["--ridge", "-1"], "ridge must be at least 0"),
        (["--ridge", "nan"], "ridge must be"),
        (["--replacement", "black"], "replacement must be one of mean, blur"),
        (["--replacement", "nan"], "replacement must be finite"),
        (["--replacement", "2"], "replacement must be in [0, 1]"),
        (["--target", "dog"], "no class of tiny has that name, got 'dog'"),
        (["--target", "3"], "class index must be in 0..2, got 3"),
        (["--target", "-1"], "'-1'"),
        (["--batch-size", "0"], "batch_size must be at least 1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_values_out_of_range_are_one_line_and_exit_2(tiny, photo, capsys, options, part):
    refused(capsys, [photo, *options], part)


def test_what_is_no_image_is_one_line_and_exit_2(no_model, tmp_path, capsys):
    text, cut = tmp_path / "notes.png", tmp_path / "cut.png"
    text.write_text("not a picture")
    Image.fromarray(data.coffee()).save(cut)
    cut.write_bytes(cut.read_bytes()[:2000])
    refused(capsys, [str(tmp_path / "none.png")], "must name an existing file")
    refused(capsys, [str(text)], "must name an image file")
    refused(capsys, [str(cut)], "must name an intact image")
    refused(capsys, [str(tmp_path)], "got the folder")
    refused(capsys, [], "Missing argument")


def test_outputs_that_cannot_be_written_are_refused_before_the_model_is_loaded(no_model, photo, tmp_path, capsys):
    (tmp_path / "file").touch()
    for option in ("--json", "--figure"):
        refused(capsys, [photo, option, str(tmp_path)], "an output must be a file, got the directory")
        refused(capsys, [photo, option, str(tmp_path / "file" / "out.png")], "must be writable")
    refused(capsys, [photo, "--figure", str(tmp_path / "out.xyz")], "must end in one of")
    refused(capsys, [photo, "--figure", str(tmp_path / "out")], "must end in one of")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--json", "--figure"])
def test_the_photograph_itself_is_no_output(tiny, photo, capsys, option):
    with open(photo, "rb") as file:
        before = file.read()
    refused(capsys, [photo, *OPTIONS, option, photo], "photo.png")
    with open(photo, "rb") as file:
        assert file.read() == before


def test_a_read_only_output_is_refused_before_the_model_is_loaded(no_model, photo, tmp_path, capsys, monkeypatch):
    (tmp_path / "old.json").write_text("kept")
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)  # root may write everything
    refused(capsys, [photo, "--json", str(tmp_path / "old.json")], "an output file must be writable")
    assert (tmp_path / "old.json").read_text() == "kept"


def test_checking_the_outputs_leaves_nothing_behind(tiny, photo, tmp_path, capsys):
    before = {path.name for path in tmp_path.iterdir()}
    refused(capsys, [photo, "--bandwidth", "0", "--json", str(tmp_path / "out.json")], "bandwidth")
    assert {path.name for path in tmp_path.iterdir()} == before


def stopping(monkeypatch, images):
    monkeypatch.setattr(
        "limetheory.models.load_model", lambda name, weights, device, **how: classifier(**how, stop_after=images)
    )


def test_ctrl_c_writes_what_was_finished_and_exits_130(photo, tmp_path, capsys, monkeypatch):
    stopping(monkeypatch, 130)
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


@pytest.fixture
def coffee(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "coffee.png"
    Image.fromarray(data.coffee()[::3, ::3]).save(path)
    return str(path)


class Halves:
    """A mask generator: the left and the right half, and the quarters of the left one."""

    def __init__(self, checkpoint=None):
        assert checkpoint in (None, "weights.pth")

    def generate(self, image):
        row, column = np.indices(image.shape[:2]) / np.array(image.shape[:2])[:, None, None]
        left, top = column < 0.5, row < 0.5
        return [{"segmentation": mask} for mask in (left, ~left, left & top, left & ~top)]


@pytest.fixture
def halves(monkeypatch):
    from importlib.metadata import EntryPoint

    from limetheory.images import mask_generators

    entry = EntryPoint("halves", f"{__name__}:Halves", mask_generators.GROUP)
    monkeypatch.setattr(mask_generators, "entry_points", lambda group: [entry])


def test_a_hierarchy_is_explained_at_two_depths(tiny, coffee, tmp_path, capsys):
    records = []
    for depth in ("1", "2"):
        out = tmp_path / f"{depth}.json"
        arguments = ["explain", coffee, "--segmenter", "dseg", "--depth", depth, "--figure", str(tmp_path / "out.png")]
        assert run([*arguments, "--samples", "200", "--json", str(out)]) == 0
        records.append(read(out))
    one, two = records
    assert one["levels"][0] == two["levels"][0] and len(two["levels"]) == 2 and one["consistency"] == []
    assert 2 <= one["superpixels"] < two["superpixels"] and two["segmenter"] == "dseg"
    for key in ("superpixels", "coefficients", "standard_errors", "intercept", "n_evaluations"):
        assert two[key] == two["levels"][1][key]
    (agreement,) = two["consistency"]
    parents, fine = np.array(agreement["parents"]), np.array(two["coefficients"])
    sums = [fine[parents == j].sum() for j in range(one["superpixels"])]
    np.testing.assert_allclose(agreement["children_sums"], sums, atol=1e-15)
    np.testing.assert_allclose(agreement["gaps"], np.array(one["coefficients"]) - sums, atol=1e-15)
    assert (np.array(agreement["reach"]) > 0).all() and "prop:linear" in agreement["theory"]
    shown = capsys.readouterr()
    assert "parts' sum" in shown.out and f"level 2: {two['superpixels']} superpixels" in shown.out and not shown.err
    with Image.open(tmp_path / "out.png") as picture:
        assert min(picture.size) > 1000


def test_a_replacement_that_is_the_same_at_every_level_is_said(tiny, coffee, tmp_path):
    for replacement, same in (("mean", False), ("0.5", True), ("blur", True)):
        options = ["--segmenter", "dseg", "--depth", "2", "--samples", "60", "--replacement", replacement]
        assert run(["explain", coffee, *options, "--json", str(tmp_path / "o.json")]) == 0
        (agreement,) = read(tmp_path / "o.json")["consistency"]
        assert agreement["same_replacement"] is same and ("hidden pixels" in agreement["theory"]) is not same


def test_segments_and_top_k_set_the_granularity(tiny, coffee, tmp_path):
    sizes = {}
    for top_k in ("1", "3"):
        options = ["--segmenter", "dseg", "--segments", "7", "--depth", "2", "--top-k", top_k, "--samples", "100"]
        assert run(["explain", coffee, *options, "--json", str(tmp_path / "o.json")]) == 0
        record = read(tmp_path / "o.json")
        split = np.bincount(record["consistency"][0]["parents"]) > 1
        assert record["levels"][0]["superpixels"] == 7 and 1 <= split.sum() <= int(top_k)
        sizes[top_k] = record["superpixels"]
    assert 7 < sizes["1"] < sizes["3"]


def test_the_levels_are_those_of_the_python_api(tiny, halves, coffee, tmp_path):
    from limetheory.images.dseg import explain_hierarchy
    from limetheory.images.hierarchy import containment_tree

    options = ["--segmenter", "halves", "--depth", "2", "--samples", "60", "--seed", "5", "--checkpoint", "weights.pth"]
    assert run(["explain", coffee, *options, "--json", str(tmp_path / "o.json")]) == 0
    record, network = read(tmp_path / "o.json"), classifier()
    image = network.prepare(lt.load_image(coffee))
    tree = containment_tree([one["segmentation"] for one in Halves().generate(image)])
    levels = explain_hierarchy(network, image, tree, n=60, rng=5)
    assert [one["superpixels"] for one in record["levels"]] == [2, 3]
    for one, level in zip(record["levels"], levels, strict=True):
        np.testing.assert_allclose(one["coefficients"], level.explanation.coefficients, atol=1e-6)
        np.testing.assert_allclose(one["standard_errors"], level.explanation.standard_errors, atol=1e-6)


def test_it_is_said_where_nothing_is_left_to_split(tiny, halves, coffee, tmp_path, capsys):
    options = ["--segmenter", "halves", "--depth", "4", "--samples", "60", "--json", str(tmp_path / "o.json")]
    assert run(["explain", coffee, *options]) == 0
    assert len(read(tmp_path / "o.json")["levels"]) == 2
    assert "nothing left to split after level 2 of 4" in capsys.readouterr().out


@pytest.mark.parametrize("after, masks, levels", [(1, 0, 1), (30, 24, 2)])
def test_ctrl_c_at_the_second_level_keeps_the_first(coffee, tmp_path, capsys, monkeypatch, after, masks, levels):
    out, picture = tmp_path / "out.json", tmp_path / "out.png"
    arguments = ["explain", coffee, "--segmenter", "dseg", "--depth", "2", "--samples", "100", "--batch-size", "2"]
    stopping(monkeypatch, math.inf)
    assert run([*arguments, "--json", str(out)]) == 0
    whole = read(out)
    stopping(monkeypatch, whole["levels"][0]["n_evaluations"] + after)
    capsys.readouterr()
    assert run([*arguments, "--json", str(out), "--figure", str(picture)]) == 130
    record, shown = read(out), capsys.readouterr()
    assert record["interrupted"] is True and len(record["levels"]) == levels
    assert record["levels"][0] == whole["levels"][0] and len(record["consistency"]) == levels - 1
    answer = "those" if levels == 2 else "that of level 1"
    assert f"after {masks} of 100 masks of level 2; the answer is" in shown.err and answer in shown.err
    assert len(shown.err.splitlines()) == 1 and "nothing left" not in shown.out
    assert [one["masks"] for one in record["levels"]] == [100, masks][:levels]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "options, rule",
    [
        (["--segmenter", "higra"], "got 'higra'; did you mean 'dseg'?"),
        (["--segmenter", "desg"], "got 'desg'; did you mean 'dseg'?"),
        (["--segmenter", "qqq"], "segmenter must be one of grid, slic"),
        (["--segmenter", "dseg", "--segments", "1"], "segments must be at least 2, got 1; or leave it out"),
        (["--depth", "2"], "depth above 1 needs a hierarchy, one of sam, dseg, got 'slic'; use --segmenter dseg"),
        (["--segmenter", "dseg", "--depth", "0"], "depth must be at least 1, got 0"),
        (["--segmenter", "dseg", "--depth", "2", "--top-k", "0"], "top-k must be at least 1, got 0"),
        (["--segmenter", "dseg", "--top-k", "2"], "top-k is for a depth above 1, got 2 at depth 1; add --depth 2"),
        (["--top-k", "2"], "top-k is for a depth above 1"),
        (["--segmenter", "sam"], "segmenter 'sam' needs a checkpoint, got none; add --checkpoint FILE"),
        (["--checkpoint", "vit_b"], "a checkpoint is for a segmenter with weights such as 'sam', got 'vit_b'"),
        (["--segmenter", "dseg", "--checkpoint", "w.pth"], "'w.pth' with 'dseg'; leave it out or use --segmenter sam"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_of_a_hierarchy_that_do_not_fit_are_refused_before_the_model_is_loaded(
    no_model, photo, options, rule, capsys
):
    refused(capsys, [photo, *options], rule)


def test_what_only_the_photograph_can_tell_is_refused_in_one_line(tiny, halves, coffee, tmp_path, capsys):
    refused(capsys, [coffee, "--segmenter", "halves", "--segments", "9"], "n_segments must be at most 3, the leaves")
    refused(capsys, [coffee, "--segmenter", "sam", "--checkpoint", str(tmp_path / "none.pth")], "none.pth")
    Image.new("RGB", (50, 40), "red").save(tmp_path / "red.png")
    refused(capsys, [str(tmp_path / "red.png"), "--segmenter", "dseg"], "masks must hold at least one mask, got none")


TOLERANCE = ["--tolerance", "0.05", "--segments", "20", "--segmenter", "grid"]


def test_a_tolerance_stops_by_itself_as_the_python_api_does(tiny, photo, tmp_path, capsys):
    out, picture = tmp_path / "out.json", tmp_path / "out.png"
    arguments = [*TOLERANCE, "--seed", "3", "--level", "0.9", "--json", str(out), "--figure", str(picture)]
    assert run(["explain", photo, *arguments]) == 0
    record, shown, network = read(out), capsys.readouterr(), classifier()
    image = network.prepare(lt.load_image(photo))
    found = lt.explain_image(
        network, image, segments=lt.segment(image, "grid", 20), tolerance=0.05, level=0.9, rng=3, batch_size=8
    )
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    np.testing.assert_allclose(record["half_widths"], found.half_widths, rtol=0, atol=1e-6)
    expected = {"tolerance": 0.05, "level": 0.9, "guarantee": "bounded", "reached": True, "samples": None}
    assert expected.items() <= record.items() and record["levels"][0]["masks"] == found.n_masks
    assert record["n_evaluations"] == found.n_evaluations
    assert f"every coefficient within ±0.05 at 90 %, {found.n_evaluations} evaluations" in shown.out
    assert "90 % interval" in shown.out and shown.err == "" and picture.read_bytes().startswith(b"\x89PNG")


def test_few_superpixels_are_said_to_be_exact(tiny, photo, tmp_path, capsys):
    out = tmp_path / "out.json"
    options = ["--tolerance", "0.01", "--segments", "6", "--segmenter", "grid"]
    assert run(["explain", photo, *options, "--json", str(out)]) == 0
    record = read(out)
    assert set(record["half_widths"]) == {0.0} and record["n_evaluations"] == 2 ** record["superpixels"] + 1
    assert "all masks, so exact" in capsys.readouterr().out


def test_logits_are_explained_to_a_tolerance_without_bounds_if_asked(tiny, photo, tmp_path, capsys):
    out = tmp_path / "out.json"
    options = [*TOLERANCE, "--output", "logits", "--json", str(out)]
    assert run(["explain", photo, *options, "--guarantee", "asymptotic"]) == 0
    assert read(out)["guarantee"] == "asymptotic" and "at 95 % (asymptotic)" in capsys.readouterr().out
    refused(capsys, [photo, *options], "needs bounds, which logits do not have")


def test_without_a_tolerance_its_numbers_are_null(tiny, photo, tmp_path):
    assert run(["explain", photo, *OPTIONS, "--json", str(tmp_path / "o.json")]) == 0
    record = read(tmp_path / "o.json")
    assert [record[key] for key in ("tolerance", "guarantee", "reached", "half_widths")] == [None] * 4
    assert record["level"] == 0.95 and record["samples"] == 60


def test_ctrl_c_at_a_tolerance_says_how_far_it_got(photo, tmp_path, capsys, monkeypatch):
    stopping(monkeypatch, 300)
    out = tmp_path / "out.json"
    assert run(["explain", photo, *TOLERANCE, "--tolerance", "0.001", "--json", str(out)]) == 130
    shown, record = capsys.readouterr(), read(out)
    assert "masks; the answer is from those" in shown.err and len(shown.err.splitlines()) == 1
    assert record["reached"] is False and min(record["half_widths"]) > 0.001 and record["interrupted"]
    assert "not reached: every coefficient within ±0.001 at 95 %; ±" in shown.out


def test_a_hierarchy_is_explained_to_a_tolerance_at_every_level(tiny, coffee, tmp_path):
    options = ["--segmenter", "dseg", "--depth", "2", "--tolerance", "0.1", "--json", str(tmp_path / "o.json")]
    assert run(["explain", coffee, *options, "--figure", str(tmp_path / "o.png")]) == 0
    levels = read(tmp_path / "o.json")["levels"]
    assert len(levels) == 2 and all(level["reached"] and max(level["half_widths"]) <= 0.1 for level in levels)


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (["--tolerance", "0.1", "--samples", "100"], "samples and tolerance exclude each other, got 100 and 0.1"),
        (["--tolerance", "0"], "tolerance must be above 0, got 0"),
        (["--tolerance", "nan"], "tolerance must be"),
        (["--tolerance", "0.1", "--level", "95"], "level must be above 0 and below 1, got 95.0; write 0.95"),
        (["--level", "0"], "level must be above 0"),
        (["--tolerance", "0.1", "--ridge", "1"], "a tolerance has no ridge penalty, got 1"),
        (["--guarantee", "bounded"], "guarantee is for a tolerance, got 'bounded'; add --tolerance"),
        (["--tolerance", "0.1", "--guarantee", "sure"], "guarantee must be one of bounded, asymptotic, got 'sure'"),
        (["--tolerance", "0.1", "--output", "logits"], "add --guarantee asymptotic or leave --output out"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_of_a_tolerance_that_do_not_fit_are_refused_before_the_model_is_loaded(
    no_model, photo, options, rule, capsys
):
    refused(capsys, [photo, *options], rule)


def test_a_tolerance_below_the_network_s_rounding_is_one_line(tiny, photo, capsys):
    refused(capsys, [photo, *TOLERANCE[2:], "--tolerance", "1e-8"], "the rounding of the values, got 1e-08")
