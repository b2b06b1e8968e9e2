"""The explanation matrix W: instances × shared features."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.arguments import integer, numbers
from limetheory.picks.reading import (
    Instances,
    are_explanations,
    check_shared_superpixels,
    check_some,
    explained_instances,
    warn_of_nothing_shared,
)
from limetheory.picks.terms import Terms, cells_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class ExplanationMatrix:
    """SP-LIME's matrix W, which every function of `limetheory.picks` takes in place of the explanations.

    Attributes:
        weights: W_ij, the sum of the coefficients of instance i whose name is that of feature j; a
            `scipy.sparse.csr_array` (instances, features) without stored zeros.
        names: of the features, in the order in which the explanations name them first.
        terms: the coefficients that W is made of, with their standard errors.
    """

    weights: csr_array
    names: tuple[str, ...]
    terms: Terms


def explanation_matrix(explanations: Any, largest: int | None = None, standard_errors: Any = None) -> ExplanationMatrix:
    """W from explanations by the names of their parts, or from a matrix.

    Coefficients of the same name are added with their signs, over the parts of one explanation and over the
    explanations of one instance, as lime 0.2.0.1 does over labels. Those of the two classes of a binary classifier
    cancel: explain one of them.

    A coefficient that is 0 covers nothing. Weighted least squares leaves none at 0, so that over features that all
    instances share each instance covers everything: give ``largest``, the paper's K, or sparse explanations.

    Args:
        explanations: a list with an `Explanation`, or a list of those of several classes, for each instance; or W
            itself, dense or of scipy.sparse, (instances, features); or an `ExplanationMatrix`.
        largest: keep this many coefficients of each explanation, or of each row of a matrix, the largest in size, ties
            by index; None keeps all. lime's `num_features` is such a number, 10.
        standard_errors: of the entries of a matrix, dense or sparse, of its shape; None for 0. Explanations have their
            own.

    Raises:
        TypeError: neither explanations nor numbers.
        ValueError: no instances, no features, NaN or infinite coefficients, unnamed superpixels of different images,
            several models or kinds of input, standard errors that are negative or of another shape, or beside
            explanations.

    Warns:
        UserWarning: several instances of which no two share a name, or that are explained for different classes.

    >>> import limetheory as lt
    >>> rain = lt.Explanation(np.array([0.5, 0.1]), 0.0, np.zeros(2), 0, names=["rain", "sun"])
    >>> wind = lt.Explanation(np.array([-0.4, 0.2]), 0.0, np.zeros(2), 0, names=["wind", "rain"])
    >>> found = explanation_matrix([rain, wind])
    >>> found.names, found.weights.toarray().tolist()
    (('rain', 'sun', 'wind'), [[0.5, 0.1, 0.0], [0.2, 0.0, -0.4]])
    """
    if largest is not None:
        largest = integer("largest", largest, 1, "leave it out to keep all coefficients")
    if isinstance(explanations, ExplanationMatrix):
        _refuse_errors(standard_errors)
        terms = explanations.terms if largest is None else replace(explanations.terms, largest=largest)
        return explanations if largest is None else ExplanationMatrix(terms.weights(), explanations.names, terms)
    if hasattr(explanations, "shape"):
        return _of_matrix(explanations, largest, standard_errors)
    given = list(explanations) if hasattr(explanations, "__next__") else explanations
    if isinstance(given, (list, tuple)) and given and not are_explanations(given) and np.ndim(given[0]) == 1:
        return _of_matrix(given, largest, standard_errors)
    _refuse_errors(standard_errors)
    return _of_instances(explained_instances(given), largest)


def _of_instances(instances: Instances, largest: int | None) -> ExplanationMatrix:
    check_shared_superpixels(instances)
    index: dict[str, int] = {}
    flat = [found for one in instances for found in one]
    columns = [np.array([index.setdefault(name, len(index)) for name in found.names or ()], int) for found in flat]
    owner = np.repeat(np.arange(len(instances)), [len(one) for one in instances])
    shape = len(instances), max(len(index), 1)
    warn_of_nothing_shared([np.concatenate(columns[start:end]).tolist() for start, end in _bounds(instances)])
    coefficients = np.concatenate([found.coefficients for found in flat]).astype(float)
    kept, sizes = np.flatnonzero(coefficients), [found.d for found in flat]
    explanation = np.repeat(np.arange(len(flat)), sizes)[kept]
    cell, indices, indptr = cells_of(owner[explanation], np.concatenate(columns)[kept], shape)
    errors = np.concatenate([found.standard_errors for found in flat])[kept]
    terms = Terms(coefficients[kept], errors, explanation, cell, indices, indptr, shape, instances, largest)
    return ExplanationMatrix(terms.weights(), tuple(index), terms)


def _bounds(instances: Instances) -> list[tuple[int, int]]:
    ends = np.cumsum([len(one) for one in instances]).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _of_matrix(given: Any, largest: int | None, standard_errors: Any) -> ExplanationMatrix:
    found = _sparse("explanations", given)
    check_some(found.shape[0])
    if not found.shape[1]:
        raise ValueError(f"explanations must have a feature or more, got shape {found.shape}; one column a feature")
    row = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    errors = _errors_at(row, found, standard_errors)
    terms = Terms(
        found.data, errors, row, np.arange(found.nnz), found.indices, found.indptr, found.shape, (), largest
    )  # fmt: skip
    return ExplanationMatrix(terms.weights(), tuple(map(str, range(found.shape[1]))), terms)


def _sparse(name: str, given: Any) -> csr_array:
    """A matrix of finite numbers in rows, without stored zeros and with sorted columns; it shares no memory."""
    from scipy.sparse import csr_array, issparse

    if issparse(given):
        found = csr_array(given, copy=True)
        found.data = numbers(name, found.data)
    else:
        dense = numbers(name, given)
        if dense.ndim != 2:
            raise ValueError(f"{name} must have two dimensions, got shape {dense.shape}; one row an instance")
        found = csr_array(dense)
    found.sum_duplicates()
    found.eliminate_zeros()
    return found


def _errors_at(row: np.ndarray, weights: csr_array, given: Any) -> np.ndarray:
    """The standard errors of the entries that are stored."""
    if given is None:
        return np.zeros(weights.nnz)
    errors = _sparse("standard_errors", given)
    if errors.shape != weights.shape or (errors.data < 0).any():
        what = "a negative one" if errors.shape == weights.shape else f"shape {errors.shape}"
        raise ValueError(f"standard_errors must be 0 or more, of shape {weights.shape}, got {what}; one for each entry")
    rows = np.repeat(np.arange(errors.shape[0]), np.diff(errors.indptr))
    known, asked = (
        i * weights.shape[1] + j.astype(np.int64) for i, j in ((rows, errors.indices), (row, weights.indices))
    )
    place = np.searchsorted(known, asked)
    there = np.isin(asked, known)
    found = np.zeros(weights.nnz)
    found[there] = errors.data[place[there]]
    return found


def _refuse_errors(standard_errors: Any) -> None:
    if standard_errors is not None:
        raise ValueError("standard_errors must be None beside explanations, which have their own, got some; leave them")
