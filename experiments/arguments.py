"""The command line that every experiment has: `run`, with options of its own, and `plot`."""

from __future__ import annotations

import argparse
from typing import NoReturn

Parser = argparse.ArgumentParser


class _OneLine(Parser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print and exit with."""
        raise ValueError(f"{message}; try {self.prog} --help")


def parser(name: str, description: str) -> tuple[Parser, Parser, Parser]:
    """The parser of an experiment, with its commands `run` and `plot` to add options to."""
    whole = _OneLine(prog=f"limetheory experiment run {name}", description=description)
    commands = whole.add_subparsers(dest="command", required=True, parser_class=_OneLine)
    run = commands.add_parser("run", prog=f"limetheory experiment run {name}", help="measure and save")
    plot = commands.add_parser("plot", prog=f"limetheory experiment plot {name}", help="from what is saved")
    return whole, run, plot
