"""A vectorizer with a fitted estimator as a model of texts, with an exact limit (prop:linear, prop:normalised)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from limetheory.arrays import PerMask
from limetheory.explaining.set_function import set_function
from limetheory.fitted.agreement import refuse_disagreement
from limetheory.fitted.linear import FALLBACK, LinearScore, linear_score
from limetheory.fitted.trees import TreeModel
from limetheory.limits import Additive, LeafSum, NormalisedSum, WeightedSum
from limetheory.text.columns import Rows, columns_of, unnormalised
from limetheory.text.forms import linear_form, normalised_form, tree_form
from limetheory.text.masked import MaskedText

if TYPE_CHECKING:
    from scipy import sparse

SetFunctionOfTokens: TypeAlias = Additive | LeafSum | NormalisedSum | WeightedSum

_CHECKS = 32
_ROUNDING = 1e-11
"""Of the largest number that is added up."""


class TextModel:
    """f(text) = one score of an estimator behind a vectorizer of scikit-learn; on the tokens of a text it is exact.

    | vectorizer | estimator | set function | statement |
    |---|---|---|---|
    | counts, TF-IDF without norm | linear, naive Bayes | `Additive` | prop:linear |
    | presence, sublinear TF-IDF | linear, naive Bayes | `Additive`, with leaves for shared columns | prop:leaf |
    | TF-IDF with norm l2 or l1 | linear | `NormalisedSum` | prop:normalised |
    | counts, presence, TF-IDF without norm | trees, forests, boosting (`TreeModel`) | `LeafSum` | prop:trees |

    The score is a decision function, a prediction of a regression, log P(x, class) of naive Bayes, or what `TreeModel`
    explains. The set function is compared with the pipeline's own answer on the text with tokens hidden at random.

    Args:
        pipeline: fitted; its first step is a `CountVectorizer`, `TfidfVectorizer` or `HashingVectorizer` of single
            words, and its last one the estimator.
        target: the class, by its position in `classes_`; for two classes the default is 1; none for regressors.
        output: "score", or "probability" of trees, see `TreeModel`.

    Raises:
        TypeError: no pipeline.
        ValueError: a class that the estimator does not have.
        NotImplementedError: another estimator.

    >>> import limetheory as lt
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> texts = ["good", "bad", "good good", "good bad bad"]
    >>> model = TextModel(make_pipeline(CountVectorizer(), Ridge(alpha=1e-9)).fit(texts, [1, -1, 2, -1]))
    >>> function = lt.set_function(model, lt.MaskedText("good, bad, good"))
    >>> lt.limit(function, lt.TextDesign(2)).coefficients.round(6).tolist()
    [2.0, -1.0]
    """

    def __init__(self, pipeline: Any, target: int | None = None, output: str = "score"):
        if not hasattr(pipeline, "steps") or len(pipeline.steps) < 2:
            raise TypeError(
                f"pipeline must be a fitted Pipeline of a vectorizer and an estimator, got {type(pipeline).__name__}; "
                "make one with sklearn.pipeline.make_pipeline"
            )
        self._transform, estimator = pipeline[:-1], pipeline.steps[-1][1]
        linear = linear_score(estimator, target) if output == "score" else None
        self._form = TreeModel(estimator, target, output) if linear is None else linear

    def __call__(self, texts: list[str]) -> PerMask:
        """f of each text, n strings → (n,)."""
        return self._answer(self._transform.transform(list(texts)))

    def _answer(self, rows: Any) -> np.ndarray:
        if isinstance(self._form, LinearScore):
            return self._form.answer(rows)
        return self._form(rows.toarray() if hasattr(rows, "toarray") else rows)

    def on_tokens(self, masked: MaskedText) -> SetFunctionOfTokens:
        """F(z) = f(x(z)) of a masked text.

        Raises:
            NotImplementedError: columns that have no closed form together with this estimator.
            ValueError: a set function that differs from the pipeline's own answers by more than rounding.
        """
        function, scale = self._function(masked)
        masks = _some_masks(masked.d)
        found, expected = function(masks), self(masked.compose(masks))
        refuse_disagreement("the set function of a text", found, expected, _ROUNDING * scale, FALLBACK)
        return function

    def _function(self, masked: MaskedText) -> tuple[SetFunctionOfTokens, float]:
        """The set function, and the size of the numbers that it adds up."""
        transform, norm = unnormalised(self._transform)
        form = self._form
        if isinstance(form, TreeModel):
            if norm is not None:
                raise NotImplementedError(f"the exact limit of trees needs norm=None, got {norm!r}; {FALLBACK}")
            columns = columns_of(_rows(transform), masked)
            return tree_form(form.ensemble, columns, masked.d), form.ensemble.largest
        rows = _rows(transform, form.binarize)
        columns = columns_of(rows, masked)
        largest = np.abs(columns.alone).sum(axis=0) + np.abs(columns.empty)
        scale = abs(form.intercept) + float(largest @ np.abs(form.weights))
        if norm is None or form.binarize == 0:  # whether a number is above 0, no norm changes
            return linear_form(form, columns, rows, masked), scale
        if form.binarize is not None:
            raise NotImplementedError(f"BernoulliNB needs norm=None or binarize=0, got {norm!r}; {FALLBACK}")
        return normalised_form(form, columns, norm), scale


def _rows(transform: Any, binarize: float | None = None) -> Rows:
    """The rows of texts as numbers, or as whether each is above a threshold."""

    from scipy import sparse

    def rows(texts: list[str]) -> sparse.csr_array:
        found = sparse.csr_array(transform.transform(texts), dtype=float)
        return found if binarize is None else sparse.csr_array(found > binarize, dtype=float)

    return rows


def _some_masks(d: int) -> np.ndarray:
    """All tokens, none of them, and random ones with a few to many of them."""
    rng = np.random.default_rng(0)
    random = rng.random((_CHECKS, d)) < rng.random((_CHECKS, 1))
    return np.vstack([np.ones((1, d), bool), np.zeros((1, d), bool), random])


@set_function.register
def _(model: TextModel, masked: MaskedText) -> SetFunctionOfTokens:
    return model.on_tokens(masked)
