"""Every proof can fail; that each statement is proved is in test_table.py."""

import pytest
import sympy as sp

from proofs_check.registry import STATEMENTS
from proofs_check.statement import NotProvedError

INTEGERS = {"d": 9, "k": 4, "l": 6, "a": 2, "b": 3, "m": 5, "e": 1, "s": 3, "n": 7, "t": 4, "p": 2, "i": 3, "o": 2}
MUTANTS = [(statement, name) for statement in STATEMENTS for name in statement.mutants]
ENTRIES = [(statement, name) for statement in STATEMENTS for name in statement.claim]


def somewhere(expression):
    """The value at a point without symmetries."""
    symbols = sorted(expression.free_symbols, key=str)
    point = {s: INTEGERS.get(s.name, sp.Rational(2 * i + 3, 4 * i + 7)) for i, s in enumerate(symbols)}
    return expression.subs(point)


@pytest.mark.slow
@pytest.mark.parametrize(("statement", "name"), MUTANTS, ids=lambda x: getattr(x, "label", x))
def test_mutant_is_refuted_by_a_value_other_than_zero(statement, name):
    with pytest.raises(NotProvedError) as refusal:
        statement.prove(statement.mutants[name])
    value = somewhere(refusal.value.identity.expression)
    assert value.is_finite and value != 0


@pytest.mark.slow
@pytest.mark.parametrize(("statement", "name"), ENTRIES, ids=lambda x: getattr(x, "label", x))
def test_each_formula_of_a_claim_matters(statement, name):
    with pytest.raises(NotProvedError):
        statement.prove({name: statement.claim[name] + sp.Symbol("epsilon")})


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_has_mutants_of_its_own_formulas(statement):
    assert len(statement.mutants) >= 3
    for name, changes in statement.mutants.items():
        assert changes and set(changes) <= set(statement.claim), name
