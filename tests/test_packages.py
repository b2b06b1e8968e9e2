"""The one hint for a package of an extra that is missing or broken."""

import sys

import pytest

from limetheory.packages import needed


def test_what_is_installed_is_imported():
    import json.decoder

    assert needed("json.decoder", "a record", "files") is json.decoder


def test_a_package_without_its_own_dependency_is_to_be_installed_again(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError) as caught:
        needed("broken_package", "a cluster", "cluster")
    assert str(caught.value) == (
        "a cluster needs broken_package, got one that cannot be imported (No module named 'no_such_dependency'); run "
        "pip install --force-reinstall 'limetheory[cluster]'"
    )


def test_a_package_that_is_missing_is_to_be_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(
        ImportError, match=r"^a model needs skops, got none installed; run pip install 'limetheory\[f\]'"
    ):
        needed("skops", "a model", "f")
