"""Forged questions of the page are refused in a line, with none in the log; a fault is one line of the log."""

import copy
import json

import pytest
from page_scene import HERE, asked, browser, served

from limetheory.app.security.callback_forms import PATH, has_form
from limetheory.app.security.faults import fault

KEY = '{"kind":"f","name":["ALL"]}'
KNOWN = {
    "..a.data...b.style..": {
        "inputs": [{"id": KEY, "property": "value"}, {"id": "run", "property": "n_clicks"}],
        "state": [{"id": KEY, "property": "id"}],
        "callback": print,
    }
}
ONE = {"kind": "f", "name": "x"}
WHOLE = {
    "output": "..a.data...b.style..",
    "outputs": [{"id": "a", "property": "data"}, {"id": "b", "property": "style"}],
    "inputs": [[{"id": ONE, "property": "value", "value": 3}], {"id": "run", "property": "n_clicks", "value": 1}],
    "state": [[{"id": ONE, "property": "id", "value": ONE}]],
    "changedPropIds": ['{"kind":"f","name":"x"}.value', "run.n_clicks"],
}
FORGED = [
    (("output",), 3), (("output",), []), (("output",), "c.data"), (("outputs",), 7), (("outputs",), []),
    (("outputs", 0), None), (("outputs", 0, "id"), "b"), (("outputs", 0, "property"), {}), (("inputs",), None),
    (("inputs",), []), (("inputs", 0), 1), (("inputs", 0, 0), "x"), (("inputs", 0, 0, "id"), "x"),
    (("inputs", 0, 0, "id"), {"kind": "f"}), (("inputs", 0, 0, "id", "kind"), "g"), (("inputs", 0), []),
    (("inputs", 0, 0, "id", "name"), [1]), (("inputs", 0, 0, "id", "name"), None), (("inputs", 1), []),
    (("inputs", 0, 0, "property"), "id"), (("inputs", 1, "id"), "cancel"), (("inputs", 1, "property"), None),
    (("state",), {}), (("state", 0, 0, "value"), {"kind": "f", "name": "other"}), (("state", 0), []),
    (("changedPropIds",), "x"), (("changedPropIds",), [1]), (("changedPropIds",), ["cancel.n_clicks"]),
    (("changedPropIds",), ["run.value"]), (("changedPropIds",), ["{[.value"]), (("changedPropIds",), [".value"]),
    (("changedPropIds",), ["[" * 50_000 + ".value"]), (("changedPropIds",), ['{"kind":"g","name":"x"}.value']),
]  # fmt: skip


def test_the_form_of_the_page_passes():
    assert has_form(WHOLE, KNOWN)
    assert has_form({**WHOLE, "changedPropIds": []}, KNOWN)


@pytest.mark.parametrize("number", range(len(FORGED)))
def test_another_form_is_none(number):
    way, value = FORGED[number]
    forged = copy.deepcopy(WHOLE)
    there = forged
    for step in way[:-1]:
        there = there[step]
    there[way[-1]] = value
    assert not has_form(forged, KNOWN)


def test_what_browsers_carry_out_is_no_question_for_the_server():
    (one,) = KNOWN.values()
    assert not has_form(WHOLE, {WHOLE["output"]: {name: one[name] for name in ("inputs", "state")}})


@pytest.mark.parametrize("contents", [[], {"a": 1}, 3.5, True])
def test_a_saved_session_of_another_kind_is_refused_in_words(tmp_path, contents):
    client = browser(served(tmp_path))
    answer = asked(
        client, "export-message.children", {"export-open.contents": contents}, changed="export-open.contents"
    )
    assert answer.status_code in (200, 204)


@pytest.mark.parametrize("body", ["", "[", "null", "[]", "1", "{}", "[" * 100_000, '{"output": 1}', '{"a": "\x00"}'])
def test_a_body_that_is_no_question_is_answered_in_a_line(tmp_path, capsys, body):
    client = browser(served(tmp_path))
    answer = client.post(PATH, base_url=HERE, data=body, content_type="application/json")
    assert answer.status_code == 400 and answer.text.count("\n") == 1 and "Traceback" not in answer.text
    assert capsys.readouterr().err == ""


def test_a_question_of_the_page_is_answered(tmp_path):
    client = browser(served(tmp_path))
    answer = asked(client, "introduction.className", {"introduction-close.n_clicks": 1},
                   changed=_input_of(client, "introduction.className"))  # fmt: skip
    assert answer.status_code in (200, 204)


def _input_of(client, output):
    known = client.get("/_dash-dependencies", base_url=HERE).json
    put = next(one for one in known if one["output"] == output)["inputs"][0]
    return f"{put['id']}.{put['property']}"


def test_a_fault_is_one_line_of_the_log_and_words_on_the_page(tmp_path, capsys):
    server = served(tmp_path)
    server.testing = False

    @server.get("/fault/<name>")
    def fail(name):
        raise KeyError(f"{name}\x1b[31m\n\u202e")

    answer = server.test_client().get("/fault/%1b%5b2J", base_url=HERE)
    said = capsys.readouterr().err
    assert answer.status_code == 500 and answer.text.startswith("This did not work") and "fault" not in answer.text
    assert len(said.splitlines()) == 1 and "KeyError" in said and "test_callback_forms.py" in said
    assert "\x1b" not in said and "\u202e" not in said


def test_a_fault_of_any_length_is_a_short_line():
    line = fault("POST /" + "x" * 10_000, ValueError(json.dumps(["y" * 10_000])))
    assert len(line) < 700
