"""The Host header: names that an attacker can point at this machine are refused."""

import socket

import pytest

from limetheory.app.security.hosts import host_is_known
from limetheory.app.settings import Settings

LOCAL, PUBLIC = Settings(), Settings(host="0.0.0.0", token="a-secret-of-some-length")


@pytest.mark.parametrize("header", ["127.0.0.1:8050", "127.0.0.1", "localhost:1", "[::1]:8050", "LOCALHOST:8050"])
def test_this_machine_is_known(header):
    assert host_is_known(header, LOCAL) and host_is_known(header, PUBLIC)


@pytest.mark.parametrize(
    "header",
    [
        "evil.example:8050",
        "127.0.0.1.evil.example:8050",
        "localhost.evil.example",
        "127.0.0.1.:8050",
        "localhost.:8050",
        "0x7f000001:8050",
        "127.1:8050",
        "127.0.0.1, evil.example",
        "127.0.0.1 evil.example",
        "",
        ":8050",
        "a@127.0.0.1",
        "::1:80x",
    ],
)
def test_names_of_others_are_not(header):
    assert not host_is_known(header, LOCAL) and not host_is_known(header, PUBLIC)


def test_an_address_is_known_where_others_are_served_alone():
    assert host_is_known("192.168.1.2:8050", PUBLIC) and not host_is_known("192.168.1.2:8050", LOCAL)


def test_the_machine_is_known_by_its_own_name():
    assert host_is_known(f"{socket.gethostname()}:8050", PUBLIC)


def test_names_of_others_do_not_ask_for_the_name_of_the_machine_again_and_again(monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getfqdn", lambda: asked.append(1) or "machine.example")
    settings = Settings(host="192.168.1.7", token="a-secret-of-some-length")
    assert not any(host_is_known(f"evil{number}.example", settings) for number in range(5))
    assert host_is_known("machine.example", settings) and len(asked) == 1
