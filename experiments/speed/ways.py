"""The ways from lime to limetheory that are timed, by name."""

LIME, MALLOC, FOLDED, MASKING = (
    "lime, the network as its package loads it", "malloc keeps what is freed", "norms folded into the convolutions",
    "limetheory: masking in torch, first layers shared",
)  # fmt: skip
LADDER = (LIME, MALLOC, FOLDED, MASKING)
"""Each with all changes before it and lime's evaluations; the method comes last."""


def as_callable(method: str) -> str:
    """The name of a method's way with the network as its package loads it, and malloc as in `MALLOC`."""
    return f"{method}, callable"
