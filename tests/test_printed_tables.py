"""The tables of things that users name: each prints one row an entry, and what a row shows is filled."""

import pytest

import limetheory as lt
from limetheory import attribution, estimation, images, metrics, networks

TABLES = {
    "METHODS": estimation.METHODS,
    "ATTRIBUTIONS": attribution.ATTRIBUTIONS,
    "SCHEMES": estimation.SCHEMES,
    "SEGMENTERS": images.SEGMENTERS,
    "REPLACEMENTS": images.REPLACEMENTS,
    "GENERATORS": images.GENERATORS,
    "EDITS": images.EDITS,
    "METRICS": metrics.METRICS,
    "NETWORKS": networks.NETWORKS,
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_prints_a_row_for_each_entry(name):
    table = TABLES[name]
    lines = str(table).splitlines()
    assert len(lines) == 2 + len(table) and table.columns
    for own, line in zip(table.own, lines[2:], strict=False):
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        assert cells[0] == f"`{own}`" and cells[1] and len(cells) == 1 + len(table.columns), line


@pytest.mark.parametrize("name", [name for name in lt.designs.__all__ if name.endswith("Design")])
def test_a_design_names_its_statement_in_its_first_sentence(name):
    first = getattr(lt, name).__doc__.partition("\n\n")[0]
    assert name in ("Design", "ExchangeableDesign") or any(f"{kind}:" in first for kind in ("lem", "prop", "cor"))
