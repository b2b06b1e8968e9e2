"""Texts: what the tab "Text" asks of the model's process."""

from __future__ import annotations

import shlex
from typing import Any

from limetheory.app.context import Context
from limetheory.app.inputs.kind import Fields, InputKind, asked, known_of, options_of
from limetheory.app.inputs.known import TEXT
from limetheory.app.refusals import Refused
from limetheory.app.small_models import REVIEWS
from limetheory.text.question import TextQuestion

LONGEST = 5000
"""Characters of a text; a convention."""


def _explained(context: Context, fields: Fields) -> dict[str, Any]:
    return {**_question(context, fields), "text": _text(fields, "before", "There is no text yet. Write one.")}


def _changed(context: Context, fields: Fields) -> dict[str, Any]:
    before = _text(fields, "before", "There is no text yet. Write one.")
    after = _text(fields, "after", "There is no edited text yet. Copy the text, then replace a word.")
    if before == after:
        raise Refused("Both texts are the same. Replace a word of the edited one.")
    return {**_question(context, fields), "before": before, "after": after}


def _question(context: Context, fields: Fields) -> dict[str, Any]:
    known = known_of(context)
    question = TextQuestion(**asked(fields, len(known.facts(TEXT).class_names)))
    return {"source": known.source(TEXT), "question": question}


def _text(fields: Fields, name: str, missing: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str) or not text.strip():
        raise Refused(missing)
    if len(text) > LONGEST:
        raise Refused(f"A text may have {LONGEST:,} characters here, and this one has {len(text):,}. Shorten it.")
    return text


def _command(context: Context, fields: Fields) -> str:
    model = known_of(context).source(TEXT).model
    return shlex.join(["limetheory", "explain", "--text", "text.txt", "--model", model, *options_of(fields)])


KIND = InputKind(TEXT, "token", _explained, _changed, lambda fields: "the text", _command)

FIRST = REVIEWS[0]
"""The text that a new session begins with."""
