"""Standard output that does not take what is printed, such as a file on a full disk."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


class Printing:
    """Prints as long as standard output takes it, so that work whose files are wanted goes on where it does not.

    Attributes:
        failed: what standard output said when it took no more; None as long as it does.
    """

    def __init__(self) -> None:
        self.failed: OSError | None = None

    def __call__(self, show: Callable[[], object]) -> None:
        """Print by a function, which writes everything out; nothing where it failed before."""
        if self.failed is None:
            try:
                show()
                flushed()
            except OSError as error:
                self.failed = error
            except SystemExit:  # by which rich would end the process where nobody reads
                self.failed = BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    def ended(self) -> None:
        """Say that not all was printed, behind the work.

        Raises:
            OSError: what standard output said.
        """
        if self.failed is not None:
            raise self.failed


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
