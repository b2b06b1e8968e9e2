"""`limetheory explain` with a hierarchy of segments: depths, granularity, refusals, and Ctrl-C."""

import math
import warnings

import numpy as np
import pytest
from explain_cases import Halves, classifier, read, refused, stopping
from PIL import Image

import limetheory as lt
from limetheory.cli.main import run


@pytest.mark.slow
def test_a_hierarchy_is_explained_at_two_depths(tiny, coffee, tmp_path, capsys):
    records = []
    for depth in ("1", "2"):
        out = tmp_path / f"{depth}.json"
        arguments = ["explain", coffee, "--segmenter", "higra", "--depth", depth, "--figure", str(tmp_path / "out.png")]
        assert run([*arguments, "--samples", "200", "--json", str(out)]) == 0
        records.append(read(out))
    one, two = records
    assert one["levels"][0] == two["levels"][0] and len(two["levels"]) == 2 and one["consistency"] == []
    assert 2 <= one["superpixels"] < two["superpixels"] and two["segmenter"] == two["generator"] == "higra"
    for key in ("superpixels", "coefficients", "standard_errors", "intercept", "n_evaluations"):
        assert two[key] == two["levels"][1][key]
    (agreement,) = two["consistency"]
    parents, fine = np.array(agreement["parents"]), np.array(two["coefficients"])
    sums = [fine[parents == j].sum() for j in range(one["superpixels"])]
    np.testing.assert_allclose(agreement["children_sums"], sums, atol=1e-15)
    np.testing.assert_allclose(agreement["gaps"], np.array(one["coefficients"]) - sums, atol=1e-15)
    assert (np.array(agreement["reach"]) > 0).all() and "prop:linear" in agreement["theory"]
    shown = capsys.readouterr()
    assert "parts' sum" in shown.out and f"depth 2: {two['superpixels']} superpixels" in shown.out and not shown.err
    assert f"depth 1: {one['superpixels']} superpixels" in shown.out
    assert f"{sum(level['n_evaluations'] for level in two['levels'])} evaluations at all depths together" in shown.out
    with Image.open(tmp_path / "out.png") as picture:
        assert min(picture.size) > 1000


@pytest.mark.slow
@pytest.mark.parametrize("generator", ["dino", "higra"])
def test_dseg_is_the_best_generator_that_is_installed_and_the_answer_says_which(
    tiny, coffee, tmp_path, capsys, monkeypatch, generator
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if generator == "higra":
        monkeypatch.setattr("limetheory.images.generators.own_generators.installed", lambda name: None)
    options = ["--samples", "100", "--json", str(tmp_path / "o.json")]
    records = []
    for name in ("dseg", generator):
        assert run(["explain", coffee, "--segmenter", name, *options]) == 0
        assert f"segments found by {generator}" in capsys.readouterr().out
        records.append(read(tmp_path / "o.json"))
    assert [one["generator"] for one in records] == [generator] * 2
    assert records[0]["coefficients"] == records[1]["coefficients"]
    assert run(["explain", coffee, "--segmenter", "grid", *options]) == 0
    assert "generator" not in read(tmp_path / "o.json") and "found by" not in capsys.readouterr().out


@pytest.mark.slow
def test_the_record_says_whether_all_depths_have_the_same_replacement(tiny, coffee, tmp_path):
    for replacement, same in (("mean", False), ("0.5", True), ("blur", True)):
        options = ["--segmenter", "higra", "--depth", "2", "--samples", "60", "--replacement", replacement]
        assert run(["explain", coffee, *options, "--json", str(tmp_path / "o.json")]) == 0
        (agreement,) = read(tmp_path / "o.json")["consistency"]
        assert agreement["same_replacement"] is same and ("hidden pixels" in agreement["theory"]) is not same


@pytest.mark.slow
def test_segments_and_top_k_set_the_granularity(tiny, coffee, tmp_path):
    sizes = {}
    for top_k in ("1", "3"):
        options = ["--segmenter", "higra", "--segments", "7", "--depth", "2", "--top-k", top_k, "--samples", "100"]
        assert run(["explain", coffee, *options, "--json", str(tmp_path / "o.json")]) == 0
        record = read(tmp_path / "o.json")
        split = np.bincount(record["consistency"][0]["parents"]) > 1
        assert record["levels"][0]["superpixels"] == 7 and 1 <= split.sum() <= int(top_k)
        sizes[top_k] = record["superpixels"]
    assert 7 < sizes["1"] < sizes["3"]


def test_the_command_explains_the_same_depths_as_the_python_api(tiny, halves, coffee, tmp_path):
    from limetheory.images.hierarchy.containment import containment_tree
    from limetheory.images.hierarchy.dseg import explain_hierarchy

    options = ["--segmenter", "halves", "--depth", "2", "--samples", "60", "--seed", "5", "--checkpoint", "weights.pth"]
    assert run(["explain", coffee, *options, "--json", str(tmp_path / "o.json")]) == 0
    record, network = read(tmp_path / "o.json"), classifier()
    image = network.prepare(lt.load_image(coffee))
    tree = containment_tree([one["segmentation"] for one in Halves().generate(image)])
    explained = explain_hierarchy(network, image, tree, n=60, rng=5)
    assert [one["superpixels"] for one in record["levels"]] == [2, 3]
    for one, other in zip(record["levels"], explained, strict=True):
        np.testing.assert_allclose(one["coefficients"], other.explanation.coefficients, atol=1e-6)
        np.testing.assert_allclose(one["standard_errors"], other.explanation.standard_errors, atol=1e-6)


def test_the_command_says_when_no_segment_can_be_split_further(tiny, halves, coffee, tmp_path, capsys):
    options = ["--segmenter", "halves", "--depth", "4", "--samples", "60", "--json", str(tmp_path / "o.json")]
    assert run(["explain", coffee, *options]) == 0
    assert len(read(tmp_path / "o.json")["levels"]) == 2
    assert "nothing left to split after depth 2 of 4" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("after, masks, depths", [(1, 0, 1), (30, 24, 2)])
def test_ctrl_c_at_depth_2_keeps_the_explanation_of_depth_1(
    coffee, tmp_path, capsys, monkeypatch, after, masks, depths
):
    out, picture = tmp_path / "out.json", tmp_path / "out.png"
    arguments = ["explain", coffee, "--segmenter", "higra", "--depth", "2", "--samples", "100", "--batch-size", "2"]
    stopping(monkeypatch, math.inf)
    assert run([*arguments, "--json", str(out)]) == 0
    whole = read(out)
    stopping(monkeypatch, whole["levels"][0]["n_evaluations"] + after)
    capsys.readouterr()
    assert run([*arguments, "--json", str(out), "--figure", str(picture)]) == 130
    record, shown = read(out), capsys.readouterr()
    assert record["interrupted"] is True and len(record["levels"]) == depths
    assert record["levels"][0] == whole["levels"][0] and len(record["consistency"]) == depths - 1
    answer = "those" if depths == 2 else "that of depth 1"
    assert f"after {masks} of 100 masks at depth 2; the answer is" in shown.err and answer in shown.err
    assert len(shown.err.splitlines()) == 1 and "nothing left" not in shown.out
    assert [one["masks"] for one in record["levels"]] == [100, masks][:depths]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "options, rule",
    [
        (["--segmenter", "hirga"], "got 'hirga'; did you mean 'higra'?"),
        (["--segmenter", "desg"], "got 'desg'; did you mean 'dseg'?"),
        (["--segmenter", "qqq"], "segmenter must be one of grid, slic"),
        (["--segmenter", "higra", "--segments", "1"], "segments must be at least 2, got 1; or leave it out"),
        (["--depth", "2"], "above 1 needs a hierarchy, one of dseg, sam, higra, dino, got 'slic'; use segmenter dseg"),
        (["--segmenter", "higra", "--depth", "0"], "depth must be at least 1, got 0"),
        (["--segmenter", "higra", "--depth", "2", "--top-k", "0"], "top-k must be at least 1, got 0"),
        (["--segmenter", "higra", "--top-k", "2"], "top-k is for a depth above 1, got 2 at depth 1; give depth 2"),
        (["--top-k", "2"], "top-k is for a depth above 1"),
        (["--segmenter", "sam"], "segmenter 'sam' needs a checkpoint, got none; give its file or folder"),
        (["--checkpoint", "vit_b"], "a checkpoint is for a segmenter with weights such as 'sam', got 'vit_b'"),
        (["--segmenter", "dseg", "--checkpoint", "w.pth"], "'w.pth' with 'dseg'; leave it out or use segmenter sam"),
        (["--segmenter", "higra", "--checkpoint", "w.pth"], "'w.pth' with 'higra'; leave it out or use segmenter sam"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_of_a_hierarchy_that_do_not_fit_are_refused_before_the_model_is_loaded(
    no_model, photo, options, rule, capsys
):
    refused(capsys, [photo, *options], rule)


@pytest.mark.slow
def test_what_only_the_photograph_can_tell_is_refused_in_one_line(tiny, halves, coffee, tmp_path, capsys):
    refused(capsys, [coffee, "--segmenter", "halves", "--segments", "9"], "--segments must be at most 3, the leaves")
    refused(capsys, [coffee, "--segmenter", "sam", "--checkpoint", str(tmp_path / "none.pth")], "none.pth")
    Image.new("RGB", (50, 40), "red").save(tmp_path / "red.png")
    for name in ("higra", "dino"):
        refused(capsys, [str(tmp_path / "red.png"), "--segmenter", name], "find a segment that is large enough, got 0")


@pytest.mark.slow
@pytest.mark.parametrize("replacement", ["0", "mean"])
def test_a_picture_of_one_colour_has_no_hierarchy_and_the_remedy_is_an_option_that_works(
    tiny, tmp_path, capsys, monkeypatch, replacement
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "grey.png"
    Image.new("RGB", (40, 30), (128, 128, 128)).save(path)
    options = ["--segments", "6", "--samples", "100", "--replacement", replacement]
    refused(capsys, [str(path), "--segmenter", "higra", *options], "got 0 masks without one; use segmenter grid")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert run(["explain", str(path), "--segmenter", "grid", *options]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "so that all coefficients are 0" in line]
    assert len(told) == (replacement == "mean")
