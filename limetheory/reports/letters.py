"""The letters of a PDF: a font with many alphabets, and escapes for what it lacks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from limetheory.figure_text import in_letters

FONT, BOLD = "limetheory", "limetheory-bold"
_FILES = {FONT: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}


@cache
def register_fonts() -> Any:
    """Make matplotlib's DejaVu fonts known to reportlab; returns the regular one."""
    import matplotlib
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    fonts = {name: TTFont(name, str(folder / file)) for name, file in _FILES.items()}
    for font in fonts.values():
        registerFont(font)
    registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    return fonts[FONT]


def in_font(text: str) -> str:
    """Text as reportlab's paragraphs take it, with Python's escapes for letters that the font lacks.

    >>> in_font("ж <β> 中")
    'ж &lt;β&gt; \\\\u4e2d'
    """
    return escape(in_letters(text, register_fonts().face.charToGlyph))
