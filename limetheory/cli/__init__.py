"""The command line `limetheory`, whose commands `limetheory --help` lists.

The exit code is 0 after success, 1 if a check failed, 2 for bad input (with one line on stderr), and 130 after Ctrl-C.
"""

from limetheory.cli.main import main

__all__ = ["main"]
