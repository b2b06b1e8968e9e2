"""Statements checked by the Coq kernel, over every field and for every d.

    python -m proofs_check.formal            label | theorems | axioms | seconds; exit 1 on a problem, 2 without Coq

One `.v` file per label with the statement in words on top; `design.v` holds the shared definitions: masks as sets of
active superpixels, designs as masses on them, Σ, Γ and the limit. `verify` compiles the files in the order of their
imports and asks Coq which axioms each theorem rests on; there must be none.

| module | idea |
|---|---|
| compile.py | `.v` files compiled in order of their imports, kept by content |
| verdict.py | the theorems of a label, their axioms, and what is wrong with them |
"""

from proofs_check.formal.compile import INSTALL, coq_available
from proofs_check.formal.verdict import FORMAL, FormalVerdict, verify

__all__ = ["FORMAL", "INSTALL", "FormalVerdict", "coq_available", "verify"]
