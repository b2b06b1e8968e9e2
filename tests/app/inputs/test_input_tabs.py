"""The tabs about texts and rows: the library's numbers, comparisons of pairs, and refusals in words."""

import numpy as np
import pytest
from input_scene import pressed, visitor
from page_scene import HERE, picture, upload, words
from test_two_users import session_of

import limetheory as lt
from limetheory.app.answers import answer_of
from limetheory.app.small_models import REVIEWS, sentences
from limetheory.app.worker.stored import IRIS, SENTIMENT, StoredSource, loaded, table_of, table_source
from limetheory.inspection import row_change, text_change

TEXT = "The music was wonderful, but the plot was dull."
EDITED = "The music was dreadful, but the plot was dull."


def layout(client):
    return words(client.get("/_dash-layout", base_url=HERE))


def equal(found, expected):
    assert found.coefficients.tobytes() == expected.coefficients.tobytes()
    assert found.standard_errors.tobytes() == expected.standard_errors.tobytes()


@pytest.mark.slow
def test_a_text_gets_the_numbers_of_the_library_to_the_bit(tmp_path):
    client = visitor(tmp_path)
    assert "version" in pressed(client, "text", "run", before=TEXT, samples=200, seed=4)
    expected = lt.explain_text(loaded(SENTIMENT).predict, TEXT, n=200, rng=4)
    equal(answer_of(session_of(client, tmp_path), "text-answer").explanation, expected)
    assert "wonderful" in layout(client) and "limetheory explain --text text.txt" in layout(client)


@pytest.mark.slow
def test_a_row_gets_the_numbers_of_the_library_to_the_bit(tmp_path):
    client = visitor(tmp_path)
    assert "version" in pressed(client, "table", "run", row=60, samples=200, seed=4)
    rows = table_of(IRIS)
    predict = loaded(IRIS).predict
    expected = lt.explain_tabular(
        predict, rows.row(60), rows.training, feature_names=rows.names, n=200, rng=4, batch_size=None
    )
    equal(answer_of(session_of(client, tmp_path), "table-answer").explanation, expected)
    assert "Row 60: 4 conditions" in layout(client)


def test_other_words_are_compared_from_the_same_masks(tmp_path):
    client = visitor(tmp_path)
    assert "version" in pressed(client, "text", "change", before=TEXT, after=EDITED, samples=300, seed=2)
    found = answer_of(session_of(client, tmp_path), "text-difference")
    expected = text_change(loaded(SENTIMENT).predict, TEXT, EDITED, n=300, rng=2)
    equal(found.explanation, expected.difference)
    assert found.facts["names"][3] == "wonderful → dreadful"
    assert [one["after"] for one in found.facts["rows"]] == [one.after for one in expected.predictions()]


def test_other_values_are_compared_from_the_same_masks(tmp_path):
    client = visitor(tmp_path)
    assert "version" in pressed(client, "table", "change", row=0, samples=300, seed=2, **{"cell 2": 5})
    rows = table_of(IRIS)
    after = rows.row(0).copy()
    after[2] = 5
    names = {"feature_names": rows.names}
    expected = row_change(loaded(IRIS).predict, rows.row(0), after, rows.training, n=300, rng=2, **names)
    equal(answer_of(session_of(client, tmp_path), "table-difference").explanation, expected.difference)


REFUSED = {
    "no text": ("text", "run", {"before": "  "}, "There is no text yet"),
    "a long text": ("text", "run", {"before": "a " * 4000}, "may have 5,000 characters"),
    "no words": ("text", "run", {"before": "..."}, "token"),
    "equal texts": ("text", "change", {"before": TEXT, "after": TEXT}, "Both texts are the same"),
    "fewer words": ("text", "change", {"before": TEXT, "after": "The plot was dull."}, "as many tokens"),
    "a text that is an object": ("text", "run", {"before": {"props": 1}}, "There is no text yet"),
    "no such class": ("text", "run", {"before": TEXT, "target": 9}, "no such class"),
    "too many masks": ("text", "run", {"before": TEXT, "samples": 10**9}, "number of masks"),
    "no such row": ("table", "run", {"row": 150}, "from 0 to 149"),
    "a row before the first": ("table", "run", {"row": -1}, "from 0 to 149"),
    "half a row": ("table", "run", {"row": 0.5}, "from 0 to 149"),
    "equal rows": ("table", "change", {"row": 0}, "Both rows are the same"),
    "no number": ("table", "change", {"row": 0, "cell 1": "wide"}, "sepal width (cm) must be a number"),
    "no finite number": ("table", "change", {"row": 0, "cell 1": "inf"}, "must be a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_is_refused_in_words(tmp_path, name):
    kind, button, fields, said = REFUSED[name]
    found = pressed(visitor(tmp_path), kind, button, **fields)
    assert said in found["refused"] and "\n" not in found["refused"]


@pytest.mark.slow
def test_a_reload_shows_texts_rows_and_answers_and_another_photograph_leaves_them(tmp_path):
    client = visitor(tmp_path)
    pressed(client, "text", "change", before=TEXT, after=EDITED, samples=200)
    pressed(client, "table", "run", row=3, samples=200)
    for seed in (1, 2):
        upload(client, picture(seed=seed), "a.png")
    shown = layout(client)
    assert "wonderful → dreadful" in shown and "Row 3" in shown


@pytest.mark.slow
def test_markup_in_a_text_is_shown_as_text(tmp_path):
    client = visitor(tmp_path)
    pressed(client, "text", "run", before="<img src=x onerror=alert(1)> good", samples=200)
    node = client.get("/_dash-layout", base_url=HERE).json
    kinds = set()

    def walk(found):
        if isinstance(found, dict):
            kinds.add(found.get("type"))
        for one in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
            walk(one)

    walk(node)
    assert "Mark" in kinds and not kinds & {"Img ", "Script", "Iframe", "Markdown", "DangerouslyAllowHTML"}


@pytest.mark.slow
def test_two_browsers_see_their_own_texts(tmp_path):
    client = visitor(tmp_path)
    other = client.application.test_client()
    other.get("/", base_url=HERE)
    pressed(client, "text", "run", before="a secret film", samples=200)
    assert "secret" in layout(client) and "secret" not in layout(other)


@pytest.mark.slow
def test_own_models_take_the_place_of_the_examples(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("def stars(texts):\n    return [float(text.count('good')) for text in texts]\n"
                                      "def large(rows):\n    return rows[:, 0]\n")  # fmt: skip
    (tmp_path / "data.csv").write_text("age,dose,kind\n" + "".join(f"{i},{i * i % 7},k\n" for i in range(40)))
    monkeypatch.chdir(tmp_path)
    table = StoredSource("mine:large", str(tmp_path / "data.csv"), ("kind",))
    client = visitor(tmp_path / "kept", text=StoredSource("mine:stars"), table=table)
    pressed(client, "text", "run", before="a good plot", samples=100)
    session = session_of(client, tmp_path / "kept")
    np.testing.assert_allclose(answer_of(session, "text-answer").explanation.coefficients, [0, 1, 0], atol=1e-9)
    assert "version" in pressed(client, "table", "run", row=39, samples=500)
    said = layout(client)
    assert "--table data.csv --row 39 --model mine:large --leave-out kind" in said and str(tmp_path) not in said


def test_a_model_that_cannot_be_used_is_told_on_its_tab(tmp_path):
    client = visitor(tmp_path, text=StoredSource("nowhere:model"))
    assert "must be importable" in layout(client) and "iris" in layout(client)


def test_the_small_model_of_reviews_tells_praise_from_blame():
    texts, labels = sentences()
    model = loaded(SENTIMENT).model
    assert model.score(texts, labels) > 0.95 and len(set(texts)) == len(texts)
    assert model.predict(list(REVIEWS)).tolist() == ["negative", "negative", "positive"]


@pytest.mark.parametrize(("model", "table"), [("a.skops", None), (None, "a.csv")])
def test_a_model_of_rows_and_its_table_belong_together(model, table):
    with pytest.raises(ValueError, match="must be given together"):
        table_source(model, table)
