"""Texts: LIME for words, characters or the tokens of any tokenizer (Ribeiro et al. 2016).

| module | idea |
|---|---|
| tokens.py | where the tokens of a text are |
| masked.py | `MaskedText`: the text with some tokens hidden |
| predictions.py, evaluators.py | what a model answers to texts, and to masks |
| explain.py, explanation.py | `explain_text` and its answer, `TextExplanation` |
| shading.py, html.py, terminal.py | the text in colours, for pages, notebooks and terminals |
"""

import limetheory.text.evaluators
import limetheory.text.html
import limetheory.text.terminal  # noqa: F401  these three register what they do with texts
from limetheory.text.explain import explain_text
from limetheory.text.explanation import TextExplanation
from limetheory.text.masked import MaskedText
from limetheory.text.predictions import TextPredictions

__all__ = ["MaskedText", "TextExplanation", "TextPredictions", "explain_text"]
