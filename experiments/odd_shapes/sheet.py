"""The figures of a photograph below and beside each other on one picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

_COLUMNS, _WIDTH, _SPACE, _DPI = 3, 620, 16, 72  # pixels; conventions, so that letters can be read
_COLOURS = 256


def write(file: Path, flat: Sequence[Figure], hierarchies: Sequence[Figure]) -> None:
    """Draw the figures, in few colours, which are enough to look at them.

    Args:
        file: of the sheet, a PNG.
        flat: figures of single partitions, three in a row.
        hierarchies: those of hierarchies, below the others, as wide as all columns but one.
    """
    pictures = [_picture(figure, _WIDTH) for figure in flat]
    rows = [pictures[start : start + _COLUMNS] for start in range(0, len(pictures), _COLUMNS)]
    rows += [[_picture(figure, (_COLUMNS - 1) * _WIDTH)] for figure in hierarchies]
    heights = [max(one.height for one in row) for row in rows]
    size = _SPACE + _COLUMNS * (_WIDTH + _SPACE), _SPACE + sum(heights) + len(rows) * _SPACE
    sheet, top = Image.new("RGB", size, "white"), _SPACE
    for row, height in zip(rows, heights, strict=True):
        for column, picture in enumerate(row):
            sheet.paste(picture, (_SPACE + column * (_WIDTH + _SPACE), top))
        top += height + _SPACE
    few = sheet.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)  # also of what is rare
    few.save(file, optimize=True)


def _picture(figure: Figure, width: int) -> Image.Image:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=min(_DPI, width / figure.get_figwidth()))
    return Image.open(content).convert("RGB")
