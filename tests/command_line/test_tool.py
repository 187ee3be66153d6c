"""The tools beside the analyzer: results reach stdout whole, or a sentence says why; never a traceback."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.cli import main
from desktop_app.command_line.output import say as tell
from desktop_app.command_line.stop_signals import quiet_interrupt
from desktop_app.command_line.tool import Command, Tool
from desktop_app.core.errors import CallError, EmoscopeError

ROOT = Path(__file__).parents[2]
ZOO = ROOT / "models" / "zoo"
FULL = Path("/dev/full")


WORK: list[BaseException | int] = []
"""How the subcommand of the next tool ends."""


def register(parser: argparse.ArgumentParser) -> None:
    def run(_: object) -> int:
        (work,) = WORK
        if isinstance(work, BaseException):
            raise work
        tell("working")
        return work

    parser.add_argument("files", nargs="*")
    parser.add_argument("--often", type=int)
    parser.set_defaults(run=run)


def tool(work: BaseException | int, *, default: bool = False) -> Tool:
    """A tool with one subcommand that ends so."""
    WORK[:] = [work]
    here = f"{__name__}:register"
    return Tool(
        "emoscope-some",
        "Some tool.",
        "emoscope-some do",
        "interrupted, nothing done.",
        (Command("do", "Does something.", here, "emoscope-some do it"),),
        default=here if default else "",
    )


@pytest.mark.parametrize(
    ("work", "code", "says"),
    [
        (0, 0, "working"),
        (3, 3, "working"),
        (EmoscopeError("It is broken.", "Mend it."), 1, "emoscope-some: It is broken. Mend it."),
        (CallError("Two things at once."), 2, "emoscope-some: Two things at once."),
        (
            FileNotFoundError(2, "No such file or directory", "a.onnx"),
            1,
            "a.onnx: No such file or directory.",
        ),
        (OSError(28, "No space left on device"), 1, "A file: No space left on device."),
        (OSError(5, "Input/output error"), 1, "cannot be written to stdout: input/output error."),
        (KeyboardInterrupt(), 130, "emoscope-some: interrupted, nothing done."),
        (BrokenPipeError(), 0, ""),
        (
            KeyError("mine-z"),
            1,
            "Something went wrong inside Emoscope (KeyError: 'mine-z'). With EMOSCOPE_DEBUG=1",
        ),
    ],
)
def test_each_end_has_its_exit_code_and_one_sentence(
    work: BaseException | int, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool(work).main(["do"]) == code
    told = capsys.readouterr().err
    assert says in told
    assert len(told.splitlines()) == (1 if says else 0)


def test_whoever_looks_for_a_fault_sees_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOSCOPE_DEBUG", "1")
    with pytest.raises(KeyError):
        tool(KeyError("mine-z")).main(["do"])


def test_help_names_the_commands_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for call, names in ((["--help"], "Does something."), (["do", "--help"], "emoscope-some do it")):
        assert tool(0).main(call) == 0
        assert names in capsys.readouterr().out


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ([], "COMMAND"),
        (["undo"], "perhaps 'do' is meant"),
        (["do", "--twice"], "--twice"),
        (["--no"], "--no"),
    ],
)
def test_a_call_that_is_not_understood_is_one_line(
    call: list[str], names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool(0).main(call) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert names in told
    assert "--help'." in told


def test_a_module_is_imported_when_its_command_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    absent = Command("other", "Does something else.", "no_such_module:register", "emoscope-some other")
    both = replace(tool(0), commands=(*tool(0).commands, absent))
    assert both.main(["--help"]) == 0
    assert "Does something else." in capsys.readouterr().out
    assert both.main(["do"]) == 0
    assert both.main(["other"]) == 1
    assert "'no_such_module' is not installed" in capsys.readouterr().err


class TestATool:
    """One that can be called without a command, with files."""

    @pytest.mark.parametrize(
        ("call", "files"),
        [
            ([], []),
            (["a.wav"], ["a.wav"]),
            (["a.wav", "--often", "2", "b.wav"], ["a.wav", "b.wav"]),
            (["--", "--a.wav", "do"], ["--a.wav", "do"]),
            (["./do"], ["./do"]),
        ],
    )
    def test_words_that_are_no_command_are_files(self, call: list[str], files: list[str]) -> None:
        args = tool(0, default=True).parse(call)
        assert (args.command, args.files) == (None, files)

    def test_a_word_that_cannot_be_a_file_is_a_command_that_is_not_there(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert tool(0, default=True).main(["dot"]) == 2
        assert "no command or file 'dot', perhaps 'do' is meant" in capsys.readouterr().err

    def test_options_come_after_the_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert tool(0, default=True).main(["--often", "2", "do"]) == 2
        assert "--often must come after 'do'" in capsys.readouterr().err


def inspect(stdout: int) -> tuple[int, str]:
    (model,) = ZOO.glob("*.onnx")
    done = subprocess.run(
        [sys.executable, "-m", "export", "inspect", str(model), "--json"],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.slow
def test_a_reader_who_has_had_enough_is_no_failure() -> None:
    process = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    process.wait()
    assert process.stdin is not None
    code, told = inspect(process.stdin.fileno())
    process.stdin.close()
    assert (code, told) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_sentence() -> None:
    with FULL.open("wb") as full:
        code, told = inspect(full.fileno())
    assert code == 1
    assert told == "emoscope-export: The results cannot be written to stdout: no space left on device.\n"


_INTERRUPTED_AT = """
import os, signal, sys
class CtrlC:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "desktop_app.core.errors":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, CtrlC)
import {module}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to oneself there")
@pytest.mark.parametrize("module", ["desktop_app.cli", "export.cli", "models.cli"])
def test_ctrl_c_while_a_program_is_loaded_ends_it_without_a_word(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_AT.format(module=module)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_what_hears_ctrl_c_stays_as_it_was_once_a_program_is_loaded() -> None:
    before = signal.getsignal(signal.SIGINT)
    with quiet_interrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


_A_TOOL = """
import atexit, ctypes, os, signal, sys, time
from desktop_app.command_line.tool import Command, Tool

def ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)

def in_source_text(_):
    exec("ctrl_c()")

def among_what_is_registered(_):
    atexit.register(ctrl_c)
    return 0

def at_the_very_end(_):
    c = ctypes.CDLL(None)
    c.on_exit(c["raise"], None)  # is called with the exit code, when Python is gone
    return signal.SIGINT

def register(parser):
    parser.add_argument("when")
    parser.set_defaults(run=lambda args: globals()[args.when](args))

sys.modules["a_tool"] = sys.modules["__main__"]
sys.exit(Tool("some", "", "", "interrupted.", [Command("do", "", "a_tool:register", "")]).main())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other C libraries have no on_exit")
@pytest.mark.parametrize(
    ("when", "code", "told"),
    [
        ("in_source_text", 130, "some: interrupted.\n"),  # each dataclass is made so
        ("among_what_is_registered", 130, ""),
        ("at_the_very_end", 2, ""),
    ],
)
def test_ctrl_c_never_ends_a_program_as_a_signal(tmp_path: Path, when: str, code: int, told: str) -> None:
    (tmp_path / "a_tool.py").write_text(_A_TOOL)
    done = subprocess.run(
        [sys.executable, "-m", "a_tool", "do", when],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, told)


def test_the_help_tells_the_exit_code_of_an_interrupted_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "130: interrupted" in " ".join(capsys.readouterr().out.split())
