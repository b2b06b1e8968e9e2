"""Tables of named things: lookup, refusals, callables, and the entry points of other packages."""

import os
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.metadata import EntryPoint

import pytest

from limetheory.metrics import METRICS
from limetheory.registry import Readiness, Registry, on_use

GROUP = "limetheory.shapes"


@dataclass(frozen=True)
class Shape:
    name: str
    area: object


def squared(side):
    return side**2


DISC = Shape("disc", lambda radius: 3 * radius**2)
NO_SHAPE = 3


def entry_points(*names):
    return [EntryPoint(name, f"{__name__}:{name}", GROUP) for name in names]


@pytest.fixture
def others(monkeypatch):
    """Register a function, a row, a missing attribute, an object of a wrong kind and a taken name of other packages."""
    asked = []

    def found(group):
        asked.append(group)
        return [*entry_points("squared", "DISC", "absent", "NO_SHAPE"), EntryPoint("bar", "os:sep", GROUP)]

    monkeypatch.setattr("limetheory.registry.entry_points", found)
    return asked


def shapes(**options):
    own = {"bar": Shape("bar", max), "dot": Shape("dot", min)}
    return Registry("shape", own, **{"group": GROUP, "entry": Shape, "row": Shape, **options})


def test_own_names_are_found_without_a_look_at_entry_points(others):
    table = shapes()
    assert table["bar"] is table.chosen("bar") is table.own["bar"] and "dot" in table
    assert others == []


def test_a_table_prints_what_its_rows_say_and_whose_the_others_are(others):
    @dataclass(frozen=True)
    class Row:
        words: str
        ready: bool
        parameters: tuple

    table = Registry("shape", {"bar": Row("long", True, ()), "dot": Row("round", False, ("x", "y"))}, GROUP,
                     columns=("words", "ready", "parameters"))  # fmt: skip
    lines = str(table).splitlines()
    assert lines[:4] == ["| shape | words | ready | parameters |", "| --- | --- | --- | --- |",
                         "| `bar` | long | yes |  |", "| `dot` | round | no | x, y |"]  # fmt: skip
    assert lines[4] == "| `squared` | test_registry:squared |" and len(lines) == 8
    assert table._loaded == {}


def test_names_are_those_of_all_packages_and_nothing_is_loaded(others):
    assert shapes().names() == tuple(shapes()) == ("bar", "dot", "squared", "DISC", "absent", "NO_SHAPE")
    assert len(shapes()) == 6 and set(others) == {GROUP}


def test_an_entry_point_is_a_function_or_a_row(others):
    table = shapes()
    assert table["squared"] == table.chosen("squared") == Shape("squared", squared)
    assert table.chosen("DISC") is DISC
    assert "squared" in table and "circle" not in table and table.get("circle") is None


def test_an_entry_point_is_loaded_once(others):
    table = shapes()
    assert table["squared"] is table["squared"] and len(others) == 1


def test_an_own_name_cannot_be_taken(others):
    assert shapes()["bar"].area is max


def test_a_callable_or_a_row_stands_for_itself(others):
    assert shapes().chosen(squared) == Shape("squared", squared)
    assert shapes().chosen(DISC) is DISC
    assert others == []


def test_what_cannot_be_loaded_is_said_in_one_line(others):
    with pytest.raises(ImportError, match=r"^shape 'absent': test_registry:absent cannot be used \(.*\); install it"):
        shapes().chosen("absent")
    with pytest.raises(TypeError, match="'NO_SHAPE' must be a Shape or a function, got int from test_registry:NO"):
        shapes().chosen("NO_SHAPE")


def test_readiness_says_it_and_raises_nothing(others):
    found = {one.name: one for one in shapes().readiness()}
    assert found["squared"] == Readiness("squared", True, "test_registry:squared") and found["DISC"].ready
    assert not found["absent"].ready and "cannot be used" in found["absent"].note
    assert not found["NO_SHAPE"].ready and "bar" not in found


@pytest.mark.parametrize("value, words", [
    ("bra", r"^size must be one of bar, dot, squared, .*, got 'bra'; did you mean 'bar'\?$"),
    ("qqqq", r"got 'qqqq'; draw one$"),
    (None, "got None; draw one$"),
    (["bar"], r"got \['bar'\]; draw one$"),
])  # fmt: skip
def test_other_values_are_refused_with_the_names(others, value, words):
    with pytest.raises(ValueError, match=words):
        shapes(remedy="draw one").chosen(value, "size")


def test_without_a_group_or_a_constructor_names_and_rows_alone_count(others):
    table = shapes(group=None, entry=None)
    assert table.names() == ("bar", "dot") and table.chosen(DISC) is DISC and table.readiness() == []
    with pytest.raises(ValueError, match="shape must be one of bar, dot, got <function squared"):
        table.chosen(squared)
    assert others == []


def test_a_function_is_no_row_where_it_does_not_make_one(others):
    with pytest.raises(TypeError, match="shape 'squared' must be a Shape, got function from test_registry:squared"):
        shapes(entry=None).chosen("squared")
    assert shapes(entry=None).chosen("DISC") is DISC


def test_what_is_imported_on_use_is_not_imported_before(tmp_path, monkeypatch):
    (tmp_path / "late_shape.py").write_text("def area(side):\n    return side**2\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    area = on_use("late_shape:area")
    assert "late_shape" not in sys.modules
    assert area(3) == 9 and "late_shape" in sys.modules


def test_a_row_that_is_not_there_is_a_key_error_that_says_which_there_are():
    with pytest.raises(KeyError) as caught:
        METRICS["Ginny"]
    assert str(caught.value).endswith("Infidelity, Sensitivity, got 'Ginny'; did you mean 'Gini'?")
    assert METRICS.get("Ginny") is None and "Ginny" not in METRICS


def test_packages_are_read_once_until_another_one_is_installed(monkeypatch, tmp_path):
    read, all_of_them = [], metadata.entry_points
    monkeypatch.setattr("limetheory.registry.metadata.entry_points", lambda: read.append(1) or all_of_them())
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), "folder-that-is-not-there"])
    assert [shapes().names() for _ in range(3)] == [("bar", "dot")] * 3
    assert len(read) == 1
    folder = tmp_path / "late-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: late\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\nsquared = {__name__}:squared\n")
    os.utime(tmp_path, (1, 1))  # two changes within a tick of the clock have one time
    assert shapes().names() == shapes().names() == ("bar", "dot", "squared")
    assert len(read) == 2
