"""A program with subcommands, and how its failures are told and turned into exit codes."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_WRONG_CALL,
    OneLineParser,
    parse_intermixed,
)
from desktop_app.command_line.output import tell
from desktop_app.command_line.stop_signals import (
    EXIT_INTERRUPTED,
    deaf_at_the_very_end,
    ends_interrupt,
    quiet_end,
    quiet_interrupt,
)
from desktop_app.command_line.streams import (
    flushed,
    forget,
    is_of_stdout,
    prepare_streams,
    stdout_failure,
)
from desktop_app.core.errors import CallError, EmoscopeError, unexpected
from desktop_app.core.installation import missing_package


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand; its module is imported when it is called.

    Attributes
    ----------
    name, summary : str
        As the help of the program lists it. A name of two words is a command of its own, which may stand
        beside that of the first word.
    register : str
        ``package.module:function``: takes the subcommand's parser and adds its arguments, and the default
        `run`, a function of the arguments that returns the exit code.
    examples : str
        Calls, one a line.
    around : callable, optional
        Makes a context that is entered before the module is imported; its value is `args.context`.
    """

    name: str
    summary: str
    register: str
    examples: str
    around: Callable[[], AbstractContextManager[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """One program. Results go to stdout, everything else to stderr.

    Attributes
    ----------
    examples : str
        Calls, one a line.
    interrupted : str
        What it says after Ctrl+C.
    commands : sequence of Command
    version : str
        Shown by ``--version``, if given.
    default : str
        ``package.module:function`` as in `Command`, for a call without a subcommand, if there can be one. Its
        positional arguments must be files called `files`.
    """

    name: str
    description: str
    examples: str
    interrupted: str
    commands: Sequence[Command]
    version: str = ""
    default: str = ""

    def main(self, argv: Sequence[str] | None = None) -> int:
        """Run the command line; 0 done, 1 the work failed, 2 the call is wrong, 130 interrupted."""
        with quiet_interrupt():
            prepare_streams()
            if argv is None:  # this is the process's own entry
                deaf_at_the_very_end()
        words = sys.argv[1:] if argv is None else list(argv)
        code = flushed(exit_code(lambda: self._run(words), self.tell, self.interrupted), self.tell)
        if argv is None:
            quiet_end()
            _leave(code)
        return code

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        """The arguments of a call; `command` is the subcommand's name, or None. SystemExit as argparse's."""
        command = self._command(argv)
        if command is not None:
            return self._parse(command, argv[len(command.name.split()) :])
        parser = self._parser()
        if not self.default:
            if argv and not argv[0].startswith("-"):
                raise self._unknown(argv[0])
            parser.parse_args(argv[:1])  # --help, --version or an option that does not exist
            raise self._wrong("A COMMAND is needed")
        args, left = parser.parse_known_args(argv)
        self._check_files(args.files, argv)
        if left:
            args = parse_intermixed(parser, argv)
        return argparse.Namespace(**{**vars(args), "command": None})

    def tell(self, text: str) -> None:
        """A sentence on stderr."""
        tell(text, self.name)

    # --- parsing ---

    def _command(self, words: Sequence[str]) -> Command | None:
        """That of the most words."""
        meant = [each for each in self.commands if list(words[: len(each.name.split())]) == each.name.split()]
        return max(meant, key=lambda command: len(command.name), default=None)

    def _parser(self) -> argparse.ArgumentParser:
        width = max(len(command.name) for command in self.commands)
        listed = "\n".join(f"  {command.name:<{width}}  {command.summary}" for command in self.commands)
        parser = OneLineParser(
            prog=self.name,
            description=self.description,
            epilog=f"commands (see '{self.name} COMMAND --help'):\n{listed}\n\n"
            f"examples:\n{_indented(self.examples)}\n\n"
            "Results go to stdout, everything else to stderr.\n"
            "Exit code 0: done, 1: the work failed, 2: the call is wrong, 130: interrupted.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if self.version:
            parser.add_argument("--version", action="version", version=f"{self.name} {self.version}")
        if self.default:
            _resolve(self.default)(parser)
        return parser

    def _parse(self, command: Command, words: Sequence[str]) -> argparse.Namespace:
        parser = OneLineParser(
            prog=f"{self.name} {command.name}",
            description=command.summary,
            epilog=f"examples:\n{_indented(command.examples)}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        _resolve(command.register)(parser)
        args = parse_intermixed(parser, words)
        return argparse.Namespace(**{**vars(args), "command": command.name})

    def _check_files(self, files: Sequence[str], words: Sequence[str]) -> None:
        """A word that is neither a file nor looks like one was meant as a subcommand."""
        if not files:
            return
        if self._command(files[:1]) is not None:
            raise self._wrong(f"The option {words[0]} must come after '{files[0]}', if it takes it")
        first = files[0]
        if not Path(first).exists() and not Path(first).suffix and os.sep not in first:
            raise self._unknown(first)

    def _unknown(self, word: str) -> CallError:
        import difflib

        near = difflib.get_close_matches(word, [command.name for command in self.commands], n=1)
        guess = f", perhaps '{near[0]}' is meant" if near else ""
        what = "command or file" if self.default else "command"
        return self._wrong(f"There is no {what} '{word}'{guess}")

    def _wrong(self, sentence: str) -> CallError:
        return CallError(f"{sentence}.", f"See '{self.name} --help'.")

    # --- running ---

    def _run(self, words: Sequence[str]) -> int:
        command = self._command(words)
        around: AbstractContextManager[Any] = contextlib.nullcontext()
        if command is not None and command.around is not None:
            around = command.around()
        elif threading.current_thread() is threading.main_thread():
            around = ends_interrupt()
        with around as context:
            args = self.parse(words)
            args.context = context
            code: int = args.run(args)
        return code


def exit_code(work: Callable[[], int], tell: Callable[[str], object], interrupted: str) -> int:
    """The exit code of `work`; whatever keeps it from its end is told in a sentence.

    Parameters
    ----------
    tell : callable
        Puts a sentence in front of the person.
    interrupted : str
        The sentence after Ctrl+C.
    """
    try:
        return work()
    except SystemExit as leaving:  # argparse: --help, --version, a wrong call
        return leaving.code if isinstance(leaving.code, int) else EXIT_FAILED
    except BrokenPipeError:  # whoever read the results has had enough
        forget(sys.stdout)
        return EXIT_DONE
    except KeyboardInterrupt:
        tell(interrupted)
        return EXIT_INTERRUPTED
    except Exception as error:
        if os.environ.get("EMOSCOPE_DEBUG"):
            raise
        tell(failure_sentence(error))
        if is_of_stdout(error):
            forget(sys.stdout)
        return EXIT_WRONG_CALL if isinstance(error, CallError) else EXIT_FAILED


def failure_sentence(error: Exception) -> str:
    """What a person reads of a failure."""
    if isinstance(error, EmoscopeError):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return missing_package(error)
    if is_of_stdout(error):
        return stdout_failure(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'}: {error.strerror}."
    return unexpected(error)


def as_told(error: BaseException) -> EmoscopeError:
    """Any failure as one with a sentence and a code, for programs that read results."""
    if isinstance(error, EmoscopeError):
        return error
    if isinstance(error, ModuleNotFoundError):
        return EmoscopeError(missing_package(error), code="not_installed")
    if isinstance(error, KeyboardInterrupt):
        return EmoscopeError("It was interrupted.", code="cancelled")
    if isinstance(error, Exception):
        return EmoscopeError(failure_sentence(error), code="internal")
    return EmoscopeError(f"It was ended by {type(error).__name__}.", code="internal")


def _resolve(name: str) -> Callable[[argparse.ArgumentParser], object]:
    module, _, function = name.partition(":")
    found: Callable[[argparse.ArgumentParser], object] = getattr(importlib.import_module(module), function)
    return found


def _indented(lines: str) -> str:
    return "\n".join(f"  {line}" for line in lines.splitlines())


def _leave(code: int) -> None:
    """End the process here and now after Ctrl+C, or if a thread is still at work, as one that loads a model.

    All is saved and closed by then. At the interpreter's regular end a thread that comes back from native
    code is unwound through it, and the C++ runtime aborts the whole process. And where Ctrl+C has come while
    Python ran source text (each dataclass does), the regular end forgets the exit code and sends the signal
    to its own process once more.
    """
    busy = any(thread.daemon and thread.name.startswith("emoscope-") for thread in threading.enumerate())
    if not busy and code != EXIT_INTERRUPTED:
        return
    if not busy:
        atexit._run_exitfuncs()  # child processes that libraries would leave behind
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)
