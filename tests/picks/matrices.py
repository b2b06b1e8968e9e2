"""Explanation matrices for the tests; slow twins of the pick, written from the paper's definitions, and lime's pick."""

from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from lime.submodular_pick import SubmodularPick

import limetheory as lt

PAPER = np.array([[0, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 1, 0, 1, 1], [1, 0, 0, 0, 0]], float)
"""A small matrix in the manner of the paper's figure 5: the second feature is in nearly all explanations."""

SHAPES = st.tuples(st.integers(1, 7), st.integers(1, 6))


ENTRIES = st.sampled_from([0.0, 0.0, 0.0, 0.3, -0.7, 1.0, -2.5])


def matrices():
    """Small matrices, mostly of zeros, with some coefficient that is not 0."""
    return arrays.arrays(float, SHAPES, elements=ENTRIES).filter(lambda W: W.any())


def without_ties(seed, shape=(30, 40), density=0.1):
    """Normal coefficients, and a feature of its own for each instance, so that no two ever add equally much."""
    return np.hstack([normal(seed, shape, density), np.diag(np.random.default_rng(seed).standard_normal(shape[0]))])


def normal(seed, shape=(30, 40), density=0.1):
    """Normal coefficients; two instances may add the same features, in the end none, and are tied then."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal(shape) * (rng.random(shape) < density)


def of_whole_importances(seed, shape=(12, 8), density=0.35):
    """A matrix whose importances are whole numbers, so that sums are exact in any order and ties are ties."""
    rng = np.random.default_rng(seed)
    W = np.where(rng.random(shape) < density, rng.choice([-1.0, 1.0], shape), 0.0)
    for column in W.T:
        used = np.flatnonzero(column)
        if len(used):
            root = int(np.ceil(np.sqrt(len(used)))) + int(rng.integers(2))
            column[used[0]] *= root**2 - len(used) + 1
    return W


def slow_coverage(W, picked):
    """c(V) by its definition."""
    return sum(
        np.sqrt(sum(abs(W[i, j]) for i in range(len(W))))
        for j in range(W.shape[1])
        if any(abs(W[i, j]) > 0 for i in picked)
    )


def slow_greedy(W, budget, ties="first", value=slow_coverage, rounding=1e-12):
    """Algorithm 2 of the paper, every instance looked at in every step."""
    picked = []
    for _ in range(budget):
        rest = [i for i in range(len(W)) if i not in picked]
        gains = [value(W, [*picked, i]) for i in rest]
        best = [i for i, gain in zip(rest, gains, strict=True) if gain >= max(gains) - rounding * (1 + max(gains))]
        picked.append(best[0] if ties == "first" else best[-1])
    return picked


def best_coverage(W, budget):
    """Of all subsets of this size."""
    return max(slow_coverage(W, subset) for subset in combinations(range(len(W)), budget))


class Explained:
    """What lime's pick asks of an explanation of its own."""

    mode = "classification"

    def __init__(self, weights):
        self.weights = weights

    def available_labels(self):
        return list(self.weights)

    def as_list(self, label):
        return self.weights[label]


class Explainer:
    """An explainer that explains nothing: its data are explanations."""

    def explain_instance(self, explained, *_, **__):
        return explained


def by_lime(explained, budget):
    return SubmodularPick(Explainer(), explained, None, method="full", num_exps_desired=budget).V


def explained(W):
    return [Explained({1: [(str(j), row[j]) for j in np.flatnonzero(row)]}) for row in W]


def explanation(names, coefficients, errors=None):
    """An explanation with these names, and standard errors 0 if none are given."""
    coefficients = np.array(coefficients, float)
    errors = np.zeros(len(coefficients)) if errors is None else np.array(errors, float)
    return lt.Explanation(coefficients, 0.0, errors, 0, names=list(names))
