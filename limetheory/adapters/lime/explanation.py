"""`Explanation`: the answer for a text or a row of a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory import explanation as core
from limetheory.adapters.lime.answers import refuse_label
from limetheory.adapters.lime.exceptions import LimeError
from limetheory.adapters.lime.lime_base import LocalModel
from limetheory.adapters.lime.pages import page_of
from limetheory.packages import needed
from limetheory.written_files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVEL = 0.95  # of the intervals in pictures; a convention


class DomainMapper:
    """From the numbers of features to their names, and the instance as HTML; each kind of input has its own."""

    def map_exp_ids(self, exp: list[tuple[Any, Any]], **kwargs: Any) -> list[tuple[Any, Any]]:
        """The terms (feature, coefficient) with names in place of numbers; here the terms themselves."""
        return exp

    def visualize_instance_html(
        self, exp: list[tuple[Any, Any]], label: Any, div_name: str, exp_object_name: str, **kwargs: Any
    ) -> str:
        """The instance as a part of a page in HTML; here nothing.

        Args:
            exp: terms (feature, coefficient) of one label.
            label: the label.
            div_name, exp_object_name: names that lime 0.2.0.1's scripts need; pages here have no scripts.
            **kwargs: what a mapper has besides.
        """
        return ""


class Explanation:
    """The local models of some labels at one instance.

    Args:
        domain_mapper: names the features.
        mode: ``"classification"`` or ``"regression"``.
        class_names: of the labels; for classification.
        random_state: kept for code that reads it; nothing is drawn.

    Attributes:
        local_exp: label → list of (feature, coefficient), the largest |coefficient| first. Of a regression label 1 is
            the prediction, and label 0 its negative.
        intercept: label → intercept of the local model.
        score, local_pred: weighted R² of the local model, and its prediction at the instance, (1,); of the label that
            was fitted last, as in lime 0.2.0.1. `limetheory` knows every label.
        limetheory: label → the same fit as a `limetheory.Explanation`, a part for each entry of `as_list` in its order,
            with standard errors and `interval(level)`; without the labels that a regressor of the caller's own has
            fitted.
        class_names, top_labels, predict_proba: of classifications: names, the labels by falling probability if
            ``top_labels`` was given, and the model's answer at the instance.
        predicted_value, min_value, max_value, dummy_label: of regressions: the model's answer at the instance, its
            least and largest answer on the samples, and the label that stands for the prediction.

    Raises:
        LimeError: another mode.

    >>> found = Explanation(DomainMapper(), class_names=["dog", "cat"])
    >>> found.local_exp[1] = [(3, 0.5), (0, -0.25)]
    >>> found.as_list(), found.available_labels()
    ([(3, 0.5), (0, -0.25)], [1])
    """

    def __init__(
        self, domain_mapper: Any, mode: str = "classification", class_names: Any = None, random_state: Any = None
    ):
        self.domain_mapper, self.mode, self.random_state = domain_mapper, mode, random_state
        self.local_exp: dict[Any, list[tuple[Any, Any]]] = {}
        self.intercept: dict[Any, Any] = {}
        self.limetheory: dict[Any, core.Explanation] = {}
        self.score: Any = None
        self.local_pred: Any = None
        if mode == "classification":
            self.class_names = class_names
            self.top_labels: list[Any] | None = None
            self.predict_proba: Any = None
        elif mode == "regression":
            self.class_names = ["negative", "positive"]
            self.predicted_value: Any = None
            self.min_value, self.max_value, self.dummy_label = 0.0, 1.0, 1
        else:
            raise LimeError(f"mode must be 'classification' or 'regression', got {mode!r}; choose one")

    def add(self, label: Any, found: LocalModel) -> None:
        """Keep the local model of a label."""
        self.intercept[label], self.local_exp[label] = found.intercept, found.terms
        self.score, self.local_pred = found.score, found.local_pred
        if found.explanation is not None:
            names = [str(name) for name, _ in self.domain_mapper.map_exp_ids(found.terms)]
            self.limetheory[label] = replace(found.explanation, names=names)

    def available_labels(self) -> list[Any]:
        """The labels that are explained.

        Raises:
            NotImplementedError: of a regression, which has none.
        """
        if self.mode != "classification":
            raise NotImplementedError("a regression has no labels, got mode 'regression'; call as_list() without one")
        return list(self.top_labels or self.local_exp)

    def as_list(self, label: Any = 1, **kwargs: Any) -> list[tuple[Any, float]]:
        """(Name, coefficient) of the features that are kept, the largest |coefficient| first.

        Args:
            label: the label; a regression has but one answer.
            **kwargs: for the domain mapper, such as ``positions=True`` of texts.

        Raises:
            KeyError: a label that is not explained.
        """
        named = self.domain_mapper.map_exp_ids(self._terms(label), **kwargs)
        return [(name, float(coefficient)) for name, coefficient in named]

    def as_map(self) -> dict[Any, list[tuple[Any, Any]]]:
        """Label → list of (feature, coefficient)."""
        return self.local_exp

    def as_pyplot_figure(self, label: Any = 1, **kwargs: Any) -> Figure:
        """Bars of the coefficients, with 95 % intervals where they are known.

        Args:
            label, **kwargs: see `as_list`.
        """
        import matplotlib.pyplot as plt

        named = self.as_list(label, **kwargs)[::-1]
        figure = plt.figure()
        axes = figure.add_subplot()
        places, sizes = np.arange(len(named)) + 0.5, [coefficient for _, coefficient in named]
        axes.barh(places, sizes, align="center", color=["green" if size > 0 else "red" for size in sizes])
        errors = self._half_widths(label)
        if errors is not None:
            axes.errorbar(sizes, places, xerr=errors[::-1], fmt="none", ecolor="black", capsize=2)
        axes.set_yticks(places, [str(name) for name, _ in named], parse_math=False)
        axes.set_title(f"Local explanation for class {self.class_names[label]}" if self.mode == "classification"
                       else "Local explanation", parse_math=False)  # fmt: skip
        return figure

    def as_html(
        self, labels: Any = None, predict_proba: bool = True, show_predicted_value: bool = True, **kwargs: Any
    ) -> str:
        """The answer as a page in HTML that needs no other file, no script and no network; all text is escaped.

        Args:
            labels: of a classification, the labels to show; None shows all that are explained.
            predict_proba: of a classification, whether to show the probabilities.
            show_predicted_value: of a regression, whether to show the predicted value.
            **kwargs: for the domain mapper, such as ``text``, ``opacity``, ``show_table``, ``show_all``.

        Raises:
            KeyError: a label that is not explained.
        """
        return page_of(self, labels, predict_proba, show_predicted_value, **kwargs)

    def show_in_notebook(
        self, labels: Any = None, predict_proba: bool = True, show_predicted_value: bool = True, **kwargs: Any
    ) -> None:
        """Show `as_html` in a notebook.

        Raises:
            ImportError: IPython is not installed.
        """
        display = needed("IPython.display", "a notebook", "dev")
        display.display(display.HTML(self.as_html(labels, predict_proba, show_predicted_value, **kwargs)))

    def save_to_file(
        self, file_path: str | Path, labels: Any = None, predict_proba: bool = True,
        show_predicted_value: bool = True, **kwargs: Any,
    ) -> None:  # fmt: skip
        """Write `as_html` to a file, in UTF-8, whole or not at all."""
        page = self.as_html(labels, predict_proba, show_predicted_value, **kwargs)
        write_whole(file_path, page.encode())

    def _terms(self, label: Any) -> list[tuple[Any, Any]]:
        label = label if self.mode == "classification" else self.dummy_label
        refuse_label(label, self.local_exp)
        return self.local_exp[label]

    def _half_widths(self, label: Any) -> np.ndarray | None:
        """Half the length of the interval of each term; None where one is not known."""
        known = self.limetheory.get(label if self.mode == "classification" else self.dummy_label)
        if known is None or not np.isfinite(known.standard_errors).all():
            return None
        widths: np.ndarray = np.diff(known.interval(LEVEL), axis=1)[:, 0] / 2
        return widths
