"""`emoscope analyze`: what was said how, in recordings, as a table or as files."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.analysis.formats import FORMATS, SINGLE
from desktop_app.analysis.inputs import Inputs, Source, collect, spooled_stdin
from desktop_app.analysis.outputs import Reports, Targets, single_targets
from desktop_app.analysis.report import SEPARATORS, Provenance
from desktop_app.analysis.result import RecordingAnalysis
from desktop_app.analysis.service import Analyzer, Results
from desktop_app.command_line.arguments import a_name, at_least_one
from desktop_app.command_line.output import python_only_stderr, tell, utf8_stdout
from desktop_app.commands.engine import Sessions, open_engine
from desktop_app.commands.options import (
    add_channel,
    add_detector,
    add_glob,
    add_labels,
    add_model,
    add_strict,
    add_text_model,
    add_voice,
    add_words,
)
from desktop_app.commands.progress import ProgressBar
from desktop_app.commands.words import asked_fusion, check_fusion, open_words
from desktop_app.core.channel_choice import Hear
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.core.fusion_file import file_sha256
from desktop_app.inference.silero import detection
from desktop_app.words.transcriber import Transcriber


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "Find speech and its emotions in recordings, whatever their format. Without an output\n"
        "option a table is printed. A recording that cannot be read is named on stderr and in the report,\n"
        "the others are still analyzed, and the exit code is 1. What makes answers doubtful (clipping, a\n"
        "sample rate below the model's) is told on stderr and in the 'warnings' of each file in the JSON."
    )
    parser.add_argument(
        "files", metavar="FILE|FOLDER|-", nargs="+", type=a_name,
        help="recordings, folders of them (searched to any depth, hidden ones left out), or '-' for stdin",
    )  # fmt: skip
    add_glob(parser)
    add_model(parser)
    add_labels(parser)
    add_channel(parser, each=True)
    add_detector(parser)
    parser.add_argument(
        "--track", metavar="N", type=at_least_one, help="which sound track of a film (default: the first)"
    )
    add_voice(parser)
    add_words(parser)
    add_text_model(parser)
    parser.add_argument(
        "--one-voice", action="store_true",
        help="one person speaks in all recordings, in this order: what is learnt of the voice goes on from "
        "one to the next",
    )  # fmt: skip
    parser.add_argument(
        "--json", metavar="OUT", type=a_name, help="write everything as JSON ('-': to stdout)"
    )
    parser.add_argument(
        "--csv", metavar="OUT", type=a_name, help="write a row for each segment ('-': to stdout)"
    )
    parser.add_argument(
        "--csv-separator",
        choices=(",", ";", "tab"),
        metavar="SIGN",
        help="between the cells of the CSV: a comma, a semicolon (quoted: ';') or the word tab (default: ,)",
    )
    parser.add_argument(
        "--csv-bom", action="store_true", help="begin the CSV with a byte order mark, as Excel wants it"
    )
    parser.add_argument(
        "--textgrid", metavar="OUT", type=a_name,
        help="write a Praat TextGrid: to the file OUT ('-': to stdout) for one recording; for several, or if "
        "OUT is a folder or ends in a slash, NAME.TextGrid for each recording in the folder OUT",
    )  # fmt: skip
    for option, what in (
        ("--srt", "subtitles as SubRip: each label with its confidence"),
        ("--vtt", "subtitles as WebVTT"),
        ("--audacity", "a label track of Audacity, NAME.txt"),
        ("--html", "a page with plots, table and warnings that needs nothing else"),
    ):
        parser.add_argument(
            option, metavar="OUT", type=a_name, help=f"write {what}; OUT as for --textgrid"
        )  # fmt: skip
    parser.add_argument(
        "--html-sound", action="store_true",
        help="put the sound into the page, up to an hour, to be heard by a click on a row",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", metavar="N", type=at_least_one, default=1,
        help="recordings to work on at once (default: 1); the result is the same for every N",
    )  # fmt: skip
    add_strict(parser)
    parser.add_argument(
        "--resume", action="store_true",
        help="go on with a run that was interrupted: what it has done is kept in the report's name with "
        ".partial",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns the exit code: 0 if all went well, 1 if a recording did not. CallError: outputs clash."""
    _check_one_voice(args)
    with contextlib.ExitStack() as opened:
        inputs = read_inputs(args, opened)
        targets = _targets(args, inputs.found)
        detect = detection(args.detector)
        fusion = asked_fusion(args)
        words = open_words(args, opened)
        engine = open_engine(args, opened)
        check_fusion(fusion, engine, words)
        if engine.notice:
            tell(engine.notice)
        sessions = Sessions(args, engine)
        profile = sessions.profile
        reports = Reports(
            targets,
            Provenance(
                engine.name,
                engine.sha256,
                engine.provider,
                sessions.labels,
                None if profile is None else (args.profile, profile.seconds),
                detector=detect.name,
                licence=engine.manifest.licence,
                dimensions=engine.dimensions,
                words_model=None if words is None else words.model.identity,
                text_model=None if words is None or words.text_model is None else words.text_model.identity,
                fusion=None if fusion is None else (args.fusion, file_sha256(args.fusion)),
            ),
            inputs.found,
            utf8_stdout(),
            options=_options(args, sessions.labels, detect.name, words),
            resume=args.resume,
        )
        opened.callback(reports.close)
        if args.resume and not reports.done:
            nothing = f"There are no results of an earlier run in '{reports.journal}'"
            if reports.journal is None:
                nothing = "Nothing is kept of a run over a single recording"
            tell(f"{nothing}: it begins anew.")
        one = sessions() if args.one_voice else None
        analyzer = Analyzer(
            engine,
            channel=args.channel,
            detection=detect,
            track=args.track,
            strict=args.strict,
            session=sessions if one is None else lambda: one,
            keep=targets.keep,
            write_down=None if words is None else words.transcribe,
            fusion=fusion,
        )
        notice = engine.notice
        try:
            _work(args, analyzer, inputs, reports)
            if engine.notice != notice:  # a graphics card that failed on the way
                tell(engine.notice)
            reports.finish()
        except (KeyboardInterrupt, EmoscopeError):
            if reports.journal is not None and reports.done:
                tell(
                    f"{reports.done} of {len(inputs.found)} recordings are done, and kept in "
                    f"'{reports.journal}': the same call with --resume goes on."
                )
            raise
    return 1 if reports.failed else 0


def _work(args: argparse.Namespace, analyzer: Analyzer, inputs: Inputs, reports: Reports) -> None:
    """Analyze what has no result yet; tell and print each result when its turn comes."""
    wanted = reports.missing
    sources = [inputs.found[number] for number in wanted]
    wants_table = all(getattr(args, name) is None for name in FORMATS)
    shown: dict[int, Results] = {}  # waiting for their turn in the table
    printed = 0
    # The bar keeps the stderr that it began with, which a decoder that is kept quiet would take with it.
    with python_only_stderr(), ProgressBar([source.path.name for source in sources]) as bar:

        def hand_on() -> None:
            nonlocal printed
            for number, entry in reports.ready():
                with bar.paused():
                    _tell_entry(entry)
                    for analysis in shown.pop(number, ()):
                        _print_table(analysis, after_another=printed > 0)
                        printed += 1

        hand_on()  # what an earlier run has left
        results = analyzer.analyze_many(sources, jobs=args.jobs, progress=bar.told)
        with contextlib.closing(results):
            for place, result in results:
                if wants_table and not isinstance(result, EmoscopeError):
                    shown[wanted[place]] = result
                reports.take(wanted[place], result)
                hand_on()
    for name, error in inputs.failures:
        tell(str(error))
        reports.take_error(name, error)
    if inputs.left_out:
        tell(inputs.left_out_sentence())


def _tell_entry(entry: Mapping[str, Any]) -> None:
    """On stderr: what makes a recording's results doubtful, or why there are none."""
    for file in entry["files"]:
        for warning in file["warnings"]:
            tell(f'"{file["path"]}": {warning["message"]}')
    if entry["error"] is not None:
        tell(entry["error"]["message"])


def _print_table(analysis: RecordingAnalysis, *, after_another: bool) -> None:
    from desktop_app.commands.analysis_table import print_table

    print_table(analysis, after_another=after_another)
    sys.stdout.flush()


# --- what is asked for -------------------------------------------------------------------------------------


def read_inputs(args: argparse.Namespace, opened: contextlib.ExitStack) -> Inputs:
    """The recordings that the call means; what comes from stdin is kept as a file until `opened` closes."""
    from desktop_app.audio.files import AUDIO_ENDINGS

    inputs = collect(args.files, AUDIO_ENDINGS, getattr(args, "glob", None))
    for number, source in enumerate(inputs.found):
        if source.piped:
            inputs.found[number] = replace(source, path=opened.enter_context(spooled_stdin()))
    return inputs


def _check_one_voice(args: argparse.Namespace) -> None:
    if not args.one_voice:
        return
    if args.adapt == "off":
        raise CallError("--one-voice learns a voice, which --adapt off forbids.")
    if args.channel.hear is Hear.EACH:
        raise CallError("With --one-voice there is one voice, and --channel each hears several.")
    if args.jobs > 1:
        raise CallError(
            "With --one-voice recordings are heard one after another, and --jobs asks for several at once."
        )
    if args.resume:
        raise CallError("With --one-voice all recordings are needed: --resume would leave some out.")


def _targets(args: argparse.Namespace, sources: list[Source]) -> Targets:
    """Refuse, before anything is opened, what could not be written at the end."""
    if args.csv is None and (args.csv_separator is not None or args.csv_bom):
        raise CallError("--csv-separator and --csv-bom say how --csv is written, and it was not given.")
    if args.html_sound and args.html is None:
        raise CallError("--html-sound says what --html holds, and it was not given.")
    targets = Targets(
        args.json,
        args.csv,
        {
            kind.name: single_targets(kind, getattr(args, kind.name), sources)
            for kind in SINGLE
            if getattr(args, kind.name) is not None
        },
        args.html_sound,
        SEPARATORS[args.csv_separator or ","],
        args.csv_bom,
    )
    if args.resume and targets.journal() is None:
        options = [f"--{name}" for name in FORMATS]
        raise CallError(
            "--resume goes on with a report in a file, and none of "
            f"{', '.join(options[:-1])} and {options[-1]} names one."
        )
    targets.check(sources, args.model, args.profile)
    return targets


def _options(
    args: argparse.Namespace, labels: Sequence[str], detector: str, words: Transcriber | None
) -> dict[str, Any]:
    """On what results depend beside the model, as JSON values."""
    profile = None
    if args.profile is not None:
        profile = hashlib.sha256(Path(args.profile).read_bytes()).hexdigest()
    return {
        "profile_sha256": profile,
        "labels": list(labels),
        "adapt": args.adapt,
        "one_voice": args.one_voice,
        "strict": args.strict,
        "channel": str(args.channel),
        "detector": detector,
        "track": args.track,
        # Only with --words: runs without it go on from what was kept before there was any.
        **({} if words is None else {"words_sha256": words.model.sha256()}),
        **(
            {}
            if words is None or words.text_model is None
            else {"text_model_sha256": words.text_model.sha256}
        ),
        **_fusion_option(args),
    }


def _fusion_option(args: argparse.Namespace) -> dict[str, str]:
    fusion = getattr(args, "fusion", None)
    return {} if fusion is None else {"fusion_sha256": file_sha256(fusion)}
