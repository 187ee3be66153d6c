"""The command line itself: bars for people, sentences for failures, nothing on stdout but results."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from misbehaving_models import make_misbehaving_model
from tiny_model import make_tiny_model

from desktop_app.core.errors import CallError
from export.cli import main
from export.commands.progress import progress_bar


def test_a_bar_is_drawn_on_a_terminal_and_only_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar() as progress:
        progress("timing", 3, 4)
    told = capsys.readouterr()
    assert "timing" in told.err
    assert "3/4" in told.err
    assert told.out == ""


def test_without_a_terminal_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as progress:
        progress("timing", 3, 4)
    assert capsys.readouterr() == ("", "")


def test_a_wrong_call_is_exit_2_and_a_failure_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path / "missing.onnx")]) == 1
    assert "missing.onnx cannot be read: No such file" in capsys.readouterr().err

    def wrong(*_: object, **__: object) -> None:
        raise CallError("Options that do not go together.")

    monkeypatch.setattr("export.verification.verify.verify_file", wrong)
    assert main(["verify", "m.onnx"]) == 2
    assert main(["verify"]) == 2


def test_ctrl_c_is_exit_130_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("export.verification.verify.verify_file", interrupted)
    assert main(["verify", "m.onnx"]) == 130
    assert capsys.readouterr().err == "emoscope-export: interrupted, nothing was written.\n"


def test_a_graph_that_never_comes_back_is_told_while_it_is_waited_for_and_ended_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("export.commands.progress._LONG_S", 0.5)
    path = make_misbehaving_model(tmp_path / "m.onnx", "endless_load")
    assert main(["verify", str(path), "--timeout", "8"]) == 1
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("emoscope-export: Still running (")
    assert first.endswith("): one step may take 8 s (--timeout), then it is ended.")
    assert "did not come back within 8 s" in last
    assert main(["verify", str(path), "--timeout", "0"]) == 2


@pytest.mark.slow
def test_verify_and_inspect_never_import_torch(tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "m.onnx")
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['models'] = None; from export.cli import main; "
        f"sys.exit(main(['verify', {str(path)!r}]) or main(['inspect', {str(path)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
