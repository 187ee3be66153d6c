"""`emoscope profile`: learn how a person's voice sounds to the model, and tell what was learnt."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from desktop_app.analysis.recording import RecordingAnalysis
from desktop_app.analysis.report import to_json
from desktop_app.command_line.interruptible import interruptible
from desktop_app.command_line.output import console, tell, utf8_stdout
from desktop_app.commands.analyze import analyze_all
from desktop_app.core.safe_files import check_folders, check_targets, printable_path
from desktop_app.core.types import EmoscopeError
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceProfile, VoiceSums
from desktop_app.inference.voice_profile_file import read_profile, save_profile

SCHEMA_VERSION = 1
_LITTLE = 0.2  # of its effect: a profile that has less for want of moods hardly does anything


def run(args: argparse.Namespace) -> int:
    """Returns the exit code: 0 if all went well, 1 if a recording could not be read."""
    return _build(args) if args.action == "build" else _show(args)


def _build(args: argparse.Namespace) -> int:
    paths = [Path(name) for name in args.files]
    check_targets([args.out], recordings=paths, model=args.model)
    check_folders([args.out], "voice profile")
    engine = interruptible(lambda: EmotionEngine.load(args.model, args.provider))
    if engine.notice:
        tell(engine.notice)
    with contextlib.closing(engine):
        profile = VoiceProfile(engine.voice_model)
        results = analyze_all(paths, engine, 1)
    failed = [str(result) for result in results if isinstance(result, EmoscopeError)]
    for message in failed:
        tell(message)
    for result in results:
        if isinstance(result, RecordingAnalysis):
            for warning in result.warnings:
                tell(f'"{result.path}": {warning}')
            for segment in result.segments:
                said = segment.prediction
                profile.update(said.embedding, segment.end_s - segment.start_s, said.probabilities)
    if profile.segments == 0:
        if len(failed) < len(paths):
            tell("No speech was found in these recordings, so there is no voice to learn.")
        return 1
    save_profile(profile, args.out)
    console().print(
        f"{printable_path(args.out)}: {profile.seconds:.1f} s of speech, {_enough(profile)}",
        markup=False,
        soft_wrap=True,
    )
    return 1 if failed else 0


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
