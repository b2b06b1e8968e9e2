"""Inspection: what an edit changes, how answers move along a parameter, how stable an explanation is.

| module | idea |
|---|---|
| change.py, changed.py | `change`: explanations before and after an edit and their difference, from the same masks |
| pairs.py | `change` of photographs, texts and rows as they come |
| kinds.py, difference.py, budgets.py | what a change asks of each kind of input, F_after − F_before, every mask once |
| sweeps.py | `sweep`: the model's answers along the values of a parameter |
| stability.py, plan.py, repeated.py, agreement.py | `stability_test`: other seeds, superpixels and noise: VSI, CSI |
| bias.py, photographs.py, mean_interval.py | `bias_check`: the same edit on many inputs, with a paired interval |
| answers.py, pictures.py | asking a model about whole inputs of any kind, in batches |
| unfinished.py | what Ctrl-C leaves |
| rendering.py, shown.py, figures.py, stability_figures.py | how all of these are shown |

>>> import limetheory as lt
>>> stars = lambda texts: [3 + text.count("good") - 2.0 * text.count("bad") for text in texts]
>>> found = text_change(stars, "a good plot", "a bad plot", n=100, rng=0)
>>> found.prediction.change, found.difference.names[1], found.difference.coefficients[1].round(9).item()
(-3.0, 'good → bad', -3.0)
"""

import limetheory.inspection.shown  # noqa: F401  registers how results are shown
from limetheory.inspection.agreement import Agreement, agreement
from limetheory.inspection.bias import BiasCheck, bias_check
from limetheory.inspection.change import change
from limetheory.inspection.changed import Change, PredictionChange
from limetheory.inspection.mean_interval import mean_interval
from limetheory.inspection.pairs import image_change, row_change, text_change
from limetheory.inspection.plan import StabilityPlan
from limetheory.inspection.repeated import CountAgreement, StabilityTest
from limetheory.inspection.stability import image_stability_test, stability_test
from limetheory.inspection.sweeps import Sweep, sweep
from limetheory.inspection.unfinished import Unfinished

__all__ = [
    "Agreement",
    "BiasCheck",
    "Change",
    "CountAgreement",
    "PredictionChange",
    "StabilityPlan",
    "StabilityTest",
    "Sweep",
    "Unfinished",
    "agreement",
    "bias_check",
    "change",
    "image_change",
    "image_stability_test",
    "mean_interval",
    "row_change",
    "stability_test",
    "sweep",
    "text_change",
]
