"""`serve`: the page on a port of this machine, until Ctrl-C."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from pathlib import Path

from limetheory.app.application import application
from limetheory.app.context import Context
from limetheory.app.examples import examples
from limetheory.app.inputs.known import TABLE, TEXT, Known
from limetheory.app.jobs.queue import JobQueue
from limetheory.app.refusals import Refused
from limetheory.app.security.access import EXTENSION
from limetheory.app.security.bodies import refuse_bodies
from limetheory.app.sessions.store import Sessions
from limetheory.app.settings import Settings
from limetheory.app.worker.client import Worker
from limetheory.app.worker.stored import IRIS, SENTIMENT
from limetheory.cache_home import cache_home

USUAL_PORT = 8050
"""The port where none is given, if it is free; Dash's own."""

THREADS, CONNECTIONS, BACKLOG = 8, 600, 1024
"""Requests that are answered at once, connections that may be open, and that may wait; conventions."""


def serve(settings: Settings) -> None:
    """Load the model, serve the page, and open it in a browser.

    Raises:
        ValueError: the port is taken, or the model cannot be loaded.
    """
    from waitress.server import create_server

    listener = bound(settings)
    port = listener.getsockname()[1]
    worker = Worker(settings.source, settings.limits.patience_seconds)
    try:
        flask = application(_context(settings, worker), Sessions(_folder(), settings.limits), port)
        server = create_server(
            flask, sockets=[listener], threads=THREADS, connection_limit=CONNECTIONS, asyncore_use_poll=True,
            max_request_body_size=settings.limits.body_bytes, ident=None, clear_untrusted_proxy_headers=True,
        )  # fmt: skip
        refuse_bodies(server, flask.extensions[EXTENSION])
        _announce(settings, port)
        server.run()
    except Refused as refused:
        raise ValueError(str(refused)) from None
    finally:
        worker.stop()
        listener.close()


def bound(settings: Settings) -> socket.socket:
    """A socket at the address that was asked for; where no port was, at the usual one or a free one.

    Raises:
        ValueError: the port that was asked for is taken, or the address is none of this machine's.
    """
    asked = [settings.port] if settings.port else [USUAL_PORT, 0]
    for port in asked:
        try:
            return _listening(settings.host, port)
        except OSError as error:
            reason = error.strerror or str(error)
    raise ValueError(
        f"the page needs an address that is free, got {settings.host} port {asked[-1]} ({reason.lower()}); leave "
        "--port out for a free one"
    )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), port))
        listener.listen(BACKLOG)  # an address that another program has bound may be refused here alone
    except OSError:
        listener.close()
        raise
    return listener


def address(settings: Settings, port: int) -> str:
    """What a person opens."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}/" + ("" if settings.token is None else f"?token={settings.token}")


def _context(settings: Settings, worker: Worker) -> Context:
    model = worker.start()
    known = Known(worker, settings)
    for name in (TEXT, TABLE):
        if known.source(name) not in (SENTIMENT, IRIS):
            known.facts(name)  # what cannot be used is told before anything is served
    threading.Thread(target=_get_ready, args=(known, worker), daemon=True, name="limetheory models").start()
    return Context(settings, worker, JobQueue(settings.limits), examples(settings.photos), model, known)


def _get_ready(known: Known, worker: Worker) -> None:
    """Ask for what the page shows of its models, then get the network ready for the first photograph."""
    known.prepare()
    worker.prepare()


def _folder() -> Path:
    return cache_home() / "app"


def _announce(settings: Settings, port: int) -> None:
    where = address(settings, port)
    print(f"limetheory: the page is at {where}; Ctrl-C ends it", flush=True)
    if settings.browser:
        threading.Timer(0.5, webbrowser.open, [where]).start()
