"""Two windows of one browser change its session at the same moment, and nothing of either is lost or mixed."""

import threading

import numpy as np
from page_scene import asked, browser, picture, served, upload
from region_scene import session_of

from limetheory.app.edits import edits_of
from limetheory.app.limits import Limits
from limetheory.app.pages import edit
from limetheory.app.photos import photo_of, put_photo
from limetheory.app.regions import change_regions, drawn_of
from limetheory.app.sessions import staging
from limetheory.app.sessions.staging import staged
from limetheory.app.sessions.store import Sessions
from limetheory.app.uploads import checked
from limetheory.images.regions import Region, Regions


def session_in(folder):
    found = Sessions(folder / "sessions", Limits()).of(Sessions.new_cookie())
    put_photo(found, photograph(40, 30))
    return found


def photograph(width, height):
    return checked(picture(width, height), "a.png", Limits())


class Other:
    """What another window does in the middle of this one's change: it has time enough, unless it waits for its turn."""

    def __init__(self, work, *arguments):
        self._thread = threading.Thread(target=work, args=arguments, daemon=True)

    def meanwhile(self):
        self._thread.start()
        self._thread.join(1.0)

    def ended(self):
        self._thread.join(30)
        return not self._thread.is_alive()


def test_regions_of_the_photograph_before_do_not_outlive_it(tmp_path):
    session = session_in(tmp_path)
    other = Other(put_photo, session, photograph(50, 60))

    def change(now):
        other.meanwhile()
        return now.add(Region("left", np.ones(now.shape, bool)))

    change_regions(session, change)
    assert other.ended() and drawn_of(session) == Regions((60, 50))


def test_of_two_photographs_that_come_together_one_is_whole(tmp_path, monkeypatch):
    session = session_in(tmp_path)
    other, write = Other(put_photo, session, photograph(50, 60)), session.write_json

    def slow(name, value):
        other.meanwhile()
        monkeypatch.undo()
        write(name, value)

    monkeypatch.setattr(session, "write_json", slow)
    put_photo(session, photograph(70, 20))
    assert other.ended() and photo_of(session).file.is_file()


def test_two_edits_that_are_added_together_are_both_kept(tmp_path, monkeypatch):
    client, add = browser(served(tmp_path)), edit.added
    upload(client, picture(40, 30))
    second, cookie = client.application.test_client(), client.get_cookie("limetheory_8050", domain="127.0.0.1").value
    second.set_cookie("limetheory_8050", cookie, domain="127.0.0.1")
    other = Other(pressed, second, "blur")

    def slow(edits, *asked):
        monkeypatch.setattr(edit, "added", add)
        other.meanwhile()
        return add(edits, *asked)

    monkeypatch.setattr(edit, "added", slow)
    pressed(client, "noise")
    assert other.ended() and sorted(one.name for one in edits_of(session_of(client, tmp_path))) == ["blur", "noise"]


def pressed(client, name):
    values = {"edit-add.n_clicks": 1, "edit-name.value": name}
    assert asked(client, "edit-list.children", values, changed="edit-add.n_clicks").status_code == 200


def test_a_session_that_is_opened_takes_the_place_while_another_window_writes(tmp_path, monkeypatch):
    session, rename = session_in(tmp_path), staging.os.rename
    other = Other(session.write_json, "settings.json", {"seed": 1})

    def slow(source, place):
        rename(source, place)
        monkeypatch.setattr(staging.os, "rename", rename)
        other.meanwhile()

    monkeypatch.setattr(staging.os, "rename", slow)
    with staged(session) as stage:
        put_photo(stage, photograph(70, 20))
    assert other.ended() and photo_of(session).width == 70 and session.read_json("settings.json") == {"seed": 1}
