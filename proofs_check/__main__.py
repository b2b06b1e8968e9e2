"""Repeat every proof and print label, method and time; the exit code is 1 if anything is not established."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from proofs_check.document import markdown, tex
from proofs_check.methods import Outcome
from proofs_check.registry import STATEMENTS
from proofs_check.statement import Statement
from proofs_check.table import explained, rows, table
from proofs_check.verdict import Verdict, verdicts


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the documents that are asked for, or run the checks and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    unknown = set(options.labels) - {statement.label for statement in STATEMENTS}
    if unknown:
        parser.error(f"LABEL must be that of a statement, got {', '.join(sorted(unknown))}; see paper/README.md")
    documents = [(options.tex, tex), (options.markdown, markdown)]
    for path, document in documents:
        if path:
            path.write_text(document(STATEMENTS), encoding="utf-8")
    if options.tex or options.markdown:
        return 0
    chosen = tuple(s for s in STATEMENTS if s.label in options.labels) if options.labels else STATEMENTS
    found = verdicts(chosen, _search(options.refute, len(chosen)))
    if options.labels:
        pairs = zip(chosen, found, strict=True)
        print("\n".join(line for statement, each in pairs for line in explained(statement, each)))
    return _report(found, options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m proofs_check", description=__doc__)
    parser.add_argument("labels", nargs="*", metavar="LABEL", help="check these alone, such as thm:limit")
    parser.add_argument("--refute", type=float, metavar="SECONDS", help="search for counterexamples too, for so long")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts as JSON too")
    parser.add_argument("--tex", type=Path, metavar="FILE", help="write the statements as LaTeX and stop")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table of statements and stop")
    return parser


def _search(seconds: float | None, number: int) -> Callable[[Statement], Outcome] | None:
    if seconds is None:
        return None
    from proofs_check.refute import searcher

    return searcher(seconds, number)


def _report(found: list[Verdict], file: Path | None) -> int:
    print("\n".join(table(found)))
    if file:
        file.write_text(json.dumps(rows(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if any(verdict.problem for verdict in found) else 0


if __name__ == "__main__":
    sys.exit(main())
