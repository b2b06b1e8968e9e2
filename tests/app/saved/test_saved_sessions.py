"""A session that is saved and opened again is the same; what anyone else wrote is refused and changes nothing."""

import io
import json
import struct
import zipfile

import numpy as np
import pytest
from input_scene import pressed, visitor
from page_scene import HERE, NoProcess, browser, context, picture, served, upload
from saved_scene import changed, members, opened, saved
from test_two_users import explained, layout, session_of

from limetheory.app.answers import answer_of
from limetheory.app.edits import edits_of, put_history
from limetheory.app.limits import Limits
from limetheory.app.photos import photo_of
from limetheory.app.regions import change_regions, regions_of
from limetheory.app.sessions import session as session_module
from limetheory.app.worker.stored import StoredSource
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.regions import History, Region, Regions


def with_facts(content, **facts):
    told = {**json.loads(members(content)["main.json"]), **facts}
    return changed(content, main__json=json.dumps(told).encode())


def without_version(content):
    found = members(content)
    told = json.loads(found.pop("main.json"))
    assert told.pop("version") > 0
    return found, told


def visited(folder):
    """A browser whose session has a photograph, an explanation, settings, a region and an edit."""
    client = browser(served(folder))
    upload(client, picture(40, 30), "zebra.png")
    explained(client)
    session = session_of(client, folder)
    session.write_json("settings.json", {"segments": 9, "seed": 7})
    change_regions(session, lambda found: found.add(Region("left", np.arange(40)[None].repeat(30, axis=0) < 20)))
    put_history(session, History(Edits((Edit("blur", "left", {"radius": 2}),))))
    return client


@pytest.fixture
def visit(tmp_path):
    return visited(tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def lasting(folder):
    """One visit for all tests that change nothing."""
    return visited(folder)


@pytest.mark.slow
def test_a_saved_session_is_opened_by_another_browser_with_all_that_it_had(visit, tmp_path):
    content = saved(visit)
    other = browser(visit.application)
    assert '"export-opened": {"data": true}' in opened(other, content)
    shown = layout(other)
    assert "zebra.png" in shown and "finished" in shown and '"9 superpixels' in shown
    both = [answer_of(session_of(one, tmp_path)) for one in (visit, other)]
    assert both[0].explanation.coefficients.tobytes() == both[1].explanation.coefficients.tobytes()
    assert without_version(saved(other)) == without_version(content)
    session = session_of(other, tmp_path)
    assert session.read_json("settings.json")["seed"] == 7
    assert regions_of(session) == regions_of(session_of(visit, tmp_path)) and regions_of(session).names == ("left",)
    assert edits_of(session) == edits_of(session_of(visit, tmp_path)) and len(edits_of(session)) == 1


@pytest.mark.slow
def test_texts_and_rows_are_saved_and_opened_with_their_answers(tmp_path):
    client = visitor(tmp_path)
    pressed(client, "text", "run", before="a wonderful plot", samples=100)
    pressed(client, "table", "change", row=3, samples=200, **{"cell 2": 5})
    session_of(client, tmp_path).write_json("text.json", {"before": "a wonderful plot", "samples": 100})
    content = saved(client)
    other = browser(client.application)
    assert '"data": true' in opened(other, content)
    for slot in ("text-answer", "table-difference"):
        both = [answer_of(session_of(one, tmp_path), slot).explanation.coefficients for one in (client, other)]
        assert both[0].tobytes() == both[1].tobytes()
    assert "a wonderful plot" in layout(other)
    for broken in ({"text-answer.npz": members(content)["table-difference.npz"]}, {"text.json": b'{"before": {}}'}):
        assert "That did not work" in opened(other, changed(content, **broken))
    elsewhere = visitor(tmp_path / "elsewhere", text=StoredSource("statistics:fmean"))
    assert "explains the model" in opened(elsewhere, content)


@pytest.mark.slow
def test_a_saved_session_has_nothing_of_another_browser(visit):
    other = browser(visit.application)
    upload(other, picture(seed=5), "secret.png")
    assert b"secret" not in saved(visit) and picture(seed=5) not in saved(visit)


@pytest.mark.slow
def test_it_takes_the_place_of_what_was_there_and_keeps_the_introduction_away(visit, tmp_path):
    other = browser(visit.application)
    upload(other, picture(seed=5), "other.png")
    session_of(other, tmp_path).write_json("introduction.json", True)
    opened(other, saved(visit))
    assert "other.png" not in layout(other) and "zebra.png" in layout(other)
    assert session_of(other, tmp_path).read_json("introduction.json") is True
    assert not [one for one in (tmp_path / "sessions").iterdir() if one.name.startswith(".")]


def test_without_anything_there_is_nothing_to_save(tmp_path):
    client = browser(served(tmp_path))
    assert client.get("/export/session.zip", base_url=HERE).status_code == 409


def bomb():
    """A packed part of 256 MiB in 260 kB."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("main.npz", bytes(1 << 28))
    return content.getvalue()


def long_list():
    """Ten thousand parts without content."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}", b"")
    return content.getvalue()


def twice():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("session.json", b"{}")
        archive.writestr("session.json", b"{}")
    return content.getvalue()


def larger_than_it_is(content):
    """The size of the first part in the list of parts, made 1 GiB, packed and unpacked."""
    place = content.index(b"PK\x01\x02")
    return content[: place + 20] + struct.pack("<II", 1 << 30, 1 << 30) + content[place + 28 :]


COMPONENT = {"type": "A", "namespace": "dash_html_components", "props": {"href": "//evil.example", "children": "x"}}
ROW = {"column": 1, "name": "bright", "before": 0.25, "after": 0.75}

NO_ARCHIVES = {
    "nothing": lambda content: b"", "no archive": lambda content: b"<html>" * 99,
    "half": lambda content: content[: len(content) // 2], "a bomb": lambda content: bomb(),
    "a long list": lambda content: long_list(), "twice": lambda content: twice(),
    "sizes that are none": larger_than_it_is,
    "a path": lambda content: changed(content, **{"../../etc/passwd": b"x"}),
    "an absolute path": lambda content: changed(content, **{"/etc/x": b"x"}),
    "a file of the page": lambda content: changed(content, photo__json=b"{}"),
    "a pickle": lambda content: changed(content, main__npz=b"\x80\x04\x95cos\nsystem\n(S'id'\ntR."),
    "no photograph": lambda content: changed(content, photo=b"GIF89a<script>"),
    "no answer": lambda content: changed(content, main__npz=None),
    "no facts": lambda content: changed(content, main__json=None),
    "another file": lambda content: changed(content, session__json=b'{"format": "x", "schema": 1}'),
    "no head": lambda content: changed(content, session__json=None),
    "a deep head": lambda content: changed(content, session__json=b'{"a":' * 5000 + b"1" + b"}" * 5000),
    "a deep list": lambda content: changed(content, session__json=b'{"a":' + b"[" * 30 + b"]" * 30 + b"}"),
    "a key twice": lambda content: changed(content, settings__json=b'{"seed": 1, "seed": 2}'),
    "no number": lambda content: changed(content, settings__json=b'{"seed": NaN}'),
    "too large a number": lambda content: changed(content, settings__json=b'{"seed": 1e999}'),
    "a list of settings": lambda content: changed(content, settings__json=b"[]"),
    "other settings": lambda content: changed(content, settings__json=b'{"__class__": 1}'),
    "a setting that is an object": lambda content: changed(content, settings__json=b'{"seed": {"props": 1}}'),
    "edits that are none": lambda content: changed(content, edits__json=b'{"edits": 1}'),
    "regions that are none": lambda content: changed(content, regions__json=b'{"present": 1}'),
    "regions of another photograph": lambda content: changed(content, regions__json=Regions((9, 9)).to_json().encode()),
    "a version of text": lambda content: with_facts(content, version="1"),
    "a component as a name": lambda content: with_facts(content, class_name={"type": "Script", "props": {}}),
    "names of another number": lambda content: with_facts(content, names=["a"]),
    "a state that there is not": lambda content: with_facts(content, state="done"),
    "a level of text": lambda content: with_facts(content, level="0.95"),
    "exact limits of text": lambda content: with_facts(content, exact=["a"] * 9),
    "a component as a class": lambda content: with_facts(content, rows=[{**ROW, "name": COMPONENT}]),
    "a component as a region": lambda content: with_facts(content, regions=[COMPONENT], owners=[0] * 9),
    "a component as a superpixel": lambda content: with_facts(content, lost=[COMPONENT]),
    "a component as a setting": lambda content: with_facts(content, settings={"segmenter": COMPONENT}),
    "a component as a note": lambda content: with_facts(content, warnings=[COMPONENT]),
    "a row of text": lambda content: with_facts(content, rows=[{**ROW, "before": "1"}]),
    "owners that there are not": lambda content: with_facts(content, regions=["a"], owners=[1] * 9),
    "owners of nothing": lambda content: with_facts(content, owners=[0] * 9),
    "a fact that the page has not": lambda content: with_facts(content, aspect=1),
    "a level of 400 digits": lambda content: with_facts(content, level=10**400),
    "a setting of 400 digits": lambda content: changed(content, settings__json=b'{"seed": 1%s}' % (b"0" * 400)),
    "a record that is a list": lambda content: with_facts(content, record=[1]),
    "a later one": lambda content: changed(
        content, session__json=members(content)["session.json"].replace(b'"schema": 1', b'"schema": 2')
    ),
    "another model": lambda content: changed(
        content, session__json=members(content)["session.json"].replace(b"toy", b"</b>")
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", NO_ARCHIVES)
def test_what_anyone_else_wrote_is_refused_and_changes_nothing(lasting, folder, name):
    before = {one: session_of(lasting, folder).read_bytes(one) for one in session_of(lasting, folder).files()}
    outside = sorted(folder.rglob("*"))
    said = opened(lasting, NO_ARCHIVES[name](saved(lasting)))
    assert "That did not work" in said and str(folder) not in said and "Traceback" not in said
    assert '"data": true' not in said
    assert before == {one: session_of(lasting, folder).read_bytes(one) for one in session_of(lasting, folder).files()}
    assert sorted(folder.rglob("*")) == outside


@pytest.mark.slow
def test_the_file_itself_is_opened(visit):
    """The refusals above are not those of every file."""
    for content in (saved(visit), changed(saved(visit)), with_facts(saved(visit), said=None)):
        assert '"data": true' in opened(visit, content)


def test_a_file_that_is_too_large_is_told(tmp_path):
    client = browser(served(tmp_path, context(limits=Limits(saved_bytes=1 << 20))))
    assert "A saved session may have 1 MiB" in opened(client, bytes(2 << 20))


@pytest.mark.slow
def test_a_photograph_with_too_many_pixels_is_refused_in_a_session_too(visit, tmp_path):
    client = browser(served(tmp_path / "small", context(limits=Limits(photo_pixels=1000))))
    assert "more than 1,000" in opened(client, saved(visit))


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_session_of_before_stays(visit, tmp_path, monkeypatch):
    content, before = saved(visit), layout(visit)

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session_module, "_flushed", full)
    assert "no room left on the disk" in opened(visit, content)
    monkeypatch.undo()
    assert layout(visit) == before


@pytest.mark.slow
def test_parts_that_do_not_fit_each_other_are_refused_by_building_the_page(visit, monkeypatch):
    from limetheory.app.pages import page

    def fails(context, session):
        raise KeyError("place")

    broken = [type(one)(one.name, one.title, one.column, fails, one.register) for one in page.PANELS[-1:]]
    content = saved(visit)
    monkeypatch.setattr(page, "PANELS", (*page.PANELS, *broken))
    assert "do not fit each other" in opened(visit, content)


def test_the_network_gets_ready_for_the_photograph_that_is_opened(visit, tmp_path):
    prepared = []

    class Recording(NoProcess):
        def prepare(self, photo=None):
            prepared.append(photo)

    other = browser(served(tmp_path, context(worker=Recording())))
    content = saved(visit)
    opened(other, b"no session")
    assert prepared == []
    opened(other, content)
    assert prepared == [photo_of(session_of(other, tmp_path)).file] and prepared[0].is_file()
