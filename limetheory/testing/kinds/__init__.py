"""The kinds of explainer that `check_explainer` knows, one module each, and their table."""

from limetheory.registry import Registry
from limetheory.testing.kinds.image import ImageKind
from limetheory.testing.kinds.kind import FunctionKind, Kind
from limetheory.testing.kinds.tabular import TabularKind
from limetheory.testing.kinds.text import TextKind

KINDS: Registry[Kind] = Registry(
    "kind",
    {"image": ImageKind(), "text": TextKind(), "tabular": TabularKind(), "function": FunctionKind()},
    row=Kind,
    columns=("form",),
)
"""The kinds by name, with the form of an explainer of each."""
