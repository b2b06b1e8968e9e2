"""Trees: exact limits of decision trees, forests and gradient boosting (prop:trees), with any of their libraries.

| module | idea |
|---|---|
| model.py | `TreeModel`: a fitted estimator as a model of images, or of superpixel features |
| reading.py, sklearn_trees.py, lightgbm_trees.py, xgboost_trees.py | from a library's model to arrays of trees |
| ensemble.py | `Ensemble`: those arrays, prepared once |
| paths.py | the leaves that masked inputs can reach, as products of on- and off-indicators |
| batch.py | many images at once |
"""

from limetheory.fitted.trees.ensemble import Ensemble, Tree
from limetheory.fitted.trees.model import TreeModel

__all__ = ["Ensemble", "Tree", "TreeModel"]
