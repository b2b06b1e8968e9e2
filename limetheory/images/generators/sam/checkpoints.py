"""The published checkpoints of Segment Anything: their names, sizes and checksums, and their download."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limetheory.arguments import choice
from limetheory.cache_home import cache_home
from limetheory.images.generators.complete_file import complete_file
from limetheory.progress import track

ORIGIN = "https://dl.fbaipublicfiles.com/segment_anything"
"""Where the authors publish the checkpoints."""

_BLOCK = 1_000_000  # bytes that are read at once; a convention


@dataclass(frozen=True)
class Checkpoint:
    """A published checkpoint; ``size`` in bytes. The six digits in a file's name are of its MD5, not its SHA-256."""

    file: str
    size: int
    sha256: str

    @property
    def url(self) -> str:
        """Where to download it."""
        return f"{ORIGIN}/{self.file}"

    def __str__(self) -> str:
        return f"{self.file} ({self.size / 1e6:.0f} MB, SHA-256 {self.sha256})"


CHECKPOINTS = {
    "vit_b": Checkpoint(
        "sam_vit_b_01ec64.pth", 375_042_383, "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912"
    ),
    "vit_l": Checkpoint(
        "sam_vit_l_0b3195.pth", 1_249_524_607, "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622"
    ),
    "vit_h": Checkpoint(
        "sam_vit_h_4b8939.pth", 2_564_550_879, "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e"
    ),
}
"""The three published models, smallest first."""


def checkpoint_file(name: str, folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the local file of a published checkpoint, downloading it on first use.

    The download shows a bar, is checked by SHA-256, and appears under its name only when it is whole.

    Args:
        name: "vit_b", "vit_l" or "vit_h".
        folder: where checkpoints are kept; None is ``checkpoint_folder()``.

    Raises:
        ConnectionError: there is no connection; the message says which file to fetch by other means.
        ValueError: an unknown name, or a download with another checksum.
    """
    checkpoint = CHECKPOINTS[choice("checkpoint", name, list(CHECKPOINTS))]
    file = Path(folder or checkpoint_folder()) / checkpoint.file
    if not _is_whole(file, checkpoint):
        with complete_file(file) as partial:
            _download(name, checkpoint, partial)
    return file


def checkpoint_folder() -> Path:
    """Return the folder where downloaded checkpoints are kept."""
    return cache_home() / "checkpoints"


def present_checkpoints() -> tuple[str, ...]:
    """Return the names of the checkpoints that need no download."""
    folder = checkpoint_folder()
    return tuple(name for name, checkpoint in CHECKPOINTS.items() if _is_whole(folder / checkpoint.file, checkpoint))


def _is_whole(file: Path, checkpoint: Checkpoint) -> bool:
    return file.is_file() and file.stat().st_size == checkpoint.size


def _download(name: str, checkpoint: Checkpoint, partial: Any) -> None:
    digest = hashlib.sha256()
    label, blocks = f"downloading {checkpoint.file} (MB)", -(-checkpoint.size // _BLOCK)
    for block in track(((1, block) for block in _blocks(name, checkpoint)), blocks, label):
        digest.update(block)
        partial.write(block)
    if digest.hexdigest() != checkpoint.sha256:
        raise ValueError(
            f"the download must have SHA-256 {checkpoint.sha256}, got {digest.hexdigest()} for {checkpoint.file}; "
            "try again, or fetch it by other means and pass its path"
        )


def _blocks(name: str, checkpoint: Checkpoint) -> Iterator[bytes]:
    try:
        with urllib.request.urlopen(checkpoint.url, timeout=30) as response:
            while block := response.read(_BLOCK):
                yield block
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", None) or error
        raise ConnectionError(
            f"checkpoint {name!r} must be downloaded once, got no connection ({' '.join(str(reason).split())}); "
            f"fetch {checkpoint.url}, {checkpoint}, and pass its path"
        ) from None
