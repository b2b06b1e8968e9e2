"""SIGTERM ends a command as Ctrl-C does, and Ctrl-C while the command line is loaded prints one line."""

import builtins
import os
import signal
import threading

import pytest
from explain_cases import NAMES, OPTIONS, Tiny, read

from limetheory import __main__ as entry
from limetheory.cli import commands
from limetheory.cli.main import run
from limetheory.cli.termination import drop_closed, ended_as_by_ctrl_c


class Terminated(Tiny):
    """Sends its own process a signal after a number of images."""

    number = signal.SIGTERM

    def forward(self, x):
        if self.images > 40:
            self.images = -(10**9)
            os.kill(os.getpid(), self.number)
        return super().forward(x)


@pytest.fixture
def terminated(monkeypatch):
    from limetheory.networks import Classifier

    def load(name, weights, device, reference, **how):
        seen = {"size": 24, "mean": [0.5] * 3, "std": [0.5] * 3}
        return Classifier(Terminated(), **seen, class_names=NAMES, name=name, **how)

    monkeypatch.setattr("limetheory.networks.load_model", load)


@pytest.fixture(autouse=True)
def as_in_a_terminal():
    """SIGHUP ends a process, also where the tests run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
def test_sigterm_gives_the_partial_answer_and_its_files(terminated, photo, tmp_path, capsys, monkeypatch, number):
    monkeypatch.setattr(Terminated, "number", number)
    out = tmp_path / "out.json"
    arguments = ["explain", photo, *OPTIONS, "--samples", "600", "--batch-size", "4", "--json", str(out)]
    assert run(arguments) == 130
    shown = capsys.readouterr()
    assert "8 superpixels; " in shown.out and "interrupted after " in shown.err
    assert read(out)["interrupted"] and 0 < read(out)["levels"][-1]["masks"] < 600


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
def test_a_process_has_its_own_signal_handlers_again_afterwards(number):
    before = signal.getsignal(number)
    with ended_as_by_ctrl_c():
        assert signal.getsignal(number) != before
    assert signal.getsignal(number) == before


def test_a_command_under_nohup_goes_on_when_its_terminal_is_closed():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_as_by_ctrl_c():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_is_printed_to_a_closed_terminal_is_dropped_and_to_an_open_one_is_not():
    for closed in (True, False):
        person, terminal = os.openpty()
        if closed:
            os.close(person)
        drop_closed([terminal])
        assert os.write(terminal, b"words") == 5
        if not closed:
            assert os.read(person, 5) == b"words"
            os.close(person)
        os.close(terminal)


def test_a_listener_of_somebody_else_stays(monkeypatch):
    heard = []
    monkeypatch.setattr(signal, "getsignal", lambda number: heard.append)
    monkeypatch.setattr(signal, "signal", lambda *_: pytest.fail("another one was set"))
    with ended_as_by_ctrl_c():
        pass


def test_another_thread_sets_no_handler():
    failed = []

    def work():
        try:
            with ended_as_by_ctrl_c():
                pass
        except ValueError as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed == []


def test_ctrl_c_while_modules_are_loaded_prints_one_line(monkeypatch, capsys):
    whole = builtins.__import__

    def interrupted(name, *arguments):
        if name == "limetheory.cli":
            raise KeyboardInterrupt
        return whole(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 130 and capsys.readouterr().err == "limetheory: interrupted\n"


def in_a_class(_):
    """Raises what Python 3.11 makes of an interrupt while a class is made."""
    raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt("interrupted by SIGTERM")


def at_once(_):
    raise KeyboardInterrupt("interrupted by SIGTERM")


@pytest.mark.parametrize("interrupted", [at_once, in_a_class], ids=["at once", "in a class"])
@pytest.mark.parametrize("name", ["explain", "explain-many", "verify", "pick", "audit", "app", "experiment"])
def test_a_signal_while_the_modules_of_a_command_are_loaded_prints_one_line(monkeypatch, capsys, name, interrupted):
    monkeypatch.setattr(commands.Command, "loaded", interrupted)
    assert run([name]) == 130
    assert capsys.readouterr().err == "limetheory: interrupted by SIGTERM\n"


def test_ctrl_c_while_the_options_are_read_prints_one_line(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("typer.core.TyperGroup.invoke", interrupted)
    assert run(["plan", "--superpixels", "9", "--half-width", "0.1"]) == 130
    assert capsys.readouterr().err == "limetheory: interrupted\n"


def test_ctrl_c_in_a_command_prints_one_line(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("limetheory.cli.plan._print", interrupted)
    assert run(["plan", "--superpixels", "9", "--half-width", "0.1"]) == 130
    assert capsys.readouterr().err == "limetheory: interrupted\n"


def test_an_error_after_ctrl_c_is_told_rather_than_the_interrupt(monkeypatch, capsys):
    def full(*_, **__):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise OSError("the disk is full")  # noqa: B904 — as an error in the handler is

    monkeypatch.setattr("limetheory.cli.plan._print", full)
    assert run(["plan", "--superpixels", "9", "--half-width", "0.1"]) == 2
    assert capsys.readouterr().err == "limetheory: the disk is full\n"
