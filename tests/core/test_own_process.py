"""The program starts itself as another process, with Python or as a package that knows no `-m`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop_app.core.installation import install_hint
from desktop_app.core.own_process import RUN_MODULE, module_command, run_packaged


def test_with_python_a_module_is_run_by_its_name() -> None:
    command = module_command("desktop_app.gui.qt_starts")
    done = subprocess.run(command, env={"QT_QPA_PLATFORM": "offscreen"}, check=False)
    assert done.returncode == 0


def test_a_package_is_asked_for_a_module_and_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr("desktop_app.inference.trial_worker.main", lambda: 7)
    program, *words = module_command("desktop_app.inference.trial_worker")
    assert program == sys.executable
    assert run_packaged(words) == 7


@pytest.mark.parametrize("words", [[], ["analyze", "talk.wav"], [RUN_MODULE], [RUN_MODULE, "os.path"]])
def test_any_other_call_is_left_to_the_program(words: list[str]) -> None:
    assert run_packaged(words) is None


def test_a_package_does_not_advise_to_install_something_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "pip" not in install_hint("silero")
