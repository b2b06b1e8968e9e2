"""Repeat every proof: label | how established | time; exit 1 on anything not established."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from proofs_check.document import markdown, tex
from proofs_check.registry import STATEMENTS, Verdict, verdicts


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the documents asked for, or run the proofs and return the exit status."""
    options = _parser().parse_args(arguments)
    documents = [(options.tex, tex), (options.markdown, markdown)]
    for path, document in documents:
        if path:
            path.write_text(document(STATEMENTS), encoding="utf-8")
    if options.tex or options.markdown:
        return 0
    return _report(verdicts(), options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m proofs_check", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts as JSON too")
    parser.add_argument("--tex", type=Path, metavar="FILE", help="write the statements as LaTeX and stop")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table of statements and stop")
    return parser


def _report(found: list[Verdict], file: Path | None) -> int:
    print("\n".join(table(found)))
    if file:
        rows = [asdict(verdict) for verdict in found]
        file.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if all(verdict.established for verdict in found) else 1


def table(found: list[Verdict]) -> list[str]:
    """One line per verdict, and a count."""
    established = sum(verdict.established for verdict in found)
    seconds = sum(verdict.seconds for verdict in found)
    return [
        *(f"{verdict.label:18} | {verdict.summary} | {verdict.seconds:.1f} s" for verdict in found),
        f"{established} of {len(found)} established in {seconds:.1f} s",
    ]


if __name__ == "__main__":
    sys.exit(main())
