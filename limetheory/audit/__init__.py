"""`limetheory audit`: what LIME-like libraries converge to, beside what they should.

| module | idea |
|---|---|
| table.py, subject.py | the libraries, their methods, and what each should converge to |
| libraries/ | one file for each library, which needs NumPy and the library alone |
| questions.py | what a method is asked: set functions, numbers of masks, seeds, settings |
| worker.py, process.py | a process for each method, which may belong to another environment |
| checks.py, judges/ | the checks, and what decides each |
| regressions.py, targets.py, evidence.py | the designs, kernels, penalties and targets that explain a deviation |
| run.py, findings.py, report.py, page.py | the audit, what it finds, the JSON file and the page |
"""

from limetheory.audit.checks import CHECKS, Check
from limetheory.audit.findings import Audited, Finding
from limetheory.audit.run import audit
from limetheory.audit.subject import Library, Subject
from limetheory.audit.table import LIBRARIES

__all__ = ["CHECKS", "LIBRARIES", "Audited", "Check", "Finding", "Library", "Subject", "audit"]
