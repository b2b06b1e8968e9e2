"""Tables: rows whose cells are drawn in bins of the training data, and LIME for one row.

| module | idea |
|---|---|
| cells.py | cells as numbers: what is missing, too large, or no number |
| table.py | arrays and frames, read as numbers and written back as they were |
| binning.py, bins.py | the edges of bins, and how training values are spread in them |
| draws.py, laws.py | cells drawn given the mask, and their laws in closed form |
| masked.py | `MaskedRow`: a row under a mask, and lime's design for it |
| predictions.py | a model's answers to rows |
| function.py | `RowFunction`: F(z) = E[f(x) \\| z], each evaluation a draw |
| explain.py, explanation.py | `explain_tabular` and its answer |
| normal_row.py | no bins: normal draws, standardised columns |
| latin.py | masks that make a Latin hypercube |
| bandwidth.py | coefficients that vanish or change their sign with the bandwidth |
| shown.py | the table of conditions, in figures and notebooks |
"""

from typing import TYPE_CHECKING

import limetheory.tabular.shown  # noqa: F401  registers how a row's explanation is shown
from limetheory.registry import exported
from limetheory.tabular.bandwidth import BandwidthPath as BandwidthPath
from limetheory.tabular.bandwidth import BandwidthWarning as BandwidthWarning
from limetheory.tabular.bandwidth import bandwidth_path as bandwidth_path
from limetheory.tabular.explain import explain_tabular as explain_tabular
from limetheory.tabular.explanation import TabularExplanation as TabularExplanation
from limetheory.tabular.function import RowFunction as RowFunction
from limetheory.tabular.masked import MaskedRow as MaskedRow
from limetheory.tabular.normal_row import NormalDesign as NormalDesign
from limetheory.tabular.normal_row import NormalRow as NormalRow

if not TYPE_CHECKING:
    __all__ = exported(__name__)
