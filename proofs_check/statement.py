"""A statement and the formulas that it claims, with two ways to check them that reject wrong formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias

import sympy as sp

from proofs_check.library import Computed

Claim: TypeAlias = Mapping[str, sp.Expr]
Draw: TypeAlias = Callable[[Random, int], Any]


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
        code, tests: the files that use and test it; none if the code is awaited.
        claim: the formulas stated, by name.
        identities: from a claim to named expressions, all of them 0 if and only if it is right.
        mutants: by name, the entries of wrong claims that differ from ``claim``.
        assumptions: in words, with a predicate on an instance; they are tried in order.
        draw: an exact random instance on d superpixels; it need not satisfy the assumptions.
        without: by hypothesis that ``draw`` builds in, an instance that lacks it and keeps all others.
        check: from an instance and a claim to named differences to brute force, all of them 0 if the claim is right.
        library: from an instance to what limetheory returns for it in float64, beside the exact numbers.
        holds: the range of the symbols in which the proof is valid.
        open_part: what of the statement the identities do not show.
        largest: greatest d of an instance.
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
    draw: Draw
    check: Callable[[Any, Claim], dict[str, Fraction]]
    assumptions: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    without: Mapping[str, Draw] = field(default_factory=dict)
    library: Callable[[Any], dict[str, Computed]] | None = None
    holds: str = "every d ≥ 2"
    open_part: str = ""
    largest: int = 10

    def prove(self, changes: Claim | None = None) -> list[Identity]:
        """Prove the identities of the claim, or of the claim with some entries changed.

        Raises:
            NotProvedError: one of them is not 0.
        """
        claim = self.changed(changes)
        proved = [Identity(name, sp.sympify(expression)) for name, expression in self.identities(claim).items()]
        for identity in proved:
            left = remainder(identity.expression)
            if left != 0:
                raise NotProvedError(self.label, identity, left)
        return proved

    def changed(self, changes: Claim | None) -> Claim:
        """The claim with some entries changed."""
        return {**self.claim, **(changes or {})}

    def assumed(self, instance: Any) -> bool:
        """Whether an instance satisfies every assumption."""
        return all(holds(instance) for holds in self.assumptions.values())

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
