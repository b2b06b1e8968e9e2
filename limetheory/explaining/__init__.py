"""Explaining: from a model and an input whose parts can be switched off to a set function, for every kind of input.

| module | idea |
|---|---|
| masked_input.py | what an input of any kind offers, and the registry of what asks a model about it |
| model_function.py | `ModelFunction`: one class of a model at one masked input, in batches and never twice |
| set_function.py | `set_function`: a model's closed form where it has one, else its `ModelFunction` |
| explained.py | what every kind of input shares: `InputExplanation`, and how it is made |
| contrast.py | `contrast`: one class rather than another, as a model of one output |
| several_targets.py | several classes from one set of masks |
| draws.py, draw_means.py | what a random set function was asked and answered, and means of several draws for a mask |
| variance_split.py | the variance between masks and within them |
| budget.py | what an explanation may cost: `Masks`, or `Until` a tolerance is reached |
| output_bounds.py | what a model's answers are known to stay in |
| record.py, pilot.py | the numbers of an explanation as JSON, and a plan's pilot read from one |
| drift.py | a warning of models whose answers change while they are asked |
| batch_dependence.py | models whose answer depends on the batch are refused |
| nothing_hidden.py, fitted_scale.py | warnings where every coefficient is 0 whatever the model |
"""

from limetheory.explaining.budget import Budget, Masks, Until
from limetheory.explaining.contrast import contrast
from limetheory.explaining.model_function import ModelFunction
from limetheory.explaining.set_function import set_function
from limetheory.explaining.variance_split import VarianceSplit

__all__ = ["Budget", "Masks", "ModelFunction", "Until", "VarianceSplit", "contrast", "set_function"]
