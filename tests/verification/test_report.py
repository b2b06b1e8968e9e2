"""The report is a single self-contained page and valid JSON, and it says which checks failed."""

import json
import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from limetheory.verification.checks import Check, Section
from limetheory.verification.report import PACKAGES, write_report

CHECKS = [
    Check("right <b>", 0.5, 0.0, 1.0, "means <i>much</i>"),
    Check("nothing measured", float("nan"), 0.0, 1.0, "NaN is not inside"),
    Check("too large", 2.0, -np.inf, 1.0, "below"),
    Check("large enough", 2.0, 1.0, np.inf, "above"),
]


def section(checks=CHECKS):
    figure = Figure()
    figure.subplots().plot([0, 1])
    numbers = {"<photo>": {"array": np.array([[1.0, np.nan]]), "scalar": np.float64(np.inf), "count": np.int64(3)}}
    return Section("Title <script>", "Text & more", list(checks), numbers, {"figure-'1'": figure})


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


@pytest.fixture
def report(tmp_path):
    page = write_report([section()], {"seed": 3, "plan": "quick", "width": float("inf")}, tmp_path)
    record = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"), parse_constant=refuse)
    return page.read_text(encoding="utf-8"), record


def test_the_page_points_nowhere_outside(report):
    page, _ = report
    sources = re.findall(r"""(?:src|href|url)\s*[=(]\s*['"]?([^'">\s)]*)""", page)
    assert len(sources) == 1 and sources[0].startswith("data:image/png;base64,iVBOR")
    assert "http:" not in page and "https:" not in page and "<script" not in page


def test_names_are_escaped(report):
    page, _ = report
    for raw in ("right <b>", "<i>much", "Title <script>", "figure-'1'", "Text & more"):
        assert raw not in page
    assert "right &lt;b&gt;" in page and "Text &amp; more" in page


def test_the_page_tells_passed_from_failed(report):
    page, _ = report
    assert "2 of 4 checks failed" in page and page.count("FAIL") == 2


def test_the_page_of_passed_checks_says_so(tmp_path):
    page = write_report([section(CHECKS[::3])], {}, tmp_path).read_text()
    assert "2 checks, all passed" in page and "FAIL" not in page


def test_an_interrupted_run_is_not_called_passed(tmp_path):
    page = write_report([], {"interrupted": True}, tmp_path).read_text()
    headline = re.search(r"<h1>.*?</p>", page).group()
    assert "all passed" not in headline and "interrupted" in headline


def test_the_json_is_strict_and_complete(report):
    _, record = report
    assert record["settings"] == {"seed": 3, "plan": "quick", "width": None}
    assert set(record["versions"]) == {"python", *PACKAGES}
    (found,) = record["sections"]
    assert [check["passed"] for check in found["checks"]] == [True, False, False, True]
    assert found["checks"][0] == {
        "name": "right <b>", "value": 0.5, "low": 0.0, "high": 1.0, "meaning": "means <i>much</i>", "passed": True,
        "verdict": "pass",
    }  # fmt: skip
    assert found["checks"][1]["value"] is None
    assert found["numbers"] == {"<photo>": {"array": [[1.0, None]], "scalar": None, "count": 3}}


def test_figures_are_also_written_as_png(tmp_path):
    write_report([section()], {}, tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder" / "figure-'1'.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("check", "passed", "rule"),
    [
        (Check("", 1.0, 0.0, 1.0, ""), True, "in [0, 1]"),
        (Check("", -0.1, 0.0, 1.0, ""), False, "in [0, 1]"),
        (Check("", 1e9, 3.0, np.inf, ""), True, "≥ 3"),
        (Check("", np.inf, -np.inf, 3.0, ""), False, "≤ 3"),
    ],
)
def test_a_check_passes_inside_its_interval_only(check, passed, rule):
    assert (check.passed, check.rule) == (passed, rule)


def test_what_is_reported_is_not_coloured_like_what_passed(tmp_path):
    checks = [CHECKS[0], Check("only told", 0.3, -np.inf, np.inf, "no limit")]
    page = write_report([section(checks)], {}, tmp_path).read_text(encoding="utf-8")
    cells = dict(re.findall(r"<td class=(\w+)>(pass|reported)</td>", page))
    assert cells == {"pass": "pass", "reported": "reported"}
    colours = dict(re.findall(r"\.(pass|fail|reported) \{ color: (#\w+)", page))
    assert len(set(colours.values())) == 3
