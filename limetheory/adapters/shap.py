"""Explanations of limetheory for the plots of shap."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import array, several
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.packages import needed


def shap_explanation(explanation: Explanation, data: Any = None, feature_names: Any = None) -> Any:
    """An explanation as a ``shap.Explanation``, for ``shap.plots.waterfall``, ``bar`` and the others.

    Its values are the coefficients and its base value is the intercept, so that a plot ends at what the linear model
    says of the input itself. Under `ShapleyDesign` these are Shapley values, which add up to F(1) − F(0).

    Args:
        explanation: any explanation or limit.
        data: what the plots show beside the names, d values; None takes the row of a table, and nothing elsewhere.
        feature_names: d strings; None takes the column of a table, else `Explanation.names`.

    Raises:
        ImportError: shap is not installed.
        TypeError, ValueError: what is no explanation, or another number of values or names.

    >>> import limetheory as lt
    >>> found = shap_explanation(lt.limit(lt.Additive([2.0, -1.0], 0.5), lt.ShapleyDesign(2)), feature_names=["a", "b"])
    >>> found.values.round(12).tolist(), float(found.base_values), found.feature_names
    ([2.0, -1.0], 0.5, ['a', 'b'])
    """
    found = checked_explanation("explanation", explanation)
    names = getattr(found, "feature_names", found.names) if feature_names is None else feature_names
    shown = getattr(found, "values", None) if data is None else data
    shap = needed("shap", "an Explanation of shap", "peers")
    return shap.Explanation(
        values=found.coefficients.copy(),
        base_values=np.float64(found.intercept),
        data=None if shown is None else array("data", _one_each("data", shown, found.d)),
        feature_names=[str(name) for name in _one_each("feature_names", names, found.d)],
    )


def _one_each(name: str, values: Any, d: int) -> list[Any]:
    found = several(name, values, "values")
    if len(found) != d:
        raise ValueError(f"{name} must be one for each of {d} coefficients, got {len(found)}")
    return found
