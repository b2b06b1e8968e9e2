"""lime 0.2.0.1 and the adapter on the same question."""

from __future__ import annotations

import warnings
from importlib import import_module

import numpy as np

OWN = "limetheory.adapters."
SELECTIONS = ("auto", "forward_selection", "highest_weights", "lasso_path", "none")


def both(module, name):
    """The class of that name in lime, and in the adapter."""
    if module == "lime_image":
        import_module("lime.lime_image").tqdm = iter
    return tuple(getattr(import_module(f"{where}lime.{module}"), name) for where in ("", OWN))


class Recorder:
    """A model that keeps what it is asked about."""

    def __init__(self, model):
        self.model, self.asked = model, []

    def __call__(self, inputs):
        self.asked.append(inputs)
        return self.model(inputs)


def asked_both(kinds, options, model, explained, repeats=1):
    """What both explainers answer and ask, `repeats` times in a row from one random state: two lists of each."""
    found, asked = [], []
    for kind in kinds:
        recorder = Recorder(model)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            explainer = kind(**options())
            found.append([explained(explainer, recorder) for _ in range(repeats)])
        asked.append(recorder.asked)
    return found, asked


def assert_same_answers(theirs, ours, tolerance=1e-10):
    """The same labels, features in the same order, coefficients, intercepts, scores and predictions.

    Where all coefficients are rounding errors, as of a constant answer, their order and the score are chance.
    """
    assert list(theirs.local_exp) == list(ours.local_exp) and set(theirs.intercept) == set(ours.intercept)
    for label, terms in theirs.local_exp.items():
        if is_rounding(terms):
            assert len(terms) == len(ours.local_exp[label]) and is_rounding(ours.local_exp[label])
        else:
            assert [feature for feature, _ in terms] == [feature for feature, _ in ours.local_exp[label]]
            close([value for _, value in terms], [value for _, value in ours.local_exp[label]], tolerance)
        close(theirs.intercept[label], ours.intercept[label], tolerance)
    if not any(map(is_rounding, theirs.local_exp.values())):
        close(theirs.score, ours.score, tolerance)
    close(theirs.local_pred, ours.local_pred, tolerance)


def is_rounding(terms):
    """Whether all coefficients of a label are rounding errors."""
    return all(abs(value) < 1e-14 for _, value in terms)


def close(theirs, ours, tolerance):
    assert np.shape(theirs) == np.shape(ours)
    assert np.abs(np.subtract(theirs, ours)).max(initial=0.0) <= tolerance


def probabilities(scores):
    """Rows of scores as rows that sum to 1."""
    found = np.exp(scores - scores.max(axis=1, keepdims=True))
    return found / found.sum(axis=1, keepdims=True)
