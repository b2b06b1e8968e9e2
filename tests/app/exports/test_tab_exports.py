"""Files about the answers of the tabs: the numbers of the page, in JSON and in a table."""

import csv
import io
import json

import pytest
from input_scene import pressed, visitor
from page_scene import HERE, words
from test_two_users import session_of

from limetheory.app.answers import answer_of

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
