"""A statement, the formulas it claims, and a proof that rejects other formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import sympy as sp

Claim: TypeAlias = Mapping[str, sp.Expr]


@dataclass(frozen=True)
class Identity:
    """A named expression that simplifies to exactly 0."""

    name: str
    expression: sp.Expr


class NotProvedError(AssertionError):
    """An expression of a proof does not simplify to 0."""

    def __init__(self, label: str, identity: Identity, left: sp.Expr):
        super().__init__(f"{label}: {identity.name} leaves {left}, not 0; correct the claim or its derivation")
        self.identity = identity


@dataclass(frozen=True)
class Statement:
    """A lemma, proposition, theorem or corollary.

    Args:
        label: such as ``thm:limit``; the same in docstrings and in paper/.
        words: the statement in one line.
        latex: the statement in full.
        source: paper, or "new".
        code, tests: the files that use and test it.
        claim: the formulas stated, by name.
        identities: from a claim to named expressions, all of them 0 if and only if it is right.
        mutants: by name, the entries of wrong claims that differ from ``claim``.
        holds: the range of the symbols in which the proof is valid.
        open_part: what of the statement the identities do not show.
    """

    label: str
    words: str
    latex: str
    source: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    claim: Claim
    identities: Callable[[Claim], dict[str, sp.Expr]]
    mutants: Mapping[str, Claim]
    holds: str = "every d ≥ 2"
    open_part: str = ""

    def prove(self, changes: Claim | None = None) -> list[Identity]:
        """The identities that establish the claim, or that with some entries changed.

        Raises:
            NotProvedError: one of them is not 0.
        """
        claim = {**self.claim, **(changes or {})}
        proved = [Identity(name, sp.sympify(expression)) for name, expression in self.identities(claim).items()]
        for identity in proved:
            left = remainder(identity.expression)
            if left != 0:
                raise NotProvedError(self.label, identity, left)
        return proved

    @property
    def file(self) -> str:
        """Path of the proof, such as ``proofs_check/statements/thm_limit.py``."""
        return f"proofs_check/statements/{module_name(self.label)}.py"


def module_name(label: str) -> str:
    """File name of a label, without its ending.

    >>> module_name("prop:gram-inverse")
    'prop_gram_inverse'
    """
    return label.replace(":", "_").replace("-", "_")


def remainder(expression: sp.Expr) -> sp.Expr:
    """Normal form of a rational expression in symbols, binomial coefficients and factorials: 0 if it vanishes.

    >>> n, m = sp.symbols("n m", integer=True, positive=True)
    >>> remainder(sp.binomial(n, m) * m - sp.binomial(n - 1, m - 1) * n)
    0
    """
    return sp.cancel(sp.together(sp.combsimp(expression)))
