"""Metrics of explanations of one image, with the errors of public implementations corrected or named.

Most take `Predictions`, which evaluate the model once for each mask, and coefficients or a choice of segments. Hidden
segments get the replacement of the masked image, so that every metric can be computed with every replacement. `METRICS`
lists them all; `interval` and `paired_differences` summarise scores over images.

>>> METRICS["Deletion"].better, METRICS["Deletion"].source
('↑', 'DSEG-LIME')
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from limetheory.metrics.complexity import effective_number, gini, gini_shifted, size
from limetheory.metrics.consistency import (
    expected_deviation,
    noise_deletion,
    noise_preservation,
    noisy,
    repetition_deviation,
)
from limetheory.metrics.contrast import contrast_deletion, contrast_preservation
from limetheory.metrics.curves import (
    Curve,
    curve,
    deletion_auc,
    incremental_deletion,
    incremental_deletion_sum,
    insertion_auc,
    lif,
    mif,
    srg,
)
from limetheory.metrics.faithfulness import (
    KeptArea,
    area_fractions,
    deletion,
    kept_area_preservation,
    preservation,
)
from limetheory.metrics.infidelity import Sensitivity, infidelity, sensitivity
from limetheory.metrics.intervals import Interval, PairedDifference, holm, interval, paired_differences
from limetheory.metrics.predictions import Predictions, pixelwise, with_replacement
from limetheory.metrics.ranking import Removal, orders, removal
from limetheory.metrics.sanity import explanation_similarity, random_answers, random_model, randomisation_check
from limetheory.metrics.shown import shown
from limetheory.registry import Registry


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
    "Infidelity": Metric(infidelity, "↓", "Yeh et al. 2019"),
    "Sensitivity": Metric(sensitivity, "↓", "Yeh et al. 2019"),
}, "limetheory.metrics", row=Metric, remedy="choose one of them")  # fmt: skip
"""Every metric by name. Other packages add a `Metric` under an entry point of the group `limetheory.metrics`."""

__all__ = [
    "METRICS",
    "Curve",
    "Interval",
    "KeptArea",
    "Metric",
    "PairedDifference",
    "Predictions",
    "Removal",
    "Sensitivity",
    "area_fractions",
    "contrast_deletion",
    "contrast_preservation",
    "curve",
    "deletion",
    "deletion_auc",
    "effective_number",
    "expected_deviation",
    "explanation_similarity",
    "gini",
    "gini_shifted",
    "holm",
    "incremental_deletion",
    "incremental_deletion_sum",
    "infidelity",
    "insertion_auc",
    "interval",
    "kept_area_preservation",
    "lif",
    "mif",
    "noise_deletion",
    "noise_preservation",
    "noisy",
    "orders",
    "paired_differences",
    "pixelwise",
    "preservation",
    "random_answers",
    "random_model",
    "randomisation_check",
    "removal",
    "repetition_deviation",
    "sensitivity",
    "shown",
    "size",
    "srg",
    "with_replacement",
]
