"""The table of the saved rounds for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]
_THEIRS, _OURS, _DIRECT, _FUNCTION = "lime 0.2.0.1", "adapter", "same masks", "limetheory"


def summary(rows: Sequence[Row]) -> str:
    """Seconds of lime and of the adapter, and how many times as long lime and limetheory's own calls take."""
    first = rows[0]
    words = (
        "Processor seconds of an explanation by lime 0.2.0.1 and by the adapter, with models that cost nothing "
        f"(medians and quartiles of {len(rows)} rounds; ratios round by round): an image of "
        f"{first['side']}×{first['side']} pixels with {first['superpixels']} superpixels and {first['masks']} masks, a "
        f"text of {first['words']} words and a row of 10 columns with {first['samples']} samples each. The overhead is "
        "what the adapter takes more than limetheory's own functions do for the same masks, selection and fit. Beside "
        "it is `explain_image`, `explain_text` or `explain_tabular`, which draw other masks, select nothing and, of "
        "images, hand over float64 always."
    )
    lines = [words, "", "| input | lime | adapter | times as fast | overhead, % | limetheory's own call |",
             "|---|---:|---:|---:|---:|---:|"]  # fmt: skip
    return "\n".join([*lines, *(_line(rows, kind) for kind in first["seconds"])])


def _line(rows: Sequence[Row], kind: str) -> str:
    seconds = [row["seconds"][kind] for row in rows]
    middle = [f"{statistics.median(one[name] for one in seconds):.3f}" for name in (_THEIRS, _OURS)]
    faster = quartiles([one[_THEIRS] / one[_OURS] for one in seconds], 1)
    overhead = "–"
    if _DIRECT in seconds[0]:
        overhead = quartiles([100 * (one[_OURS] / one[_DIRECT] - 1) for one in seconds], 1)
    own = f"{statistics.median(one[_FUNCTION] for one in seconds):.3f}"
    return f"| {' | '.join([kind, *middle, faster, overhead, own])} |"


def quartiles(values: Sequence[float], digits: int) -> str:
    """The median and the quartiles."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
