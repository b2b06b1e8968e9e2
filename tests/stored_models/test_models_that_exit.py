"""Modules and functions that call sys.exit end no command without a word."""

import pytest

from limetheory.cli.main import run
from limetheory.stored_models import load_stored_model


def test_a_script_that_exits_when_it_is_imported_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script_that_exits.py").write_text("import sys; sys.exit(3)")
    with pytest.raises(ImportError, match=r"importable, got 'script_that_exits:score' \(SystemExit: 3\); run"):
        load_stored_model("script_that_exits:score")


def test_a_function_that_exits_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.txt").write_text("a b c")
    assert run(["explain", "--text", "t.txt", "--model", "sys:exit"]) == 2
    assert "a model must answer to its input, got SystemExit: ['a b c'] from 'sys:exit'" in capsys.readouterr().err


def test_a_name_that_is_too_long_is_no_file():
    with pytest.raises(FileNotFoundError, match=r"a model must be an existing file, got 'mmm.*…; give the file"):
        load_stored_model("m" * 5000 + ".skops")
