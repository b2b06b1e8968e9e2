"""Metrics of explanations of one image, with the errors of public implementations corrected or named.

Most take `Predictions`, which evaluate the model once for each mask, and coefficients or a choice of segments. Hidden
segments get the replacement of the masked image, so that every metric can be computed with every replacement. Some
need no model: they compare segments with true regions of the image, or with the mask of an object.
`print(METRICS)` lists them all; `interval` and `paired_differences` summarise scores over images.

One more takes its function, its line below, and its row in `METRICS`.

>>> METRICS["Deletion"].better, METRICS["Deletion"].source
('↑', 'DSEG-LIME')
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from limetheory.metrics.boundaries import boundary_precision as boundary_precision
from limetheory.metrics.boundaries import boundary_recall as boundary_recall
from limetheory.metrics.complexity import effective_number as effective_number
from limetheory.metrics.complexity import gini as gini
from limetheory.metrics.complexity import gini_shifted as gini_shifted
from limetheory.metrics.complexity import size as size
from limetheory.metrics.consistency import expected_deviation as expected_deviation
from limetheory.metrics.consistency import interval_width as interval_width
from limetheory.metrics.consistency import noise_deletion as noise_deletion
from limetheory.metrics.consistency import noise_preservation as noise_preservation
from limetheory.metrics.consistency import noisy as noisy
from limetheory.metrics.consistency import repetition_deviation as repetition_deviation
from limetheory.metrics.contrast import contrast_deletion as contrast_deletion
from limetheory.metrics.contrast import contrast_preservation as contrast_preservation
from limetheory.metrics.curves import Curve as Curve
from limetheory.metrics.curves import curve as curve
from limetheory.metrics.curves import deletion_auc as deletion_auc
from limetheory.metrics.curves import incremental_deletion as incremental_deletion
from limetheory.metrics.curves import incremental_deletion_sum as incremental_deletion_sum
from limetheory.metrics.curves import insertion_auc as insertion_auc
from limetheory.metrics.curves import lif as lif
from limetheory.metrics.curves import mif as mif
from limetheory.metrics.curves import srg as srg
from limetheory.metrics.faithfulness import KeptArea as KeptArea
from limetheory.metrics.faithfulness import area_fractions as area_fractions
from limetheory.metrics.faithfulness import deletion as deletion
from limetheory.metrics.faithfulness import kept_area_preservation as kept_area_preservation
from limetheory.metrics.faithfulness import preservation as preservation
from limetheory.metrics.infidelity import Sensitivity as Sensitivity
from limetheory.metrics.infidelity import infidelity as infidelity
from limetheory.metrics.infidelity import sensitivity as sensitivity
from limetheory.metrics.intervals import Interval as Interval
from limetheory.metrics.intervals import PairedDifference as PairedDifference
from limetheory.metrics.intervals import holm as holm
from limetheory.metrics.intervals import interval as interval
from limetheory.metrics.intervals import paired_differences as paired_differences
from limetheory.metrics.object_overlap import achievable_overlap as achievable_overlap
from limetheory.metrics.object_overlap import mask_overlap as mask_overlap
from limetheory.metrics.pointing import pointing_game as pointing_game
from limetheory.metrics.predictions import Predictions as Predictions
from limetheory.metrics.predictions import pixelwise as pixelwise
from limetheory.metrics.predictions import with_replacement as with_replacement
from limetheory.metrics.ranking import Removal as Removal
from limetheory.metrics.ranking import orders as orders
from limetheory.metrics.ranking import removal as removal
from limetheory.metrics.regions import achievable_segmentation_accuracy as achievable_segmentation_accuracy
from limetheory.metrics.regions import undersegmentation_error as undersegmentation_error
from limetheory.metrics.sanity import explanation_similarity as explanation_similarity
from limetheory.metrics.sanity import random_answers as random_answers
from limetheory.metrics.sanity import random_model as random_model
from limetheory.metrics.sanity import randomisation_check as randomisation_check
from limetheory.metrics.shown import shown as shown
from limetheory.metrics.variation import explained_variation as explained_variation
from limetheory.registry import Registry, exported


class Metric(NamedTuple):
    """One row of `METRICS`: the function, the direction of better scores (→0: towards zero), and the source."""

    function: Callable[..., Any]
    better: str
    source: str


METRICS: Registry[Metric] = Registry("metric", {
    "Random model": Metric(randomisation_check, "↑", "DSEG-LIME"),
    "Random explanation": Metric(randomisation_check, "↑", "DSEG-LIME"),
    "Similarity to random": Metric(explanation_similarity, "→0", "Adebayo et al. 2018"),
    "Kept-area preservation": Metric(kept_area_preservation, "↑", "DSEG-LIME, “single deletion”"),
    "Size": Metric(size, "↓", "DSEG-LIME"),
    "Incremental deletion": Metric(incremental_deletion, "↓", "DSEG-LIME, as an area"),
    "Incremental deletion (public sum)": Metric(incremental_deletion_sum, "↓", "DSEG-LIME"),
    "Preservation": Metric(preservation, "↑", "DSEG-LIME"),
    "Deletion": Metric(deletion, "↑", "DSEG-LIME"),
    "Noise preservation": Metric(noise_preservation, "↑", "DSEG-LIME"),
    "Noise deletion": Metric(noise_deletion, "↑", "DSEG-LIME"),
    "Stability": Metric(repetition_deviation, "↓", "DSEG-LIME"),
    "Expected stability": Metric(expected_deviation, "↓", "thm:clt"),
    "Interval width": Metric(interval_width, "↓", "thm:clt"),
    "Contrast preservation": Metric(contrast_preservation, "↑", "DSEG-LIME"),
    "Contrast deletion": Metric(contrast_deletion, "↑", "DSEG-LIME"),
    "Gini": Metric(gini, "↑", "Hurley & Rickard 2009"),
    "Gini (shifted)": Metric(gini_shifted, "↑", "DSEG-LIME"),
    "Effective number": Metric(effective_number, "↓", "Bhatt, Weller & Moura 2020"),
    "Deletion AUC": Metric(deletion_auc, "↓", "Petsiuk, Das & Saenko 2018"),
    "Insertion AUC": Metric(insertion_auc, "↑", "Petsiuk, Das & Saenko 2018"),
    "MIF": Metric(mif, "↓", "Blücher, Vielhaben & Strodthoff 2024"),
    "LIF": Metric(lif, "↑", "Blücher, Vielhaben & Strodthoff 2024"),
    "SRG": Metric(srg, "↑", "Blücher, Vielhaben & Strodthoff 2024"),
    "Pointing game": Metric(pointing_game, "↑", "Zhang et al. 2016"),
    "Mask overlap": Metric(mask_overlap, "↑", "Everingham et al. 2010"),
    "Achievable overlap": Metric(achievable_overlap, "↑", "Malisiewicz & Efros 2007"),
    "Boundary recall": Metric(boundary_recall, "↑", "Martin, Fowlkes & Malik 2004"),
    "Boundary precision": Metric(boundary_precision, "↑", "Martin, Fowlkes & Malik 2004"),
    "Undersegmentation error": Metric(undersegmentation_error, "↓", "Neubert & Protzel 2012"),
    "Achievable segmentation accuracy": Metric(achievable_segmentation_accuracy, "↑", "Liu et al. 2011"),
    "Explained variation": Metric(explained_variation, "↑", "Moore et al. 2008"),
    "Infidelity": Metric(infidelity, "↓", "Yeh et al. 2019"),
    "Sensitivity": Metric(sensitivity, "↓", "Yeh et al. 2019"),
}, "limetheory.metrics", row=Metric, remedy="choose one of them", columns=("better", "source"))  # fmt: skip
"""Every metric by name. Other packages add a `Metric` under an entry point of the group `limetheory.metrics`."""

if not TYPE_CHECKING:
    __all__ = ["METRICS", *exported(__name__)]
