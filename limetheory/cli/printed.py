"""Standard output that does not take what is printed, such as a file on a full disk."""

from __future__ import annotations

import errno
import io
import sys

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def flushed() -> None:
    """Write out what was printed, so that an error is reported as any other rather than when Python ends.

    Raises:
        OSError: standard output does not take it.
    """
    if sys.stdout is not None:
        sys.stdout.flush()


def unprinted(error: OSError) -> str:
    """Why standard output does not take what was printed, with the remedy; nothing where the error is another one.

    A line more is printed to see it. What is printed afterwards is dropped, for Python would try again when it ends.
    """
    if error.filename is not None or error.errno not in _FULL:
        return ""
    try:
        print()
        flushed()
    except OSError:
        dropped()
        return (
            f"standard output must take what is printed, got {error.strerror}; free space on its disk, or send it "
            "elsewhere"
        )
    return ""


def dropped() -> None:
    """Drop whatever is printed from now on."""
    sys.stdout = _Nowhere()
