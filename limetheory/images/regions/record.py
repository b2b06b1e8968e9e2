"""Regions as a JSON text, with masks as COCO's run lengths, and such a text of anyone's read with care.

``{"format": "limetheory regions 1", "shape": [h, w], "outside": 50, "segmenter": "slic", "regions": [{"name": "zebra",
"superpixels": 10, "counts": [...]}, ...]}``; counts go column by column, background first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.counts import at_most
from limetheory.given import given
from limetheory.images.generators.coco import from_run_lengths, run_lengths
from limetheory.images.regions.drawn import MOST_PIXELS
from limetheory.images.regions.region import Region

FORMAT = "limetheory regions 1"

MOST_CHARACTERS = 1 << 25
"""The longest text that is read, 32 MiB; a convention."""

MOST_MASK_PIXELS = 1 << 29
"""The most pixels of all masks together, 512 MiB; a convention."""

_REMEDY = "give what Regions.to_json wrote"
_FEWER = "keep fewer regions, of smoother borders"
_SHORTEST_RUN = 3  # characters of a count in the text, "1, "
_KEYS, _REGION_KEYS = {"format", "shape", "outside", "segmenter", "regions"}, {"name", "superpixels", "counts"}


def json_of(shape: tuple[int, int], regions: Sequence[Region], outside: int, segmenter: str) -> str:
    """The text of regions, in ASCII.

    Raises:
        ValueError: `attributes_of` would refuse it as too large.
    """
    _check_sizes(shape, regions)
    rows = [
        {"name": region.name, "superpixels": region.superpixels, "counts": run_lengths(region.mask)["counts"]}
        for region in regions
    ]
    text = json.dumps(
        {"format": FORMAT, "shape": list(shape), "outside": outside, "segmenter": segmenter, "regions": rows}
    )
    at_most("the characters of a text", len(text), MOST_CHARACTERS, _FEWER)
    return text


def _check_sizes(shape: tuple[int, int], regions: Sequence[Region]) -> None:
    """Refuse masks whose run lengths are too many before a list of them is made."""
    _check_pixels(*shape, len(regions))
    runs = sum(int(np.count_nonzero(region.mask[1:] != region.mask[:-1])) for region in regions)
    at_most("the runs of all masks", runs, MOST_CHARACTERS // _SHORTEST_RUN, _FEWER)


def _check_pixels(height: int, width: int, regions: int) -> None:
    at_most("the pixels of all masks", height * width * regions, MOST_MASK_PIXELS, _FEWER)


def attributes_of(text: str | bytes) -> dict[str, Any]:
    """The attributes of the `Regions` of a text; sizes are checked before any mask is made.

    Raises:
        ValueError: no such text: damaged, nested deeply, with other keys, or too large.
        TypeError: something else than a text.
    """
    record = _keyed("the record", _decoded(text), _KEYS)
    if record["format"] != FORMAT:
        raise ValueError(f"the format must be {FORMAT!r}, got {given(record['format'])}; {_REMEDY}")
    rows = _list("regions", record["regions"])
    height, width = (integer("shape", side, 1, _REMEDY) for side in _two(record["shape"]))
    at_most("h × w", height * width, MOST_PIXELS, "use a smaller copy of the photograph")
    _check_pixels(height, width, len(rows))
    regions = tuple(_region(row, height, width) for row in rows)
    return {
        "shape": (height, width), "regions": regions, "outside": record["outside"], "segmenter": record["segmenter"],
    }  # fmt: skip


def _decoded(text: Any) -> Any:
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"text must be JSON, got {given(text)}; {_REMEDY}")
    at_most("the characters of a text", len(text), MOST_CHARACTERS, _FEWER)
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(f"text must be JSON, got one nested too deeply; {_REMEDY}") from None
    except ValueError as error:  # also of text that is not in UTF-8, and of numbers with too many digits
        raise ValueError(f"text must be JSON, got one that is damaged ({given(str(error))}); {_REMEDY}") from None


def _region(row: Any, height: int, width: int) -> Region:
    found = _keyed("a region", row, _REGION_KEYS)
    counts = _list("counts", found["counts"])
    at_most("the counts of a mask", len(counts), height * width + 1, _REMEDY)
    mask = from_run_lengths({"size": [height, width], "counts": counts})
    return Region(found["name"], mask, found["superpixels"])


def _keyed(what: str, value: Any, keys: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or value.keys() != keys:
        got = f"the keys {given(sorted(value))}" if isinstance(value, Mapping) else given(value)
        raise ValueError(f"{what} must have the keys {', '.join(sorted(keys))}, got {got}; {_REMEDY}")
    return value


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list, got {given(value)}; {_REMEDY}")
    return value


def _two(shape: Any) -> list[Any]:
    if len(_list("shape", shape)) != 2:
        raise ValueError(f"shape must be [h, w], got {given(shape)}; {_REMEDY}")
    return list(shape)
