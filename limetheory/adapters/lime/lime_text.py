"""`LimeTextExplainer`: text LIME as lime 0.2.0.1 has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

import numpy as np

from limetheory.adapters.lime.answers import answers_of, labels_of
from limetheory.adapters.lime.explanation import DomainMapper, Explanation
from limetheory.adapters.lime.indexed import IndexedCharacters as IndexedCharacters
from limetheory.adapters.lime.indexed import IndexedString as IndexedString
from limetheory.adapters.lime.kernel import weight_of
from limetheory.adapters.lime.lime_base import LimeBase
from limetheory.adapters.lime.pages import shade
from limetheory.arguments import real
from limetheory.counts import count
from limetheory.functions import function
from limetheory.text.strings import string

_DISTANCE_UNIT = 100
"""lime 0.2.0.1 multiplies distances of texts by this, so that the width 25 is 0.25 of a cosine distance."""


class TextDomainMapper(DomainMapper):
    """From the numbers of tokens to the tokens.

    Args:
        indexed_string: an `IndexedString` or `IndexedCharacters`.
    """

    def __init__(self, indexed_string: Any):
        self.indexed_string = indexed_string

    def map_exp_ids(self, exp: list[tuple[Any, Any]], positions: bool = False, **kwargs: Any) -> list[tuple[str, Any]]:
        """The terms with tokens in place of numbers, and with ``positions`` where they are, such as ``bad_3-6``."""
        return [(self._name(number, positions), coefficient) for number, coefficient in exp]

    def visualize_instance_html(
        self, exp: list[tuple[Any, Any]], label: Any, div_name: str, exp_object_name: str, text: bool = True,
        opacity: bool = True, **kwargs: Any,
    ) -> str:  # fmt: skip
        """The text with coloured tokens, escaped.

        Args:
            text: False shows nothing.
            opacity: whether colours are the paler, the smaller |coefficient| is.
        """
        if not text:
            return ""
        largest = max((abs(coefficient) for _, coefficient in exp), default=0.0) or 1.0
        colour = {
            int(start): (len(self.indexed_string.word(number)), shade(value, abs(value) / largest if opacity else 1.0))
            for number, value in exp
            for start in self.indexed_string.string_position(number)
        }
        return f'<div class="lime text_div" style="white-space: pre-wrap">{"".join(self._marked(colour))}</div>'

    def _marked(self, colour: dict[int, tuple[int, str]]) -> Iterable[str]:
        raw, end = self.indexed_string.raw_string(), 0
        for start, (length, shown) in sorted(colour.items()):
            yield escape(raw[end:start])
            end = start + length
            yield f'<span style="background: {shown}">{escape(raw[start:end])}</span>'
        yield escape(raw[end:])

    def _name(self, number: Any, positions: bool) -> str:
        word = str(self.indexed_string.word(number))
        if not positions:
            return word
        return f"{word}_{'-'.join(map(str, self.indexed_string.string_position(number)))}"


class LimeTextExplainer:
    """Explains what a classifier says of a text by hiding tokens at random.

    The masks of a seed are lime 0.2.0.1's.

    Args:
        kernel_width: of the kernel on 100 times the distances.
        kernel: (distances, kernel_width) → weights; None is exp(−d² / (2 width²)).
        verbose: whether to print what each local model predicts at the text.
        class_names: of the labels; None numbers them.
        feature_selection: ``"auto"``, ``"forward_selection"``, ``"highest_weights"``, ``"lasso_path"`` or ``"none"``.
        split_expression, bow, mask_string: see `IndexedString`.
        random_state: None, an int or a `numpy.random.RandomState`, which later explanations go on with.
        char_level: whether tokens are characters, see `IndexedCharacters`.

    >>> def cheerful(texts):
    ...     shares = np.array([text.count("good") / 4 for text in texts])
    ...     return np.column_stack([1 - shares, shares])
    >>> explainer = LimeTextExplainer(class_names=["sad", "glad"], random_state=0)
    >>> found = explainer.explain_instance("A good plot, a good cast.", cheerful, num_features=2, num_samples=500)
    >>> [(word, round(coefficient, 2) + 0.0) for word, coefficient in found.as_list()][:1]
    [('good', 0.49)]
    >>> bool(np.diff(found.limetheory[1].interval()[0]) < 0.1)
    True
    """

    def __init__(
        self, kernel_width: float = 25, kernel: Any = None, verbose: bool = False, class_names: Any = None,
        feature_selection: str = "auto", split_expression: Any = r"\W+", bow: bool = True,
        mask_string: str | None = None, random_state: Any = None, char_level: bool = False,
    ):  # fmt: skip
        from sklearn.utils import check_random_state

        width = real("kernel_width", kernel_width, above=0, remedy="lime's is 25")
        self.random_state = check_random_state(random_state)
        self.base = LimeBase(weight_of(kernel, width), verbose, self.random_state)
        self.class_names, self.feature_selection = class_names, feature_selection
        self.split_expression, self.bow, self.mask_string = split_expression, bow, mask_string
        self.char_level = char_level

    def explain_instance(
        self,
        text_instance: str,
        classifier_fn: Callable[[list[str]], Any],
        labels: Iterable[int] = (1,),
        top_labels: int | None = None,
        num_features: int = 10,
        num_samples: int = 5000,
        distance_metric: str = "cosine",
        model_regressor: Any = None,
    ) -> Explanation:
        """Explain some labels at one text.

        Args:
            text_instance: the text.
            classifier_fn: a list of n strings → (n, classes); it gets all texts in one call.
            labels: to explain; not read where ``top_labels`` is given.
            top_labels: how many of the labels with the largest output to explain; None explains ``labels``.
            num_features: the most tokens to keep.
            num_samples: how many texts, the first of which is the text itself.
            distance_metric: of `sklearn.metrics.pairwise_distances`.
            model_regressor: see `LimeBase.explain_instance_with_data`.

        Raises:
            ValueError, TypeError: a text without tokens, or arguments and answers that do not fit.
        """
        from sklearn.metrics import pairwise_distances

        indexed = self._indexed(string("text_instance", text_instance))
        classifier_fn = function("classifier_fn", classifier_fn, "list of texts → (n, classes)")
        data = self._masks(indexed.num_words(), count("num_samples", num_samples, 2))
        answers = answers_of(classifier_fn([indexed.raw_string(), *indexed.texts(data[1:] == 1)]), len(data), "text")
        distances = pairwise_distances(data, data[:1], metric=distance_metric).ravel() * _DISTANCE_UNIT
        if self.class_names is None:
            self.class_names = [str(number) for number in range(answers.shape[1])]
        found = Explanation(TextDomainMapper(indexed), class_names=self.class_names, random_state=self.random_state)
        found.predict_proba = answers[0]
        chosen, top = labels_of(answers, labels, top_labels, "classifier_fn", "text")
        found.top_labels = chosen[::-1] if top else None
        for label in chosen:
            model = self.base.local_model(
                data, answers, distances, label, num_features, self.feature_selection, model_regressor
            )
            found.add(label, model)
        return found

    def _indexed(self, text: str) -> IndexedString | IndexedCharacters:
        if self.char_level:
            return IndexedCharacters(text, self.bow, self.mask_string)
        return IndexedString(text, self.split_expression, self.bow, self.mask_string)

    def _masks(self, d: int, n: int) -> np.ndarray:
        """Masks (n, d) of 0 and 1: of the first all are shown, of the others 1 to d tokens are hidden."""
        if not d:
            raise ValueError("a text must have at least one token, got none; use char_level=True, or another text")
        sizes, shuffle = self.random_state.randint(1, d + 1, n - 1), self.random_state.shuffle
        order = np.tile(np.arange(d, dtype=np.min_scalar_type(d)), (n - 1, 1))
        # one by one, since lime draws so
        for tokens in order:
            shuffle(tokens)
        data = np.ones((n, d))
        data[1:].reshape(-1)[order + d * np.arange(n - 1)[:, None]] = np.arange(d) >= sizes[:, None]
        return data
