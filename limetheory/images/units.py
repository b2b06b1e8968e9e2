"""What the coefficients of a network are measured in."""

from limetheory.contrasts import OF_OUTPUTS

UNITS = {
    **dict.fromkeys(("probabilities", "sigmoid", "softmax"), "probability"),
    **{"logits": "logit", "similarity": "similarity", "identity": "output"},
    **{one: one for one in OF_OUTPUTS.values()},
}
"""The unit of a coefficient, for each output of a network."""
