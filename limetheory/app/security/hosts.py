"""The Host header: a name that an attacker points at this machine is refused (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import socket
from functools import cache

from limetheory.app.settings import Settings, is_loopback


def host_is_known(header: str, settings: Settings) -> bool:
    """Whether a Host header names this server.

    A name other than the machine's own may point anywhere, so that a page of that name could read the answers. An
    address cannot be pointed elsewhere.

    >>> local = Settings()
    >>> host_is_known("127.0.0.1:8050", local), host_is_known("evil.example:8050", local)
    (True, False)
    """
    name = host_name(header)
    if name is None:
        return False
    if not settings.public:
        return is_loopback(name)
    return is_loopback(name) or _is_address(name) or name in _own_names(settings.host)


def host_name(header: str) -> str | None:
    """The host of "host:port" in lower case, without the brackets of IPv6; None where it is none."""
    name, colon, port = header.rpartition(":")
    if not colon or not port.isdecimal() or (name.count(":") and not name.startswith("[")):
        name = header
    name = name.strip().lower()
    return name.removeprefix("[").removesuffix("]") if name and "/" not in name and "@" not in name else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@cache
def _own_names(host: str) -> set[str]:
    """Of this machine, asked for once: another machine answers, and anyone may send requests of unknown names."""
    return {host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
