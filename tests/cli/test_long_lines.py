"""A line of stderr stays one that a person can read, however long the names and cells of a file are."""

import json
import zipfile

import numpy as np
import pytest

import limetheory as lt
from limetheory.cli.main import LONGEST, _say, run
from limetheory.csv_tables import read_csv

LONG = "x" * 100_000
TABLES = {
    "a cell of digits": "a,b\n" + "1" * 50_000 + ",2\n",
    "a cell of letters beside a number": f"a,b\n{LONG},2\n3,4\n",
    "a name, and a cell that is missing": f"{LONG},b\n,2\n",
    "a name, and a number in another notation": f'{LONG},b\n"1,5",2\n',
    "a name, and a number that float64 rounds": f"{LONG},b\n{2**53 + 1},2\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_refused_table_is_told_in_few_words(name, tmp_path):
    (tmp_path / "t.csv").write_text(TABLES[name])
    table = read_csv(tmp_path / "t.csv")
    with pytest.raises(ValueError, match="column") as refused:
        table.filled(table.names)
    assert len(str(refused.value)) < 1000


def test_a_column_that_is_not_there_is_told_in_few_words(tmp_path):
    (tmp_path / "t.csv").write_text(",".join(f"{LONG}{j}" for j in range(3)) + "\n1,2,3\n")
    with pytest.raises(ValueError, match="a column must be one of") as refused:
        read_csv(tmp_path / "t.csv").place("y")
    assert len(str(refused.value)) < 1000


def test_a_long_message_keeps_its_beginning_and_its_remedy(capsys):
    _say(f"a name must be short, got {LONG}; write a shorter one")
    line = capsys.readouterr().err
    assert len(line) < LONGEST + 100 and line.startswith("limetheory: a name must be short")
    assert line.endswith("x; write a shorter one\n") and " … " in line
    _say("short")
    assert capsys.readouterr().err == "limetheory: short\n"


@pytest.mark.parametrize("value", [{"number": "1" * 5000}, {"number": 10**400}, {"array": LONG}], ids=range(3))
def test_an_odd_number_in_a_kept_answer_is_refused_in_few_words(value, tmp_path, capsys):
    whole, odd = tmp_path / "whole.npz", tmp_path / "odd.npz"
    lt.Explanation(np.array([0.5, 0.1]), 0.1, np.array([0.1, 0.2]), 100).save(whole)
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(odd, "w") as forged:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "answer.json":
                answer = json.loads(content)
                answer["answer"]["of"]["intercept"] = answer["version"] = value
                if "array" in value or isinstance(value["number"], int):
                    answer["version"] = 1
                content = json.dumps(answer)
            forged.writestr(name, content)
    assert run(["pick", str(odd), str(whole), "--budget", "1"]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and len(said) < 1000
