"""The verdict on each statement: the outcomes of its methods, joined by label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from limetheory.progress import track
from proofs_check import methods, peers
from proofs_check.methods import BALLS, FORMAL, Outcome
from proofs_check.needed import hypotheses
from proofs_check.registry import AWAITED, STATEMENTS
from proofs_check.statement import Statement


@dataclass(frozen=True)
class Verdict:
    """How a statement is established, or why it is not."""

    label: str
    outcomes: tuple[Outcome, ...]
    open_part: str = ""
    awaited: str = ""
    """Why there is no statement yet that the certificates would establish."""

    @property
    def problem(self) -> str:
        """Why it is not established, or ""."""
        problems = [f"{outcome.method}: {outcome.problem}" for outcome in self.outcomes if outcome.problem]
        if not problems and not any(outcome.establishes for outcome in self.outcomes):
            return "no method has established it"
        return "; ".join(problems)

    @property
    def established(self) -> bool:
        """True if there is a statement, some method establishes it, and none that was tried failed."""
        return not self.problem and not self.awaited

    @property
    def seconds(self) -> float:
        """The time of all methods together, in seconds."""
        return sum(outcome.seconds for outcome in self.outcomes)


def verdict(statement: Statement, search: Callable[[Statement], Outcome] | None = None) -> Verdict:
    """Every method in Python, and a search for counterexamples if one is given."""
    return Verdict(statement.label, tuple(_outcomes(statement, search)), statement.open_part)


def _outcomes(statement: Statement, search: Callable[[Statement], Outcome] | None) -> Iterator[Outcome]:
    yield methods.proved(statement)
    yield methods.on_instances(statement)
    if hypotheses(statement):
        yield methods.needed(statement)
    if statement.library:
        yield methods.on_library(statement)
    yield from _in_balls(statement.label)
    if search:
        yield search(statement)


def _in_balls(label: str) -> Iterator[Outcome]:
    certificates = peers.certificates()
    if certificates is not None:
        yield from (methods.in_balls(certificate) for certificate in certificates.get(label, ()))
    elif peers.certificate_files(label):
        yield Outcome(BALLS, "", (), 0.0, missing="python-flint is not installed")


def verdicts(
    statements: Iterable[Statement] = STATEMENTS, search: Callable[[Statement], Outcome] | None = None
) -> list[Verdict]:
    """Every statement, while Coq runs beside."""
    chosen = list(statements)
    with ThreadPoolExecutor(1) as pool:
        kernel = pool.submit(peers.kernel)
        steps = ((1, statement) for statement in chosen)
        found = [verdict(statement, search) for statement in track(steps, len(chosen), "statements")]
        return [*(_with_formal(each, kernel) for each in found), *_without_statement(chosen)]


def _with_formal(found: Verdict, kernel: Future[peers.KernelVerdicts]) -> Verdict:
    theorems = peers.theorems().get(found.label, ())
    if not theorems:
        return found
    verdicts = kernel.result()
    formal = methods.formal(theorems, None if verdicts is None else verdicts[found.label])
    return Verdict(found.label, (*found.outcomes, formal), found.open_part)


def _without_statement(statements: list[Statement]) -> list[Verdict]:
    """Certificates and theorems under labels that no statement has; those of an awaited one are kept apart."""
    if tuple(statements) != STATEMENTS:
        return []
    known = {statement.label for statement in statements}
    labels = dict.fromkeys([*(peers.certificates() or {}), *peers.theorems()])
    return [_partial(label) for label in labels if label not in known]


def _partial(label: str) -> Verdict:
    outcomes = tuple(_in_balls(label))
    if label in AWAITED:
        return Verdict(label, outcomes, awaited=AWAITED[label])
    unknown = Outcome(FORMAL, "", (), 0.0, problem="no statement has this label; correct it or add the statement")
    return Verdict(label, (*outcomes, unknown))
