"""200 requests at once on loopback: each is answered, with the page or with a polite refusal."""

import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from page_scene import context
from waitress.server import create_server

from limetheory.app.application import application
from limetheory.app.limits import Limits
from limetheory.app.server import CONNECTIONS, THREADS
from limetheory.app.sessions.store import Sessions

pytestmark = pytest.mark.slow
AT_ONCE = 200


@pytest.fixture
def port(tmp_path):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    number = listener.getsockname()[1]
    flask = application(context(), Sessions(tmp_path / "sessions", Limits()), number)
    server = create_server(
        flask, sockets=[listener], threads=THREADS, connection_limit=CONNECTIONS, asyncore_use_poll=True
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield number
    server.close()
    thread.join(10)
    listener.close()


def introduction_done(connection):
    body = json.dumps({"output": "introduction.className", "outputs": {"id": "introduction", "property": "className"},
                       "inputs": [{"id": "introduction-done", "property": "n_clicks", "value": 1}],
                       "changedPropIds": ["introduction-done.n_clicks"], "state": []})  # fmt: skip
    connection.request("POST", "/_dash-update-component", body, {"Content-Type": "application/json"})


KINDS = (
    lambda connection: connection.request("GET", "/"),
    lambda connection: connection.request("GET", "/_dash-layout"),
    introduction_done,
    introduction_done,
)


def answers(port):
    """The status of so many requests of every kind that leave at the same moment."""
    gate = threading.Barrier(AT_ONCE)

    def ask(number):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        gate.wait(60)
        try:
            KINDS[number % len(KINDS)](connection)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, range(AT_ONCE)))


def test_200_requests_at_once_for_the_page_its_layout_and_answers_are_answered(port):
    assert answers(port) == [200] * AT_ONCE
