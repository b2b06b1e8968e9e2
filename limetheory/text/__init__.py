"""Texts: LIME for words, characters or the tokens of any tokenizer (Ribeiro et al. 2016).

| module | idea |
|---|---|
| strings.py | one text, or a list of them, as a caller gives it |
| tokens.py | where the tokens of a text are |
| masked.py, composer.py | `MaskedText`: the text with some tokens hidden, and how many such texts are written |
| predictions.py, evaluators.py | what a model answers to texts, and to masks |
| explain.py, explanation.py | `explain_text` and its answer, `TextExplanation` |
| text_model.py | `TextModel`: a vectorizer with an estimator, whose limit is exact |
| columns.py, forms.py | how its columns depend on tokens, and the set function that follows |
| minilm.py | `MiniLM`: a small transformer as a step of a pipeline |
| shading.py, html.py, terminal.py | the text in colours, for pages, notebooks and terminals |
"""

from typing import TYPE_CHECKING, Any

import limetheory.text.evaluators
import limetheory.text.html
import limetheory.text.terminal  # noqa: F401  these three register what they do with texts
from limetheory.registry import exported
from limetheory.text.explain import explain_text as explain_text
from limetheory.text.explanation import TextExplanation as TextExplanation
from limetheory.text.masked import MaskedText as MaskedText
from limetheory.text.predictions import TextPredictions as TextPredictions
from limetheory.text.text_model import TextModel as TextModel

if TYPE_CHECKING:
    from limetheory.text.minilm import MiniLM as MiniLM
else:
    __all__ = [*exported(__name__), "MiniLM"]


def __getattr__(name: str) -> Any:
    """Import what needs scikit-learn on first use only."""
    if name != "MiniLM":
        raise AttributeError(f"module 'limetheory.text' has no attribute {name!r}")
    from limetheory.text.minilm import MiniLM

    return MiniLM
