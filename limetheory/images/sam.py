"""Segment Anything: its checkpoints, loaded without running code in them, and its masks of a whole image."""

from __future__ import annotations

import hashlib
import http.client
import inspect
import os
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from limetheory.arguments import choice, integer
from limetheory.devices import present_device
from limetheory.evaluation import out_of_memory
from limetheory.images.mask_files import Mask, complete_file
from limetheory.images.mask_generators import cache_home
from limetheory.progress import track

ORIGIN = "https://dl.fbaipublicfiles.com/segment_anything"
"""Where the authors publish the checkpoints."""

PRECISIONS = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}

POINTS_PER_SIDE, MIN_MASK_REGION_AREA = 32, 512
"""The two settings of DSEG-LIME; every other one keeps segment_anything's own value."""

_POINTS_PER_BATCH = 64
_LOGIT_BYTES = 2**31
_BLOCK = 1_000_000
_WIDTH_KEY = "image_encoder.patch_embed.proj.weight"
_TYPE_OF_WIDTH = {768: "vit_b", 1024: "vit_l", 1280: "vit_h"}
_FIXED = {"model", "point_grids", "output_mode"}
_EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)


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


def load_sam(
    checkpoint: str | os.PathLike[str],
    model_type: str | None = None,
    device: str | torch.device | None = None,
    precision: str = "float32",
) -> Any:
    """Return a ``segment_anything`` Sam with the weights of a checkpoint, ready to predict.

    Only plain tensors are read, so no code in the file can run.

    Args:
        checkpoint: a state-dict file; or a name in ``CHECKPOINTS``, downloaded once and checked.
        model_type: "vit_b", "vit_l" or "vit_h"; None reads it from the shapes in the file.
        device: such as "cpu" or "cuda:0"; None is the first GPU, or the CPU without one.
        precision: "float32"; or "bfloat16" or, on a GPU, "float16" for the image encoder, which does nearly
            all of the work. Prompts and masks stay in float32, as the thresholds on them expect.

    Raises:
        ValueError: the file is absent, damaged, holds code, or is of another architecture; or an option or
            the device cannot be used.
        ConnectionError: a named checkpoint is not here yet and cannot be downloaded.
        ImportError: ``segment_anything`` is not installed.
    """
    registry = _package().sam_model_registry
    place = present_device("cuda" if device is None and torch.cuda.is_available() else device)
    dtype = _encoder_type(precision, place)
    if model_type is not None:
        choice("model_type", model_type, list(CHECKPOINTS))
    path = _checkpoint_path(checkpoint)
    state = _state_dict(path)
    kind = _model_type(state, model_type, path)
    with torch.random.fork_rng(devices=[]):  # the discarded initial weights must not use up the caller's seed
        sam = registry[kind]()
    _fill(sam, state, kind, path)
    return _placed(sam.requires_grad_(False), place, dtype, kind)


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


class SamMasks:
    """All masks of an image, by the package's own SamAutomaticMaskGenerator.

    Differs from it in three ways that do not move a mask: small regions are cleaned without OpenCV, the
    points of a batch are limited by the size of the image, and halved when the device runs out of memory.

    Args:
        sam: what ``load_sam`` returns, or any module with the same parts.
        points_per_side: points of the prompt grid along each side.
        points_per_batch: prompts decoded at once.
        min_mask_region_area: holes and islands with fewer pixels are removed; 0 keeps them.
        thresholds: any other option of SamAutomaticMaskGenerator, such as ``pred_iou_thresh``.

    Raises:
        TypeError: an option that SamAutomaticMaskGenerator does not have.
        ImportError: ``segment_anything`` is not installed.
    """

    def __init__(
        self,
        sam: Any,
        *,
        points_per_side: int = POINTS_PER_SIDE,
        points_per_batch: int = _POINTS_PER_BATCH,
        min_mask_region_area: int = MIN_MASK_REGION_AREA,
        **thresholds: Any,
    ):
        generator = _package().SamAutomaticMaskGenerator
        _check_options(generator, thresholds)
        self.points_per_batch, self._halved = integer("points_per_batch", points_per_batch, 1), False
        self.min_mask_region_area = integer("min_mask_region_area", min_mask_region_area, 0)
        self.automatic = generator(sam, integer("points_per_side", points_per_side, 1), **thresholds)

    def generate(self, image: np.ndarray) -> list[dict[str, Any]]:
        """Return the records of the masks of an image (h, w, 3) uint8, as SamAutomaticMaskGenerator does.

        Raises:
            TypeError, ValueError: the image has another dtype or shape.
            ValueError: the device has no room even for one point at a time.
        """
        _check_image(image)
        while (records := self._attempt(image)) is None:
            torch.cuda.empty_cache()
        overlap = max(self.automatic.box_nms_thresh, self.automatic.crop_nms_thresh)
        return _without_small_regions(records, self.min_mask_region_area, overlap)

    def _attempt(self, image: np.ndarray) -> list[dict[str, Any]] | None:
        limit = _LOGIT_BYTES // (3 * 4 * image.shape[0] * image.shape[1])
        self.automatic.points_per_batch = max(1, min(self.points_per_batch, limit))
        try:
            return self.automatic.generate(image)
        except (MemoryError, RuntimeError) as error:
            self._halve(error, image.shape[:2])
            return None

    def _halve(self, error: Exception, shape: tuple[int, int]) -> None:
        tried = self.automatic.points_per_batch
        if not out_of_memory(error):
            raise error
        if tried == 1:
            raise ValueError(
                f"the device must have room for SAM and one point at a time, got out of memory on a {shape[0]} x "
                f"{shape[1]} image: use a smaller checkpoint, precision 'bfloat16', a smaller image or device 'cpu'"
            ) from None
        if not self._halved:
            message = f"out of memory with {tried} points per batch: SAM goes on with fewer"
            warnings.warn(message, RuntimeWarning, stacklevel=4)
        self.points_per_batch, self._halved = tried // 2, True


def clean_mask(mask: np.ndarray, area: int) -> Mask:
    """Fill the holes of a mask (h, w), then drop its islands, that have fewer than ``area`` pixels.

    Pixels that touch at a corner are connected; if every island is small, the largest stays (the rule of
    segment_anything's ``remove_small_regions``).

    >>> clean_mask(np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 0], [1, 1, 1, 0, 1]], dtype=bool), 2).astype(int).tolist()
    [[1, 1, 1, 0, 0], [1, 1, 1, 0, 0], [1, 1, 1, 0, 0]]
    """
    filled = mask | _small_regions(~mask, area)[0]
    small, all_small = _small_regions(filled, area)
    return filled & ~small if not all_small else _largest_region(filled)


def _is_whole(file: Path, checkpoint: Checkpoint) -> bool:
    return file.is_file() and file.stat().st_size == checkpoint.size


def _package() -> Any:
    try:
        import segment_anything
    except ImportError:
        raise ImportError(
            "segment_anything must be installed for SAM, got no such package; pip install 'limetheory[sam]'"
        ) from None
    return segment_anything


def _encoder_type(precision: str, device: torch.device) -> torch.dtype:
    choice("precision", precision, list(PRECISIONS))
    if precision == "float16" and device.type == "cpu":
        raise ValueError("precision 'float16' must run on a GPU, got device 'cpu'; use 'bfloat16' or 'float32'")
    return PRECISIONS[precision]


def _checkpoint_path(checkpoint: str | os.PathLike[str]) -> Path:
    if not isinstance(checkpoint, (str, os.PathLike)):
        raise TypeError(f"checkpoint must be a name or a path, got {type(checkpoint).__name__}; save a state dict")
    if checkpoint in CHECKPOINTS:
        return checkpoint_file(str(checkpoint))
    path = Path(checkpoint)
    if not path.is_file():
        raise ValueError(
            f"checkpoint must be {', '.join(CHECKPOINTS)} or an existing file, got {str(path)!r}; check the path"
        )
    return path


def _state_dict(path: Path) -> Mapping[str, torch.Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:
        # "from None": torch's own message advises weights_only=False, which would run the file's code.
        raise ValueError(
            f"checkpoint must hold plain tensors only, got {path.name!r}, damaged or holding code, and refused "
            f"({type(error).__name__}{_size_complaint(path)}); download it again"
        ) from None
    for key in ("model", "state_dict"):
        content = content[key] if isinstance(content, Mapping) and isinstance(content.get(key), Mapping) else content
    if not isinstance(content, Mapping) or not all(isinstance(value, torch.Tensor) for value in content.values()):
        raise ValueError(f"checkpoint must hold a state dict, got {path.name!r} with something else; save one")
    return content


def _size_complaint(path: Path) -> str:
    size = path.stat().st_size
    whole = [checkpoint.size for checkpoint in CHECKPOINTS.values() if checkpoint.file == path.name]
    return f", {size} of {whole[0]} bytes" if whole and size != whole[0] else ""


def _model_type(state: Mapping[str, torch.Tensor], asked: str | None, path: Path) -> str:
    width = state[_WIDTH_KEY].shape[0] if _WIDTH_KEY in state and state[_WIDTH_KEY].ndim else None
    if width not in _TYPE_OF_WIDTH:
        raise ValueError(
            f"checkpoint must be of {', '.join(CHECKPOINTS)}, got {path.name!r} of another architecture; "
            "MobileSAM, SAM-HQ and SAM 2 need a mask generator of their own"
        )
    found = _TYPE_OF_WIDTH[width]
    if asked is not None and asked != found:
        raise ValueError(f"checkpoint must be of model type {asked!r}, got {found!r}; leave model_type out")
    return found


def _fill(sam: torch.nn.Module, state: Mapping[str, torch.Tensor], kind: str, path: Path) -> None:
    own = sam.state_dict()
    shapes = sum(own[key].shape != state[key].shape for key in own.keys() & state.keys())
    missing, unexpected = len(own.keys() - state.keys()), len(state.keys() - own.keys())
    if shapes or missing or unexpected:
        raise ValueError(
            f"checkpoint must fit {kind}, got {path.name!r} with {missing} missing and {unexpected} unexpected keys "
            f"and {shapes} tensors of another shape; give a state dict of segment_anything"
        )
    sam.load_state_dict(state)


def _placed(sam: Any, device: torch.device, dtype: torch.dtype, kind: str) -> Any:
    encoder = sam.image_encoder.to(dtype)
    if dtype != torch.float32:
        encoder.register_forward_pre_hook(lambda module, inputs: (inputs[0].to(dtype),))
        encoder.register_forward_hook(lambda module, inputs, output: output.float())
    try:
        return sam.to(device).eval()
    except torch.OutOfMemoryError:
        raise ValueError(
            f"device must have room for {kind}, got out of memory on {str(device)!r}; use a smaller checkpoint or 'cpu'"
        ) from None


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


def _check_options(generator: Any, options: Mapping[str, Any]) -> None:
    known = [name for name in inspect.signature(generator).parameters if name not in _FIXED]
    for name in options:
        if name not in known:
            raise TypeError(f"SAM's mask generator takes {', '.join(known)}, got {name!r}; correct its name")


def _check_image(image: np.ndarray) -> None:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        found = getattr(image, "dtype", type(image).__name__)
        raise TypeError(f"SAM's image must be a uint8 array, got {found}: use masks_of, or (255 * image).round()")
    if image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(f"SAM's image must have shape (h, w, 3), got {image.shape}: pass colours")


def _without_small_regions(records: list[dict[str, Any]], area: int, overlap: float) -> list[dict[str, Any]]:
    """Clean every mask, then suppress new duplicates, preferring masks that needed no cleaning."""
    from torchvision.ops import nms

    if not area or not records:
        return records
    cleaned = [clean_mask(record["segmentation"], area) for record in records]
    same = [np.array_equal(mask, record["segmentation"]) for mask, record in zip(cleaned, records, strict=True)]
    boxes = torch.tensor([_corners(mask) for mask in cleaned], dtype=torch.float32)
    kept = nms(boxes, torch.tensor(same, dtype=torch.float32), overlap).tolist()
    return [records[i] if same[i] else {**records[i], **_geometry(cleaned[i])} for i in kept]


def _geometry(mask: np.ndarray) -> dict[str, Any]:
    left, top, right, bottom = _corners(mask)
    return {"segmentation": mask, "area": int(mask.sum()), "bbox": [left, top, right - left, bottom - top]}


def _corners(mask: np.ndarray) -> list[int]:
    """The box [left, top, right, bottom] of a mask, last row and column included; zeros for an empty one."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return [int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])] if len(rows) else [0, 0, 0, 0]


def _regions(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.ndimage import label

    regions, _ = label(pixels, structure=_EIGHT_NEIGHBOURS)
    sizes = np.bincount(regions.ravel())
    sizes[0] = 0
    return regions, sizes


def _small_regions(pixels: np.ndarray, area: int) -> tuple[Mask, bool]:
    """Where the small regions are, and whether there are no others."""
    regions, sizes = _regions(pixels)
    small = (0 < sizes) & (sizes < area)
    return small[regions], bool(small.any() and small[1:].all())


def _largest_region(pixels: np.ndarray) -> Mask:
    regions, sizes = _regions(pixels)
    return regions == sizes.argmax()
