"""Bodies of requests without the token's cookie: none of their bytes are taken."""

from __future__ import annotations

from typing import Any

from limetheory.app.security.access import REFUSAL, Access


def refuse_bodies(server: Any, access: Access) -> None:
    """Let a server of waitress answer behind the headers of a request that `Access` does not know.

    Waitress takes the whole body before it asks the application, which would come too late.

    Args:
        server: of `waitress.server.create_server`.
        access: who is let in.
    """
    from waitress.channel import HTTPChannel
    from waitress.parser import HTTPRequestParser
    from waitress.utilities import Error

    class Unauthorized(Error):  # type: ignore[misc]
        code, reason = 401, "Unauthorized"

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        completed: bool

        def received(self, data: bytes) -> int:
            consumed: int = super().received(data)
            if self.headers_finished and not self.completed and not access.knows(self.headers.get("COOKIE", "")):
                self.error, self.completed = Unauthorized(REFUSAL), True
            return consumed

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser

    server.channel_class = Channel
