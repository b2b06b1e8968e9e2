"""Files about the answers of the tabs: the numbers of the page, in JSON and in a table."""

import csv
import io
import json
from types import SimpleNamespace

import pytest
from input_scene import pressed, visitor
from page_scene import HERE, words
from test_two_users import session_of

from limetheory.app.answers import Answer, answer_of
from limetheory.app.exports.answers import answers_csv, answers_json, inert
from limetheory.app.pages.input_results import _notes

TEXT = "The music, wonderful."


def saved(client, ending):
    return client.get(f"/export/{ending}", base_url=HERE)


@pytest.mark.slow
def test_both_files_have_the_numbers_of_the_page_to_the_bit(tmp_path):
    client = visitor(tmp_path)
    assert saved(client, "text.json").status_code == saved(client, "text.csv").status_code == 409
    pressed(client, "text", "run", before=TEXT, samples=60, seed=4)
    answer = answer_of(session_of(client, tmp_path), "text-answer")
    found, ends = answer.explanation, answer.explanation.asked_interval(answer.facts["level"])
    document = json.loads(saved(client, "text.json").data)["text-answer"]
    lines = list(csv.DictReader(io.StringIO(saved(client, "text.csv").data.decode())))
    for parts in (document["parts"], lines):
        assert [float(one["coefficient"]) for one in parts] == found.coefficients.tolist()
        assert [float(one["standard_error"]) for one in parts] == found.standard_errors.tolist()
        assert [[float(one["lower"]), float(one["upper"])] for one in parts] == ends.tolist()
    assert document["masks"] == 60 and document["state"] == "whole"
    assert {one["answer"] for one in lines} == {"text-answer"}
    shown = words(client.get("/_dash-layout", base_url=HERE))
    assert "/export/text.json" in shown and "/export/text.csv" in shown
    assert saved(client, "table.csv").status_code == 409


FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"]


@pytest.mark.parametrize("text", FORMULAS, ids=[f"formula {i}" for i in range(len(FORMULAS))])
def test_no_cell_is_a_formula(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["plot", "a=b", "café", "", "1 < a", "'=1"])
def test_other_cells_are_as_they_are(text):
    assert inert(text) == text


def test_names_of_columns_are_no_formulas_in_the_csv_and_as_they_are_in_the_json(monkeypatch):
    names = ["=HYPERLINK(1)", "-1.28 < a", "plot"]
    found = SimpleNamespace(
        coefficients=[0.1, 0.2, 0.3], standard_errors=[0.01] * 3, asked_interval=lambda level: [(0.0, 1.0)] * 3,
        target=0, n_masks=50, n_evaluations=50,
    )  # fmt: skip
    answer = Answer(found, {"names": names, "level": 0.95, "state": "whole"})
    monkeypatch.setattr("limetheory.app.exports.answers._finished", lambda *_: [("table-answer", answer)])
    cells = [one["part"] for one in csv.DictReader(io.StringIO(answers_csv(None, None).decode()))]
    assert cells == ["'=HYPERLINK(1)", "'-1.28 < a", "plot"]
    assert [one["part"] for one in json.loads(answers_json(None, None))["table-answer"]["parts"]] == names


def test_warnings_in_the_json_and_on_the_page_name_the_part(monkeypatch):
    found = SimpleNamespace(
        d=3, coefficients=[0.1, 0.2, 0.3], standard_errors=[0.01] * 3, asked_interval=lambda level: [(0.0, 1.0)] * 3,
        target=0, n_masks=50, n_evaluations=50,
    )  # fmt: skip
    said = ["the interval of coefficient 1 rests on fewer than 10 effective masks", "something else"]
    facts = {"state": "whole", "level": 0.95, "names": ["The", "music", "plays"], "warnings": said}
    answer = Answer(found, facts)
    monkeypatch.setattr("limetheory.app.exports.answers.answer_of", lambda session, slot: answer)
    told = json.loads(answers_json(SimpleNamespace(slots=("answer",)), None))["answer"]["warnings"]
    assert told == ["the interval of music rests on fewer than 10 effective masks", "something else"]
    assert "the interval of music rests" in str(_notes(answer))
