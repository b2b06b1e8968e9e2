"""Selection: which k features an explanation keeps, as lime 0.2.0.1 has it, and how certain that is (prop:selection).

| module | idea |
|---|---|
| select.py | `select_features`, of a sample and of an explanation |
| names.py | the methods, and the check of what is asked for |
| rows.py, forward.py | lime's selection on rows with weights and values; on continuous regressors too |
| paths.py | forward selection and LASSO paths from second moments |
| refit.py | `refit`: least squares on what is selected |
| probability.py, normal_runs.py | `selection_probability` |
| sizes.py | what decides which feature is selected last |
| unresolved.py | a warning where the masks do not tell the last feature from the next |
"""

from limetheory.selection.names import SELECTIONS
from limetheory.selection.probability import SelectionProbability, selection_probability
from limetheory.selection.refit import refit
from limetheory.selection.rows import select_rows
from limetheory.selection.select import select_features
from limetheory.selection.unresolved import UnresolvedSelectionWarning

__all__ = [
    "SELECTIONS",
    "SelectionProbability",
    "UnresolvedSelectionWarning",
    "refit",
    "select_features",
    "select_rows",
    "selection_probability",
]
