"""`limetheory app`: what cannot be served is refused in a line before anything is loaded."""

import socket

import pytest

from limetheory.app.server import address, bound
from limetheory.app.settings import Settings
from limetheory.cli.main import run


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_in_a_line(taken, capsys):
    assert run(["app", "--no-browser", "--port", str(taken)]) == 2
    said = capsys.readouterr().err
    assert f"got 127.0.0.1 port {taken} (" in said and "leave --port out for a free one" in said
    assert said.count("\n") == 1


def test_where_no_port_is_asked_for_a_free_one_is_found(taken, monkeypatch):
    monkeypatch.setattr("limetheory.app.server.USUAL_PORT", taken)
    listener = bound(Settings())
    assert listener.getsockname()[1] not in (0, taken)
    listener.close()


def test_an_address_that_is_bound_and_not_yet_listened_at_is_taken_too(capsys):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        first = bound(Settings(port=port))
        with pytest.raises(ValueError, match=f"port {port} "):
            bound(Settings(port=port))
        first.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--host", "0.0.0.0"], "needs a token, got --host '0.0.0.0' without one"),
        (["--host", "0.0.0.0", "--token", "short"], "16 characters or more, got 5"),
        (["--token-file", "nowhere"], "a token must be an existing file, got 'nowhere'"),
        (["--token", "x" * 20, "--token-file", "nowhere"], "a token must be given once, got --token and --token-file"),
        (["--photos", "nowhere"], "--photos must be a folder, got 'nowhere'"),
    ],
)
def test_bad_options_are_refused_in_a_line(options, words, capsys):
    assert run(["app", "--no-browser", *options]) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


def test_a_missing_package_is_named_with_its_extra(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "dash", None)
    assert run(["app"]) == 2
    assert "limetheory app needs dash" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({}, "http://127.0.0.1:80/"), ({"host": "::1"}, "http://[::1]:80/"),
        ({"host": "0.0.0.0", "token": "x" * 16}, f"http://127.0.0.1:80/?token={'x' * 16}"),
    ],
)  # fmt: skip
def test_the_address_that_is_printed_opens_the_page(options, where):
    assert address(Settings(**options), 80) == where


SECRET = "a-secret-of-some-length"


@pytest.fixture
def started(monkeypatch):
    """The settings with which the page would be served."""
    found = []
    monkeypatch.setattr("limetheory.app.server.serve", found.append)
    return found


def test_a_token_of_the_environment_or_of_a_file_is_taken_quietly(started, tmp_path, monkeypatch, capsys):
    (tmp_path / "token").write_text(f"{SECRET}\n")
    assert run(["app", "--no-browser", "--token-file", str(tmp_path / "token")]) == 0
    monkeypatch.setenv("LIMETHEORY_TOKEN", SECRET)
    assert run(["app", "--no-browser"]) == 0
    assert [settings.token for settings in started] == [SECRET, SECRET] and capsys.readouterr().err == ""


@pytest.mark.filterwarnings("default:--token stands")
def test_a_token_on_the_command_line_is_warned_of(started, capsys):
    assert run(["app", "--no-browser", "--token", SECRET]) == 0
    said = capsys.readouterr().err
    assert "--token stands in the list of processes" in said and "set LIMETHEORY_TOKEN" in said and SECRET not in said
    assert started[0].token == SECRET
