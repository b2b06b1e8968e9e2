"""`limetheory explain --replacement`: the numbers of Python for every name, in records and files."""

import sys

import numpy as np
import pytest
from explain_cases import OPTIONS, classifier, read, refused

import limetheory as lt
from limetheory.cli.main import run
from limetheory.images import REPLACEMENTS
from limetheory.images.segmentation.segment import segmented_into

GRID = [*OPTIONS, "--segmenter", "grid"]
NEW = ("telea", "navier_stokes", "noise", "histogram")


@pytest.mark.slow
@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize("smoothing", [None, "gaussian"])
def test_the_command_gives_the_numbers_of_python(tiny, photo, tmp_path, name, smoothing):
    out, kept, picture = tmp_path / "out.json", tmp_path / "kept.npz", tmp_path / "out.png"
    asked = ["--replacement", name, *(["--smoothing", smoothing] if smoothing else [])]
    files = ["--json", str(out), "--save", str(kept), "--figure", str(picture)]
    assert run(["explain", photo, *GRID, *asked, *files]) == 0
    record, network = read(out), classifier()
    image = network.prepare(lt.load_image(photo))
    found = lt.explain_image(
        network, image, segments=segmented_into(image, "grid", 8), replacement=name, n=60, rng=0, smoothing=smoothing
    )
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    np.testing.assert_allclose(record["standard_errors"], found.standard_errors, rtol=0, atol=1e-6)
    assert record["replacement"] == name and record["method"] == "wls" and picture.stat().st_size > 1000
    again = lt.load_explanation(kept)
    assert again.coefficients.tolist() == record["coefficients"]
    np.testing.assert_array_equal(again.masked.replacement, found.masked.replacement)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["noise", "histogram"])
def test_a_seed_gives_the_same_record_in_any_batch(tiny, photo, tmp_path, name):
    records = []
    for k, options in enumerate((["--batch-size", "3"], ["--batch-size", "50"], ["--seed", "1"])):
        out = tmp_path / f"{k}.json"
        assert run(["explain", photo, *GRID, "--replacement", name, *options, "--json", str(out)]) == 0
        records.append(read(out)["coefficients"])
    np.testing.assert_allclose(records[0], records[1], rtol=0, atol=1e-6)
    assert np.abs(np.subtract(records[0], records[2])).max() > 1e-4


@pytest.mark.slow
def test_a_random_replacement_goes_to_a_tolerance(tiny, photo, tmp_path):
    out = tmp_path / "out.json"
    options = ["--segmenter", "grid", "--segments", "8", "--replacement", "noise", "--tolerance", "0.3"]
    assert run(["explain", photo, *options, "--json", str(out)]) == 0
    record = read(out)
    assert record["reached"] is True and max(record["half_widths"]) <= 0.3 and min(record["half_widths"]) > 0


@pytest.mark.slow
def test_a_plan_from_a_pilot_with_noise_counts_the_draws_and_takes_no_mask_for_known(tiny, photo, tmp_path, capsys):
    counts = []
    for name in ("noise", "0.5"):
        capsys.readouterr()
        out, plan = tmp_path / f"{name}.json", tmp_path / f"plan-{name}.json"
        assert run(["explain", photo, *GRID, "--replacement", name, "--json", str(out)]) == 0
        assert run(["plan", "--pilot", str(out), "--half-width", "0.01", "--json", str(plan)]) == 0
        counts.append(read(plan)["evaluations"]["clt"]["n"])
        said = capsys.readouterr().out
        assert read(plan)["all_masks"] == (None if name == "noise" else 256)
        assert ("All 256 masks" in said) == ("all masks" in said) == (name != "noise")
        assert read(out).get("random", False) is (name == "noise")
    assert counts[0] > counts[1] > 0


@pytest.mark.slow
def test_a_hierarchy_takes_a_random_replacement(tiny, coffee, tmp_path):
    out = tmp_path / "out.json"
    options = ["--segmenter", "higra", "--depth", "2", "--samples", "60", "--replacement", "noise"]
    assert run(["explain", coffee, *options, "--json", str(out)]) == 0
    assert read(out)["consistency"][0]["same_replacement"] is True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--replacement", "telae"], "got 'telae': did you mean 'telea'?"),
        (["--replacement", "Noise"], "got 'Noise': did you mean 'noise'?"),
        (["--replacement", "noise", "--attribution", "ciu"], "attribution 'ciu' needs one value for each mask"),
        (["--replacement", "noise", "--method", "adjusted"], "method 'adjusted' needs one value for each mask"),
    ],
)
def test_what_cannot_work_is_refused_before_the_network_is_loaded(no_model, photo, capsys, options, message):
    refused(capsys, [photo, *options], message)


def test_without_opencv_inpainting_is_refused_before_the_network_is_loaded(no_model, photo, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    refused(capsys, [photo, "--replacement", "telea"], "run pip install 'limetheory[inpainting]'")


@pytest.mark.slow
def test_doctor_names_what_is_missing(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert run(["doctor"]) == 0
    report = capsys.readouterr().out
    assert (
        "  ready    mean, blur, noise, histogram, removed\n  missing  telea: inpainting needs cv2, got none" in report
    )


@pytest.mark.parametrize("command", ["explain", "explain-many"])
def test_the_help_says_what_each_replacement_is(capsys, command):
    run([command, "--help"])
    told = "".join(capsys.readouterr().out.replace("│", " ").split())
    for row in REPLACEMENTS.own.values():
        assert f"{row.name}:{row.summary}".replace(" ", "") in told
