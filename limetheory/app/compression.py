"""Answers packed by gzip, files of the page once each: plotly.js is 5 MB plain and 1.5 MB packed."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_LEAST = 1 << 12  # bytes below which packing gains nothing; a convention
_PACKED = {"text/javascript", "application/javascript", "text/css", "text/html", "application/json", "image/svg+xml"}


def compress(server: Flask) -> None:
    """Pack what packs well for browsers that say that they unpack it."""

    @server.after_request
    def packed(response: Response) -> Response:
        if not _packs(response):
            return response
        response.direct_passthrough = False
        content = response.get_data()
        if len(content) >= _LEAST:
            keep = response.mimetype not in ("application/json", "text/html")
            response.set_data(_kept(content) if keep else gzip.compress(content, 5))
            response.headers["Content-Encoding"] = "gzip"
            response.headers.add("Vary", "Accept-Encoding")
        return response


def _packs(response: Response) -> bool:
    return (
        response.status_code == 200 and response.mimetype in _PACKED and "Content-Encoding" not in response.headers
        and "gzip" in request.headers.get("Accept-Encoding", "")
    )  # fmt: skip


@lru_cache(maxsize=64)
def _kept(content: bytes) -> bytes:
    return gzip.compress(content, 6)
