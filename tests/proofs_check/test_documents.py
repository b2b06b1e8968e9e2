"""paper/ has the content that the registry writes, and its LaTeX is well formed."""

import re
from pathlib import Path

import pytest

from proofs_check.document import markdown, tex
from proofs_check.registry import STATEMENTS

PAPER = Path(__file__).parents[2] / "paper"
DELIMITERS = re.compile(r"\\begin\{(\w+\*?)\}|\\end\{(\w+\*?)\}|(?<!\\)(\{)|(?<!\\)(\})|(\\\[)|(\\\])")


def problem(text):
    """The first unbalanced brace, environment or display, or an odd number of dollars; "" if there is none."""
    stack = []
    for begin, end, *marks in DELIMITERS.findall(text):
        opened, closed = begin or marks[0] or marks[2], end or marks[1] or marks[3]
        if opened:
            stack.append({"{": "}", r"\[": r"\]"}.get(opened, opened))
        elif not stack or stack.pop() != closed:
            return f"{closed} closes nothing"
    return f"{stack} left open" if stack else "odd number of $" * (len(re.findall(r"(?<!\\)\$", text)) % 2)


@pytest.mark.parametrize(("name", "document"), [("statements.tex", tex), ("README.md", markdown)])
def test_is_up_to_date(name, document):
    command = {"statements.tex": "--tex", "README.md": "--markdown"}[name]
    committed = (PAPER / name).read_text(encoding="utf-8")
    assert committed == document(STATEMENTS), f"run: python -m proofs_check {command} paper/{name}"


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_each_statement_is_balanced(statement):
    assert problem(statement.latex) == ""


def test_the_article_is_balanced_and_plain_ascii():
    text = tex(STATEMENTS)
    assert problem(text) == "" and text.isascii()


@pytest.mark.parametrize("text", ["{", "}", r"\begin{cases}", r"\[ \begin{cases} \] \end{cases}", "$x", r"\{ }"])
def test_unbalanced_text_is_found(text):
    assert problem(text)
