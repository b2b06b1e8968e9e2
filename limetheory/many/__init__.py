"""Many explanations: a folder of photographs, a table of texts or of rows → one Parquet file, a row for each class.

| module | idea |
|---|---|
| explain.py | `explain_many`: explain each, in several processes, and continue where a run was stopped |
| row.py | an explanation as a row, those of several classes as rows |
| lines.py | the rows so far, those of one input a line, to which a stopped run adds |
| one_run.py | the lock by which a second run into the same file is refused |
| photographs.py, texts.py, table_rows.py | what explains one, and can be sent to another process |
| sources.py | where it has its model from |
"""

from typing import TYPE_CHECKING

from limetheory.many.explain import explain_many as explain_many
from limetheory.registry import exported

if not TYPE_CHECKING:
    __all__ = exported(__name__)
