"""How the columns of a vectorizer depend on the tokens of a masked text."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from limetheory.fitted.linear import FALLBACK
from limetheory.text.masked import MaskedText

if TYPE_CHECKING:
    from scipy import sparse

_MOST_SHARED = 10
"""Tokens of one column whose subsets are asked for one by one, 1,024 texts."""

Rows: TypeAlias = "Callable[[list[str]], sparse.csr_array]"
"""Texts → rows of columns, (n, p)."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The rows of a vectorizer for the text, for none of its tokens, and for each token alone.

    Attributes:
        whole: the row of the text, (p,).
        empty: that without any token, (p,).
        alone: what each token alone adds to it, (d, p) sparse.
    """

    whole: np.ndarray
    empty: np.ndarray
    alone: sparse.csc_array

    @property
    def tokens_of(self) -> np.ndarray:
        """How many tokens change each column, (p,)."""
        return np.diff(self.alone.indptr)

    @property
    def owner(self) -> np.ndarray:
        """The token that changes each column, one of them where several do, 0 where none does, (p,)."""
        found = np.zeros(len(self.whole), int)
        columns = np.repeat(np.arange(len(self.whole)), self.tokens_of)
        found[columns] = self.alone.indices
        return found

    @property
    def additive(self) -> np.ndarray:
        """Which columns are sums over their tokens, as counts are, (p,) bool."""
        total = self.empty + self.alone.sum(axis=0)
        return np.asarray(np.isclose(total, self.whole, rtol=1e-12, atol=0.0))


def columns_of(rows: Rows, masked: MaskedText) -> Columns:
    """Ask the vectorizer about the text, its separators, and each token alone.

    Raises:
        NotImplementedError: a column that no token alone changes, such as that of two neighbouring words.
    """
    from scipy import sparse

    masks = np.vstack([np.ones((1, masked.d), bool), np.zeros((1, masked.d), bool), np.eye(masked.d, dtype=bool)])
    found = rows(masked.compose(masks))
    whole, empty = found[[0]].toarray()[0], found[[1]].toarray()[0]
    alone = sparse.csc_array(found[2:] - sparse.csr_array(np.ones((masked.d, 1))) @ sparse.csr_array(empty[None]))
    alone.eliminate_zeros()
    alone.sort_indices()
    columns = Columns(whole, empty, alone)
    joint = np.count_nonzero((columns.tokens_of == 0) & (whole != empty))
    if joint:
        raise NotImplementedError(
            f"the exact limit of a text needs columns that depend on single tokens, got {joint} that depend on several "
            f"together, as those of n-grams do; use ngram_range=(1, 1), or {FALLBACK}"
        )
    return columns


def on_subsets(rows: Rows, masked: MaskedText, column: int, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A column for every subset of the tokens that change it, the others hidden: masks (2^m, m) and values (2^m,).

    Raises:
        NotImplementedError: too many tokens.
    """
    if len(tokens) > _MOST_SHARED:
        raise NotImplementedError(
            f"the exact limit of a text needs at most {_MOST_SHARED} tokens for a column that is no sum over them, got "
            f"{len(tokens)}; use positions=False, or {FALLBACK}"
        )
    subsets = (np.arange(1 << len(tokens))[:, None] >> np.arange(len(tokens))) & 1 == 1
    masks = np.zeros((len(subsets), masked.d), bool)
    masks[:, tokens] = subsets
    return subsets, rows(masked.compose(masks))[:, [column]].toarray()[:, 0]


def unnormalised(transform: Any) -> tuple[Any, str | None]:
    """A copy of a vectorizer, or of a pipeline that begins with one, that divides by no norm; and the norm, if any.

    Raises:
        NotImplementedError: a norm that is not the last step, or another one than l1 and l2.
    """
    copied = deepcopy(transform)
    steps = [step for _, step in copied.steps] if hasattr(copied, "steps") else [copied]
    norms = [getattr(step, "norm", None) for step in steps]
    if any(norms[:-1]) or norms[-1] not in (None, "l1", "l2"):
        raise NotImplementedError(
            f"the exact limit of a text needs norm l1, l2 or none, in the last step, got {norms}; {FALLBACK}"
        )
    if norms[-1] is not None:
        getattr(steps[-1], "_tfidf", steps[-1]).norm = None  # where TfidfVectorizer keeps it once it is fitted
    return copied, norms[-1]
