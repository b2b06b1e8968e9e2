"""Rows of iris and of a table with numbers and categories, and models of them."""

import numpy as np
import pandas
from sklearn.datasets import load_iris

import limetheory as lt

IRIS = load_iris()
X, ROW = IRIS.data, IRIS.data[60]
RNG = np.random.default_rng(0)
MIXED = pandas.DataFrame(
    {
        "size": RNG.exponential(size=120),
        "colour": RNG.choice(["red", "green", "blue"], 120),
        "age": RNG.integers(1, 90, 120),
    }
)


def above(rows):
    return (rows[:, 2] > 4.5).astype(float)


def mixed(frame):
    return (np.asarray(frame["colour"]) == "red") * 0.6 + 0.01 * np.asarray(frame["age"])


def explain(**options):
    return lt.explain_tabular(above, ROW, X, **{"n": 200, "rng": 0, **options})
