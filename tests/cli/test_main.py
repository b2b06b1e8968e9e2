"""What every command has in common: a warning is one line on stderr, like an error."""

import importlib
import warnings

import limetheory as lt

main = importlib.import_module("limetheory.cli.main")  # limetheory.cli.main is the function


def test_a_warning_is_one_line_without_its_place_in_the_code(monkeypatch, capsys):
    def few_masks(args, standalone_mode):
        warnings.warn("fewer than 10 effective masks\nshow it", lt.FewMasksWarning, stacklevel=1)
        return 0

    monkeypatch.setattr(main, "app", few_masks)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert main.run(["plan"]) == 0
        assert warnings.showwarning is not main._say
    assert capsys.readouterr().err == "limetheory: fewer than 10 effective masks show it\n"
