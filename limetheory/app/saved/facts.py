"""What is told beside an answer, as a saved session may say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from limetheory.app.questions import DEFAULTS, has_kinds_of_settings
from limetheory.app.saved.kinds import (
    are_texts,
    is_count,
    is_level,
    is_list,
    is_list_up_to,
    is_number,
    is_object,
    is_place,
    is_text,
    maybe,
)
from limetheory.app.saved.refused import not_saved
from limetheory.app.uploads import shown_name

STATES = ("part", "whole", "interrupted")
_LONGEST_FIELD, _MOST_FIELDS = 5000, 200  # characters of a field of a tab, and fields; conventions
_MOST_ROWS = 2000  # classes before and after; a convention


def checked_facts(facts: Mapping[str, Any], d: int, name: str) -> dict[str, Any]:
    """The facts beside an explanation of d parts, of the kinds that the page shows.

    Args:
        facts: plain data.
        d: number of parts.
        name: of the part of the file, for the refusal.

    Raises:
        Refused: one of them is missing, of another kind, or none that the page knows.
    """
    kinds = _kinds(d, facts.get("regions"))
    for key in (*kinds, *facts):
        needed, fits = kinds.get(key, (True, _nothing))
        if (needed and key not in facts) or (key in facts and not fits(facts[key])):
            raise not_saved(f"“{shown_name(key)}” of {name} in it is of another kind")
    return dict(facts)


def checked_settings(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The settings of the panel "Explain", each a text, a number or nothing.

    Raises:
        Refused: others.
    """
    if not _are_settings(settings):
        raise not_saved(f"{name} in it has other settings")
    return dict(settings)


def checked_fields(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The fields of the tab about texts or rows, each a text or a number.

    Raises:
        Refused: others.
    """
    if len(fields) > _MOST_FIELDS or not all(is_number(one) or is_text(one, _LONGEST_FIELD) for one in fields.values()):
        raise not_saved(f"{name} in it has other fields")
    return dict(fields)


def _kinds(d: int, regions: Any) -> dict[str, tuple[bool, Callable[[Any], bool]]]:
    """For each fact whether it is needed, and what it may be."""
    text = is_text
    return {
        "class_name": (True, text), "output": (True, text), "photo": (True, text), "version": (True, is_count),
        "state": (True, lambda one: one in STATES), "level": (True, is_level), "command": (False, maybe(text)),
        "done": (False, is_count), "total": (False, is_count), "said": (False, maybe(text)),
        "explained": (False, maybe(is_count)), "target": (False, is_count), "settings": (False, _are_settings),
        "record": (False, maybe(_is_record)), "warnings": (False, are_texts), "rows": (False, _are_rows),
        "names": (False, maybe(lambda one: is_list(one, d, text))),
        "exact": (False, maybe(lambda one: is_list(one, d, is_number))),
        "regions": (False, are_texts), "lost": (False, are_texts),
        "owners": (False, lambda one: are_texts(regions) and is_list(one, d, is_place(len(regions)))),
        **{key: (False, text) for key in ("of", "stamp", "regions_key")},
    }  # fmt: skip


def _nothing(value: Any) -> bool:
    return False


def _are_rows(value: Any) -> bool:
    return is_list_up_to(value, _MOST_ROWS, _is_row)


def _is_row(value: Any) -> bool:
    """Whether it says what the model makes of a class before and after."""
    return is_object(value, {"column": is_count, "name": is_text, "before": is_number, "after": is_number})


def _are_settings(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() <= DEFAULTS.keys() and has_kinds_of_settings(value)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and are_texts(value.get("warnings", []))
