"""The clauses of every statement, and by which means each of them is shown.

| module | statements |
|---|---|
| clause.py | what a clause is |
| designs.py | moments, limits and designs |
| models.py | closed forms by class of models |
| sampling.py | finite samples |
| methods.py | other explanations |
"""

from proofs_check.clauses import designs, methods, models, sampling
from proofs_check.clauses.clause import ALL, Clause

CLAUSES: dict[str, tuple[Clause, ...]] = {
    **designs.CLAUSES,
    **models.CLAUSES,
    **sampling.CLAUSES,
    **methods.CLAUSES,
}

__all__ = ["ALL", "CLAUSES", "Clause"]
