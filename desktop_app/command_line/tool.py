"""A program with subcommands, and how its failures are told and turned into exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_app.command_line.arguments import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_WRONG_CALL,
    OneLineParser,
)
from desktop_app.command_line.streams import flushed, forget, is_of_stdout, prepare_streams, stdout_failure
from desktop_app.core.errors import CallError, EmoscopeError, unexpected
from desktop_app.core.installation import missing_package

AddCommand = Callable[[str, str, str], argparse.ArgumentParser]
"""(name, text, example) -> the subcommand's parser; it sets `run` to a function of the arguments."""


def say(text: str) -> None:
    """A line for the person, on stderr."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Tool:
    """One program with subcommands.

    `interrupted` is what it says after Ctrl+C; each of `commands` registers a subcommand or several. Results
    go to stdout, everything else to stderr.
    """

    name: str
    description: str
    example: str
    interrupted: str
    commands: Sequence[Callable[[AddCommand], None]]

    def main(self, argv: Sequence[str] | None = None) -> int:
        """Run the command line; 0 done, 1 the work failed, 2 the call is wrong."""
        prepare_streams()
        args = self.parser().parse_args(argv)
        return flushed(self._ended(args), self._say)

    def _say(self, text: str) -> None:
        say(f"{self.name}: {text}")

    def parser(self) -> argparse.ArgumentParser:
        """What the command line understands."""
        lines = "\n".join(f"  {line}" for line in self.example.splitlines())
        parser = OneLineParser(
            prog=self.name,
            description=self.description,
            epilog=f"example:\n{lines}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

        def add(name: str, text: str, example: str) -> argparse.ArgumentParser:
            return commands.add_parser(
                name,
                help=text,
                description=text,
                epilog=f"example:\n  {self.name} {example}",
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )

        for register in self.commands:
            register(add)
        return parser

    def _ended(self, args: argparse.Namespace) -> int:
        return exit_code(lambda: int(args.run(args)), self._say, self.interrupted)


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
