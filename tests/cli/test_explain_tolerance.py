"""`limetheory explain --tolerance`: it stops by itself, says how far it got, and refuses what does not fit."""

import numpy as np
import pytest
from explain_cases import OPTIONS, classifier, read, refused, stopping

import limetheory as lt
from limetheory.cli.main import run

TOLERANCE = ["--tolerance", "0.05", "--segments", "20", "--segmenter", "grid"]


@pytest.mark.slow
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
    np.testing.assert_allclose(record["half_widths"], found.stopping.half_widths, rtol=0, atol=1e-6)
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
    assert set(record["half_widths"]) == {0.0} and record["n_evaluations"] == 2 ** record["superpixels"] + 7
    assert "all masks, so exact" in capsys.readouterr().out


@pytest.mark.slow
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


@pytest.mark.slow
def test_ctrl_c_at_a_tolerance_says_how_far_it_got(photo, tmp_path, capsys, monkeypatch):
    stopping(monkeypatch, 300)
    out = tmp_path / "out.json"
    assert run(["explain", photo, *TOLERANCE, "--tolerance", "0.001", "--json", str(out)]) == 130
    shown, record = capsys.readouterr(), read(out)
    assert "masks; the answer is from those" in shown.err and len(shown.err.splitlines()) == 1
    assert record["reached"] is False and min(record["half_widths"]) > 0.001 and record["interrupted"]
    assert "not reached: every coefficient within ±0.001 at 95 %; ±" in shown.out


@pytest.mark.slow
def test_a_hierarchy_is_explained_to_a_tolerance_at_every_depth(tiny, coffee, tmp_path):
    options = ["--segmenter", "higra", "--depth", "2", "--tolerance", "0.1", "--json", str(tmp_path / "o.json")]
    assert run(["explain", coffee, *options, "--figure", str(tmp_path / "o.png")]) == 0
    levels = read(tmp_path / "o.json")["levels"]
    assert len(levels) == 2 and all(level["reached"] and max(level["half_widths"]) <= 0.1 for level in levels)


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (["--tolerance", "0.1", "--samples", "100"], "has its own unbiased method, got samples 100; leave it out"),
        (["--tolerance", "0"], "tolerance must be above 0, got 0"),
        (["--tolerance", "nan"], "tolerance must be"),
        (["--tolerance", "0.1", "--level", "95"], "level must be above 0 and below 1, got 95.0; write 0.95"),
        (["--level", "0"], "level must be above 0"),
        (["--tolerance", "0.1", "--ridge", "1"], "its own unbiased method, got ridge 1.0; leave it out"),
        (["--guarantee", "bounded"], "guarantee is for a tolerance, got 'bounded' without one; give a tolerance"),
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
