"""From what a person set on the page to the question that `limetheory explain` asks with the same options."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from limetheory.app.refusals import Refused
from limetheory.explaining.budget import Masks, Until
from limetheory.images.question import Question

MOST_MASKS = 20_000
MOST_SEGMENTS = 500
LEVEL = 0.95

DEFAULTS: dict[str, Any] = {
    "target": None, "segmenter": "slic", "segments": 50, "replacement": "mean", "bandwidth": 0.25, "stop": "masks",
    "samples": 1000, "tolerance": 0.02, "seed": 0, "level": LEVEL,
}  # fmt: skip
"""The settings of the panel "Explain", by the names of the command line's options."""


@dataclass(frozen=True)
class _Range:
    title: str
    least: float
    most: float

    def number(self, value: Any) -> float:
        """The value as a number in the range.

        Raises:
            Refused: it is none.
        """
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not self.least <= number <= self.most:
            raise Refused(f"{self.title} must be a number from {self.least:g} to {self.most:g}.")
        return number

    def whole(self, value: Any) -> int:
        """The value as a whole number in the range."""
        number = self.number(value)
        if number != int(number):
            raise Refused(f"{self.title} must be a whole number from {self.least:g} to {self.most:g}.")
        return int(number)


RANGES = {
    "segments": _Range("The number of superpixels", 2, MOST_SEGMENTS),
    "samples": _Range("The number of masks", 10, MOST_MASKS),
    "tolerance": _Range("The tolerance", 0.001, 10),
    "bandwidth": _Range("The bandwidth", 0.01, 1000),
    "seed": _Range("The seed", 0, 2**31 - 1),
    "level": _Range("The level", 0.5, 0.999),
}
"""What the numbers of the settings may be."""


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, each of the kind that its field on the page has.

    Raises:
        Refused: one is of another kind, as no page sends it.
    """
    for name, value in settings.items():
        fits = _KINDS.get(name, _is_nothing)
        if not fits(value):
            raise Refused(f"“{name[:40]}” of the settings is of a kind that it cannot be. Set it again.")
    return dict(settings)


def has_kinds_of_settings(settings: Mapping[str, Any]) -> bool:
    """Whether each setting is of the kind that its field has."""
    return all(_KINDS.get(name, _is_nothing)(value) for name, value in settings.items())


def _is_nothing(value: Any) -> bool:
    return value is None


def _is_number(value: Any) -> bool:
    return value is None or type(value) is float or (type(value) is int and abs(value) <= _LARGEST)


def _is_class(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value <= _LARGEST)


def _is_name(value: Any) -> bool:
    return value is None or (type(value) is str and len(value) <= _LONGEST)


_LARGEST, _LONGEST = 1 << 53, 100  # of a number, and characters of a name; conventions
_KINDS = {
    "target": _is_class, **dict.fromkeys(("segmenter", "replacement", "stop"), _is_name),
    **dict.fromkeys(("segments", "bandwidth", "samples", "tolerance", "seed", "level"), _is_number),
}  # fmt: skip


def question_of(settings: Mapping[str, Any], counting: bool) -> Question:
    """The question that the settings ask.

    Args:
        settings: by the names of `DEFAULTS`, as a browser sent them.
        counting: whether the segmenter takes a number of superpixels.

    Raises:
        Refused: a number out of its range.
        ValueError, TypeError: what `Question` refuses.
    """
    asked = {name: checked_settings(settings).get(name, otherwise) for name, otherwise in DEFAULTS.items()}
    level = RANGES["level"].number(asked["level"])
    target = asked["target"]
    return Question(
        segmenter=str(asked["segmenter"]),
        segments=RANGES["segments"].whole(asked["segments"]) if counting else None,
        replacement=str(asked["replacement"]),
        bandwidth=RANGES["bandwidth"].number(asked["bandwidth"]),
        budget=_budget(asked, level),
        level=level,
        target=None if target is None else int(target),
        seed=RANGES["seed"].whole(asked["seed"]),
    )


def command_of(
    settings: Mapping[str, Any], photo: str, model: str, counting: bool, label_map: str | None = None
) -> str:
    """The command that gives the same numbers.

    Args:
        settings: as `question_of` takes them.
        photo, model: their names.
        counting: whether the segmenter takes a number of superpixels.
        label_map: the name of the file with the superpixels; None cuts the photograph as the settings say.

    >>> command_of(DEFAULTS, "zebra.png", "efficientnet_lite0", True)
    'limetheory explain zebra.png --segments 50'
    """
    import shlex

    asked = {name: settings.get(name, otherwise) for name, otherwise in DEFAULTS.items()}
    options = {
        "--model": None if model == "efficientnet_lite0" else model,
        "--segments-from": label_map,
        "--segmenter": None if label_map or asked["segmenter"] == "slic" else asked["segmenter"],
        "--segments": asked["segments"] if counting and not label_map else None,
        "--replacement": None if asked["replacement"] == "mean" else asked["replacement"],
        "--bandwidth": None if float(asked["bandwidth"]) == DEFAULTS["bandwidth"] else asked["bandwidth"],
        "--tolerance": asked["tolerance"] if asked["stop"] == "tolerance" else None,
        "--samples": asked["samples"] if asked["stop"] == "masks" and asked["samples"] != 1000 else None,
        "--level": None if float(asked["level"]) == LEVEL else asked["level"],
        "--target": asked["target"],
        "--seed": asked["seed"] or None,
    }
    words = [word for name, value in options.items() if value is not None for word in (name, str(value))]
    return shlex.join(["limetheory", "explain", photo, *words])


def _budget(asked: Mapping[str, Any], level: float) -> Masks | Until:
    if asked["stop"] == "tolerance":
        return Until(RANGES["tolerance"].number(asked["tolerance"]), level=level, n_max=MOST_MASKS)
    return Masks(RANGES["samples"].whole(asked["samples"]))
