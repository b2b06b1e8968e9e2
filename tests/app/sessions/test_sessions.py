"""What a browser works on is kept on disk for it alone, as a whole or not at all, and not for ever."""

import os
import stat
from pathlib import Path

import pytest

from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused
from limetheory.app.sessions import session as session_module
from limetheory.app.sessions.store import Sessions


def of_two(folder, **limits):
    sessions = Sessions(folder / "kept", Limits(**limits))
    return sessions, sessions.of(Sessions.new_cookie()), sessions.of(Sessions.new_cookie())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_read_again_also_by_a_later_run(tmp_path):
    cookie = Sessions.new_cookie()
    Sessions(tmp_path / "kept", Limits()).of(cookie).write_json("settings.json", {"seed": 3})
    assert Sessions(tmp_path / "kept", Limits()).of(cookie).read_json("settings.json") == {"seed": 3}


def test_two_browsers_have_nothing_in_common(tmp_path):
    _, first, second = of_two(tmp_path)
    first.write_bytes("photo.png", b"mine")
    assert second.read_bytes("photo.png") is None and second.files() == []
    assert first.folder != second.folder and first.name != second.name


def test_folders_are_private_and_their_names_give_no_cookie_away(tmp_path):
    sessions, cookie = Sessions(tmp_path / "kept", Limits()), Sessions.new_cookie()
    session = sessions.of(cookie)
    session.write_bytes("a.json", b"1")
    assert mode(tmp_path / "kept") == mode(session.folder) == 0o700
    assert mode(session.path("a.json")) == 0o600
    assert cookie not in os.listdir(tmp_path / "kept")[0]


@pytest.mark.parametrize("cookie", [None, "", "short", "é" * 43, "../" * 20, "x" * 44])
def test_other_cookies_are_none_of_ours(tmp_path, cookie):
    assert Sessions(tmp_path / "kept", Limits()).of(cookie) is None


@pytest.mark.parametrize("name", ["../a", "a/b", ".hidden", "/etc/passwd", ""])
def test_a_file_of_a_session_has_a_plain_name(tmp_path, name):
    _, session, _ = of_two(tmp_path)
    with pytest.raises(ValueError, match="plain name, got"):
        session.write_bytes(name, b"")


def test_a_full_disk_is_told_and_loses_nothing(tmp_path, monkeypatch):
    _, session, _ = of_two(tmp_path)
    session.write_json("answer.json", "before")
    flushed = session_module._flushed
    monkeypatch.setattr(session_module, "_flushed", lambda path, content: flushed(Path("/dev/full"), content))
    with pytest.raises(Refused, match="no room left on the disk; nothing of before was lost"):
        session.write_json("answer.json", "after")
    assert session.read_json("answer.json") == "before"
    assert os.listdir(session.folder) == ["answer.json"]


def test_a_write_that_breaks_off_leaves_the_file_of_before(tmp_path):
    _, session, _ = of_two(tmp_path)
    session.write_bytes("answer.npz", b"before")

    def half(path):
        path.write_bytes(b"aft")
        raise RuntimeError("power")

    with pytest.raises(RuntimeError):
        session.write("answer.npz", half)
    assert session.read_bytes("answer.npz") == b"before" and session.files() == ["answer.npz"]


def test_a_browser_may_keep_so_many_bytes(tmp_path):
    _, session, _ = of_two(tmp_path, session_bytes=1000)
    session.write_bytes("a", b"x" * 900)
    with pytest.raises(Refused, match="This browser may keep"):
        session.write_bytes("b", b"x" * 200)
    session.write_bytes("a", b"y" * 990)
    assert session.read_bytes("a") == b"y" * 990 and session.files() == ["a"]


def test_there_are_so_many_sessions_and_no_more(tmp_path):
    sessions, *two = of_two(tmp_path, sessions=2)
    for session in two:
        session.write_bytes("a", b"1")
    with pytest.raises(Refused, match="Too many browsers"):
        sessions.of(Sessions.new_cookie()).write_bytes("a", b"1")
    two[0].write_bytes("a", b"2")
    assert sessions.number() == 2


def test_a_session_that_nobody_comes_back_to_expires(tmp_path):
    sessions, old, young = of_two(tmp_path, idle_seconds=100.0)
    for session in (old, young):
        session.write_bytes("a", b"1")
    os.utime(old.folder, (0, 0))
    assert sessions.expire() == 1 and old.files() == [] and young.read_bytes("a") == b"1"
