"""The commands of how-to pages print what the pages say, in a folder of their own, after the pages' own code."""

import re
import shlex
from pathlib import Path

import pytest

from limetheory.cli.main import run
from limetheory.many import sources

PAGES = ["stored-models", "command-line", "many-explanations", "which-instances"]
HOWTO = Path(__file__).parents[2] / "docs" / "howto"
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def steps(page):
    """The page's code and commands in their order; of each command what the page says that it prints."""
    for kind, content in BLOCK.findall((HOWTO / f"{page}.md").read_text(encoding="utf-8")):
        if kind == "python":
            if ">>>" not in content:
                yield content, None
            continue
        for command in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
            first, *said = command.splitlines()
            if first.startswith("limetheory "):
                yield first, said


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_says(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("mine",):
        monkeypatch.delitem(__import__("sys").modules, name, raising=False)
    sources._stored.cache_clear()
    names, commands = {}, 0
    for step, said in steps(page):
        if said is None:
            exec(compile(step, page, "exec"), names)
            continue
        command, _, comment = step.partition("#")
        expected = {"": 0, "refused": 2, "exit code 1": 1}[comment.strip()]
        assert run(shlex.split(command)[1:]) == expected, capsys.readouterr().err
        printed = capsys.readouterr()
        lines = [" ".join(one.split()) for one in (printed.out + printed.err).splitlines()]
        for line in filter(None, (" ".join(one.split()) for one in said)):
            assert line in lines, f"{line!r} in {lines}"
        commands += 1
    assert commands > 0
