"""What was found about edits and explanations, as a saved session may say it: sweeps, stability tests, bias checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from limetheory.app.jobs.bias import BIAS
from limetheory.app.jobs.repeating import INDICES, MOST_COUNTS, STABILITY
from limetheory.app.jobs.sweeping import MOST_CLASSES, MOST_VALUES, SWEEP
from limetheory.app.saved.kinds import (
    Fits,
    are_texts,
    is_count,
    is_flag,
    is_level,
    is_list,
    is_list_up_to,
    is_number,
    is_object,
    is_text,
    maybe,
)
from limetheory.app.saved.plain import plain_object
from limetheory.app.saved.refused import not_saved
from limetheory.app.sessions.session import Session

EXPLAINED = "explained"
"""The fact that names the version of the explanation that was tested."""

_MOST_PHOTOGRAPHS = 300  # of a bias check; those of a folder and the examples are fewer


@dataclass(frozen=True)
class Study:
    """A result that is saved as JSON.

    Attributes:
        name: of its file.
        fits: the value of the file → whether the page can show it.
    """

    name: str
    fits: Callable[[dict[str, Any]], bool]

    def put(self, session: Session, text: bytes, versions: Mapping[int, int]) -> None:
        """Put a text of the archive into a session.

        Args:
            session: where to.
            text: of the archive.
            versions: of the explanations, from those in the file to those in the session.

        Raises:
            Refused: it is none of ours.
        """
        found = plain_object(text, self.name)
        if not self.fits(found):
            raise not_saved(f"{self.name} in it is of another kind")
        if EXPLAINED in found:
            found[EXPLAINED] = versions.get(found[EXPLAINED], 0)
        session.write_json(self.name, found)


def _is_interval(value: Any) -> bool:
    """Whether it is a mean with the ends of its interval, each of which may be unknown."""
    return is_list(value, 3, maybe(is_number))


def _is_sweep(found: dict[str, Any]) -> bool:
    values, names = found.get("values", []), found.get("names", [])
    if not is_list_up_to(values, MOST_VALUES, is_number) or not is_list_up_to(names, MOST_CLASSES, is_text):
        return False
    fields: dict[str, Fits] = {
        **dict.fromkeys(("stamp", "title", "parameter", "unit", "output"), is_text), "now": is_number,
        "values": _seen_before, "names": _seen_before, "said": maybe(is_text), "evaluations": is_count,
        "curves": lambda one: is_list(one, len(names), lambda curve: is_list(curve, len(values), is_number)),
    }  # fmt: skip
    return is_object(found, fields)


def _is_stability(found: dict[str, Any]) -> bool:
    row: dict[str, Fits] = {
        "index": lambda one: one in INDICES, "seeds": _is_interval, "forecast": maybe(is_number),
        "noise": maybe(_is_interval),
    }  # fmt: skip
    count: dict[str, Fits] = {
        "asked": is_count, "d": is_count, "overlap": maybe(is_number), "ranks": maybe(is_number),
    }  # fmt: skip
    fields: dict[str, Fits] = {
        "plan": is_text, "class_name": is_text, "level": is_level, "said": maybe(is_text),
        **dict.fromkeys(("evaluations", "k", "d", EXPLAINED), is_count),
        "rows": lambda one: is_list_up_to(one, len(INDICES), lambda each: is_object(each, row)),
        "counts": lambda one: is_list_up_to(one, MOST_COUNTS, lambda each: is_object(each, count)),
    }  # fmt: skip
    return is_object(found, fields)


def _is_bias(found: dict[str, Any]) -> bool:
    titles = found.get("titles", [])
    if not is_list_up_to(titles, _MOST_PHOTOGRAPHS, is_text):
        return False
    fields: dict[str, Fits] = {
        "class_name": is_text, "level": is_level, "interval": _is_interval, "remark": maybe(is_text),
        "titles": _seen_before, "left_out": are_texts, "said": maybe(is_text), "stamp": is_text,
        **dict.fromkeys(("before", "after"), lambda one: is_list(one, len(titles), is_number)),
        **dict.fromkeys(("whole", "regions"), is_flag),
    }  # fmt: skip
    return is_object(found, fields) and found["interval"][0] is not None


def _seen_before(value: Any) -> bool:
    """What was looked at before."""
    return True


STUDIES = (Study(SWEEP, _is_sweep), Study(STABILITY, _is_stability), Study(BIAS, _is_bias))
