"""The photographs that the page offers: those of scikit-image, and those of a folder that its owner names."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused
from limetheory.app.uploads import FORMATS, Photograph, checked

_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"}
_MOST = 200  # photographs of a folder that are offered; a convention
_FROM_SCIKIT_IMAGE = {"coffee": "Coffee", "chelsea": "Cat", "rocket": "Rocket", "astronaut": "Astronaut"}


@dataclass(frozen=True)
class Example:
    """A photograph that the page offers.

    Attributes:
        title: as it is shown.
        file: of a folder; None of scikit-image.
        source: its name there.
    """

    title: str
    file: Path | None = None
    source: str | None = None

    def photograph(self, limits: Limits) -> Photograph:
        """The photograph, checked as one from a browser is.

        Raises:
            Refused: it cannot be read.
        """
        if self.file is None:
            return checked(_of_scikit_image(self.source or ""), f"{self.source}.png", limits)
        try:
            if self.file.stat().st_size > limits.photo_bytes:
                raise Refused(f"{self.title} is larger than {limits.photo_bytes >> 20} MiB. Choose another one.")
            return checked(self.file.read_bytes(), self.file.name, limits)
        except OSError:
            raise Refused(f"{self.title} cannot be read any more. Choose another one.") from None


def examples(folder: Path | None) -> tuple[Example, ...]:
    """What is offered; a browser names one by its place in this list, never by a path.

    >>> [one.title for one in examples(None)][:2]
    ['Coffee', 'Cat']
    """
    own = tuple(Example(title, source=name) for name, title in _FROM_SCIKIT_IMAGE.items())
    return own if folder is None else (*own, *map(_of_file, _files(folder)))


def _files(folder: Path) -> list[Path]:
    found = (one for one in folder.iterdir() if one.suffix.lower() in _SUFFIXES and one.is_file())
    return sorted(found, key=lambda file: file.name.casefold())[:_MOST]


def _of_file(file: Path) -> Example:
    return Example(file.name, file)


def _of_scikit_image(name: str) -> bytes:
    from PIL import Image
    from skimage import data

    content = io.BytesIO()
    Image.fromarray(getattr(data, name)()).save(content, FORMATS[0])
    return content.getvalue()
