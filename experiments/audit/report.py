"""What the saved rows say, for the documentation."""

from __future__ import annotations

from typing import Any

from limetheory.audit import CHECKS, LIBRARIES

_SIGNS = {"holds": "✓", "deviates": "**✗**", "undecided": "?", "no answer": "∅"}
_LONGEST = 420
"""Characters of a cell, as many as say what was found."""


def overview(rows: list[dict[str, Any]]) -> str:
    """A line for each method with the verdict of every check, and how long they took."""
    lines = [
        f"| library | method | {' | '.join(CHECKS)} |",
        f"|---|---|{':-:|' * len(CHECKS)}",
        *map(_line, rows),
    ]
    return "\n".join([*lines, "", _counted(rows), "", _versions(rows)])


def _line(row: dict[str, Any]) -> str:
    verdicts = {one["check"]: one["verdict"] for one in row["findings"]}
    cells = [row["library"], f"`{row['subject']}`", *(_SIGNS.get(verdicts.get(name, ""), "") for name in CHECKS)]
    return f"| {' | '.join(cells)} |"


def _counted(rows: list[dict[str, Any]]) -> str:
    findings = [one for row in rows for one in row["findings"]]
    deviating = [one for one in findings if one["verdict"] == "deviates"]
    unexplained = sum(one["explanation"].startswith("unexplained") for one in deviating)
    own = sum(one["verdict"] == "deviates" for row in rows if row["library"] == "limetheory" for one in row["findings"])
    minutes = sum(row["processor_seconds"] for row in rows) / 60
    return (
        f"✓ holds, ✗ deviates, ? undecided, ∅ no answer; an empty cell does not apply. {len(rows)} methods of "
        f"{len({row['library'] for row in rows})} libraries, {len(findings)} checks, {len(deviating)} deviations, of "
        f"which {unexplained} are unexplained; {own} deviations of limetheory's own methods. The libraries took "
        f"{minutes:.1f} minutes of processor time, which is {minutes / 2:.1f} minutes on two cores."
    )


def _versions(rows: list[dict[str, Any]]) -> str:
    known: dict[str, str] = {}
    for row in rows:
        known[row["library"]] = row["versions"].get(LIBRARIES[row["library"]].package, "?")
    return "Versions: " + ", ".join(f"{library} {number}" for library, number in known.items()) + "."


def deviations(rows: list[dict[str, Any]]) -> str:
    """A line for each deviation: what was found, and what the numbers are right for."""
    lines = ["| method | check | found | explanation |", "|---|---|---|---|"]
    for row in rows:
        for one in row["findings"]:
            if one["verdict"] == "deviates":
                cells = [f"{row['library']} `{row['subject']}`", one["check"], one["says"], one["explanation"]]
                lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join([*lines, "", *_noted(rows)])


def _noted(rows: list[dict[str, Any]]) -> list[str]:
    """What is no deviation of a coefficient: sizes without an answer, and more evaluations than were asked for."""
    found = []
    for row in rows:
        said = [one["says"].partition("no answer at ") for one in row["findings"]]
        lines = [f"no answer at {rest}" for _, at, rest in said if at] + [
            note for note in row["notes"] if note.startswith("it evaluated")
        ]
        found += [f"- {row['library']} `{row['subject']}`: {_cell(line)}" for line in lines]
    return ["Noted besides:", "", *found] if found else []


def _cell(text: str) -> str:
    """A text as a cell of a table."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return " ".join(cut.split()).replace("|", "\\|").replace("<", "&lt;")
