"""The models that are explained on digits: a linear one, a shape detector, a random forest and an RBF-kernel SVM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.fitted import KernelMachine, LinearPixels, ShapeDetector
from limetheory.fitted.trees import TreeModel

FITTED = 1000
"""How many digits, the first ones, the forest and the SVM are fitted to; a convention."""


@dataclass(frozen=True, eq=False)
class DigitModel:
    """A model with a closed form, and the same model as its own library evaluates it: images (b, h, w) → (b,)."""

    name: str
    model: Any
    original: Callable[[np.ndarray], np.ndarray]


def digit_models(images: np.ndarray, labels: np.ndarray, digit: int, image: np.ndarray) -> list[DigitModel]:
    """The four models for one digit against the rest; the shape detector looks for strokes of ``image``."""
    linear, detector = linear_classifier(images, labels, digit), stroke_detector(image)
    return [
        DigitModel("linear classifier", linear, linear),
        DigitModel("shape detector", detector, detector),
        random_forest(images, labels, digit),
        support_vector_machine(images, labels, digit),
    ]


def linear_classifier(images: np.ndarray, labels: np.ndarray, digit: int) -> LinearPixels:
    """The decision function of a logistic regression of one digit against the rest."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(max_iter=2000).fit(_rows(images), labels == digit)
    return LinearPixels(fitted.coef_.reshape(images.shape[1:]), float(fitted.intercept_[0]))


def stroke_detector(image: np.ndarray, pixels: int = 6, threshold: float = 0.8) -> ShapeDetector:
    """A detector of ``pixels`` bright pixels spread along the strokes of one image."""
    bright = np.flatnonzero(image.ravel() > threshold)
    shape = np.zeros(image.size, bool)
    shape[bright[np.linspace(0, len(bright) - 1, pixels).astype(int)]] = True
    return ShapeDetector(shape.reshape(image.shape), threshold)


def random_forest(images: np.ndarray, labels: np.ndarray, digit: int) -> DigitModel:
    """A forest of 50 trees for the probability of one digit, and its predict_proba in scikit-learn."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(50, max_depth=8, random_state=0)
    forest.fit(_rows(images[:FITTED]), labels[:FITTED] == digit)
    return DigitModel("random forest", TreeModel(forest, 1), lambda x: forest.predict_proba(_rows(x))[:, 1])


def support_vector_machine(images: np.ndarray, labels: np.ndarray, digit: int) -> DigitModel:
    """An SVM with RBF kernel for one digit, and its decision_function in scikit-learn."""
    from sklearn.svm import SVC

    machine = SVC().fit(_rows(images[:FITTED]), labels[:FITTED] == digit)
    return DigitModel("SVM, RBF kernel", KernelMachine(machine), lambda x: machine.decision_function(_rows(x)))


def _rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)
