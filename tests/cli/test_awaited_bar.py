"""In a terminal `explain` shows a bar from its start: what is loaded, then how many masks are evaluated."""

import errno
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest


def lines_of_terminal(command):
    """What a process writes to a terminal of 100 columns, as pieces between carriage returns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    environment = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, env=environment)
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError as error:
            assert error.errno == errno.EIO  # the terminal is closed
            break
        written += piece
    os.close(ours)
    assert process.wait() == 0, written
    return [one.strip() for one in written.decode().split("\r") if one.strip()]


@pytest.mark.slow
def test_what_is_loaded_is_said_first_then_masks_and_neither_remains():
    command = [sys.executable, "-m", "limetheory", "explain", "example:coffee", "--samples", "64"]
    lines = lines_of_terminal(command)
    assert lines[0] == "loading efficientnet_lite0 …"
    assert lines[1].startswith("masks:   0%") and "0/64" in lines[1]
    assert not [one for one in lines[-12:] if one.startswith(("loading", "masks:"))]
