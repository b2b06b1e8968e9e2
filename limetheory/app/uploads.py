"""Photographs from a browser: their bytes, their type by content and their pixels are checked before any is decoded."""

from __future__ import annotations

import base64
import io
import threading
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""Of files that are read, as Pillow calls them; fewer decoders are fewer ways in."""

_SUFFIX = {"PNG": ".png", "JPEG": ".jpg", "MPO": ".jpg", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp"}
"""Of a file by what Pillow calls its content; MPO is a JPEG with more pictures behind the first, as phones make it."""

_LONGEST_NAME = 80  # characters of a file's name that are shown; a convention
_KNOWN = ", ".join(FORMATS[:-1]) + " or " + FORMATS[-1]
_DECODING = threading.Semaphore(2)  # photographs decoded at a time, which bounds the memory


@dataclass(frozen=True)
class Photograph:
    """A photograph that was checked.

    Attributes:
        content: the bytes of its file.
        suffix: of a file with this content.
        width, height: in pixels, upright.
        name: what its person calls it.
    """

    content: bytes
    suffix: str
    width: int
    height: int
    name: str

    @property
    def digest(self) -> str:
        """The SHA-256 of its file in hexadecimal."""
        return sha256(self.content).hexdigest()


def uploaded(contents: str, name: str, limits: Limits) -> Photograph:
    """The photograph of a data URL, as `dcc.Upload` gives it.

    Args:
        contents: "data:…;base64,…".
        name: of the file, which is shown and never used as a path.
        limits: of bytes and pixels.

    Raises:
        Refused: it is too large, no picture, or damaged.
    """
    _, comma, encoded = contents.partition(";base64,")
    if not comma:
        raise Refused(f"Nothing could be read from {shown_name(name)}. Choose a {_KNOWN} file.")
    if len(encoded) * 3 // 4 > limits.photo_bytes + 3:
        raise Refused(_too_many_bytes(len(encoded) * 3 // 4, name, limits))
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:  # also of letters that are not ASCII
        raise Refused(f"{shown_name(name)} did not arrive whole. Choose it again.") from None
    return checked(content, name, limits)


def checked(content: bytes, name: str, limits: Limits) -> Photograph:
    """The photograph of these bytes.

    Raises:
        Refused: it is too large, no picture, or damaged.
    """
    if len(content) > limits.photo_bytes:
        raise Refused(_too_many_bytes(len(content), name, limits))
    with _DECODING, _opened(content, name) as image:
        width, height = image.size
        if width * height > limits.photo_pixels:
            raise Refused(
                f"{shown_name(name)} has {width} × {height} pixels, more than {limits.photo_pixels:,}. Make it "
                "smaller, such as 2000 pixels wide."
            )
        turned = _decode(image, name) in (5, 6, 7, 8)
        size = (height, width) if turned else (width, height)
        return Photograph(content, _SUFFIX[image.format], *size, shown_name(name))


def preview(content: bytes, side: int) -> bytes:
    """A photograph that was checked before, upright and opaque, as a JPEG whose longest side is at most ``side``."""
    return _small(content, side, "JPEG", quality=88)


def small_png(content: bytes, side: int) -> bytes:
    """`preview` without loss, as a PNG."""
    return _small(content, side, "PNG")


def _small(content: bytes, side: int, kind: str, **options: Any) -> bytes:
    from PIL import Image, ImageOps

    with _DECODING, Image.open(io.BytesIO(content), formats=FORMATS) as image:
        image.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        upright.thumbnail((side, side))
        white = Image.new("RGBA", upright.size, "white")
        white.alpha_composite(upright)
        found = io.BytesIO()
        white.convert("RGB").save(found, kind, **options)
        return found.getvalue()


def shown_name(name: str) -> str:
    """The last part of a file's name without characters that cannot be printed.

    >>> shown_name("../../etc/a\\nb.png"), shown_name("C:\\\\photos\\\\zebra.png")
    ('ab.png', 'zebra.png')
    """
    last = PureWindowsPath(PurePosixPath(str(name)).name).name
    printable = "".join(one for one in last if one.isprintable()).lstrip(".") or "photograph"
    return printable if len(printable) <= _LONGEST_NAME else f"{printable[:_LONGEST_NAME]}…"


def _opened(content: bytes, name: str) -> Any:
    """The image, of which no pixel is decoded yet."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes are compared with our own limit
            return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError:
        raise Refused(f"{shown_name(name)} has far too many pixels. Make it smaller, such as 2000 wide.") from None
    except Exception:  # Pillow's readers raise almost any type on damaged files
        raise Refused(f"{shown_name(name)} is no {_KNOWN} picture. Convert it, or choose another file.") from None


def _decode(image: Any, name: str) -> Any:
    """Decode an image; its orientation as EXIF has it."""
    try:
        image.load()
        return image.getexif().get(0x0112, 1)
    except Exception:
        raise Refused(f"{shown_name(name)} is damaged. Save it again, or choose another file.") from None


def _too_many_bytes(size: int, name: str, limits: Limits) -> str:
    return (
        f"{shown_name(name)} has {size / (1 << 20):.0f} MiB, more than {limits.photo_bytes >> 20}. Save it smaller, "
        "such as a JPEG 2000 pixels wide."
    )
