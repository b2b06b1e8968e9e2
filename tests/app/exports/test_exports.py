"""What a browser saves of its session: whole files of its own, under safe names, and the numbers of the page."""

import io
import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from page_scene import HERE, NoProcess, asked, browser, context, picture, served, upload, words
from PIL import Image
from test_two_users import explained, layout, session_of

import limetheory as lt
from limetheory.app.answers import answer_of
from limetheory.app.edits import put_history
from limetheory.app.exports.names import file_name
from limetheory.app.exports.table import EXPORTS
from limetheory.app.worker.models import facts_of
from limetheory.cli.main import run
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.regions import History
from limetheory.reports import read_label_map_png

BEGINS = {
    "report.html": b"<!doctype html>", "report.pdf": b"%PDF-", "answer.json": b"{", "labels.png": b"\x89PNG",
    "session.zip": b"PK", "edited.png": b"\x89PNG",
}  # fmt: skip
TABS = {"text", "table"}  # with tests of their own


def saved(client, ending):
    return client.get(f"/export/{ending}", base_url=HERE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def visit(folder):
    """One visit for all tests, which change nothing of it."""
    client = browser(served(folder))
    upload(client, picture(40, 30), "../<b>zebra</b>.png")
    explained(client)
    put_history(session_of(client, folder), History(Edits((Edit("brightness", None, {"offset": 0.25}),))))
    return client


def test_every_export_has_a_test():
    assert {one.ending for one in EXPORTS if one.needs not in TABS} == {*BEGINS}


@pytest.mark.slow
@pytest.mark.parametrize("ending", BEGINS)
def test_a_file_is_saved_under_a_safe_name_and_kept_by_no_cache(visit, ending):
    answer = saved(visit, ending)
    assert answer.status_code == 200 and answer.data.startswith(BEGINS[ending])
    attached = answer.headers["Content-Disposition"]
    assert re.fullmatch(rf"attachment; filename=[A-Za-z0-9_-]+-{re.escape(ending)}", attached), attached
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("zebra.png", "zebra"), ("a/b\\c.png", "b-c"), ("", "photograph"), ("…", "photograph"),
        ("NUL.png", "photograph"), ("x" * 300, "x" * 60), ('a"\r\nSet-Cookie: b', "a-Set-Cookie-b"),
    ],
)  # fmt: skip
def test_names_have_letters_that_every_system_takes(name, stem):
    assert file_name(name, "report.pdf") == f"{stem}-report.pdf"


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["report.html", "report.pdf", "answer.json", "labels.png"])
def test_without_an_explanation_the_next_step_is_said(tmp_path, ending):
    client = browser(served(tmp_path))
    upload(client, picture(), "a.png")
    answer = saved(client, ending)
    assert answer.status_code == 409 and b"Press Explain" in answer.data and answer.mimetype == "text/plain"
    assert "session.zip" in layout(client) and "report.pdf" not in layout(client)


def test_an_address_that_there_is_not_is_told(visit):
    for ending in ("x", "photo.json", "main.npz"):
        assert saved(visit, ending).status_code == 404


@pytest.mark.slow
def test_another_browser_saves_nothing_of_this_one(visit):
    other = browser(visit.application)
    for ending in BEGINS:
        assert saved(other, ending).status_code == 409


@pytest.mark.slow
def test_the_numbers_are_those_of_the_page(visit, folder):
    document, found = json.loads(saved(visit, "answer.json").data), answer_of(session_of(visit, folder)).explanation
    assert document["coefficients"] == found.coefficients.tolist() and document["superpixels"] == 9
    assert document["repeat"]["input"]["path"] == document["image"] == "b>.png"
    assert str(folder) not in json.dumps(document)


@pytest.mark.slow
def test_a_page_escapes_the_name_of_a_photograph(visit):
    page = saved(visit, "report.html").data.decode()
    assert "<b>" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S) and "script" not in page


@pytest.mark.slow
def test_the_label_map_has_the_size_of_the_photograph(visit, folder):
    labels = read_label_map_png(saved(visit, "labels.png").data)
    assert labels.shape == (30, 40)
    segments = answer_of(session_of(visit, folder)).explanation.segments
    rows, columns = (np.arange(30) * 16 + 8) // 30, (np.arange(40) * 16 + 8) // 40
    np.testing.assert_array_equal(labels, segments[rows][:, columns])


@pytest.mark.slow
def test_the_links_come_with_the_answer(visit):
    values = {"answer-settled.data": 1}
    said = words(asked(visit, "export-links.children", values, changed="answer-settled.data"))
    assert all(f"/export/{ending}" in said for ending in BEGINS)


@pytest.mark.slow
def test_the_edited_photograph_is_that_of_the_edits(visit):
    with (
        Image.open(io.BytesIO(picture(40, 30))) as before,
        Image.open(io.BytesIO(saved(visit, "edited.png").data)) as after,
    ):
        plain, edited = (np.asarray(one, float) / 255 for one in (before, after))
    np.testing.assert_allclose(edited, np.clip(plain + 0.25, 0, 1), atol=0.5 / 255 + 1e-12)
    assert saved(browser(visit.application), "edited.png").status_code == 409


@pytest.mark.slow
def test_the_command_line_repeats_the_numbers_of_the_page_to_the_bit(tmp_path, monkeypatch):
    """`limetheory explain PHOTO --from answer.json` as a process of its own, and with --segments-from in this one."""
    worker = NoProcess()
    worker.network = lt.load_model("efficientnet_lite0")
    client = browser(served(tmp_path, replace(context(worker), model=facts_of(worker.network))))
    upload(client, picture(300, 240), "zebra.png")
    explained(client, segments=6, samples=40, seed=3)
    (tmp_path / "zebra.png").write_bytes(picture(300, 240))
    for ending in ("answer.json", "labels.png"):
        (tmp_path / ending).write_bytes(saved(client, ending).data)
    coefficients = answer_of(session_of(client, tmp_path)).explanation.coefficients.tolist()
    command = [
        sys.executable,
        "-m",
        "limetheory",
        "explain",
        "zebra.png",
        "--from",
        "answer.json",
        "--json",
        "out.json",
    ]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert told.returncode == 0, told.stderr
    assert "the coefficients are those of answer.json, to the bit" in told.stderr
    assert json.loads((tmp_path / "out.json").read_text())["coefficients"] == coefficients
    monkeypatch.chdir(tmp_path)
    options = ["--segments-from", "labels.png", "--samples", "40", "--seed", "3", "--json", "drawn.json"]
    assert run(["explain", "zebra.png", *options]) == 0
    drawn = json.loads((tmp_path / "drawn.json").read_text())["coefficients"]
    np.testing.assert_allclose(drawn, coefficients, rtol=0, atol=1e-6)
    assert Image.open(io.BytesIO((tmp_path / "labels.png").read_bytes())).size == (300, 240)
