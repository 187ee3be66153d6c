"""The parser: help with examples, wrong calls in one sentence, and nothing heavy before it is needed."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable

import pytest

from desktop_app import __version__, cli

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    "words", [[], ["live"], ["analyze"], ["profile"], ["profile", "build"], ["devices"], ["doctor"]]
)
def test_help_shows_an_example_of_each_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    examples = shown.partition("examples:\n")[2]
    assert f"  {' '.join(['emoscope', *words])}" in examples
    assert all(len(line) <= 100 for line in shown.splitlines())


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"emoscope {__version__}\n"


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (["sing"], "'sing'"),
        (["--sing"], "--sing"),
        (["analyze"], "FILE"),
        (["analyze", "a.wav", "--jobs", "0"], "'0'"),
        (["analyze", "a.wav", "--jobs", "two"], "'two'"),
        (["analyze", "a.wav", "--jso", "x"], "--jso"),
        (["live", "--seconds", "-1"], "'-1'"),
        (["live", "--seconds", "nan"], "'nan'"),
        (["live", "--seconds", "inf"], "'inf'"),
        (["live", "--provider", "tpu"], "'tpu'"),
        (["live", "--source", ""], "--source"),
        (["live", "--source", "demo", "--device", "USB"], "--device"),
        (["--source", "demo", "live"], "--source must come after 'live'"),
        (["--screenshot", "a.png", "devices"], "--screenshot"),
        (["--size", "huge"], "'huge'"),
        (["--size", "1200x-1"], "'1200x-1'"),
        (["doctor", "--model"], "--model"),
        (["analyze", "a.wav", "--jobs", "2", "b.wav", "--sing"], "--sing"),
        (["analyze", "a.wav", "--jobs", "2", ""], "FILE"),
        (["profile", "show", "a.profile", "--json", "b.profile"], "b.profile"),
    ],
)
def test_a_wrong_call_is_told_in_one_line_with_exit_code_2(
    call: list[str], names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(call) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("emoscope")
    assert names in err
    assert err.count("\n") == 1
    assert "--help'" in err


@pytest.mark.parametrize(
    ("words", "files", "jobs"),
    [
        (["a.wav", "--jobs", "2", "b.wav"], ["a.wav", "b.wav"], 2),
        (["--jobs", "2", "a.wav", "b.wav"], ["a.wav", "b.wav"], 2),
        (["a.wav", "--jobs", "2", "b.wav", "--csv", "x", "c.wav"], ["a.wav", "b.wav", "c.wav"], 2),
        (["a.wav", "--jobs", "2", "b.wav", "--", "--c.wav"], ["a.wav", "b.wav", "--c.wav"], 2),
        (["--", "--jobs"], ["--jobs"], 1),
    ],
)
def test_recordings_and_options_come_in_any_order(words: list[str], files: list[str], jobs: int) -> None:
    args = cli.TOOL.parse(["analyze", *words])
    assert (args.files, args.jobs) == (files, jobs)
    build = cli.TOOL.parse(["profile", "build", "a.wav", "--out", "me.profile", "b.wav"])
    assert build.files == ["a.wav", "b.wav"]


def test_the_parser_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from desktop_app.cli import main\n"
        "assert main(['--help']) == 0\n"
        "heavy = {'numpy', 'rich', 'onnxruntime', 'jsonschema', 'sounddevice', 'PySide6', 'soundfile'}\n"
        "print('loaded', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded []\n")


def test_analyze_never_loads_qt_or_portaudio() -> None:
    code = (
        "import sys\n"
        "import desktop_app.commands.analyze\n"
        "print('loaded', sorted({'PySide6', 'sounddevice', 'pyqtgraph', 'torch'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "loaded []\n"


class TestTheWindow:
    @pytest.fixture
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> list[argparse.Namespace]:
        """The arguments that the window was opened with."""
        calls: list[argparse.Namespace] = []
        monkeypatch.setattr(
            "desktop_app.commands.window.open_window", lambda args, **_: calls.append(args) or 0
        )
        return calls

    @pytest.fixture
    def listened(self, monkeypatch: pytest.MonkeyPatch) -> list[argparse.Namespace]:
        from desktop_app.commands import live

        calls: list[argparse.Namespace] = []
        monkeypatch.setattr(live, "run", lambda args, stopped: calls.append(args) or 0)
        return calls

    def test_it_opens_where_there_is_a_display(
        self, opened: list[argparse.Namespace], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desktop_app.commands.display.display_problem", lambda: None)
        assert cli.main(["--source", "demo", "--theme", "dark", "--size", "800x600"]) == 0
        found = {name: value for name, value in vars(opened[0]).items() if name not in {"run", "context"}}
        assert found == {
            "command": None,
            "files": [],
            "channel": None,  # what was chosen in the window last time
            "adapt": None,
            "labels": None,
            "detector": None,  # so too
            "backend": None,
            "source": "demo",
            "device": None,
            "model": None,
            "provider": None,
            "try_again": False,
            "profile": None,
            "session": None,
            "sessions": None,
            "seconds": None,
            "theme": "dark",
            "language": None,
            "size": "800x600",
            "screenshot": None,
            "view": None,
        }

    def test_a_screenshot_needs_no_display(
        self, opened: list[argparse.Namespace], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desktop_app.commands.display.display_problem", lambda: "There is none.")
        assert cli.main(["--screenshot", "out.png", "--source", "demo", "--seconds", "6"]) == 0
        assert opened[0].screenshot == "out.png"
        assert opened[0].seconds == 6.0

    def test_a_picture_of_a_recording_needs_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["--screenshot", "out.png", "--view", "recording"]) == 2
        assert "needs a FILE, or --source demo" in capsys.readouterr().err

    def test_without_a_display_it_says_so_and_goes_on_in_the_terminal(
        self,
        opened: list[argparse.Namespace],
        listened: list[argparse.Namespace],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr("desktop_app.commands.display.display_problem", lambda: "There is no display.")
        assert cli.main(["--source", "demo", "--seconds", "3"]) == 0
        assert "There is no display. Emoscope goes on in the terminal." in capsys.readouterr().err
        assert not opened
        assert (listened[0].source, listened[0].seconds, listened[0].jsonl) == ("demo", 3.0, None)


class TestFailures:
    def run_and_raise(self, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
        from desktop_app.commands import devices

        def fail(args: argparse.Namespace) -> int:
            raise error

        monkeypatch.setattr(devices, "run", fail)
        return cli.main(["devices"])

    def test_what_nobody_foresaw_is_a_sentence_and_no_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run_and_raise(monkeypatch, ValueError("two\nlines")) == 1
        err = capsys.readouterr().err
        assert "(ValueError: two lines)" in err
        assert err.count("\n") == 1

    def test_ctrl_c_is_130(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.run_and_raise(monkeypatch, KeyboardInterrupt()) == 130
        assert capsys.readouterr().err == "emoscope: Interrupted.\n"

    def test_a_missing_package_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        error = ModuleNotFoundError("No module named 'soxr'", name="soxr")
        assert self.run_and_raise(monkeypatch, error) == 1
        err = capsys.readouterr().err
        assert "'soxr' is not installed" in err
        assert err.endswith('In the project folder: pip install -e ".[cpu]"\n')
