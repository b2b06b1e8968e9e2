"""The printed table of `limetheory plan` in narrow terminals, its title, and a pilot of several classes."""

import json

import pytest

from limetheory.cli.main import run

WORDS = "errors are about normal; the worst output within [0, 1]"


def printed(capsys, monkeypatch, width, *options):
    monkeypatch.setenv("COLUMNS", str(width))
    assert run(["plan", "--superpixels", "20", *options]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("seconds", [[], ["--seconds-per-evaluation", "0.01"]], ids=["numbers", "times"])
def test_numbers_and_assumptions_are_whole_at_every_width(width, seconds, capsys, monkeypatch):
    text = printed(capsys, monkeypatch, width, *seconds)
    assert max(map(len, text.splitlines())) <= width
    words = text.split()
    assert all(word in words for word in ("2,291", "6,154", "14,904", "2^20", "design-based", "normal;", "nothing;"))
    assert not seconds or all(word in words for word in ("22.9", "1.03", "2.48", "2.91"))


def test_assumptions_are_beside_the_numbers_where_there_is_room(capsys, monkeypatch):
    assert "assumes: " not in printed(capsys, monkeypatch, 80)
    narrow = printed(capsys, monkeypatch, 40)
    assert f"central limit theorem assumes: {WORDS}" in " ".join(narrow.split())


@pytest.mark.parametrize(
    ("options", "which"), [([], "each coefficient"), (["--simultaneous"], "all coefficients at once")]
)
def test_the_title_says_whether_the_level_is_for_all_coefficients(options, which, capsys, monkeypatch):
    title = printed(capsys, monkeypatch, 120, *options).splitlines()[0]
    assert title == f"20 superpixels, ν = 0.25: {which} within ±0.05 at level 0.95"


def test_a_pilot_of_several_classes_is_refused_with_what_makes_one(tmp_path, capsys):
    pilot = tmp_path / "pilot.json"
    pilot.write_text(json.dumps({"explanations": [{}, {}], "repeat": {}}), encoding="utf-8")
    assert run(["plan", "--pilot", str(pilot)]) == 2
    assert capsys.readouterr().err == (
        "limetheory: a pilot must explain one class, got 2; explain again with one --target\n"
    )
