"""Decodes and judges one upload after another, in a process of its own that can be ended at any time.

An upload is whatever somebody sends. What it brings down, or holds up, is this process and nobody else's
request. Each task names its files; the outcome is the report of `emoscope analyze --json` as text.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from desktop_app.analysis.inputs import Source
from desktop_app.analysis.report import Provenance, file_data, json_chunks
from desktop_app.analysis.service import Analyzer
from desktop_app.command_line.tool import as_told
from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.doubt import CLOSE, WHY
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.label_set import split_labels
from desktop_app.core.palette import colours_for, ink_on
from desktop_app.core.worker_child import Step, serve_many
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.session_maker import SessionMaker
from desktop_app.inference.silero import detection
from desktop_app.inference.voice_profile_file import load_profile, save_profile
from desktop_app.serving.failures import failure_of
from desktop_app.serving.spoken import Spoken


def main() -> int:
    """The process's own entry: tasks on stdin until it closes."""
    return serve_many(work)


def work(task: dict[str, Any], _: Step) -> dict[str, Any]:
    """The outcome of one task: ``{"result": ...}`` or ``{"error": {"code", "message"}}``.

    A task without a path loads the model, so that the first upload finds it ready.
    """
    files = [task, task.get("profile") or {}]
    names = {file["path"]: file["name"] for file in files if file.get("path") is not None}
    try:
        return {"result": _analyzed(task)}
    except EmoscopeError as error:
        return {"error": failure_of(error, names)}
    except Exception as error:  # noqa: BLE001 - the next upload is another one
        return {"error": failure_of(as_told(error), names)}


@cache
def _engine(model: str | None, provider: Any, again: bool) -> EmotionEngine:
    engine = EmotionEngine.load(model, provider, again=again)
    engine.warm_up()
    gc.freeze()  # what stays for ever need not be looked through after every few requests
    return engine


_detection = cache(detection)  # Silero VAD is loaded once


_spoken: list[Spoken | None] = []
"""What writes down what is said, or that nobody does; opened once."""


def _words(task: Mapping[str, Any], engine: EmotionEngine) -> Spoken | None:
    if not _spoken:
        made = Spoken.of(task, engine)
        if made is not None:
            made.transcriber.open()
        _spoken.append(made)
    return _spoken[0]


def _analyzed(task: Mapping[str, Any]) -> dict[str, Any]:
    loaded = _engine(task["model"], task["provider"], task["again"])
    engine = loaded.shared()  # for which this request may set a voice
    detect = _detection(task["detector"])
    words = _words(task, loaded)
    if task.get("path") is None:
        return _model_data(engine, detect.name, words)
    if not task.get("words"):
        words = None
    profile: Mapping[str, str] | None = task.get("profile")
    state: str | None = task.get("voice")
    one_voice = state is not None
    sessions = SessionMaker(
        engine,
        labels=split_labels(task["labels"]) if task.get("labels") else (),
        adapts=task.get("adapt", True),
        one_speaker=one_voice,
        profile=None if profile is None else profile["path"],
    )
    whole = sessions.labels == engine.labels  # a fusion was made for all emotions of the model
    one = sessions() if one_voice else None
    voice = _voice_of(one)
    if voice is not None and state is not None and Path(state).exists():
        voice.reset(load_profile(state, engine.voice_model).sums)
    analyzer = Analyzer(
        engine,
        channel=ChannelChoice.parse(task.get("channel", "auto")),
        detection=detect,
        track=task.get("track"),
        strict=task.get("strict", False),
        session=sessions if one is None else lambda: one,
        corrections=False,
        write_down=None if words is None else words.transcriber.transcribe,
        fusion=None if words is None or not whole else words.fusion,
        longest_s=task["longest_s"],
    )
    found = analyzer.analyze(Source(Path(task["path"]), task["name"], piped=True))
    if voice is not None and state is not None:
        save_profile(voice, state)
    made_with = Provenance(
        engine.name,
        engine.sha256,
        engine.provider,
        sessions.labels,
        None if sessions.profile is None else (str((profile or {})["name"]), sessions.profile.seconds),
        detector=detect.name,
        dimensions=engine.dimensions,
        **({} if words is None else words.made_with(fused=whole)),
    )
    return {
        "report": "".join(json_chunks(made_with, map(file_data, found), ())),
        "sound_s": found[0].duration_s if found else 0.0,
    }


def _model_data(engine: EmotionEngine, detector: str, words: Spoken | None) -> dict[str, Any]:
    """The model in use as JSON values, with the colours and the words of doubt that the window shows."""
    names = engine.labels or engine.dimensions
    return {
        "name": engine.name,
        "labels": list(engine.labels),
        "dimensions": list(engine.dimensions),
        "sha256": engine.sha256,
        "provider": engine.provider,
        "detector": detector,
        "sample_rate": engine.sample_rate,
        "abstain_below": engine.abstain_below,
        "licence": engine.manifest.licence,
        "words": None if words is None else words.data(),
        "colours": {
            name: {
                "light": hue.light,
                "dark": hue.dark,
                "on_light": ink_on(hue.light),
                "on_dark": ink_on(hue.dark),
            }
            for name, hue in colours_for(names).items()
        },
        "doubt": {"why": dict(WHY), "close": CLOSE},
    }


def _voice_of(session: Any) -> Any:
    """What a session has learnt of a voice; None for a model without voices, or where nothing is learnt."""
    inner = getattr(session, "session", session)
    return inner.voice if isinstance(inner, AdaptiveEngine) else None


if __name__ == "__main__":
    sys.exit(main())
