"""Models in files for the tests of the command line."""

import pickle

import numpy as np
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

TEXTS = ["good fine film", "bad awful plot", "great good cast", "awful bad boring"]
NAMES = ["<i>neg</i>", "pos"]

REVIEWS = ["good film", "", "a <b>bad</b>, awful film", "great cast"]
"""Texts for `explain-many`, of which one is empty."""


def text_pipeline(path):
    """A pipeline that tells good from bad, also saved at a path."""
    found = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS * 3, [NAMES[1], NAMES[0]] * 6)
    skops.io.dump(found, path)
    path.with_suffix(".pkl").write_bytes(pickle.dumps(found))
    return found


def table_model(path, names=None):
    """A model of rows of three columns, also saved at a path, and its table as CSV with the answers in a column."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 3)).round(3)
    labels = np.where(rows @ [1.0, -2.0, 0.0] > 0, "yes", "no")
    rows_as_given = rows
    if names is not None:
        import pandas

        rows_as_given = pandas.DataFrame(rows, columns=names)
    found = LogisticRegression().fit(rows_as_given, labels)
    skops.io.dump(found, path)
    lines = [",".join([*map(str, row), label]) for row, label in zip(rows.tolist(), labels, strict=True)]
    path.with_suffix(".csv").write_text("\n".join([",".join([*(names or "abc"), "answer"]), *lines]) + "\n")
    return found, rows
