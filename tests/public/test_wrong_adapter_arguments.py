"""Wrong arguments of the adapters are accepted, or refused in one line that is limetheory's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_no_adapter_leaks_an_error_that_is_not_its_own():
    # in a process of its own, as in test_wrong_arguments.py
    script = Path(__file__).with_name("adapter_calls.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_call_works():
    from adapter_calls import adapter_calls
    from wrong_values import called

    for function, arguments in adapter_calls().values():
        called(function, arguments)
