"""A question as JSON, with all its options, and back."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from limetheory.estimation import METHODS
from limetheory.explaining.budget import Budget, Masks, Until
from limetheory.explaining.question import InputQuestion
from limetheory.given import given

Asked = TypeVar("Asked")
Of = TypeVar("Of", bound=InputQuestion)

_INFINITE = "inf"


def asked(question: InputQuestion) -> dict[str, Any]:
    """Every option of a question, as JSON takes it.

    >>> from limetheory.explaining.budget import Masks
    >>> found = asked(InputQuestion(budget=Masks(60), seed=3))
    >>> found["seed"], found["budget"]
    (3, {'n': 60, 'method': 'wls', 'ridge': 0.0, 'include_original': False})
    """
    return {**_options(question), "budget": _options(question.budget)}


def question_of(kind: type[Of], content: Any) -> Of:
    """The question that `asked` wrote; options that it lacks have their defaults.

    Args:
        kind: of the question.
        content: what the JSON has.

    Raises:
        ValueError, TypeError: an option that there is not, or a value that it does not take, in one line.

    >>> question_of(InputQuestion, {"seed": 3, "budget": {"tolerance": 0.02}}).budget.tolerance
    0.02
    """
    content = _object("a question", content)
    budget = _object("a budget", content.get("budget", {}))
    spending: type[Budget] = Until if "tolerance" in budget else Masks
    options = {name: value for name, value in content.items() if name != "budget"}
    return kind(**_read(kind, options), budget=spending(**_read(spending, budget)))


def _options(value: Any) -> dict[str, Any]:
    return {one.name: _json(one.name, getattr(value, one.name)) for one in fields(value)}


def _json(name: str, value: Any) -> Any:
    if name == "method":
        return METHODS.chosen(value).name
    if isinstance(value, float) and not math.isfinite(value):
        return _INFINITE
    return list(value) if isinstance(value, tuple) else value


def _object(what: str, content: Any) -> dict[str, Any]:
    if not isinstance(content, Mapping):
        raise TypeError(f"{what} in a record must be an object, got {given(content)}; explain anew")
    return dict(content)


def _read(kind: type[Any], content: dict[str, Any]) -> dict[str, Any]:
    """The options of a class by their names, each of a type that the class states for it."""
    hints = {one.name: get_type_hints(kind)[one.name] for one in fields(kind)}
    unknown = [name for name in content if name not in hints]
    if unknown:
        raise ValueError(f"a record must have options that are known, got {given(unknown[0])}; upgrade limetheory")
    return {name: _value(name, value, hints[name]) for name, value in content.items()}


def _value(name: str, value: Any, hint: Any) -> Any:
    kinds = [get_origin(one) or one for one in (get_args(hint) if _is_union(hint) else (hint,))]
    if isinstance(value, list) and tuple in kinds:
        return tuple(_value(name, one, float | int | str) for one in value)
    if value == _INFINITE and float in kinds:
        return math.inf
    if isinstance(value, int) and not isinstance(value, bool) and (int in kinds or float in kinds):
        return value if int in kinds else _as_float(name, value)
    if any(isinstance(value, one) for one in kinds if one in (bool, float, str, type(None))):
        return value
    raise TypeError(f"{name} in a record must be of another type, got {given(value)}; explain anew")


def _as_float(name: str, value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} must be a number that a float holds, got {given(value)}; explain anew") from None


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)
