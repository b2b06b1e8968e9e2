"""Tables: a data frame of pandas, and HTML for notebooks."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from limetheory.shown_text import shown

if TYPE_CHECKING:
    import pandas


def data_frame(columns: dict[str, Any]) -> pandas.DataFrame:
    """The columns as a data frame.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise ImportError("a data frame needs pandas, which is not installed; run pip install pandas") from None
    return pandas.DataFrame(columns)


def html(caption: str, headings: Iterable[str], rows: Iterable[Iterable[str]], picture: bytes | None = None) -> str:
    """A table as HTML, with a picture (PNG) above it; text is escaped, and so is in it what cannot be seen.

    >>> html("a < b", ["part"], [["<i>"]])
    '<div><table><caption>a &lt; b</caption><tr><th>part</th></tr><tr><td>&lt;i&gt;</td></tr></table></div>'
    """
    image = "" if picture is None else f'<img alt="" src="data:image/png;base64,{b64encode(picture).decode()}">'
    head, *body = _row("th", headings), *(_row("td", row) for row in rows)
    return f"<div>{image}<table><caption>{escape(shown(caption))}</caption>{head}{''.join(body)}</table></div>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(shown(cell))}</{tag}>' for cell in cells)}</tr>"
