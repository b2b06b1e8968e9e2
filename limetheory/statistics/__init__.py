"""Statistics: how far an estimate from n masks is from its limit."""

from limetheory.statistics.betting import BettingSequence
from limetheory.statistics.bias_split import BiasSplit, bias_split, estimated_bias_split
from limetheory.statistics.bound import Bound
from limetheory.statistics.clt import asymptotic_covariance, asymptotic_deviations
from limetheory.statistics.confidence_sequence import ConfidenceSequence
from limetheory.statistics.inference import Comparison, above, rank_intervals
from limetheory.statistics.leaf_covariance import leaf_covariance
from limetheory.statistics.normal_mixture import NormalMixtureSequence
from limetheory.statistics.partwise_betting import PartwiseBettingSequence
from limetheory.statistics.planning import Plan, Requirement, plan
from limetheory.statistics.stability import Stability, stability

__all__ = [
    "BettingSequence",
    "BiasSplit",
    "Bound",
    "Comparison",
    "ConfidenceSequence",
    "NormalMixtureSequence",
    "PartwiseBettingSequence",
    "Plan",
    "Requirement",
    "Stability",
    "above",
    "asymptotic_covariance",
    "asymptotic_deviations",
    "bias_split",
    "estimated_bias_split",
    "leaf_covariance",
    "plan",
    "rank_intervals",
    "stability",
]
