"""Ctrl-C while the modules of a command are loaded, which takes seconds at the first start."""

import pytest

from limetheory.cli import commands
from limetheory.cli.main import run


@pytest.mark.parametrize("command", ["explain", "plan", "doctor"])
def test_one_line_and_the_exit_code_of_ctrl_c(command, monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "import_module", interrupted)
    assert run([command, "--help"]) == 130
    printed = capsys.readouterr()
    assert printed.err == "limetheory: interrupted\n" and not printed.out
