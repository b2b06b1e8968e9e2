"""What the saved rows say."""

from __future__ import annotations

from collections.abc import Callable

from experiments._frame import Row

BLOCKS: dict[str, Callable[[list[Row]], str]] = {}
