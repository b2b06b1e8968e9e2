"""Jobs that run beside each other: an address at which there is no scheduler."""

import gc
import math
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from threading import Thread

import pytest

from limetheory import parallel
from limetheory.parallel import each


@contextmanager
def server(answer):
    """A server on a free port that sends every caller the same bytes and leaves the connection open."""
    callers = []

    def serve():
        try:
            while True:
                callers.append(listening.accept()[0])
                callers[-1].sendall(answer)
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    for caller in callers:
        with closing(caller):
            pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "message"),
    [(b"", "nothing answers within 1 s"), (b"HTTP/1.1 400 Bad Request\r\n\r\n", "what answers there is none")],
)
def test_an_address_without_a_scheduler_is_refused_soon_in_one_line(monkeypatch, capfd, answer, message):
    """A client would take 20 seconds to close and print a traceback, or ask for the memory that the answer names."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(parallel, "_PATIENCE", 1)
    with server(answer) as address, pytest.raises(ValueError, match="cluster must be the address of a Dask") as refused:
        list(each(math.sqrt, [4.0], 1, address))
    gc.collect()
    assert message in str(refused.value) and "\n" not in str(refused.value)
    assert "Traceback" not in capfd.readouterr().err


def leaky(job):
    """A job after which the process keeps 400 MB, which loky takes for a leak and replaces the process."""
    KEPT.append(b"x" * 400_000_000)
    time.sleep(1.2)  # loky looks once a second
    return job


KEPT = []


@pytest.mark.slow
def test_workers_whose_memory_grows_are_replaced_where_warnings_are_errors():
    code = """
import sys, warnings
sys.path.insert(0, "tests")
from test_parallel import leaky
from limetheory.parallel import each
warnings.simplefilter("error", UserWarning)
print(sorted(each(leaky, range(7), 2, None)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == str(list(range(7)))
