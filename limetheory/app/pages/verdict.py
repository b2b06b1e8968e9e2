"""Is the coefficient of one part above that of another? Fields for two parts, and the answer in words."""

from __future__ import annotations

from typing import Any

from dash import html

from limetheory.app.answers import Answer
from limetheory.app.pages.coefficients import part_names
from limetheory.app.pages.notices import empty

_LEAST = 1e-6  # the smallest p-value that is written out, below which a normal law is not to be trusted
_CERTAIN = 0.05  # of a p-value that counts as small; a convention


def part_options(answer: Answer | None) -> list[dict[str, Any]]:
    """The parts of an answer, for a field."""
    return [] if answer is None else [{"label": name, "value": j} for j, name in enumerate(part_names(answer))]


def largest_two(answer: Answer | None) -> tuple[int | None, int | None]:
    """The two parts of largest coefficients; None without an answer."""
    if answer is None:
        return None, None
    order = (-answer.explanation.coefficients).argsort(kind="stable")
    return int(order[0]), int(order[1])


def verdict(answer: Answer | None, a: Any, b: Any, before: str, what: str = "") -> Any:
    """The test of two parts in words.

    Args:
        answer: with the coefficients; None where there are none yet.
        a, b: the parts, as a browser sent them.
        before: what is to be done where there is no answer.
        what: of the parts is compared, such as "the change of "; empty for their coefficients.
    """
    from limetheory.statistics import above

    if answer is None:
        return empty("Nothing to compare yet", before)
    names = part_names(answer)
    if not (_is_part(a, names) and _is_part(b, names)) or a == b:
        return "Choose two different parts."
    found = above(answer.explanation, a, b)
    sure = found.p_value < _CERTAIN
    pair = f"{what}{names[a]} is above {f'that of {names[b]}' if what else names[b]}"
    p_value = f"p = {found.p_value:.2g}" if found.p_value > _LEAST else f"p < {_LEAST:g}"
    numbers = f"difference {found.difference:+.3g}, standard error {found.standard_error:.2g}, {p_value}"
    chosen = "For a pair that you chose beforehand: the p-value of the two largest would be too small."
    said = f"Yes: {pair}" if sure else f"Not certain that {pair}"
    return [html.Strong(said), html.Div(numbers), html.Small(chosen, className="hint")]


def _is_part(value: Any, names: list[str]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names)
