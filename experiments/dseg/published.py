"""The published numbers, which the tables show beside the measured ones.

Source: the result notebooks of the public repository patrick-knab/DSEG-LIME at 526d8da, EfficientNetB4, 20
photographs (February and March 2024); counts of 20 unless real-valued. Its columns "DSEG S-LIME" and "DSEG GLIME" were
not computed by those methods, its slic and watershed baselines never hid one of their segments, and there are
no intervals.
"""

from __future__ import annotations

PHOTOGRAPHS = 20

SEGMENTERS: dict[str, dict[str, float]] = {
    "Random model": {"higra": 14, "slic": 14, "quickshift": 15, "felzenszwalb": 14, "watershed": 13},
    "Random explanation": {"higra": 13, "slic": 15, "quickshift": 17, "felzenszwalb": 19, "watershed": 14},
    "Kept-area preservation": {"higra": 14, "slic": 8, "quickshift": 6, "felzenszwalb": 8, "watershed": 6},
    "Kept area": {"higra": 0.122, "slic": 0.128, "quickshift": 0.122, "felzenszwalb": 0.141, "watershed": 0.105},
    "Preservation": {"higra": 17, "slic": 16, "quickshift": 12, "felzenszwalb": 14, "watershed": 15},
    "Deletion": {"higra": 14, "slic": 7, "quickshift": 5, "felzenszwalb": 9, "watershed": 10},
    "Noise preservation": {"higra": 17, "slic": 14, "quickshift": 9, "felzenszwalb": 15, "watershed": 14},
    "Noise deletion": {"higra": 12, "slic": 6, "quickshift": 5, "felzenszwalb": 9, "watershed": 7},
    "Contrast preservation": {"higra": 12, "slic": 9, "quickshift": 6, "felzenszwalb": 10, "watershed": 11},
    "Contrast deletion": {"higra": 14, "slic": 9, "quickshift": 10, "felzenszwalb": 10, "watershed": 9},
    "Incremental deletion (public sum)": {
        "higra": 0.330, "slic": 0.380, "quickshift": 0.434, "felzenszwalb": 0.396, "watershed": 0.322
    },
    "Expected stability": {
        "higra": 0.0084, "slic": 0.0082, "quickshift": 0.0113, "felzenszwalb": 0.0106, "watershed": 0.0119
    },
    "Segments": {"higra": 15.8, "slic": 13.8, "quickshift": 18.1, "felzenszwalb": 16.7, "watershed": 14.3},
}  # fmt: skip
"""LIME's values by metric and segmenter; "higra" has the value of the published run with SAM."""

VARIANTS: dict[str, dict[str, float]] = {
    "Random model": {"LIME": 14, "S-LIME": 14, "GLIME": 14, "BayLIME": 14},
    "Random explanation": {"LIME": 13, "S-LIME": 17, "GLIME": 18, "BayLIME": 19},
    "Kept-area preservation": {"LIME": 14, "S-LIME": 14, "GLIME": 14, "BayLIME": 14},
    "Kept area": {"LIME": 0.122, "S-LIME": 0.126, "GLIME": 0.126, "BayLIME": 0.127},
    "Preservation": {"LIME": 17, "S-LIME": 17, "GLIME": 17, "BayLIME": 18},
    "Deletion": {"LIME": 14, "S-LIME": 13, "GLIME": 13, "BayLIME": 13},
    "Noise preservation": {"LIME": 17, "S-LIME": 17, "GLIME": 16, "BayLIME": 17},
    "Noise deletion": {"LIME": 12, "S-LIME": 11, "GLIME": 11, "BayLIME": 11},
    "Contrast preservation": {"LIME": 12, "S-LIME": 11, "GLIME": 11, "BayLIME": 11},
    "Contrast deletion": {"LIME": 14, "S-LIME": 13, "GLIME": 13, "BayLIME": 13},
    "Incremental deletion (public sum)": {"LIME": 0.330, "S-LIME": 0.185, "GLIME": 0.195, "BayLIME": 0.341},
    "Expected stability": {"LIME": 0.0084, "S-LIME": 0.0089, "GLIME": 0.0086, "BayLIME": 0.0088},
}
"""The values by metric and variant of LIME, on the segments of the hierarchy."""
