"""The verdicts as lines of text and as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict

from proofs_check import peers
from proofs_check.methods import BALLS, CERTIFIED, FORMAL, NEEDED, PROVED, RUN, SEARCHED, Outcome
from proofs_check.registry import AWAITED, STATEMENTS
from proofs_check.statement import Statement
from proofs_check.verdict import Verdict

_WIDTH = 20
_DIGITS = re.compile(r"([\d.]+) digits")


def table(verdicts: list[Verdict]) -> list[str]:
    """Label | PROVED … | CERTIFIED … | … | seconds, a cell for each method; below it what is open; a count."""
    lines = [line for verdict in verdicts for line in (_row(verdict), *_open(verdict))]
    established = sum(verdict.established for verdict in verdicts)
    seconds = sum(verdict.seconds for verdict in verdicts)
    stated = sum(not verdict.awaited for verdict in verdicts)
    return [*lines, *_awaited(verdicts), f"{established} of {stated} established in {seconds:.1f} s"]


def _awaited(verdicts: list[Verdict]) -> list[str]:
    """Why some labels have no statement, below the whole table."""
    if {verdict.label for verdict in verdicts} < {statement.label for statement in STATEMENTS}:
        return []
    shown = {verdict.label for verdict in verdicts}
    return [
        f"{label:{_WIDTH}} | statement awaited: {reason}" for label, reason in AWAITED.items() if label not in shown
    ]


def explained(statement: Statement, verdict: Verdict) -> list[str]:
    """What is stated, where each check is, and what each found."""
    files = {
        "statement": "paper/statements.tex",
        PROVED: statement.file,
        f"{CERTIFIED} on instances": statement.file,
        BALLS: ", ".join(peers.certificate_files(statement.label)),
        FORMAL: ", ".join(peers.formal_files(statement.label)),
        "code": ", ".join(statement.code),
    }
    places = [f"  {name}: {place or 'none'}" for name, place in files.items()]
    places.append(f"  assumptions: {'; '.join(statement.assumptions) or 'none'}")
    found = [f"  {outcome.method}, {outcome.range}: {name}" for outcome in verdict.outcomes for name in outcome.found]
    return [f"{statement.label}: {statement.words}", *places, *found]


def _row(verdict: Verdict) -> str:
    cells = [f"UNKNOWN: {verdict.problem}"] if verdict.problem else _cells(verdict)
    return " | ".join([f"{verdict.label:{_WIDTH}}", *cells, f"{verdict.seconds:.1f} s"])


def _cells(verdict: Verdict) -> list[str]:
    balls = [outcome for outcome in verdict.outcomes if outcome.method == BALLS and not outcome.missing]
    others = {outcome.method: _cell(outcome) for outcome in verdict.outcomes if outcome not in balls}
    if balls:
        others[BALLS] = _certificates(balls)
    return [others[method] for method in (PROVED, CERTIFIED, NEEDED, RUN, BALLS, FORMAL, SEARCHED) if method in others]


def _cell(outcome: Outcome) -> str:
    if outcome.missing:
        return f"{outcome.method} not run: {outcome.missing}"
    if outcome.method == FORMAL:
        return f"{FORMAL} {_number(outcome.found, 'theorem')}, {outcome.range}"
    if outcome.method == NEEDED:
        return f"{NEEDED} {len(outcome.found)} needed"
    if outcome.method == PROVED:
        return f"{PROVED} {outcome.range} ({len(outcome.found)} identities)"
    return f"{outcome.method} {', '.join(outcome.found)}"


def _certificates(balls: list[Outcome]) -> str:
    """Their number, and the fewest digits that any of them certifies of a float64 result."""
    digits = [float(text) for outcome in balls for text in _DIGITS.findall(" ".join(outcome.found))]
    fewest = f", {min(digits)} digits or more" if digits else ""
    return f"{BALLS} {_number(balls, 'certificate')}{fewest}"


def _number(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _open(verdict: Verdict) -> list[str]:
    parts = {"open": verdict.open_part, "statement awaited": verdict.awaited}
    return [f"{'':{_WIDTH}} | {name}: {part}" for name, part in parts.items() if part]


def rows(verdicts: list[Verdict]) -> list[dict[str, object]]:
    """The rows of the table as data."""
    return [
        {
            "label": verdict.label,
            "established": verdict.established,
            "methods": list(dict.fromkeys(o.method for o in verdict.outcomes if o.establishes)),
            "problem": verdict.problem,
            "open_part": verdict.open_part,
            "awaited": verdict.awaited,
            "seconds": verdict.seconds,
            "outcomes": [asdict(outcome) for outcome in verdict.outcomes],
        }
        for verdict in verdicts
    ]
