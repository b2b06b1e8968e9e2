"""The table of model classes is read from the registries, and each row's file, test and label exist."""

from pathlib import Path

import pytest

import limetheory as lt
from limetheory.limits.population import population

ROOT = Path(lt.__file__).parent.parent
ROWS = [*lt.supported(), *lt.supported(lt.set_function)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.model)
def test_each_row_names_a_statement_a_file_and_a_test_that_exist(row):
    assert (ROOT / row.file).is_file() and (ROOT / row.test).is_file()
    assert row.statement and row.statement in (ROOT / row.file).read_text(encoding="utf-8")


def test_the_table_holds_every_registered_class():
    known = {cls.__name__ for cls in population.registry if cls is not object}
    assert {row.model for row in lt.supported()} == known
    assert {"Additive", "Leaf", "Multilinear", "FactorProduct", "FactorSum", "Maximum", "WeightedSum"} <= known


def test_a_new_class_enters_the_table_by_registering():
    class Novel:
        """A class whose statement is prop:novel."""

    before = lt.supported()
    population.register(Novel, population.registry[lt.Leaf])
    try:
        assert {row.model for row in lt.supported()} - {row.model for row in before} == {"Novel"}
    finally:
        # singledispatch has no way to forget a class; its registry is a read-only view of this dictionary.
        registry = dict(zip(population.register.__code__.co_freevars, population.register.__closure__, strict=True))
        del registry["registry"].cell_contents[Novel]
        population._clear_cache()
