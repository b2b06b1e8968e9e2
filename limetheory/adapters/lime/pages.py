"""An answer as a page in HTML: bars of probabilities and coefficients, and the instance; all text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np

from limetheory.arguments import several
from limetheory.explanation.page import page
from limetheory.text.shading import NEGATIVE, POSITIVE

_CLASSES = 5
"""How many classes have a bar, as in lime 0.2.0.1, whose last bar is that of all others."""
_PLAIN = (31, 119, 180)
_WIDEST = 12.0  # em


def page_of(found: Any, labels: Any, predict_proba: bool, show_predicted_value: bool, **kwargs: Any) -> str:
    """The page of an `Explanation`, see its `as_html`."""
    classes = found.mode == "classification"
    asked = found.available_labels() if labels is None and classes else labels
    shown = several("labels", asked, "class numbers") if classes else [found.dummy_label]
    parts = []
    if classes and predict_proba:
        parts.append(probabilities(found.class_names, found.predict_proba))
    if not classes and show_predicted_value:
        parts.append(predicted_value(found.predicted_value, found.min_value, found.max_value))
    parts += [_of_label(found, label, classes) for label in shown]
    if shown:
        parts.append(
            found.domain_mapper.visualize_instance_html(found.local_exp[shown[0]], shown[0], "raw_div", "exp", **kwargs)
        )
    title = "Explanation" if not (classes and shown) else f"Explanation of {found.class_names[shown[0]]}"
    return page(title, f'<div class="lime top_div">{"".join(filter(None, parts))}</div>')


def probabilities(class_names: Iterable[Any], values: Any) -> str:
    """A bar for each of the most probable classes, the others together."""
    named = sorted(zip(map(str, class_names), map(float, values), strict=False), key=lambda one: -one[1])
    shown = named if len(named) <= _CLASSES else [*named[: _CLASSES - 1], ("other", _total(named[_CLASSES - 1 :]))]
    rows = [(name, f"{value:.2f}", abs(value), _PLAIN) for name, value in shown]
    return _table("Prediction probabilities", "lime predict_proba", rows, 1.0)


def predicted_value(value: Any, low: Any, high: Any) -> str:
    """The predicted value between the least and the largest answer on the samples."""
    rows = [
        (f"between {float(low):.2f} and {float(high):.2f}", f"{float(value):.2f}", _place(value, low, high), _PLAIN)
    ]
    return _table("Predicted value", "lime predicted_value", rows, 1.0)


def shade(coefficient: float, strength: float = 1.0) -> str:
    """The background of a word or cell: the colour of the sign, the paler the smaller strength in [0, 1] is.

    >>> shade(-1.0, 0.0)
    '#ffffff'
    """
    end = np.array(POSITIVE if coefficient > 0 else NEGATIVE)
    return "#{:02x}{:02x}{:02x}".format(*np.rint(255 + 0.75 * strength * (end - 255.0)).astype(int).tolist())


def _of_label(found: Any, label: Any, classes: bool) -> str:
    named, known = found.as_list(label), found.limetheory.get(label)
    ends = [""] * len(named)
    if known is not None:
        ends = [f" ({low:+.2g} … {high:+.2g})" for low, high in known.interval()]
    rows = [
        (str(name), f"{value:+.2g}{end}", abs(value), POSITIVE if value > 0 else NEGATIVE)
        for (name, value), end in zip(named, ends, strict=True)
    ]
    title = f"Class {found.class_names[label]}" if classes else "Coefficients"
    return _table(title, "lime explanation", rows, max((size for _, _, size, _ in rows), default=0.0))


def _table(title: str, kind: str, rows: list[tuple[str, str, float, tuple[int, int, int]]], largest: float) -> str:
    body = "".join(
        f'<tr><td style="text-align: right">{escape(name)}</td><td style="min-width: {_WIDEST}em">'
        f'<div style="background: rgb{colour}; height: 1em; width: {_WIDEST * size / (largest or 1.0):.3f}em"></div>'
        f"</td><td>{escape(number)}</td></tr>"
        for name, number, size, colour in rows
    )
    return f'<div class="{kind}"><table><caption>{escape(title)}</caption>{body}</table></div>'


def _total(named: list[tuple[str, float]]) -> float:
    return sum(value for _, value in named)


def _place(value: Any, low: Any, high: Any) -> float:
    return float(value - low) / float(high - low) if high > low else 1.0
