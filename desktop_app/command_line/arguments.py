"""Parsers and types of arguments that the command lines share. Imports nothing but the standard library."""

from __future__ import annotations

import argparse
import contextlib
import math
from collections.abc import Sequence
from typing import NoReturn

from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.errors import CallError

EXIT_DONE, EXIT_FAILED, EXIT_WRONG_CALL = 0, 1, 2
_MOST_DIGITS = 6


class OneLineParser(argparse.ArgumentParser):
    """Tells a wrong call in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_WRONG_CALL, f"{self.prog}: {message.rstrip('.')}. See '{self.prog} --help'.\n")


def a_name(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("a name is needed, and '' was given")
    return text


def seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        value = float(text)
        if math.isfinite(value) and value > 0:
            return value
    raise argparse.ArgumentTypeError(f"a number of seconds above 0 is needed, and '{text}' was given")


def at_least_one(text: str) -> int:
    with contextlib.suppress(ValueError):
        value = int(text)
        if value >= 1:
            return value
    raise argparse.ArgumentTypeError(f"a whole number of at least 1 is needed, and '{text}' was given")


def a_channel(text: str) -> ChannelChoice:
    try:
        return ChannelChoice.parse(text)
    except CallError as error:
        raise argparse.ArgumentTypeError(error.message.rstrip(".")) from error


def a_label_list(text: str) -> tuple[str, ...]:
    from desktop_app.core.label_set import parse_labels  # only where it is given: it takes numpy along

    try:
        return parse_labels(text)
    except CallError as error:
        raise argparse.ArgumentTypeError(error.message.rstrip(".")) from error


def a_size(text: str) -> str:
    """WIDTHxHEIGHT; how small and how large it may be, the window says."""
    width, _, height = text.lower().partition("x")
    if all(number.isdecimal() and len(number) <= _MOST_DIGITS for number in (width, height)):
        return f"{int(width)}x{int(height)}"
    raise argparse.ArgumentTypeError(f"a size such as 1200x800 is needed, and '{text}' was given")


def parse_intermixed(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """Recordings may also come after options: ``analyze a.wav --jobs 2 b.wav``.

    argparse takes the first run of them only, and its own remedy knows no subcommands.
    """
    args, left = parser.parse_known_args(argv)
    if not left:
        return args
    end = left.index("--") if "--" in left else len(left)  # what follows are names, whatever they look like
    if not hasattr(args, "files") or any(name.startswith("-") and name != "-" for name in left[:end]):
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    names = [*left[:end], *left[end + 1 :]]
    if not all(names):
        parser.error("argument FILE: a name is needed, and '' was given")
    args.files = [*args.files, *names]
    return args
