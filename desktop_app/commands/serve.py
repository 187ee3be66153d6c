"""`emoscope serve`: the analysis as a service over HTTP, for this machine or, with a key, for others."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import Final

from desktop_app.command_line.arguments import a_name, at_least_one, seconds
from desktop_app.command_line.output import tell
from desktop_app.commands.options import add_detector, add_model, add_text_model, add_words
from desktop_app.commands.words import asked_fusion, find_words, tell_languages
from desktop_app.core.errors import CallError
from desktop_app.serving.settings import LOCAL, PORT, Limits, ServeSettings, check_installed

KEY_VARIABLE: Final = "EMOSCOPE_KEY"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    usual = Limits()
    parser.description = (
        "Analyze recordings and live speech for other programs, and on a page in the browser. It listens on\n"
        "this machine alone; at any other address a key is needed. Nothing is kept: an upload is deleted\n"
        "with its answer. Ends with Ctrl+C. Needs the extra 'serve'. Routes: /v1/analyze, /v1/live,\n"
        "/v1/model, /v1/sessions, /health, /metrics, /openapi.json."
    )
    parser.add_argument("--host", default=LOCAL, type=a_name, help=f"address to listen at (default: {LOCAL})")
    parser.add_argument(
        "--port",
        type=_port,
        default=PORT,
        help=f"port to listen at, 0 for any that is free (default: {PORT})",
    )
    parser.add_argument(
        "--key", default=None,
        help=f"what callers must send as 'Authorization: Bearer KEY'. Other users of this machine see it in "
        f"the list of processes, but not the environment variable {KEY_VARIABLE}",
    )  # fmt: skip
    add_model(parser)
    add_detector(parser)
    add_words(parser)
    add_text_model(parser)
    parser.add_argument(
        "--workers", metavar="N", type=at_least_one, default=_cores(),
        help=f"processes that analyze recordings, and as many for live runs (default: {_cores()})",
    )  # fmt: skip
    parser.add_argument(
        "--max-mb", metavar="MB", type=at_least_one, default=usual.body_bytes // 2**20,
        help="largest upload (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--max-seconds", metavar="N", type=seconds, default=usual.sound_s,
        help="longest recording (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--max-waiting", metavar="N", type=at_least_one, default=usual.waiting,
        help="recordings that wait for a worker before others are refused (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--max-live", metavar="N", type=at_least_one, default=usual.live,
        help="live runs at once (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", metavar="N", type=seconds, default=usual.work_s,
        help="seconds until there must be an answer (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--log", metavar="-|off|FILE", type=a_name, default="-",
        help="a line of JSON for each request, without sound, names or answers: to stderr (default), "
        "nowhere, or added to a file",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal comes. Returns 0. CallError: without a key at an address that others reach."""
    settings = settings_of(args)
    settings.check()
    check_installed()
    asked_fusion(args)  # what is none is said before anything is opened
    model = find_words(args)
    if model is not None:
        tell_languages(model)
        settings = replace(
            settings,
            words=str(model.path.resolve()),
            words_model=model.name,
            text_model=args.text_model,
            fusion=args.fusion,
        )
    from desktop_app.serving.request_log import RequestLog, log_to
    from desktop_app.serving.server import serve

    def ready(address: str) -> None:
        keyed = "with a key" if settings.key else "without a key, for this machine alone"
        tell(f"Emoscope answers at {address} ({keyed}). Ctrl+C ends it.")

    try:
        serve(settings, RequestLog(log_to(args.log)), ready)
    except KeyboardInterrupt:
        tell("The service has ended.")
    return 0


def settings_of(args: argparse.Namespace) -> ServeSettings:
    """What the options and the environment say."""
    key = os.environ.get(KEY_VARIABLE, "") if args.key is None else args.key
    if args.key == "":
        raise CallError("The key is empty.", f"Leave out --key, or set {KEY_VARIABLE}.", code="call.key")
    return ServeSettings(
        host=args.host,
        port=args.port,
        key=key,
        model=args.model,
        provider=args.provider,
        detector=args.detector,
        again=args.try_again,
        workers=args.workers,
        limits=Limits(
            body_bytes=args.max_mb * 2**20,
            sound_s=args.max_seconds,
            waiting=args.max_waiting,
            work_s=args.timeout,
            live=args.max_live,
        ),
    )


def _port(text: str) -> int:
    if text.isdecimal() and len(text) < 6 and int(text) < 2**16:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port from 0 to 65535 is needed, and '{text}' was given")


def _cores() -> int:
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # only Linux has it
        return os.cpu_count() or 1
