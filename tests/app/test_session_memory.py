"""What the server keeps in memory for browsers that are away."""

import resource
import sys

import pytest
from page_scene import browser, picture, served, upload
from test_two_users import explained

BROWSERS, MOST = 20, 50 * 2**20


def peak():
    """The most bytes that this process has held until now."""
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else found * 1024


@pytest.mark.slow
def test_20_idle_sessions_take_less_than_50_mib_each(tmp_path):
    server = served(tmp_path)

    def visited(number):
        client = browser(server)
        upload(client, picture(220, 220, seed=number), "zebra.png")
        explained(client)

    visited(BROWSERS)  # what is loaded once is nobody's own
    before = peak()
    for number in range(BROWSERS):
        visited(number)
    each = (peak() - before) / BROWSERS
    print(f"{each / 2**20:.2f} MiB")
    assert each < MOST
