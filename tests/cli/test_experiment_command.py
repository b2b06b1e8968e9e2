"""`limetheory experiment`: what it lists, hands over and refuses."""

import pytest

from experiments._frame import registry
from limetheory.cli.main import run


def test_list_names_each_experiment_with_its_question(capsys):
    assert run(["experiment", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} >= {"cost", "dseg", "explain", "verify"}
    assert all(len(line.split()) > 4 for line in lines)
    width = max(len(line.split()[0]) for line in lines)
    assert all(line[width] == " " != line[width + 1] for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["draw"], "action must be one of list, run, plot, report, got 'draw'"),
        (["run", "spede"], "got 'spede'; did you mean 'speed'?"),
        (["run", "minee"], "got 'minee'; limetheory experiment list says what each is about"),
        (["run"], "run needs the name of an experiment, got none"),
        (["plot", "dsge"], "name must be one of adapters, audit, backends, cost, coverage, dseg"),
        (["run", "dseg"], "required: --images; try limetheory experiment run dseg --help"),
        (["run", "dseg", "--images", "nowhere"], "images must be a folder of photographs, got nowhere with none"),
        (["run", "dseg", "--images", ".", "--limit", "x"], "argument --limit: invalid int value: 'x'"),
        (["run", "dseg", "--images", ".", "--workers", "0"], "workers must be at least 1, got 0"),
        (["run", "worst_case", "--cluster", "here"], "cluster must be the address of a Dask scheduler, got 'here'"),
        (["run", "cost", "--workers", "2"], "one after the other, for time counts, got --workers 2; leave it out"),
        (["run", "cost", "--smokes"], "unrecognized arguments: --smokes"),
        (["plot", "dseg", "--out", "nowhere"], "plot needs saved rows, got none at nowhere"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_status_2(capsys, arguments, message):
    assert run(["experiment", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("limetheory: ") and message in error and error.count("\n") == 1
    assert error.count("limetheory:") == 1 and "limetheory: limetheory" not in error


@pytest.mark.parametrize("action", ["run", "plot", "report"])
def test_an_action_has_help_without_a_name(capsys, action):
    assert run(["experiment", action, "--help"]) == 0
    assert "list, run, plot or report" in capsys.readouterr().out


def test_the_help_that_a_complaint_names_exists(capsys):
    assert run(["experiment", "run", "dseg", "--help"]) == 0
    assert "--images" in capsys.readouterr().out


@pytest.mark.slow
def test_the_help_of_every_experiment_says_what_it_is_about(capsys):
    names = registry.names()
    assert len(names) > 20
    for name in names:
        assert run(["experiment", "run", name, "--help"]) == 0
        words = " ".join(capsys.readouterr().out.split())
        assert words.startswith(f"usage: limetheory experiment run {name} ") and "--workers" in words
        assert registry.find(name).about.split(".")[0] in words
