"""`explain_tabular`: LIME for one row of a table, with standard errors or to a tolerance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import choice, flag, generator
from limetheory.counts import MOST_AT_ONCE, at_most, count
from limetheory.designs import Design
from limetheory.estimation.methods.table import Explain, Method
from limetheory.estimation.sequential.until import N_MAX
from limetheory.explaining.budget import LEVEL, Masks, budget_of
from limetheory.explaining.classes import Classes
from limetheory.explaining.drift import warn_of_drift
from limetheory.explaining.explained import chosen_design, explained
from limetheory.explaining.several_targets import columns_of, for_targets, several, single
from limetheory.given import given
from limetheory.tabular.explanation import TabularExplanation
from limetheory.tabular.function import RowFunction, latin_hypercube
from limetheory.tabular.latin import LatinMasks
from limetheory.tabular.masked import MaskedRow
from limetheory.tabular.normal_row import NormalRecord, NormalRow, fitted
from limetheory.tabular.predictions import RowPredictions
from limetheory.tabular.shared_rows import target_rows

FIXED_N = 5000
"""Rows of an explanation without a tolerance; lime_tabular's number."""
SAMPLINGS = ("design", "latin")


def explain_tabular(
    predict: Any,
    row: Any,
    training_data: Any,
    *,
    feature_names: Sequence[str] | None = None,
    categorical: Any = (),
    bins: Any = "quartile",
    target: int | str | Sequence[int | str] | None = None,
    design: Design | Callable[[int], Design] | None = None,
    n: int = FIXED_N,
    method: str | Method | Explain = "wls",
    tolerance: float | None = None,
    level: float = LEVEL,
    rng: Any = None,
    bandwidth: float | None = None,
    draws: str = "normal",
    repeats: int = 1,
    sampling: str = "design",
    sample_around_instance: bool = False,
    training_labels: Any = None,
    bounds: tuple[float, float] | None = None,
    guarantee: str | None = None,
    n_max: int = N_MAX,
    ridge: float = 0.0,
    include_original: bool = False,
    batch_size: int | None = None,
) -> Any:
    """Explain one output of a model at one row by LIME, from n rows or as many as a tolerance needs.

    The model is asked about random rows, and standard errors hold for their draws too; those of a model that is linear
    on the masks are not 0, see `estimate`, however many masks are seen: no sample has all rows. The defaults converge
    to the limit of lime's tabular explainer (Ribeiro et al. 2016; Garreau & von Luxburg 2020); ``ridge=1,
    include_original=True`` is lime 0.2.0.1's own recipe without its selection of features.

    Args:
        predict: rows as the training data have them → (n, classes), (n, 1) or (n,) numbers, such as an estimator's
            ``predict_proba``.
        row: an array, a list, a pandas Series, a mapping by column, or a frame of one row.
        training_data: array (n, p), frame with `columns` (pandas or polars), or list of rows; the model's rows come in
            the same kind. Missing values are refused. Only the distribution of each column is read.
        feature_names: p strings; None takes a frame's columns, or "0", "1", and so on.
        categorical: columns whose values are categories, such as strings, by name or position.
        bins: ``"quartile"``, ``"decile"``, ``"entropy"`` (with ``training_labels``), a list with the edges of each
            column, or None for no bins: then the coefficients are those of standardised columns, see `NormalRow`.
        target: column of the answer, or the name of a class of the estimator that ``predict`` is a method of; None
            takes the largest answer on the row. Of a list of them, or "all", each gets an explanation, all from the
            same rows: that which it has alone with the same ``rng``.
        design: a design with d = p, or a function of d; None is `MaskedRow.design`.
        n: number of masks, at least p + 1. For a fixed number only.
        method, ridge: ``"wls"`` or ``"unbiased"``, see `estimate`; for a fixed n only.
        include_original: whether the first row is the row itself, as in lime; a bias of order 1/n. For ``"wls"`` only.
        tolerance: stop when every coefficient is within ±tolerance, in the unit of the model's output, see
            `estimate_until`.
        level: probability that all coefficients are, in (0, 1). For a tolerance only.
        rng: None, an int or a numpy.random.Generator (SPEC 7). The same seed gives the same rows whatever the batch
            size.
        bandwidth: lime's kernel width; None is 0.75 √p. `bandwidth_path` says whether signs hang on it.
        draws: of values in a bin: ``"normal"`` (truncated) or ``"training"``, the bin's training values.
        repeats: rows for each mask, whose answers are averaged; `TabularExplanation.variance_split` says what more of
            them would gain.
        sampling: ``"design"``, rows drawn one by one, or ``"latin"``, a Latin hypercube.
        sample_around_instance: without bins, whether the normal laws have the row as their mean.
        training_labels: of the training rows, for ``bins="entropy"``.
        bounds, guarantee, n_max: see `estimate_until`; for a tolerance only.
        batch_size: most rows for each call of ``predict``.

    Returns:
        A `TabularExplanation`; for several targets a list of them.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Interrupted: on Ctrl-C, with the explanation of the finished part.

    >>> training = np.arange(40.0).reshape(20, 2)
    >>> large = lambda rows: rows[:, 0] > 20
    >>> answer = explain_tabular(large, [34.0, 3.0], training, feature_names=["age", "dose"], n=2000, rng=0)
    >>> answer.conditions, answer.coefficients.round(1).tolist()
    (('age > 28.50', 'dose <= 10.50'), [0.7, 0.0])
    """
    options = {
        "n": n, "method": method, "ridge": ridge, "include_original": include_original, "level": level,
        "bounds": bounds, "guarantee": guarantee, "n_max": n_max,
    }  # fmt: skip
    latin = choice("sampling", sampling, SAMPLINGS) == "latin"
    around = flag("sample_around_instance", sample_around_instance)
    budget = budget_of(tolerance, options, FIXED_N)
    if latin and not (isinstance(budget, Masks) and not include_original):
        raise ValueError(f"sampling='latin' needs a fixed number of masks, got {_latin_with(tolerance)}; leave it out")
    form = {"feature_names": feature_names, "categorical": categorical}
    if bins is None:
        _refuse_unread(design=design, tolerance=tolerance, training_labels=training_labels,
                       draws=None if draws == "normal" else draws, repeats=None if repeats == 1 else repeats,
                       method=None if method == "wls" else method)  # fmt: skip
        masked = NormalRow(row, training_data, **form, around_row=around)
        return _without_bins(predict, masked, target, bandwidth, budget, latin, rng, batch_size)
    if around:
        raise ValueError(f"sample_around_instance is for bins=None, got bins={given(bins)}; leave it out")
    if design is not None and bandwidth is not None:
        raise ValueError(f"bandwidth is that of the default design, got {given(bandwidth)} with a design; leave it out")
    binned = MaskedRow(row, training_data, **form, bins=bins, training_labels=training_labels, draws=draws)
    chosen = chosen_design(design, binned.d, lambda d: binned.design(bandwidth), "columns")
    function = RowFunction(
        predict, binned, single(target), generator(rng).spawn(1)[0], repeats, n if latin else None, batch_size,
        original_first=include_original,
    )  # fmt: skip
    if latin:
        budget = LatinMasks(n=budget.most, method=method, ridge=ridge)

    def explain(classes: Classes) -> list[TabularExplanation]:
        return explained(
            TabularExplanation, classes, budget, chosen, rng, lambda one: {"record": one.record},
            names=binned.conditions, ridge=float(ridge),
        )  # fmt: skip

    return for_targets(explain, function, target, target_rows)


def _latin_with(tolerance: float | None) -> str:
    return "include_original=True" if tolerance is None else f"tolerance={given(tolerance)}"


def _refuse_unread(**unread: Any) -> None:
    for name, value in unread.items():
        if value is not None:
            raise ValueError(f"{name} is for explanations with bins, got {given(value)} with bins=None; leave it out")


def _without_bins(
    predict: Any, masked: NormalRow, target: Any, bandwidth: float | None, budget: Any, latin: bool, rng: Any,
    batch_size: int | None,
) -> TabularExplanation | list[TabularExplanation]:  # fmt: skip
    p = masked.d
    n = count("n", budget.n, p + 2, f"{p} coefficients and an intercept need p + 2 rows, so draw more")
    at_most("n × columns", n * p, MOST_AT_ONCE, "draw fewer rows, or give bins='quartile', which needs less memory")
    design, stream = masked.design(bandwidth), generator(rng)
    uniforms = latin_hypercube(n, p, stream) if latin else stream.random((n, p))
    cells = masked.cells_at(uniforms)
    if budget.include_original:
        cells[0] = masked.cells
    model = RowPredictions(predict, masked, single(target), batch_size)
    columns = columns_of(model, target) if several(target) else [model.target]
    regressors = masked.regressors(cells)
    weights = design.weight(regressors, masked.regressors(masked.cells[None])[0])

    def explain(column: int, answers: np.ndarray) -> TabularExplanation:
        record = NormalRecord(regressors, answers)
        found = fitted(record, weights, budget.ridge)
        return TabularExplanation(
            found.coefficients, found.intercept, found.standard_errors, model.n_evaluations, found.degrees_of_freedom,
            covariance=found.covariance, method=found.method, names=masked.conditions, masked=masked,
            target=column, outputs=model.outputs, design=design, n_masks=n, record=record,
            ridge=float(budget.ridge), seed=int(rng) if isinstance(rng, (int, np.integer)) else None,
        )  # fmt: skip

    answers = model.answers_at(cells, columns)
    warn_of_drift(model)
    found = [explain(column, answers[:, k].copy()) for k, column in enumerate(columns)]
    return found if several(target) else found[0]
