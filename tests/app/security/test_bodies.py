"""A request without the token's cookie is answered before its body is taken."""

import socket
import threading

import pytest
from page_scene import context
from waitress.server import create_server

from limetheory.app.application import application
from limetheory.app.limits import Limits
from limetheory.app.security.access import EXTENSION
from limetheory.app.security.bodies import refuse_bodies
from limetheory.app.sessions.store import Sessions

TOKEN = "a-secret-of-some-length"


@pytest.fixture(params=[True, False], ids=["refusing", "the mutant"])
def served_at(request, tmp_path):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    number = listener.getsockname()[1]
    flask = application(context(token=TOKEN), Sessions(tmp_path / "sessions", Limits()), number)
    server = create_server(flask, sockets=[listener], threads=1, asyncore_use_poll=True)
    if request.param:
        refuse_bodies(server, flask.extensions[EXTENSION])
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield number, flask, request.param
    server.close()
    thread.join(10)
    listener.close()


def answer(port, cookie="", seconds=1.0):
    """What is answered to the headers of a request of 50 MB, none of whose body is sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        head = f"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 50000000\r\n"
        client.sendall(f"{head}Content-Type: application/json\r\nCookie: {cookie}\r\n\r\n".encode())
        try:
            return client.recv(4096)
        except TimeoutError:
            return b""


def test_a_stranger_is_answered_at_once_and_a_guest_is_listened_to(served_at):
    port, flask, refusing = served_at
    entered = flask.test_client().get(f"/?token={TOKEN}", base_url=f"http://127.0.0.1:{port}")
    cookie = entered.headers["Set-Cookie"].partition(";")[0]
    assert answer(port, seconds=5.0 if refusing else 0.3).startswith(b"HTTP/1.1 401" if refusing else b"")
    assert bool(answer(port, "limetheory_access=forged", 5.0 if refusing else 0.3)) == refusing
    assert answer(port, cookie, 0.3) == b""  # it waits for the body
