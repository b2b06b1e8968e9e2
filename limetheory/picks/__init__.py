"""Which instances to show: SP-LIME's submodular pick over explanations of text, tables and images.

Ribeiro, Singh & Guestrin 2016 (arXiv 1602.04938, section 4): the explanations of many instances are the rows of a
matrix W over shared features, each feature j has the importance I_j = √(Σ_i |W_ij|), and those instances are shown
whose explanations together cover the most importance.

| module | idea |
|---|---|
| matrix.py, terms.py | W from explanations, saved ones too, and the coefficients that it is made of |
| reading.py, units.py | what a list of explanations must be: of one output of one model |
| greedy.py | importance, coverage, and the greedy pick |
| at_random.py | a pick at random, to compare with |
| redraws.py, stability.py | coefficients redrawn from their standard errors, and how often the pick stays |
| concepts.py, superpixel_features.py | superpixels of many images as shared concepts |
| shown.py | the picture of a pick |
| saved.py | saved explanations: files of `.save`, and rows of Parquet files |
| files.py | from saved files to a pick and its record |
"""

from typing import TYPE_CHECKING

from limetheory.picks.at_random import random_pick as random_pick
from limetheory.picks.concepts import image_concepts as image_concepts
from limetheory.picks.files import pick_files as pick_files
from limetheory.picks.greedy import coverage as coverage
from limetheory.picks.greedy import submodular_pick as submodular_pick
from limetheory.picks.matrix import ExplanationMatrix as ExplanationMatrix
from limetheory.picks.matrix import explanation_matrix as explanation_matrix
from limetheory.picks.shown import pick_figure as pick_figure
from limetheory.picks.stability import PickStability as PickStability
from limetheory.picks.stability import pick_stability as pick_stability
from limetheory.picks.superpixel_features import superpixel_features as superpixel_features
from limetheory.registry import exported

if not TYPE_CHECKING:
    __all__ = exported(__name__)
