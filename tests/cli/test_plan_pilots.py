"""What `limetheory plan` makes of pilots of other outputs and methods, and of one that is exact already."""

import json

import pytest

from limetheory.cli.main import run
from limetheory.explaining.pilot import OUTPUT_BOUNDS
from limetheory.images.units import UNITS


@pytest.fixture
def explained(tiny, photo, tmp_path, capsys):
    """Explain a photograph in so many squares with some options; return the path of the JSON."""

    def explain(segments, *options):
        path = tmp_path / "pilot.json"
        asked = ["--segmenter", "grid", "--segments", str(segments), *options, "--json", str(path)]
        assert run(["explain", photo, *asked]) == 0
        capsys.readouterr()
        return str(path)

    return explain


def asked(pilot, tmp_path, *options):
    out = tmp_path / "plan.json"
    assert run(["plan", "--pilot", pilot, *options, "--json", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


def test_every_output_of_a_network_has_bounds_or_none():
    assert OUTPUT_BOUNDS.keys() == UNITS.keys()
    unbounded = ["logits", "identity", "difference of logits", "difference of outputs"]
    assert [name for name, bounds in OUTPUT_BOUNDS.items() if bounds is None] == unbounded


@pytest.mark.slow
def test_a_pilot_of_logits_has_no_guarantee_until_a_range_is_given(explained, tmp_path, capsys):
    pilot = explained(9, "--samples", "60", "--output", "logits")
    record = asked(pilot, tmp_path)
    assert record["range"] is None and record["evaluations"]["clt"]["n"] > 0
    assert [record["evaluations"][name]["n"] for name in ("unbiased", "wls")] == [None, None]
    assert "add --range LO HI" in record["evaluations"]["wls"]["assumes"] and "unknown" in capsys.readouterr().out
    ranged = asked(pilot, tmp_path, "--range", "-9", "9")
    assert ranged["evaluations"]["unbiased"]["n"] > 0 and ranged["range"] == [-9, 9]
    assert ranged["evaluations"]["clt"] == record["evaluations"]["clt"]


def test_a_pilot_of_probabilities_has_their_range(explained, tmp_path):
    assert asked(explained(9, "--samples", "60"), tmp_path)["range"] == [0, 1]


@pytest.mark.parametrize(
    ("options", "got"),
    [
        (["--method", "quadrature"], "got 'quadrature'"),
        (["--method", "adjusted"], "got 'adjusted'"),
        (["--ridge", "1"], "got a ridge penalty"),
        (["--attribution", "rise"], "got 'rise'"),
    ],
    ids=" ".join,
)
def test_a_pilot_of_other_errors_than_those_of_least_squares_is_refused(explained, capsys, options, got):
    assert run(["plan", "--pilot", explained(9, "--samples", "60", *options)]) == 2
    line = capsys.readouterr().err
    assert got in line and "explain again without --ridge, --attribution and --tolerance, and with --method wls" in line


@pytest.mark.parametrize(
    "options", [["--tolerance", "0.02"], ["--samples", "60", "--method", "quadrature"]], ids=lambda one: one[0]
)
def test_a_pilot_of_all_masks_is_exact_already(explained, tmp_path, capsys, options):
    record = asked(explained(4, *options), tmp_path)
    assert record["exact"] and {one["n"] for one in record["evaluations"].values()} == {0}
    printed = capsys.readouterr().out
    assert "already exact" in printed and "assumes" not in printed


@pytest.mark.slow
def test_degrees_of_freedom_of_a_pilot_count(explained, tmp_path):
    path = explained(4, "--samples", "60")
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    needed = []
    for freedom in ([3] * 4, [9] * 4, [None] * 4):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**record, "degrees_of_freedom": freedom}, file)
        needed.append(asked(path, tmp_path, "--half-width", "0.001")["evaluations"]["clt"]["n"])
    assert needed[0] > needed[1] > needed[2]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"degrees_of_freedom": [3.0]}, "a pilot must have 4 degrees of freedom, got [3.0]"),
        ({"degrees_of_freedom": [0.5] * 4}, "degrees of freedom must be at least 1, got 0.5"),
        ({"output": "odds"}, "a pilot's output must be one of probabilities"),
        ({"standard_errors": [0.0] * 4}, "must not all be 0 before all 2^4 masks are evaluated, got 0 after 5"),
    ],
    ids=str,
)
def test_a_damaged_pilot_is_refused_in_one_line(tmp_path, capsys, changes, rule):
    record = {"coefficients": [0.1] * 4, "standard_errors": [0.1] * 4, "n_evaluations": 5, "bandwidth": 0.25}
    (tmp_path / "pilot.json").write_text(json.dumps({**record, **changes}), encoding="utf-8")
    assert run(["plan", "--pilot", str(tmp_path / "pilot.json")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and rule in lines[0]
