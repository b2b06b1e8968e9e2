"""Settings that no page sends are refused in a line, and the page of the session stays as it was."""

import json

import pytest
from page_scene import asked, browser, picture, served, upload, words

from limetheory.app.drawing.view import View, view_of
from limetheory.app.questions import DEFAULTS, checked_settings, has_kinds_of_settings, question_of
from limetheory.app.refusals import Refused
from limetheory.app.saved.facts import checked_settings as checked_saved

FORGED = [
    ("target", [1]), ("target", {"a": 1}), ("target", "1"), ("target", 1.5), ("target", True), ("target", -1),
    ("target", 10**400), ("segments", "50"), ("segments", {}), ("samples", [9]), ("samples", True),
    ("bandwidth", "wide"), ("bandwidth", 10**400), ("segmenter", 3), ("segmenter", ["slic"]),
    ("replacement", "x" * 101), ("stop", None.__class__), ("colour", 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FORGED, ids=[f"{name}-{place}" for place, (name, _) in enumerate(FORGED)])
def test_a_setting_of_another_kind_is_refused_in_one_line(name, value):
    settings = {**DEFAULTS, name: value}
    for refuse in (lambda: checked_settings(settings), lambda: question_of(settings, True)):
        with pytest.raises(Refused) as refused:
            refuse()
        assert f"“{name}” of the settings" in str(refused.value) and "\n" not in str(refused.value)
    with pytest.raises(Refused):
        checked_saved(settings, "settings.json")


def test_the_settings_of_a_page_pass():
    empty = {**DEFAULTS, "segments": None, "target": 3, "bandwidth": 0.5}
    assert checked_settings(empty) == empty and has_kinds_of_settings({})


@pytest.mark.slow
def test_a_forged_class_leaves_the_page_as_it_was(tmp_path):
    client = browser(served(tmp_path))
    upload(client, picture())
    ids = [{"kind": "setting", "name": name} for name in DEFAULTS]
    key = '{"kind":"setting","name":["ALL"]}'
    for name, value in (("target", [1]), ("samples", {"a": 1})):
        changed = json.dumps({"kind": "setting", "name": name}, separators=(",", ":")) + ".value"
        pairs = [(one, {**DEFAULTS, name: value}[one["name"]]) for one in ids]
        sent = {f"{key}.value": pairs, f"{key}.id": [(one, one) for one in ids]}
        answer = asked(client, "settings-saved.data", sent, changed=f"{key}.value", triggered=changed)
        assert answer.status_code in (200, 204)
        layout = client.get("/_dash-layout", base_url="http://127.0.0.1:8050")
        assert layout.status_code == 200 and '{"a": 1}' not in words(layout)


@pytest.mark.parametrize("scale", [2.0, True, "1", [1], {}, -1, 3, 10**400])
def test_a_forged_scale_is_refused(scale):
    with pytest.raises(Refused, match=r"must be one of part, object, all of it\. Choose it again"):
        View().with_scale(scale)
    assert View().with_scale(2).scale == 2


@pytest.mark.parametrize("forged", [["lasso"], {}, 3, None])
def test_a_forged_tool_changes_nothing(forged):
    assert View().with_tool(forged, forged, forged if forged != 3 else 3.5) == View()


def test_a_view_that_was_forged_earlier_is_read(tmp_path):
    class Kept:
        def read_json(self, name, otherwise):
            return {"scale": 2.0, "tool": "brush"} if "tools" in name else {}

    assert view_of(Kept()) == View(tool="brush")
