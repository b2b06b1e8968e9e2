"""The public names of `limetheory`, which are imported when the first of them is used."""

from typing import TYPE_CHECKING

from limetheory.attribution import attribute as attribute
from limetheory.attribution import attribution_limit as attribution_limit
from limetheory.designs import *  # noqa: F403
from limetheory.estimation import BayesianExplanation as BayesianExplanation
from limetheory.estimation import FewMasksWarning as FewMasksWarning
from limetheory.estimation import Interrupted as Interrupted
from limetheory.estimation import Sample as Sample
from limetheory.estimation import SparseExplanation as SparseExplanation
from limetheory.estimation import baylime as baylime
from limetheory.estimation import baylime_limit as baylime_limit
from limetheory.estimation import estimate as estimate
from limetheory.estimation import estimate_until as estimate_until
from limetheory.estimation import slime as slime
from limetheory.estimation import slime_limit as slime_limit
from limetheory.estimation import two_level as two_level
from limetheory.explaining import ModelFunction as ModelFunction
from limetheory.explaining import contrast as contrast
from limetheory.explaining import set_function as set_function
from limetheory.explanation import Explanation as Explanation
from limetheory.explanation import Stopping as Stopping
from limetheory.explanation import load_explanation as load_explanation
from limetheory.fitted import *  # noqa: F403
from limetheory.images import ImageExplanation as ImageExplanation
from limetheory.images import MaskedImage as MaskedImage
from limetheory.images import as_image as as_image
from limetheory.images import explain_image as explain_image
from limetheory.images import load_image as load_image
from limetheory.images import segment as segment
from limetheory.layout import Placed as Placed
from limetheory.limits import *  # noqa: F403
from limetheory.many import explain_many as explain_many
from limetheory.picks import *  # noqa: F403
from limetheory.registry import held as _held
from limetheory.selection import SelectionProbability as SelectionProbability
from limetheory.selection import UnresolvedSelectionWarning as UnresolvedSelectionWarning
from limetheory.selection import refit as refit
from limetheory.selection import select_features as select_features
from limetheory.selection import selection_probability as selection_probability
from limetheory.statistics import BiasSplit as BiasSplit
from limetheory.statistics import Bound as Bound
from limetheory.statistics import Comparison as Comparison
from limetheory.statistics import Plan as Plan
from limetheory.statistics import Stability as Stability
from limetheory.statistics import above as above
from limetheory.statistics import asymptotic_covariance as asymptotic_covariance
from limetheory.statistics import asymptotic_deviations as asymptotic_deviations
from limetheory.statistics import bias_split as bias_split
from limetheory.statistics import estimated_bias_split as estimated_bias_split
from limetheory.statistics import plan as plan
from limetheory.statistics import rank_intervals as rank_intervals
from limetheory.statistics import stability as stability
from limetheory.stored_models import StoredModel as StoredModel
from limetheory.stored_models import load_stored_model as load_stored_model
from limetheory.tabular import BandwidthWarning as BandwidthWarning
from limetheory.tabular import MaskedRow as MaskedRow
from limetheory.tabular import TabularExplanation as TabularExplanation
from limetheory.tabular import bandwidth_path as bandwidth_path
from limetheory.tabular import explain_tabular as explain_tabular
from limetheory.text import MaskedText as MaskedText
from limetheory.text import TextExplanation as TextExplanation
from limetheory.text import TextModel as TextModel
from limetheory.text import explain_text as explain_text

if not TYPE_CHECKING:
    __all__ = _held(globals(), "limetheory")
