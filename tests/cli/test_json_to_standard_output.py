"""`--json -` writes JSON alone to standard output, and what is printed otherwise to standard error."""

import json

import pytest

from limetheory.audit import Audited
from limetheory.cli.main import run

ASKED = {"plan": (["plan", "--superpixels", "10"], "evaluations"), "audit": (["audit"], "not installed")}


@pytest.mark.parametrize(("words", "printed"), ASKED.values(), ids=ASKED)
def test_the_json_of_a_file_is_alone_on_standard_output(words, printed, capsys, tmp_path, monkeypatch):
    absent = [Audited("shap", "x", "", notes=("not installed",))]
    monkeypatch.setattr("limetheory.audit.run.each_audited", lambda *_: absent)
    monkeypatch.chdir(tmp_path)
    assert run([*words, "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert printed in err and not list(tmp_path.iterdir())
    assert run([*words, "--json", "a.json"]) == 0
    table, _ = capsys.readouterr()
    assert printed in table and json.loads(out) == json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
