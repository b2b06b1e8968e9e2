"""The pages of docs/statements, one for each statement, written from the registry when the documentation is built."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from proofs_check import peers
from proofs_check.clauses import CLAUSES, Clause
from proofs_check.registry import AWAITED, STATEMENTS
from proofs_check.statement import Statement

FIGURES = {
    "thm:limit": ("verify/convergence.png",),
    "prop:enumeration": ("verify/convergence.png",),
    "thm:clt": ("verify/convergence.png", "inference/coverage.png"),
    "prop:unbiased": ("efficiency/gain.png", "efficiency/efficiency.png"),
    "lem:stratified": ("efficiency/gain.png",),
    "lem:shared-strata": ("efficiency/gain.png",),
    "thm:bound": ("planning/bound.png",),
    "prop:ig-order": ("gradients/gap.png",),
}
"""The pictures below experiments/ that show a statement at work, by label."""

CAPTIONS = {
    "verify/convergence.png": "Error of sampled LIME against the limit by enumeration, as the number of masks grows, "
    "and the coverage of its intervals.",
    "inference/coverage.png": "Coverage of intervals over repeated runs, and forecasts of what another run would "
    "select.",
    "efficiency/gain.png": "Mean squared error of plain least squares over that of the methods with surrogates.",
    "efficiency/efficiency.png": "Error of every method against the number of evaluations.",
    "planning/bound.png": "Guaranteed half-widths, those of the central limit theorem, and simulated errors.",
    "gradients/gap.png": "The gap between LIME and integrated gradients, predicted and observed.",
}

_ROOT = "../.."


def write(folder: Path) -> None:
    """Write every page into a folder, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(STATEMENTS).items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def pages(statements: Iterable[Statement]) -> dict[str, str]:
    """The pages in Markdown by file name, the list of them among these."""
    chosen = list(statements)
    return {"index": _index(chosen), **{page_name(one.label): page(one) for one in chosen}}


def page_name(label: str) -> str:
    """The file name of a statement's page, without its ending.

    >>> page_name("thm:limit")
    'thm-limit'
    """
    return label.replace(":", "-")


def page(statement: Statement) -> str:
    """Statement, code, the three ways in which it is established, tests and figures."""
    sections = [
        f"# {statement.label}\n\n{plain(statement.words)}\n\nSource: {plain(statement.source)}.",
        f"## Statement\n\n{in_markdown(statement.latex.strip())}",
        f"## Code\n\n{_listed(statement.code) or 'No file of limetheory uses this statement yet.'}",
        f"## Proofs\n\n{_proofs(statement)}",
        f"## Tests\n\n{_listed(statement.tests) or 'The tests come with the code.'}",
        _figures(statement.label),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def in_markdown(latex: str) -> str:
    r"""The LaTeX of a statement as Markdown with formulas between dollars.

    >>> in_markdown(r"By Theorem~\ref{thm:limit}, \[ x = 1. \]")
    'By Theorem [thm:limit](thm-limit.md),\n\n$$ x = 1. $$\n\n'
    """
    text = re.sub(r"~\\ref\{(.*?)\}", lambda found: f" {_reference(found[1])}", latex)
    text = re.sub(r"\\texttt\{(.*?)\}", lambda found: "`" + found[1].replace(r"\_", "_") + "`", text)
    text = re.sub(r"\s*\\\[(.*?)\\\]\s*", r"\n\n$$\1$$\n\n", text, flags=re.DOTALL)
    text = re.sub(r"\s*(\\begin\{gather\*\}.*?\\end\{gather\*\})\s*", r"\n\n\1\n\n", text, flags=re.DOTALL)
    # a formula that goes on in the next line may begin that line as a list does
    text = re.sub(r"(?<!\$)\$[^$]+\$(?!\$)", lambda found: " ".join(found[0].split()), text)
    return text.replace("~", " ")


def plain(text: str) -> str:
    r"""A line in which no character is Markdown's.

    >>> plain("z_j and E[F | z]")
    'z\\_j and E\\[F \\| z\\]'
    """
    return re.sub(r"([\\`*_{}\[\]<>|$])", r"\\\1", text)


def _reference(label: str) -> str:
    return f"[{label}]({page_name(label)}.md)"


def _proofs(statement: Statement) -> str:
    balls, coq = peers.certificate_files(statement.label), peers.formal_files(statement.label)
    ways = [
        f"1. **Symbolic proof**, valid for {plain(statement.holds)}, and **exact instances**: random rational "
        f"instances with d ≤ {statement.largest}, compared with sums over all masks: {_links((statement.file,))}.",
        f"2. **Ball arithmetic** for real kernels: {_links(balls) or 'no certificate yet'}.",
        f"3. **Coq**: {_links(coq) or 'no formal proof yet'}.",
    ]
    assumed = [plain(words) for words in statement.assumptions]
    parts = [
        f"Repeat them by `python -m proofs_check {statement.label}`.",
        "\n".join(ways),
        f"It is assumed that {'; '.join(assumed)}." if assumed else "",
        f"Each of these wrong variants is refuted by the checks: {'; '.join(map(plain, statement.mutants))}.",
        f"Open in part: {plain(statement.open_part)}" if statement.open_part else "",
        _clauses(CLAUSES[statement.label]),
    ]
    return "\n\n".join(filter(None, parts))


def _clauses(clauses: Iterable[Clause]) -> str:
    head = "| clause | symbolic | exact instances | balls | Coq | not by machine |\n|---|---|---|---|---|---|\n"
    return head + "\n".join(map(_clause, clauses))


def _clause(clause: Clause) -> str:
    marks = ["✓" if names else "—" for names in (clause.symbolic, clause.instances, clause.balls)]
    theorems = ", ".join(f"`{name}`" for name in clause.coq)
    return f"| {' | '.join([plain(clause.words), *marks, theorems or '—', plain(clause.quoted) or '—'])} |"


def _figures(label: str) -> str:
    pictures = [
        f"![{CAPTIONS[path]}]({_ROOT}/experiments/{path})\n\n{CAPTIONS[path]}" for path in FIGURES.get(label, ())
    ]
    return "\n\n".join([f"## Figure{'s' * (len(pictures) > 1)}", *pictures]) if pictures else ""


def _links(paths: Iterable[str]) -> str:
    return ", ".join(f"[{path}]({_ROOT}/{path})" for path in paths)


def _listed(paths: Iterable[str]) -> str:
    return "\n".join(f"- {_links((path,))}" for path in paths)


def _index(statements: Iterable[Statement]) -> str:
    chosen = list(statements)
    rows = "\n".join(f"| {_reference(one.label)} | {plain(one.words)} | {_three(one.label)} |" for one in chosen)
    contents = "\n".join(page_name(one.label) for one in chosen)
    awaited = "\n".join(f"- `{label}`: {plain(why)}" for label, why in AWAITED.items())
    return f"""# Statements

Every statement that limetheory rests on has a label, which docstrings, proofs and tests share. Its page holds the
statement in full, the code that uses it, how it is established by machine, the tests, and a figure where an experiment
shows it at work. These pages are written from the registry of proofs when the documentation is built.

A statement can be established in three ways: by a symbolic proof that is valid for every number of superpixels d,
together with exact rational instances that are compared with brute force over all masks; by interval (ball) arithmetic
for real kernels; and by a theorem that the Coq kernel accepts. The last column says which of them each statement has.

| label | statement | established by |
|---|---|---|
{rows}

Labels that code names although they have no statement yet:

{awaited}

```{{toctree}}
:hidden:

{contents}
```
"""


def _three(label: str) -> str:
    balls = ["balls"] if peers.certificate_files(label) else []
    return ", ".join(["symbols and instances", *balls, *(["Coq"] if peers.formal_files(label) else [])])
