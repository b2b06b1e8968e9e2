"""The models that the page offers where none is named: they are fitted in a moment, when they are first asked for.

`limetheory explain --text FILE --model limetheory.app.small_models:sentiment` asks the first one too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

_SUBJECTS = ("plot", "film", "music", "cast", "ending", "story")
_GOOD = ("wonderful", "brilliant", "moving", "charming", "great", "funny")
_BAD = ("dreadful", "boring", "clumsy", "tedious", "awful", "dull")
_FORMS = ("the {0} was {1}", "a {1} {0}", "what a {1} {0} this is")
_NOT = "the {0} was not {1}"

REVIEWS = (
    "The music was wonderful, but the plot was dull and the ending clumsy.",
    "Not a great film: the story is tedious.",
    "A moving story with a charming cast.",
)
"""Texts to try `sentiment` on."""


def sentences() -> tuple[list[str], list[str]]:
    """The sentences that `sentiment` is fitted to, and what each of them is.

    >>> texts, labels = sentences()
    >>> texts[0], labels[0], len(texts)
    ('the plot was wonderful', 'positive', 288)
    """
    rows = [
        (form.format(subject, word), turned if form == _NOT else label)
        for words, label, turned in ((_GOOD, "positive", "negative"), (_BAD, "negative", "positive"))
        for subject, word, form in product(_SUBJECTS, words, (*_FORMS, _NOT))
    ]
    texts, labels = zip(*rows, strict=True)
    return list(texts), list(labels)


def _sentiment() -> Any:
    """A bag of words and pairs of words, and a logistic regression."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(CountVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10.0)).fit(*sentences())


def _iris() -> Any:
    """A logistic regression of the standardised measurements of scikit-learn's iris flowers."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = load_iris()
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(data.data, data.target_names[data.target])


_MODELS: dict[str, Callable[[], Any]] = {"sentiment": _sentiment, "iris": _iris}


@cache
def _fitted(name: str) -> Any:
    return _MODELS[name]()


def __getattr__(name: str) -> Any:
    """The fitted model of a name."""
    if name not in _MODELS:
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    return _fitted(name)
