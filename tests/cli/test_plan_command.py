"""`limetheory plan`: the numbers of the Python API, a pilot's file, times, and one-line refusals."""

import json
import math

import numpy as np
import pytest

import limetheory as lt
from limetheory.cli.main import run
from limetheory.statistics import plan

QUESTION = ["--superpixels", "50", "--half-width", "0.05", "--level", "0.95"]


def asked(tmp_path, *options):
    out = tmp_path / "plan.json"
    assert run(["plan", *options, "--json", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def refused(capsys, arguments, part):
    """Check for exit code 2 and exactly one line on stderr that contains ``part``."""
    assert run(["plan", *arguments]) == 2
    shown = capsys.readouterr()
    lines = shown.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("limetheory: ") and not shown.out, lines
    assert part in lines[0]


@pytest.fixture
def pilot(tmp_path):
    """Write the entries of `limetheory explain --json` that a plan reads; return the path and the record."""
    record = {
        "superpixels": 6, "bandwidth": 0.5, "intercept": 0.1, "n_evaluations": 400,
        "coefficients": [0.1, 0.2, 0.0, -0.1, 0.3, 0.0], "standard_errors": [0.01, 0.02, 0.01, 0.01, 0.03, 0.01],
    }  # fmt: skip
    path = tmp_path / "pilot.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return path, record


def planned(kept, masks, half_width):
    """The number of the Python API for the numbers that a file has, which rest on so many masks."""
    freedom = np.array([math.inf if one is None else one for one in kept.get("degrees_of_freedom", [None])])
    found = lt.Explanation(np.array(kept["coefficients"]), 0.1, np.array(kept["standard_errors"]), masks, freedom)
    return plan(lt.ImageDesign(kept["superpixels"], kept["bandwidth"]), half_width, pilot=found).clt.n


def rewritten(pilot, **changes):
    path, record = pilot
    path.write_text(json.dumps({key: value for key, value in {**record, **changes}.items() if value != "left out"}))
    return str(path)


def test_the_numbers_are_those_of_the_python_api(tmp_path, capsys):
    record = asked(tmp_path, *QUESTION)
    answer = plan(lt.ImageDesign(50), 0.05, 0.95, bounds=(0, 1))
    assert {name: part["n"] for name, part in record["evaluations"].items()} == {
        "clt": answer.clt.n, "unbiased": answer.unbiased.n, "wls": answer.wls.n,
    }  # fmt: skip
    assert record["all_masks"] == 2**50 and record["bandwidth"] == 0.25 and record["range"] == [0.0, 1.0]
    printed = capsys.readouterr().out
    assert f"{answer.wls.n:,}" in printed and f"{answer.clt.n:,}" in printed and "2^50" in printed


def test_every_option_reaches_the_plan(tmp_path):
    options = ["--bandwidth", "inf", "--range", "-2", "6", "--spread", "0.7", "--simultaneous"]
    record = asked(tmp_path, *QUESTION, *options)
    answer = plan(
        lt.ImageDesign(50, math.inf), 0.05, 0.95, bounds=(-2, 6), spread=0.7, simultaneous=True
    )  # fmt: skip
    assert [part["n"] for part in record["evaluations"].values()] == [answer.clt.n, answer.unbiased.n, answer.wls.n]
    assert record["bandwidth"] == "inf" and record["spread"] == 0.7 and record["simultaneous"] is True


def test_a_pilot_gives_superpixels_bandwidth_and_standard_errors(pilot, tmp_path, capsys):
    path, kept = pilot
    record = asked(tmp_path, "--pilot", str(path), "--half-width", "0.02")
    found = lt.Explanation(np.array(kept["coefficients"]), 0.1, np.array(kept["standard_errors"]), 400)
    answer = plan(lt.ImageDesign(6, 0.5), 0.02, 0.95, pilot=found, bounds=(0, 1))
    assert record["evaluations"]["clt"]["n"] == answer.clt.n == planned(kept, 400, 0.02)
    assert record["superpixels"] == 6 and record["bandwidth"] == 0.5
    assert "a pilot of 400 masks" in record["evaluations"]["clt"]["assumes"]
    assert "All 64 masks are no more than: central limit theorem" in capsys.readouterr().out


def test_the_saved_explanation_of_the_repository_is_a_pilot(tmp_path):
    from experiments.explain.experiment import HERE

    saved = HERE / "coffee.json"
    kept = json.loads(saved.read_text(encoding="utf-8"))
    record = asked(tmp_path, "--pilot", str(saved), "--half-width", "0.02")
    assert record["evaluations"]["clt"]["n"] == planned(kept, 1000, 0.02)


@pytest.mark.slow
def test_a_pilot_counts_the_masks_that_were_drawn_and_not_the_checks_of_the_model(tiny, photo, tmp_path, capsys):
    out = tmp_path / "pilot.json"
    assert run(["explain", photo, "--segmenter", "grid", "--segments", "6", "--samples", "40", "--json", str(out)]) == 0
    kept, record = json.loads(out.read_text()), asked(tmp_path, "--pilot", str(out), "--half-width", "0.0001")
    assert kept["n_evaluations"] != 40
    assert record["evaluations"]["clt"]["n"] == planned(kept, 40, 0.0001) > planned(kept, 30, 0.0001)
    assert "a pilot of 40 masks" in record["evaluations"]["clt"]["assumes"]


@pytest.mark.parametrize("masks", [0, "40", None])
def test_a_pilot_s_number_of_masks_is_checked(pilot, capsys, masks):
    path = rewritten(pilot, levels=[{"masks": masks}])
    refused(capsys, ["--pilot", path], "the pilot's masks must be")


def test_a_pilot_with_infinite_bandwidth_is_read(pilot, tmp_path):
    assert asked(tmp_path, "--pilot", rewritten(pilot, bandwidth="inf"))["bandwidth"] == "inf"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [("0.001", "2.1 s"), ("0.1", "3.5 min"), ("3", "1.75 h"), ("100", "2.43 d"), ("1e6", "years")],
)
def test_times_are_in_the_largest_unit(tmp_path, capsys, seconds, shown):
    record = asked(tmp_path, *QUESTION, "--seconds-per-evaluation", seconds)
    part = record["evaluations"]["clt"]
    assert part["n"] == 2099 and part["seconds"] == 2099 * float(seconds)
    assert shown in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("d", ["10000", "1000000"])
def test_huge_numbers_of_superpixels_are_answered(tmp_path, capsys, d):
    record = asked(tmp_path, "--superpixels", d, "--seconds-per-evaluation", "1")
    assert int(d) < record["evaluations"]["wls"]["n"] < 1e10 and record["all_masks"] is None
    printed = capsys.readouterr().out
    assert f"2^{d}" in printed and "for ever" in printed


def test_numbers_of_masks_above_1e300_are_null(tmp_path, capsys):
    record = asked(tmp_path, "--superpixels", "5000", "--bandwidth", "0.001", "--seconds-per-evaluation", "1")
    assert record["evaluations"]["wls"] == {"n": None, "assumes": "F within [0, 1]", "seconds": None}
    assert "above 1e300" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (["--level", "0"], "level must be above 0 and below 1, got 0.0; write 0.95 for 95 %"),
        (["--level", "1"], "level must be above 0 and below 1, got 1.0"),
        (["--level", "95"], "level must be above 0 and below 1, got 95.0; write 0.95 for 95 %"),
        (["--half-width", "0"], "--half-width must be above 0, got 0.0"),
        (["--half-width", "-0.1"], "--half-width must be above 0, got -0.1"),
        (["--half-width", "nan"], "--half-width must be above 0 and finite"),
        (["--half-width", "1"], "--half-width must be below 1, got 1.0; it must be below the range of the output"),
        (["--half-width", "3", "--range", "0", "2"], "--half-width must be below 2, got 3.0"),
        (
            ["--superpixels", "0"],
            "superpixels must be at least 2, got 0; with one superpixel the output of the whole image",
        ),
        (["--superpixels", "1"], "superpixels must be at least 2, got 1"),
        (["--superpixels", "-3"], "superpixels must be at least 2, got -3"),
        (["--superpixels", "ten"], "'--superpixels'"),
        (["--superpixels", "1000000000"], "superpixels must be at most 1000000, got 1000000000"),
        (["--bandwidth", "0"], "bandwidth must be above 0"),
        (["--range", "1", "0"], "greatest value of the output must be above 1, got 0.0"),
        (["--range", "0", "inf"], "finite"),
        (["--spread", "0"], "spread must be above 0, got 0.0"),
        (["--seconds-per-evaluation", "0"], "seconds-per-evaluation must be above 0"),
        (["--json", "."], "an output must be a file"),
        (["--pilot", "none.json"], "a pilot must be an existing file, got 'none.json'; give a file that"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_values_are_one_line_and_exit_2(capsys, options, rule):
    refused(capsys, [*QUESTION, *options], rule)


def test_a_plan_without_superpixels_is_refused(capsys):
    refused(capsys, [], "a plan needs --superpixels D or --pilot FILE, got neither")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"standard_errors": "left out"}, "without standard_errors; give a file that limetheory explain --json wrote"),
        ({"standard_errors": [0.1] * 5 + [None]}, "must be known, got 1 that are not; explain with more samples"),
        ({"standard_errors": [0.1] * 5}, "one standard error for each coefficient, got 5 for 6"),
        ({"standard_errors": [-0.1] * 6}, "must be at least 0, got -0.1"),
        ({"standard_errors": 3}, "must be a list, got 3"),
        ({"coefficients": "many"}, "the pilot's coefficients must be"),
        ({"coefficients": []}, "one standard error for each coefficient"),
        ({"n_evaluations": 0}, "n_evaluations must be at least 1"),
        ({"n_evaluations": 1.5}, "n_evaluations must be an integer"),
        ({"bandwidth": "wide"}, "the pilot's bandwidth must be a number"),
        ({"bandwidth": 0}, "the pilot's bandwidth must be above 0"),
    ],
    ids=str,
)
def test_a_pilot_that_is_none_is_one_line_and_exit_2(pilot, capsys, changes, rule):
    refused(capsys, ["--pilot", rewritten(pilot, **changes)], rule)


@pytest.mark.parametrize("text", [b"[1, 2]", b"not JSON", b"\xff\xfe"])
def test_a_pilot_of_another_kind_is_one_line_and_exit_2(tmp_path, capsys, text):
    (tmp_path / "pilot.json").write_bytes(text)
    refused(capsys, ["--pilot", str(tmp_path / "pilot.json")], "a pilot must")


def test_a_pilot_that_contradicts_the_options_is_refused(pilot, capsys):
    path = str(pilot[0])
    refused(capsys, ["--pilot", path, "--superpixels", "7"], "the pilot must have the design's d = 7, got 6")
    refused(capsys, ["--pilot", path, "--bandwidth", "0.25"], "bandwidth must be the pilot's 0.5, got 0.25; leave")
    refused(capsys, ["--pilot", path, "--json", path], "an output must have a file of its own")
