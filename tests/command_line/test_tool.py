"""The tools beside the analyzer: results reach stdout whole, or a sentence says why; never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.command_line.tool import AddCommand, Tool
from desktop_app.command_line.tool import say as tell
from desktop_app.core.errors import CallError, EmoscopeError

ZOO = Path(__file__).parents[2] / "models" / "zoo"
FULL = Path("/dev/full")


def tool(work: Exception | BaseException | int) -> Tool:
    """A tool with one subcommand that ends so."""

    def register(add: AddCommand) -> None:
        def run(_: object) -> int:
            if isinstance(work, BaseException):
                raise work
            tell("working")
            return work

        add("do", "Does something.", "do it").set_defaults(run=run)

    return Tool("emoscope-some", "Some tool.", "emoscope-some do", "interrupted, nothing done.", (register,))


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
        (OSError(28, "No space left on device"), 1, "cannot be written to stdout: no space left on device."),
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
        with pytest.raises(SystemExit) as left:
            tool(0).main(call)
        assert left.value.code == 0
        assert names in capsys.readouterr().out


def test_a_call_that_is_not_understood_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for call in ([], ["undo"], ["do", "--twice"]):
        with pytest.raises(SystemExit) as left:
            tool(0).main(call)
        assert left.value.code == 2
        told = capsys.readouterr().err
        assert len(told.splitlines()) == 1
        assert "--help'." in told


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


def test_a_reader_who_has_had_enough_is_no_failure() -> None:
    process = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    process.wait()
    assert process.stdin is not None
    code, told = inspect(process.stdin.fileno())
    process.stdin.close()
    assert (code, told) == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_sentence() -> None:
    with FULL.open("wb") as full:
        code, told = inspect(full.fileno())
    assert code == 1
    assert told == "emoscope-export: The results cannot be written to stdout: no space left on device.\n"
