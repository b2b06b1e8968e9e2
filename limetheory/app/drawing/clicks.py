"""A click on the photograph, as a browser sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from limetheory.app.refusals import Refused


@dataclass(frozen=True)
class Click:
    """A place of the photograph that was clicked.

    Attributes:
        x, y: in pixels of the photograph, the centre of the first at (0, 0).
        subtracts: whether it says what is not part of the object.
    """

    x: float
    y: float
    subtracts: bool = False

    @classmethod
    def of(cls, sent: Any, size: tuple[int, int]) -> Click:
        """The click that a browser sent.

        Args:
            sent: ``{"x": x, "y": y, "subtracts": bool}``.
            size: the (h, w) of the photograph.

        Raises:
            Refused: it is outside of the photograph, or no click.

        >>> Click.of({"x": 2.4, "y": 0, "subtracts": False}, (3, 4)).pixel
        (0, 2)
        """
        found = sent if isinstance(sent, Mapping) else {}
        x, y = (_number(found.get(name)) for name in ("x", "y"))
        if not (-0.5 <= x < size[1] - 0.5 and -0.5 <= y < size[0] - 0.5):
            raise Refused("This click is outside of the photograph. Click on what you mean.")
        return cls(x, y, found.get("subtracts") is True)

    @property
    def pixel(self) -> tuple[int, int]:
        """The (row, column) that was clicked."""
        return int(self.y + 0.5), int(self.x + 0.5)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e6:
        raise Refused("This click did not arrive whole. Click again.")
    return float(value)
