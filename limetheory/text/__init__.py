"""Texts: LIME for words, characters or the tokens of any tokenizer (Ribeiro et al. 2016).

| module | idea |
|---|---|
| tokens.py | where the tokens of a text are |
| masked.py | `MaskedText`: the text with some tokens hidden |
"""

from limetheory.text.masked import MaskedText

__all__ = ["MaskedText"]
