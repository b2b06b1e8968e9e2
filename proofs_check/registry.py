"""Every statement, in reading order, and the verdict on each."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from proofs_check.statement import NotProvedError, Statement
from proofs_check.statements import (
    cor_efficient,
    cor_unweighted,
    lem_alpha,
    lem_count,
    lem_leverage,
    prop_gram_inverse,
    prop_leaf,
    prop_linear,
    prop_product,
    prop_ridge,
    prop_unbiased,
    thm_clt,
    thm_limit,
)

STATEMENTS: tuple[Statement, ...] = tuple(
    module.STATEMENT
    for module in (
        lem_alpha,
        lem_count,
        prop_gram_inverse,
        thm_limit,
        cor_efficient,
        cor_unweighted,
        prop_ridge,
        prop_product,
        prop_linear,
        prop_leaf,
        lem_leverage,
        prop_unbiased,
        thm_clt,
    )
)

PROVED, UNKNOWN = "PROVED", "UNKNOWN"


@dataclass(frozen=True)
class Verdict:
    """How a statement is established, by which identities, and in how many seconds; or why it is not."""

    label: str
    method: str
    holds: str
    open_part: str
    identities: tuple[str, ...]
    seconds: float
    problem: str = ""

    @property
    def established(self) -> bool:
        """True unless the method is UNKNOWN."""
        return self.method != UNKNOWN

    @property
    def summary(self) -> str:
        """The method, its range and what it leaves open, in one line."""
        if not self.established:
            return f"{self.method}: {self.problem}"
        if self.open_part:
            return f"{self.method} in part, {self.holds} ({self.open_part})"
        return f"{self.method}, {self.holds}"


def verdict(statement: Statement) -> Verdict:
    """Run a proof against the clock."""
    start = time.perf_counter()
    names, problem = _outcome(statement)
    method = UNKNOWN if problem else PROVED
    seconds = time.perf_counter() - start
    return Verdict(statement.label, method, statement.holds, statement.open_part, names, seconds, problem)


def _outcome(statement: Statement) -> tuple[tuple[str, ...], str]:
    try:
        names = tuple(identity.name for identity in statement.prove())
    except NotProvedError as error:
        return (), str(error)
    return names, "" if names else "no identity was shown"


def verdicts(statements: Iterable[Statement] = STATEMENTS) -> list[Verdict]:
    """Run every proof."""
    return [verdict(statement) for statement in statements]
