"""What the command line of the analyzer understands. Imports nothing but the standard library."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from desktop_app import __version__
from desktop_app.command_line.arguments import (
    OneLineParser,
    a_name,
    a_size,
    at_least_one,
    seconds,
)
from desktop_app.core.errors import CallError

_SEE_HELP = "See 'emoscope --help'."
_WINDOW_DEFAULTS: dict[str, Any] = {
    "source": "mic",
    "device": None,
    "model": None,
    "provider": "auto",
    "seconds": None,
    "theme": "auto",
    "size": None,
    "screenshot": None,
    "view": None,
}


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of a call, and `command`: None for the window.

    Raises
    ------
    CallError
        They do not fit together. What argparse itself refuses it tells on stderr, and raises SystemExit.
    """
    args = _parse_intermixed(_parser(), argv)
    given = {name: getattr(args, f"window_{name}") for name in _WINDOW_DEFAULTS}
    if args.command is None:
        given = {name: _WINDOW_DEFAULTS[name] if value is None else value for name, value in given.items()}
        args = argparse.Namespace(command=None, **given)
    else:
        for name, value in given.items():
            if value is not None:
                raise CallError(
                    f"The option --{name} must come after '{args.command}', if it takes it.", _SEE_HELP
                )
    if args.command in {None, "live"} and args.device is not None and args.source != "mic":
        raise CallError("The option --device needs a microphone as --source.", _SEE_HELP)
    return args


def _parse_intermixed(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
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


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="emoscope",
        description="An oscilloscope for emotion in the voice. Without a command it opens the window.",
        epilog="examples:\n"
        "  emoscope                                   open the window and listen\n"
        "  emoscope live --source demo                the live view in the terminal, on the demo recording\n"
        "  emoscope analyze talk.wav                  what was said how, as a table\n"
        "  emoscope profile build me.wav --out me.profile   learn a voice, to judge it better\n"
        "  emoscope doctor                            is everything there that is needed?\n"
        "  emoscope --screenshot out.png --source demo --seconds 6\n"
        "\nResults go to stdout, everything else to stderr.\n"
        "Exit code 0: done, 1: the work failed, 2: the call is wrong.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"emoscope {__version__}")
    window = parser.add_argument_group("the window")
    _add_source(window, prefix="window_")
    window.add_argument(
        "--screenshot", metavar="OUT.png", dest="window_screenshot", type=a_name,
        help="render the window without a screen, save it and leave",
    )  # fmt: skip
    window.add_argument(
        "--theme",
        choices=("auto", "light", "dark"),
        dest="window_theme",
        help="colours (default: the system's)",
    )
    window.add_argument(
        "--size", metavar="WIDTHxHEIGHT", dest="window_size", type=a_size,
        help="size of the window, such as 1200x800",
    )  # fmt: skip
    window.add_argument(
        "--view",
        choices=("live", "recording"),
        dest="window_view",
        help="what --screenshot shows (default: live)",
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=OneLineParser
    )
    _add_live(commands)
    _add_analyze(commands)
    _add_profile(commands)
    _add_simple(
        commands, "devices", "list the microphones",
        "List the microphones. A listed one need not open: 'emoscope doctor' tries.",
        "  emoscope devices\n  emoscope devices --json",
    )  # fmt: skip
    doctor = _add_simple(
        commands, "doctor", "check everything that is needed to run",
        "Check Python, packages, sound, microphones, the model, the display and folders, and say what\n"
        "to do about each failure. Exit code 1 if the program could not run; a missing microphone or\n"
        "display is only a warning, as recordings can still be analyzed.",
        "  emoscope doctor\n  emoscope doctor --json\n  emoscope doctor --model mine.onnx --device USB",
    )  # fmt: skip
    _add_device(doctor, "try this microphone alone: its name, or a part of it (default: every one)")
    _add_model_file(doctor)
    return parser


def _add_command(commands: Any, name: str, summary: str, description: str, examples: str) -> Any:
    return commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add_live(commands: Any) -> None:
    live = _add_command(
        commands, "live", "listen, and show emotions in the terminal while someone speaks",
        "Listen, and show emotions while someone speaks: as a view if stdout is a terminal,\n"
        "as JSON lines otherwise. Ends with Ctrl+C, at the end of a recording, or after --seconds;\n"
        "the last stretch of speech is included. Without a microphone it waits for one; exit code 1\n"
        "if --seconds pass without any audio.",
        "  emoscope live\n"
        "  emoscope live --source talk.wav --jsonl - | jq 'select(.event == \"final\")'\n"
        "  emoscope live --device \"USB Audio\" --seconds 60 --jsonl minute.jsonl",
    )  # fmt: skip
    _add_source(live, defaults=True)
    live.add_argument(
        "--jsonl",
        metavar="-|FILE",
        type=a_name,
        help="write each event as a line of JSON to stdout or a new file",
    )
    live.add_argument("--overwrite", action="store_true", help="replace the file of --jsonl if it is there")
    _add_profile_option(live)


def _add_analyze(commands: Any) -> None:
    analyze = _add_command(
        commands, "analyze", "find the emotions in recordings",
        "Find speech and its emotions in recordings, whatever their format. Without an output\n"
        "option a table is printed. A recording that cannot be read is named on stderr and in the report,\n"
        "the others are still analyzed, and the exit code is 1. What makes answers doubtful (clipping, a\n"
        "sample rate below the model's) is told on stderr and in the 'warnings' of each file in the JSON.",
        "  emoscope analyze talk.wav\n"
        "  emoscope analyze *.flac --json result.json --csv result.csv --jobs 2\n"
        "  emoscope analyze talk.wav --textgrid talk.TextGrid\n"
        "  emoscope analyze *.wav --textgrid annotations/        a .TextGrid for each recording\n"
        "  emoscope analyze talk.mp3 --json - | jq .files[0].overall",
    )  # fmt: skip
    analyze.add_argument(
        "files", metavar="FILE|FOLDER|-", nargs="+", type=a_name,
        help="recordings, folders of them (searched to any depth), or '-' for stdin",
    )  # fmt: skip
    analyze.add_argument(
        "--glob", metavar="PATTERN", type=a_name,
        help="which files of a folder, such as '*.wav' (default: those that end as recordings do)",
    )  # fmt: skip
    _add_model(analyze)
    _add_profile_option(analyze)
    analyze.add_argument(
        "--json", metavar="OUT", type=a_name, help="write everything as JSON ('-': to stdout)"
    )
    analyze.add_argument(
        "--csv", metavar="OUT", type=a_name, help="write a row for each segment ('-': to stdout)"
    )
    analyze.add_argument(
        "--csv-separator", choices=(",", ";", "tab"), help="between the cells of the CSV (default: ,)"
    )
    analyze.add_argument(
        "--csv-bom", action="store_true", help="begin the CSV with a byte order mark, as Excel wants it"
    )
    analyze.add_argument(
        "--textgrid", metavar="OUT", type=a_name,
        help="write a Praat TextGrid: to the file OUT ('-': to stdout) for one recording; for several, or if "
        "OUT is a folder or ends in a slash, NAME.TextGrid for each recording in the folder OUT",
    )  # fmt: skip
    analyze.add_argument(
        "--jobs", metavar="N", type=at_least_one, default=1,
        help="recordings to work on at once (default: 1); the result is the same for every N",
    )  # fmt: skip
    analyze.add_argument(
        "--strict", action="store_true",
        help="count a recording that is damaged or not whole as failed, in place of a warning",
    )  # fmt: skip
    analyze.add_argument(
        "--resume", action="store_true",
        help="go on with a run that was interrupted: what it has done is kept in the report's name with "
        ".partial",
    )  # fmt: skip


def _add_profile(commands: Any) -> None:
    profile = _add_command(
        commands, "profile", "learn a person's voice, so that it is judged by its own measure",
        "A voice profile holds how a person usually sounds to the model, and how its answers vary:\n"
        "no labels, no sound, no words. It belongs to the model that it was made with. Half a minute of\n"
        "speech helps; two minutes in several moods are better.",
        "  emoscope profile build me1.wav me2.wav --out me.profile\n"
        "  emoscope profile show me.profile\n"
        "  emoscope analyze talk.wav --profile me.profile",
    )  # fmt: skip
    actions = profile.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=OneLineParser
    )
    build = _add_command(
        actions, "build", "learn a voice from recordings of one person",
        "Learn a voice from recordings in which one person speaks.",
        "  emoscope profile build me1.wav me2.wav --out me.profile",
    )  # fmt: skip
    build.add_argument("files", metavar="FILE", nargs="+", type=a_name, help="recordings of one person")
    build.add_argument("--out", metavar="OUT", type=a_name, required=True, help="write the profile here")
    _add_model(build)
    show = _add_command(
        actions, "show", "tell what a profile holds", "Tell what a profile holds.",
        "  emoscope profile show me.profile\n  emoscope profile show me.profile --json",
    )  # fmt: skip
    show.add_argument(
        "file", metavar="PROFILE", type=a_name, help="a profile made with 'emoscope profile build'"
    )
    show.add_argument("--json", action="store_true", help="print JSON to stdout")


def _add_profile_option(parser: Any) -> None:
    parser.add_argument(
        "--profile", metavar="PROFILE", type=a_name,
        help="judge by this person's voice; made with 'emoscope profile build'",
    )  # fmt: skip


def _add_simple(commands: Any, name: str, summary: str, description: str, examples: str) -> Any:
    command = _add_command(commands, name, summary, description, examples)
    command.add_argument("--json", action="store_true", help="print JSON to stdout")
    return command


def _add_source(parser: Any, prefix: str = "", *, defaults: bool = False) -> None:
    def default(name: str) -> Any:
        return _WINDOW_DEFAULTS[name] if defaults else None

    parser.add_argument(
        "--source", metavar="mic|FILE|demo", dest=f"{prefix}source", default=default("source"), type=a_name,
        help="what to listen to: a microphone (default), a recording at the pace of a microphone, or the "
        "built-in demo recording",
    )  # fmt: skip
    _add_device(
        parser, "microphone, or a part of its name; see 'emoscope devices' (default: the system's)", prefix
    )
    _add_model(parser, prefix, provider=default("provider"))
    parser.add_argument(
        "--seconds", metavar="N", dest=f"{prefix}seconds", type=seconds, help="end after this many seconds"
    )


def _add_device(parser: Any, text: str, prefix: str = "") -> None:
    parser.add_argument("--device", metavar="NAME", dest=f"{prefix}device", type=a_name, help=text)


def _add_model_file(parser: Any, prefix: str = "") -> None:
    parser.add_argument(
        "--model", metavar="FILE", dest=f"{prefix}model", type=a_name,
        help="model file made with emoscope-export (default: the one that is shipped)",
    )  # fmt: skip


def _add_model(parser: Any, prefix: str = "", *, provider: str | None = "auto") -> None:
    _add_model_file(parser, prefix)
    parser.add_argument(
        "--provider", choices=("auto", "cuda", "cpu"), dest=f"{prefix}provider", default=provider,
        help="where the model runs (default: auto, the graphics card if it works)",
    )  # fmt: skip
