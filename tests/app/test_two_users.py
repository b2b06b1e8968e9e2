"""Two browsers work beside each other: a photograph, an explanation, a reload; neither sees what is the other's."""

import math
import time
from pathlib import Path

import numpy as np
import pytest
from page_scene import HERE, asked, browser, context, outputs, picture, served, upload, words

import limetheory as lt
from limetheory.app.answers import answer_of
from limetheory.app.limits import Limits
from limetheory.app.sessions import session as session_module
from limetheory.app.sessions.store import Sessions
from limetheory.images.function_network import FunctionNetwork

SETTINGS = {"segmenter": "grid", "segments": 9, "samples": 200, "seed": 5}
DEFAULTS = {"target": None, "stop": "masks", "replacement": "mean", "bandwidth": 0.25, "level": 0.95, "tolerance": 0.1}


def explained(client, **more):
    """Press the button as Dash's renderer does, and ask until there is a result."""
    settings = {**DEFAULTS, **SETTINGS, **more}
    fields = [({"kind": "setting", "name": name}, value) for name, value in settings.items()]
    pattern = '{"kind":"setting","name":["ALL"]}'
    values = {"explain-run.n_clicks": 1, f"{pattern}.value": fields, f"{pattern}.id": [(one, one) for one, _ in fields]}
    return waited(client, values, "explain-run.n_clicks")


def waited(client, values, button):
    """The result of a background callback."""
    begun = asked(client, "job-outcome.data", values, changed=button).json
    end = time.monotonic() + 60
    while time.monotonic() < end:
        handles = {"cacheKey": begun["cacheKey"], "job": begun["job"]}
        answer = asked(client, "job-outcome.data", values, changed=button, query_string=handles)
        if answer.json and "response" in answer.json:
            return next(iter(answer.json["response"].values()))["data"]
        time.sleep(0.02)
    raise AssertionError("no result within a minute")


def layout(client):
    return words(client.get("/_dash-layout", base_url=HERE))


def session_of(client, folder):
    cookie = client.get_cookie("limetheory_8050", domain="127.0.0.1").value
    return Sessions(folder / "sessions", Limits()).of(cookie)


@pytest.mark.slow
def test_two_browsers_see_their_own_photographs_and_answers_alone(tmp_path):
    server = served(tmp_path)
    first, second = browser(server), browser(server)
    assert "first.png" in words(upload(first, picture(seed=1), "first.png"))
    upload(second, picture(seed=2), "second.png")
    assert "version" in explained(first) and "version" in explained(second, seed=6)
    shown, other = layout(first), layout(second)
    assert "first.png" in shown and "second.png" not in shown
    assert "second.png" in other and "first.png" not in other
    coefficients = [answer_of(session_of(one, tmp_path)).explanation.coefficients for one in (first, second)]
    assert not np.array_equal(*coefficients)


@pytest.mark.slow
def test_a_reload_shows_the_photograph_the_settings_and_the_answer(tmp_path):
    server = served(tmp_path)
    client = browser(server)
    upload(client, picture(), "kept.png")
    explained(client)
    shown = layout(client)
    assert "kept.png" in shown and "200 masks" in shown and "finished" in shown and '"9 superpixels' in shown
    assert "No explanation yet" not in shown


def test_the_coefficients_are_those_of_the_library_to_the_bit(tmp_path):
    client = browser(served(tmp_path))
    upload(client, picture(), "a.png")
    explained(client)
    found = answer_of(session_of(client, tmp_path)).explanation
    (tmp_path / "a.png").write_bytes(picture())
    network = FunctionNetwork(outputs, "toy")
    pixels = network.prepare(lt.load_image(tmp_path / "a.png"))
    alone = lt.explain_image(network, pixels, segments=lt.segment(pixels, "grid", 9), n=200, rng=5)
    assert found.coefficients.tobytes() == alone.coefficients.tobytes()
    assert found.standard_errors.tobytes() == alone.standard_errors.tobytes()


@pytest.mark.slow
def test_the_exact_limit_stands_beside_the_coefficients(tmp_path):
    client = browser(served(tmp_path))
    upload(client, picture(), "a.png")
    explained(client)
    assert "version" in waited(client, {"exact-run.n_clicks": 1}, "exact-run.n_clicks")
    answer = answer_of(session_of(client, tmp_path))
    found = answer.explanation
    function = lt.set_function(FunctionNetwork(outputs, "toy"), found.masked, target=found.target)
    np.testing.assert_allclose(answer.facts["exact"], lt.limit(function, found.design).coefficients, atol=1e-12)
    assert "Exact limit" in layout(client)


def test_the_exact_limit_of_many_superpixels_is_refused(tmp_path):
    client = browser(served(tmp_path))
    upload(client, picture(), "a.png")
    explained(client, segments=16)
    assert "14 superpixels or fewer" in waited(client, {"exact-run.n_clicks": 1}, "exact-run.n_clicks")["refused"]


@pytest.mark.slow
def test_names_are_shown_as_text_and_never_as_markup(tmp_path):
    client = browser(served(tmp_path))
    upload(client, picture(), "<img src=x onerror=alert(1)>.png")
    explained(client, target=1)
    layout = client.get("/_dash-layout", base_url=HERE).json
    kinds = set()

    def walk(node):
        if isinstance(node, list):
            [walk(one) for one in node]
        elif isinstance(node, dict):
            if "type" in node and "namespace" in node:
                kinds.add(node["type"])
                walk(node["props"].get("children"))

    walk(layout)
    assert "Markdown" not in kinds and "Script" not in kinds and "Iframe" not in kinds
    assert "<b>bright</b>" in words(client.get("/_dash-layout", base_url=HERE))


@pytest.mark.slow
def test_another_photograph_takes_the_answer_with_it_and_keeps_the_settings(tmp_path):
    client = browser(served(tmp_path))
    upload(client, picture(seed=1), "a.png")
    explained(client)
    upload(client, picture(seed=2), "b.png")
    shown = layout(client)
    assert "b.png" in shown and "No explanation yet" in shown


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"segments": 10**9}, "from 2 to 500"), ({"segments": None}, "from 2 to 500"),
        ({"samples": 1e300}, "from 10 to"),
        ({"samples": "many"}, "of a kind that it cannot be"),
        ({"segmenter": "__import__('os')"}, "segmenter must be one of"),
        ({"replacement": "../x"}, "replacement"), ({"seed": -1}, "from 0 to"), ({"seed": 1.5}, "whole number"),
        ({"target": 99}, "target must be below"), ({"bandwidth": math.nan}, "from 0.01"), ({"level": 1}, "from 0.5"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_in_words(tmp_path, settings, said):
    client = browser(served(tmp_path))
    upload(client, picture(), "a.png")
    assert said in explained(client, **settings)["refused"]


def test_without_a_photograph_the_next_step_is_said(tmp_path):
    client = browser(served(tmp_path))
    assert "Choose a file, or begin with an example" in explained(client)["refused"]
    assert "No photograph yet" in layout(client) and "Choose a photograph first" in layout(client)


@pytest.mark.slow
def test_a_bad_file_is_told_and_the_photograph_of_before_stays(tmp_path):
    client = browser(served(tmp_path))
    upload(client, picture(), "good.png")
    assert "is no PNG" in words(upload(client, b"<html>", "bad.png"))
    assert "good.png" in layout(client) and "bad.png" not in layout(client)


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_answer_of_before_stays(tmp_path, monkeypatch):
    client = browser(served(tmp_path))
    upload(client, picture(), "a.png")
    explained(client)
    before = answer_of(session_of(client, tmp_path)).explanation.coefficients
    monkeypatch.setattr(session_module, "_flushed", lambda path, content: Path("/dev/full").write_bytes(content))
    assert "no room left on the disk" in explained(client, seed=9)["refused"]
    assert "no room left on the disk" in words(upload(client, picture(seed=3), "b.png"))
    monkeypatch.undo()
    np.testing.assert_array_equal(answer_of(session_of(client, tmp_path)).explanation.coefficients, before)
    assert "a.png" in layout(client)


def test_an_example_is_named_by_its_place_and_by_nothing_else(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "mine.png").write_bytes(picture())
    (tmp_path / "secret.png").write_bytes(picture())
    client = browser(served(tmp_path, context(photos=tmp_path / "photos")))
    offered = layout(client)
    assert "mine.png" in offered and "secret.png" not in offered and str(tmp_path) not in offered
    values = {"photo-more.value": "../secret.png"}
    assert "no such example" in words(asked(client, "photo-preview.children", values, changed="photo-more.value"))
    values = {"photo-more.value": 4}
    assert "mine.png" in words(asked(client, "photo-preview.children", values, changed="photo-more.value"))


def test_upload_of_the_wrong_size_is_told(tmp_path):
    client = browser(served(tmp_path, context(limits=Limits(photo_pixels=1000))))
    assert "more than 1,000" in words(upload(client, picture(40, 30), "a.png"))
