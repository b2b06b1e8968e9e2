"""There is a page in Markdown for each statement, and the files that it names exist."""

import re
from pathlib import Path

import pytest

from proofs_check.pages import CAPTIONS, FIGURES, page, page_name, pages, write
from proofs_check.registry import STATEMENTS

ROOT = Path(__file__).parents[2]
LABELS = [statement.label for statement in STATEMENTS]
MATHS = re.compile(r"\$\$.*?\$\$|\$.*?\$|\\begin\{gather\*\}.*?\\end\{gather\*\}", re.DOTALL)


def test_every_statement_has_a_page_and_the_list_has_them_all():
    texts = pages(STATEMENTS)
    assert texts.keys() == {"index", *map(page_name, LABELS)}
    assert all(f"[{label}]({page_name(label)}.md)" in texts["index"] for label in LABELS)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_a_page_links_to_files_and_pages_that_are_there(statement):
    links = re.findall(r"\]\((.*?)\)", page(statement))
    assert links
    for link in links:
        assert (
            link.removesuffix(".md") in map(page_name, LABELS)
            or (ROOT / "docs" / "statements" / link).resolve().is_file()
        )


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_no_latex_is_left_outside_of_formulas(statement):
    body = page(statement).partition("## Statement")[2].partition("## Code")[0]
    assert not re.search(r"\\[a-zA-Z]", MATHS.sub("", body)) and "~" not in body


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_a_formula_stands_on_one_line_or_between_double_dollars(statement):
    body = re.sub(r"\$\$.*?\$\$", "", page(statement), flags=re.DOTALL)
    assert all(line.count("$") % 2 == 0 for line in body.replace(r"\$", "").splitlines())


def test_figures_are_of_statements_and_have_a_caption():
    assert FIGURES.keys() <= set(LABELS)
    assert {path for paths in FIGURES.values() for path in paths} == CAPTIONS.keys()
    assert all((ROOT / "experiments" / path).is_file() for path in CAPTIONS)


def test_the_pages_are_written_into_a_new_folder(tmp_path):
    write(tmp_path / "new" / "statements")
    assert len(list((tmp_path / "new" / "statements").glob("*.md"))) == len(LABELS) + 1
