"""`python -m proofs_check.formal`: label | theorems | axioms | seconds."""

from __future__ import annotations

import sys

from proofs_check.formal import INSTALL, FormalVerdict, coq_available, verify


def table(verdicts: list[FormalVerdict]) -> list[str]:
    """One line per label, what is wrong below it.

    >>> table([FormalVerdict("lem:alpha", ("lem_alpha.alpha_E",), (), 2.5)])[-1]
    'lem:alpha            |        1 | none                 |     2.5'
    """
    lines = ["label                | theorems | axioms               | seconds"]
    for verdict in verdicts:
        axioms = ", ".join(verdict.axioms) or ("unknown" if verdict.problem else "none")
        lines.append(f"{verdict.label:<20} | {len(verdict.theorems):>8} | {axioms:<20} | {verdict.seconds:>7.1f}")
        if verdict.problem:
            lines.append(f"  {verdict.problem}")
    return lines


def main() -> int:
    """Exit status: 0 if every label is established, 1 if not, 2 without Coq or a library that it needs."""
    if not coq_available():
        print(f"Coq is not installed: {INSTALL}", file=sys.stderr)
        return 2
    verdicts = list(verify().values())
    missing = [verdict.problem for verdict in verdicts if INSTALL in verdict.problem]
    if missing:
        print(missing[0], file=sys.stderr)
        return 2
    print("\n".join(table(verdicts)))
    return 0 if all(verdict.established for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
