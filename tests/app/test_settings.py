"""Who may be served: this machine without more, others with a token."""

import pytest

from limetheory.app.settings import Settings, is_loopback

TOKEN = "a-secret-of-some-length"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.7"])
def test_this_machine_needs_no_token(host):
    assert is_loopback(host) and not Settings(host=host).public


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])
def test_other_addresses_need_one(host):
    with pytest.raises(ValueError, match=r"needs a token, got --host '.*' without one; add --token"):
        Settings(host=host)
    assert Settings(host=host, token=TOKEN).public


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"token": "short"}, r"16 characters or more, got 5; python -c"),
        ({"port": 70000}, r"0\.\.65535, got 70000"),
        ({"port": -1}, r"0\.\.65535, got -1"),
    ],
)
def test_other_bad_settings_are_refused_in_a_line(options, words):
    with pytest.raises(ValueError, match=words):
        Settings(**options)


def test_a_folder_of_photographs_must_be_there(tmp_path):
    with pytest.raises(ValueError, match="--photos must be a folder, got"):
        Settings(photos=tmp_path / "nowhere")
    assert Settings(photos=tmp_path).photos == tmp_path
