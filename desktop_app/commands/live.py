"""`emoscope live`: listen, and show what is heard as a view in the terminal or as JSON lines."""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from desktop_app.audio.base import AudioSource
from desktop_app.audio.recorder import MOST_BYTES
from desktop_app.command_line.arguments import a_name
from desktop_app.command_line.json_lines import check_lines_target
from desktop_app.command_line.output import python_only_stderr, tell, utf8_stdout
from desktop_app.command_line.stop_signals import STOP_S
from desktop_app.commands.engine import Sessions, open_engine
from desktop_app.commands.jsonl import LineWriter
from desktop_app.commands.options import add_session, add_source, add_text_model, add_voice, add_words
from desktop_app.commands.sources import source_maker
from desktop_app.commands.words import asked_fusion, check_fusion, open_words
from desktop_app.core.channel_choice import AUTO, ChannelChoice
from desktop_app.core.detector import Detection
from desktop_app.core.detector_choice import AUTO_DETECTOR
from desktop_app.core.errors import CallError, EmoscopeError, sentences, unexpected
from desktop_app.core.fusion import Fusion, fusion_data
from desktop_app.core.fusion_file import file_sha256
from desktop_app.core.safe_files import WriteError, check_targets, printable_path
from desktop_app.core.transcript import WordsHeard
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    Gap,
    Lost,
    SoundWarned,
    StateChanged,
    StatsSnapshot,
)
from desktop_app.inference.silero import detection
from desktop_app.runtime.inference_worker import Engine
from desktop_app.runtime.live_words import LiveWords
from desktop_app.runtime.pipeline import Pipeline
from desktop_app.runtime.recording import QUEUE_S, RunRecording
from desktop_app.sessions.database import takes_sessions
from desktop_app.sessions.folder import sessions_folder
from desktop_app.sessions.writer import About, SessionWriter
from desktop_app.words.transcriber import Transcriber

FRAME_S: Final = 0.08
_WORTH_TELLING_S: Final = 0.05  # of lost sound: what is shown with one decimal
_BACKLOG: Final = 5000  # events kept for a reader that does not read; then only what matters most
_WORDS_QUEUE_S: Final = 10.0  # of sound, drained at once: no words are waited for there
_LAST_WORDS_S: Final = 30.0  # for the words of the last utterances, at the end of a recording
_KEYS_HELP: Final = "space: pause   d: demo recording   q: quit"
_NEVER_LEFT_OUT: Final = (FinalResult, StateChanged, Failure, Gap, Lost, SoundWarned, StatsSnapshot)
_TROUBLE: Final = {CaptureState.MUTED, CaptureState.STALLED}
_DEMO_OFFER: Final = "The built-in demo recording needs none: emoscope live --source demo"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "Listen, and show emotions while someone speaks: as a view if stdout is a terminal,\n"
        "as JSON lines otherwise. Ends with Ctrl+C, at the end of a recording, or after --seconds;\n"
        "the last stretch of speech is included. Without a microphone it waits for one; exit code 1\n"
        "if --seconds pass without any audio.\n"
        "\n"
        "What is heard by a microphone is kept as a session if somebody speaks: when each utterance was\n"
        "and what it was answered with, outages, warnings and settings. No sound, words only with --words,\n"
        "nothing that tells a voice from another. --no-session keeps nothing; see 'emoscope sessions'.\n"
        "\n"
        "With --words what is said is written down behind each answer, which it never delays: shown in the\n"
        "view, or as an event 'words', and kept with the session."
    )
    add_source(parser)
    parser.add_argument(
        "--jsonl",
        metavar="-|FILE",
        type=a_name,
        help="write each event as a line of JSON to stdout or a new file",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace the file of --jsonl if it is there")
    add_voice(parser)
    add_words(parser)
    add_text_model(parser)
    add_session(parser)
    parser.set_defaults(run=lambda args: run(args, args.context))


def run(args: argparse.Namespace, stopped: Callable[[], bool]) -> int:
    """Listen until the end; `stopped` tells whether a signal asks for it.

    Returns the exit code: 0 at the end, 1 if the run failed or --seconds passed without any audio. Raises
    CallError where --jsonl names what is listened with; KeyboardInterrupt if it is stopped before it listens.
    """
    terminal = sys.stdout.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}
    show_view = terminal and args.jsonl != "-"
    target = args.jsonl or (None if show_view else "-")
    recordings = [] if args.source in {"mic", "demo"} else [args.source]
    if args.device is not None and args.source != "mic":
        raise CallError("The option --device needs a microphone as --source.", "See 'emoscope live --help'.")
    check_targets([target], recordings=recordings, model=args.model, profile=args.profile)
    check_lines_target(target, overwrite=args.overwrite)
    channel = getattr(args, "channel", AUTO)
    make_source = source_maker(args.source, args.device, getattr(args, "backend", None), channel)
    if stopped():
        raise KeyboardInterrupt
    detect = detection(getattr(args, "detector", AUTO_DETECTOR))
    with contextlib.ExitStack() as opened:
        fusion = asked_fusion(args)
        words = open_words(args, opened, stopped)
        engine = open_engine(args, opened, stopped)
        check_fusion(fusion, engine, words)
        session = Sessions(args, engine)()
        about = _about(args, detect.name, words)
        writer = None
        if target is not None:  # not before everything else is ready: what is there is not lost for nothing
            writer = LineWriter(target, utf8_stdout(), overwrite=args.overwrite, detector=detect.name)
            opened.callback(writer.close)
        opened.enter_context(python_only_stderr())
        live = _Live(session, make_source, args.seconds, writer, stopped, channel=channel, detect=detect)
        if words is not None:
            live.write_down(words, fusion)
        if about is not None:
            live.keep(sessions_folder(args.sessions), about, args.sound_limit)
        return live.run_view() if show_view else live.run_lines()


def _about(args: argparse.Namespace, detector: str, words: Transcriber | None) -> About | None:
    """What is kept of the session beside its events; None if nothing is.

    Unless somebody asks for it, a recording is none: it can be listened to again.
    """
    asked: bool | None = args.session
    if args.keep_sound and asked is False:
        raise CallError("The options --keep-sound and --no-session do not go together.")
    if args.sound_limit is not None and not args.keep_sound:
        raise CallError("The option --sound-limit needs --keep-sound.")
    asked = True if args.keep_sound else asked
    if not (args.source == "mic" if asked is None else asked):
        return None
    settings = {
        "channel": str(getattr(args, "channel", AUTO)),
        "detector": detector,
        "adapt": args.adapt == "on",
        "profile": args.profile is not None,
        "labels": None if args.labels is None else list(args.labels),
        "device": args.device,
        "words": None if words is None else words.model.name,
    }
    if words is not None and words.text_model is not None:
        settings["text_model"] = words.text_model.identity.data()
        if args.fusion is not None:
            settings["fusion"] = fusion_data(args.fusion, file_sha256(args.fusion))
    return About(
        {"mic": "microphone", "demo": "demo"}.get(args.source, "recording"), settings, sound=args.keep_sound
    )


def what_is_kept(folder: Path, *, sound: bool, words: bool) -> str:
    """What a session is going to hold, before anything is heard."""
    holds = "with THE WORDS, " if words else ""
    holds += "WITH ITS SOUND" if sound else "without sound"
    kept = f"What is said is kept as a session in '{printable_path(folder)}', {holds}"
    return f"{kept}; --no-session keeps none."


class _Live:
    """One run: events come in from the pipeline's threads, and are written and drawn by the main thread."""

    def __init__(
        self,
        engine: Engine,
        make_source: Callable[[], AudioSource],
        seconds: float | None,
        writer: LineWriter | None,
        stopped: Callable[[], bool],
        *,
        channel: ChannelChoice,
        detect: Detection,
    ) -> None:
        self._engine = engine
        self._make_source = make_source
        self._seconds = seconds
        self._writer = writer
        self._stopped = stopped
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._tick: AudioTick | None = None  # written by one thread, read by another: always whole
        self._ends_at: float | None = None
        self._failed = False
        self._quit = False
        self._paused = False
        self._playing_demo = False  # in place of the source that was asked for
        self._told = ""
        self._stats: StatsSnapshot | None = None
        self._kept: SessionWriter | None = None
        self._recording: RunRecording | None = None
        self._words: LiveWords | None = None
        self._sound_bytes = MOST_BYTES
        self._pipeline = Pipeline(make_source, engine, self._on_event, detect, channel)

    def keep(self, folder: Path, about: About, sound_limit_mb: int | None = None) -> None:
        """Keep the run as a session; to be called before it begins."""
        self._kept = SessionWriter(folder, about, self._events.put)
        self._sound_bytes = MOST_BYTES if sound_limit_mb is None else sound_limit_mb * 10**6
        if not takes_sessions(folder):
            return  # why, the writer tells as soon as it begins
        tell(what_is_kept(folder, sound=about.sound, words=bool(about.settings.get("words"))))

    def write_down(self, words: Transcriber, fusion: Fusion | None = None) -> None:
        """Have what is said written down; to be called before the run begins. A session keeps it."""
        tap = self._pipeline.add_tap(_WORDS_QUEUE_S)
        fuse = None if fusion is None else partial(fusion.answer, abstain_below=self._engine.abstain_below)
        self._words = LiveWords(tap, words, self._said, fuse)

    def _said(self, event: Event) -> None:
        if self._kept is not None and isinstance(event, WordsHeard):
            self._kept.post(event)
        self._events.put(event)

    def _begin_keeping(self) -> None:
        if self._kept is None:
            return
        self._kept.start()
        if self._kept.sound_path is not None:
            tap = self._pipeline.add_tap(QUEUE_S)
            try:
                self._recording = RunRecording(
                    tap, self._kept.sound_path, most_bytes=self._sound_bytes, on_end=self._sound_ended
                )
            except WriteError as error:
                self._pipeline.remove_tap(tap)
                self._sound_ended(error)

    def _sound_ended(self, error: Exception | None) -> None:
        if isinstance(error, EmoscopeError):
            self._events.put(Failure.of(error))
        elif error is not None:
            fields = {"thread": "recorder", "error": type(error).__name__}
            self._events.put(Failure(unexpected(error), code="internal", fields=fields))

    def _on_event(self, event: Event) -> None:
        if self._kept is not None:
            self._kept.post(event)
        if self._words is not None:
            self._words.post(event)
        if isinstance(event, AudioTick):
            self._tick = event
        elif self._events.qsize() < _BACKLOG or isinstance(event, _NEVER_LEFT_OUT):
            self._events.put(event)

    # --- JSON lines ---

    def run_lines(self) -> int:
        with self._running(self._tell):
            while not self._over():
                self._drain(self._tell, wait_s=0.1)
        return self._exit_code()

    def _tell(self, event: Event) -> None:
        """On stderr, for whoever does not see the JSON: what keeps the run from listening."""
        text = ""
        if isinstance(event, Failure):
            text = sentences(event.message, event.hint)
        elif isinstance(event, EngineChanged):
            text = event.notice
        elif isinstance(event, SoundWarned):
            text = event.warning.message
        elif isinstance(event, StateChanged) and event.state is CaptureState.NO_MICROPHONE:
            text = event.message or "There is no microphone."
            if self._tick is None:
                text = sentences(text, "Waiting for one.", _DEMO_OFFER)
        elif isinstance(event, StateChanged) and event.state in _TROUBLE:
            text = event.message
        if text and text != self._told:
            tell(text)
            self._told = text

    # --- the view ---

    def run_view(self) -> int:
        from rich.console import Console
        from rich.live import Live

        from desktop_app.commands.keys import Keys
        from desktop_app.commands.terminal_view import TerminalView

        with Keys() as keys:
            keys_help = _KEYS_HELP if keys.available else "Ctrl+C: quit"
            if self._kept is not None and self._kept.sound_path is not None:
                keys_help = f"SOUND IS KEPT   {keys_help}"
            view = TerminalView(self._engine.labels, keys_help, self._engine.dimensions)
            console = Console(highlight=False)
            with (
                # On a screen of its own: what a shrinking terminal breaks into more lines, nobody can undo.
                Live(view, console=console, auto_refresh=False, screen=True) as screen,
                self._running(view.update),
            ):
                last = time.monotonic()
                while not self._over():
                    self._drain(view.update)
                    if self._tick is not None:
                        view.update(self._tick)
                    self._press(keys.read())
                    now = time.monotonic()
                    view.advance(now - last)
                    last = now
                    screen.refresh()
                    time.sleep(FRAME_S)
            view.keys = ""
            view.settle()
            console.print(view)  # what was heard last stays
        return self._exit_code()

    def _press(self, pressed: str) -> None:
        for key in pressed.lower():
            if key == "q":
                self._quit = True
            elif key == " ":
                self._paused = not self._paused
                (self._pipeline.pause if self._paused else self._pipeline.resume)()
            elif key == "d":
                try:
                    self._pipeline.set_source(source_maker("demo"))
                    self._playing_demo = True
                except EmoscopeError as error:
                    self._events.put(Failure.of(error))

    # --- both ---

    @contextlib.contextmanager
    def _running(self, take: Callable[[Event], None]) -> Iterator[None]:
        """Run the pipeline; at the end flush the last segment and take every event that is left."""
        try:
            self._begin_keeping()
            self._pipeline.start()
            if self._seconds is not None:
                self._ends_at = time.monotonic() + self._seconds
            yield
        except BaseException:
            self._end()
            raise
        self._end()
        self._drain(take)

    def _end(self) -> None:
        self._pipeline.stop(STOP_S)
        if self._words is not None:
            asked = self._stopped() or self._quit or self._failed
            self._words.finish(STOP_S if asked else _LAST_WORDS_S, lambda: not asked and self._stopped())
        if self._recording is not None:
            self._recording.stop()
        if self._kept is not None:
            self._kept.stop()

    def _drain(self, take: Callable[[Event], None], wait_s: float = 0.0) -> None:
        """Write and hand over every event that waits; wait for the first one for `wait_s`."""
        while True:
            try:
                event = self._events.get(timeout=wait_s) if wait_s else self._events.get_nowait()
            except queue.Empty:
                return
            wait_s = 0.0
            if self._writer is not None:
                self._writer.write(event)
            take(event)
            if isinstance(event, StatsSnapshot):
                self._stats = event
            elif isinstance(event, Failure) and event.fatal:
                self._failed = True
            elif (
                self._playing_demo
                and isinstance(event, StateChanged)
                and event.state is CaptureState.FINISHED
            ):
                self._playing_demo = False
                self._pipeline.set_source(self._make_source)

    def _over(self) -> bool:
        if self._stopped() or self._quit or self._failed:
            return True
        if self._ends_at is not None and time.monotonic() >= self._ends_at:
            return True
        return not self._playing_demo and self._pipeline.wait(0.0)

    def _exit_code(self) -> int:
        missed = "" if self._stats is None else what_was_missed(self._stats)
        if missed:
            tell(missed)
        if self._failed:
            return 1
        if self._seconds is not None and self._tick is None and not self._stopped() and not self._quit:
            tell(f"No audio came in {self._seconds:g} seconds. {_DEMO_OFFER}")
            return 1
        return 0


def what_was_missed(stats: StatsSnapshot) -> str:
    """A sentence about sound that was lost and speech that was not judged; empty if all was heard."""
    parts = []
    if stats.dropped_s >= _WORTH_TELLING_S:
        parts.append(f"{stats.dropped_s:.1f} s of sound were lost")
    if stats.finals_dropped:
        many = stats.finals_dropped > 1
        speech = f"{stats.finals_dropped} stretches of speech were" if many else "one stretch of speech was"
        parts.append(f"{speech} not judged")
    return f"Not all was heard: {' and '.join(parts)}." if parts else ""
