"""How much one browser, and all of them together, may ask of the page."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds on what is taken, kept and queued; the defaults are conventions for one person and a few guests.

    Attributes:
        photo_bytes: of a photograph's file.
        photo_pixels: of a photograph, checked before it is decoded.
        saved_bytes: of a saved session's file, in which a photograph of the largest size fits.
        body_bytes: of a request; a saved session of the largest size fits in base64.
        session_bytes: on disk, of one browser.
        sessions: browsers whose work is kept at a time.
        idle_seconds: how long work is kept after the last request.
        jobs: explanations that run or wait.
        jobs_of_one: those of one browser.
        patience_seconds: how long a cancelled job may go on before the model's process is ended.
    """

    photo_bytes: int = 30 * _MIB
    photo_pixels: int = 25_000_000
    saved_bytes: int = 44 * _MIB
    body_bytes: int = 60 * _MIB
    session_bytes: int = 160 * _MIB
    sessions: int = 64
    idle_seconds: float = 24 * 3600.0
    jobs: int = 12
    jobs_of_one: int = 2
    patience_seconds: float = 10.0
