"""`Sessions`: from a browser's cookie to its session, with a cap on their number and an expiry."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from hashlib import sha256
from pathlib import Path

from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused
from limetheory.app.sessions.folders import private_folder, told_when_full
from limetheory.app.sessions.session import Session

_CHARACTERS = 43  # of a cookie, 32 random bytes in base64

TOO_MANY = "Too many browsers keep work here at the moment. Close this page and come back later."


class Sessions:
    """The sessions of all browsers.

    The name of a session's folder is a digest of the cookie, so that the folder's list gives no cookie away.

    Args:
        folder: where they are kept; made private.
        limits: bounds on number, bytes and age.
    """

    def __init__(self, folder: Path, limits: Limits):
        self._folder, self._limits = private_folder(folder), limits
        self._lock = threading.Lock()
        self.expire()

    @staticmethod
    def new_cookie() -> str:
        """A cookie that nobody can guess."""
        return secrets.token_urlsafe(32)

    def of(self, cookie: str | None) -> Session | None:
        """The session of a cookie, which has files once something is written; None where the cookie is none of ours."""
        if cookie is None or len(cookie) != _CHARACTERS or not cookie.isascii():
            return None
        name = sha256(cookie.encode()).hexdigest()[:40]
        return Session(self._folder / name, self._limits.session_bytes, self._begin)

    def _begin(self, folder: Path) -> None:
        """Make the folder of a session where it is missing.

        Raises:
            Refused: there are as many sessions as there may be.
        """
        with self._lock:
            if folder.is_dir():
                os.utime(folder)
                return
            self.expire()
            if self.number() >= self._limits.sessions:
                raise Refused(TOO_MANY)
            with told_when_full():
                private_folder(folder)

    def number(self) -> int:
        """How many browsers keep work here."""
        return sum(1 for one in self._folder.iterdir() if one.is_dir() and not one.name.startswith("."))

    def expire(self) -> int:
        """Remove the sessions whose browsers have not been here for long; how many they were."""
        oldest = time.time() - self._limits.idle_seconds
        old = [one for one in self._folder.iterdir() if one.is_dir() and one.stat().st_mtime < oldest]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return len(old)
