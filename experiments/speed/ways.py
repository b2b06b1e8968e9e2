"""The names of the ways between lime and limetheory that are timed."""

LIME, MALLOC, FOLDED, MASKING = (
    "lime, the network as its package loads it", "malloc keeps what is freed", "norms folded into the convolutions",
    "limetheory: masking in torch, first layers shared",
)  # fmt: skip
LADDER = (LIME, MALLOC, FOLDED, MASKING)
"""Each way has all changes before it and the evaluations of lime; the change of method comes last."""


def as_callable(method: str) -> str:
    """The name of a method with the network as its package loads it, and malloc as in `MALLOC`."""
    return f"{method}, callable"
