"""`emoscope profile`: learn how a person's voice sounds to the model, and tell what was learnt."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from desktop_app.analysis.report import to_json
from desktop_app.analysis.result import RecordingAnalysis
from desktop_app.analysis.service import Analyzer, Results
from desktop_app.command_line.arguments import OneLineParser, a_name
from desktop_app.command_line.output import console, python_only_stderr, tell, utf8_stdout
from desktop_app.commands.analyze import read_inputs
from desktop_app.commands.engine import open_engine
from desktop_app.commands.options import add_channel, add_detector, add_model
from desktop_app.commands.progress import ProgressBar
from desktop_app.core.doubt import stretches
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import already_there, check_places, check_targets, printable_path
from desktop_app.core.types import SoundWarning
from desktop_app.inference.enrolment import Enrolment
from desktop_app.inference.silero import detection
from desktop_app.inference.voice_profile import VoiceProfile, VoiceSums
from desktop_app.inference.voice_profile_file import read_profile, save_profile

SCHEMA_VERSION = 1
_LITTLE = 0.2  # of its effect: a profile that has less for want of moods hardly does anything


def register(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of the subcommand."""
    parser.description = (
        "A voice profile holds how a person usually sounds to the model, and how its answers vary:\n"
        "no labels, no sound, no words. It belongs to the model that it was made with. Half a minute of\n"
        "speech helps; two minutes in several moods are better."
    )
    actions = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=OneLineParser
    )
    build = actions.add_parser(
        "build",
        help="learn a voice from recordings of one person",
        description="Learn a voice from recordings in which one person speaks.",
        epilog="examples:\n  emoscope profile build me1.wav me2.wav --out me.profile",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    build.add_argument(
        "files", metavar="FILE|FOLDER|-", nargs="+", type=a_name, help="recordings of one person"
    )
    build.add_argument("--out", metavar="OUT", type=a_name, required=True, help="write the profile here")
    build.add_argument("--overwrite", action="store_true", help="replace the profile if it is there")
    add_model(build)
    add_channel(build)
    add_detector(build)
    build.set_defaults(run=_build)
    show = actions.add_parser(
        "show",
        help="tell what a profile holds",
        description="Tell what a profile holds.",
        epilog="examples:\n  emoscope profile show me.profile\n  emoscope profile show me.profile --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    show.add_argument(
        "file", metavar="PROFILE", type=a_name, help="a profile made with 'emoscope profile build'"
    )
    show.add_argument("--json", action="store_true", help="print JSON to stdout")
    show.set_defaults(run=_show)


def _build(args: argparse.Namespace) -> int:
    """Returns the exit code: 0 if all went well, 1 if a recording could not be read."""
    failed = 0
    with contextlib.ExitStack() as opened:
        inputs = read_inputs(args, opened)
        sources = inputs.found
        check_targets([args.out], recordings=[source.path for source in sources], model=args.model)
        check_places([args.out], "voice profile")
        if not args.overwrite and Path(args.out).is_file():
            raise already_there(args.out)
        detect = detection(args.detector)
        engine = open_engine(args, opened)
        if engine.notice:
            tell(engine.notice)
        enrolment = Enrolment(engine.voice_model)
        profile = enrolment.profile
        found: dict[int, Results | EmoscopeError] = {}
        with python_only_stderr(), ProgressBar([source.path.name for source in sources]) as bar:
            analyzer = Analyzer(engine, channel=args.channel, detection=detect, corrections=False)
            results = analyzer.analyze_many(sources, progress=bar.told)
            with contextlib.closing(results):
                found.update(results)
        for number in range(len(sources)):
            result = found[number]
            if isinstance(result, EmoscopeError):
                tell(str(result))
                failed += 1
                continue
            for analysis in result:
                _learn(enrolment, analysis)
        for _, error in inputs.failures:
            tell(str(error))
            failed += 1
    if profile.segments == 0:
        if failed < len(sources):
            tell("No speech was found in these recordings, so there is no voice to learn.")
        return 1
    if enrolment.people > 1:
        tell(
            f"{enrolment.people} people seem to speak in these recordings; a profile is of one: "
            "leave out the others."
        )
    save_profile(profile, args.out)
    console().print(
        f"{printable_path(args.out)}: {profile.seconds:.1f} s of speech, {_enough(profile)}",
        markup=False,
        soft_wrap=True,
    )
    return 1 if failed else 0


def _learn(enrolment: Enrolment, analysis: RecordingAnalysis) -> None:
    for warning in analysis.warnings:
        tell(f'"{analysis.path}": {not_learnt(warning) or warning.message}')
    for segment in analysis.spoken:
        enrolment.learn(segment.prediction, segment.duration_s)


def not_learnt(warning: SoundWarning) -> str:
    """What sounds that are not a voice mean for a profile; empty for other warnings."""
    if warning.code != "not_a_voice" or not warning.fields["spoken"]:
        return ""
    count, seconds = warning.fields["stretches"], warning.fields["seconds"]
    were = "were" if count > 1 else "was"
    return f"{stretches(count)} of sound ({seconds:.1f} s) {were} not a voice, and {were} not learnt from."


def _enough(profile: VoiceProfile) -> str:
    """What the person may add."""
    moods = 1.0 if profile.moods is None else profile.moods
    if profile.seconds < 10:
        return "which is little; half a minute in several moods helps more"
    if moods < _LITTLE:
        return "all in one mood, so it changes little yet; add speech in others: glad, cross, sad"
    if profile.seconds < 60:
        return "a good start; two minutes in several moods are better"
    return "which is plenty" if moods == 1.0 else "mostly in one mood; speech in others makes it count fully"


def _show(args: argparse.Namespace) -> int:
    stored = read_profile(args.file)
    data = {
        "schema_version": SCHEMA_VERSION,
        "path": printable_path(args.file),
        "model": stored.model_name,
        "model_sha256": stored.model_sha256,
        "saved": stored.saved,
        "segments": stored.sums.segments,
        "seconds": stored.sums.seconds,
        "dim": stored.sums.mean.size,
        "moods": stored.sums.mood_share,
        "counts": stored.sums.share,
    }
    if args.json:
        utf8_stdout().write(to_json(data))
        return 0
    out = console()
    stretches = "1 stretch" if stored.sums.segments == 1 else f"{stored.sums.segments} stretches"
    for name, text in (
        ("profile", data["path"]),
        ("model", f"{stored.model_name} ({stored.model_sha256[:12]})"),
        ("speech", f"{stored.sums.seconds:.1f} s in {stretches}"),
        ("saved", stored.saved),
        ("counts", _counts(stored.sums)),
        (
            "holds",
            f"mean and deviation of {stored.sums.mean.size} numbers, how answers varied; no sound, no words",
        ),
    ):
        out.print(f"{name:<9}{text}", markup=False, soft_wrap=True)
    return 0


def _counts(sums: VoiceSums) -> str:
    """How far the profile moves the voice from the model's average one."""
    moods = sums.mood_share
    more = " (speech in other moods lets it count more)" if moods is not None and moods < 1.0 else ""
    return f"{100 * sums.share:.0f} %, and the average voice for the rest{more}"
