"""The command line: `limetheory verify` and `limetheory explain`.

Exit codes: 0 done, 1 a check failed, 2 bad input (one line on stderr), 130 interrupted.
"""

from limetheory.cli.main import main

__all__ = ["main"]
