"""`emoscope profile`: learn how a person's voice sounds to the model, and tell what was learnt."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from desktop_app.commands.analyze import analyze_all
from desktop_app.commands.output import console, tell, utf8_stdout
from desktop_app.core.offline import RecordingAnalysis
from desktop_app.core.report import printable_path, to_json
from desktop_app.core.types import EmoscopeError
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceProfile
from desktop_app.inference.voice_profile_file import read_profile, save_profile

SCHEMA_VERSION = 1


def run(args: argparse.Namespace) -> int:
    """Returns the exit code: 0 if all went well, 1 if a recording could not be read."""
    return _build(args) if args.action == "build" else _show(args)


def _build(args: argparse.Namespace) -> int:
    paths = [Path(name) for name in args.files]
    engine = EmotionEngine.load(args.model, args.provider)
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
            for segment in result.segments:
                profile.update(segment.prediction.embedding, segment.end_s - segment.start_s)
    if profile.segments == 0:
        tell("No speech was found in these recordings, so there is no voice to learn.")
        return 1
    save_profile(profile, args.out)
    console().print(
        f"{printable_path(args.out)}: {profile.seconds:.1f} s of speech, {_enough(profile.seconds)}",
        markup=False,
    )
    return 1 if failed else 0


def _enough(seconds: float) -> str:
    if seconds < 10:
        return "which is little; with half a minute it helps more"
    if seconds < 60:
        return "a good start; two minutes in several moods are better"
    return "which is plenty"


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
    }
    if args.json:
        utf8_stdout().write(to_json(data))
        return 0
    out = console()
    for name, text in (
        ("profile", data["path"]),
        ("model", f"{stored.model_name} ({stored.model_sha256[:12]})"),
        ("speech", f"{stored.sums.seconds:.1f} s in {stored.sums.segments} stretches"),
        ("saved", stored.saved),
        ("holds", f"mean and deviation of {stored.sums.mean.size} numbers; no sound, no words"),
    ):
        out.print(f"{name:<9}{text}", markup=False, soft_wrap=True)
    return 0
