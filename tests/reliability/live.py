"""The live view when things around it fail: sound servers that die and freeze, clocks that jump."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import soundfile
from live_process import Event, LiveProcess
from running import made_up_speech
from tiny_model import make_tiny_model
from virtual_microphone import SAMPLE_RATE, VirtualMicrophone, missing_tools

from tests.reliability.outcome import Outcome, Skipped


def restarts(folder: Path, scale: float) -> Outcome:
    """The sound server is killed and started again while somebody speaks."""
    tried, failed, gaps, apart = max(2, round(10 * scale)), 0, [], []
    with _Listening(folder) as heard:
        for number in range(tried):
            begun = len(heard.live.of("final"))
            heard.microphone.kill()
            time.sleep(1.0 + 0.2 * number)
            heard.microphone.start()
            heard.speak()
            told = _within(lambda n=number: len(heard.live.of("gap")) > n, 20)
            judged = _within(lambda b=begun: len(heard.live.of("final")) > b, 20)
            failed += not (told and judged)
        gaps = [event["seconds"] for event in heard.live.of("gap")]
        apart = [_clock_minus_time(event) for event in heard.live.of("final")]
    spread = max(apart) - min(apart) if apart else float("nan")
    return Outcome(
        tried, failed, f"gaps of {min(gaps):.1f} to {max(gaps):.1f} s; times {1000 * spread:.0f} ms apart"
    )


def freezes(folder: Path, scale: float) -> Outcome:
    """The sound server stops answering for a while, and goes on."""
    tried, failed = max(2, round(10 * scale)), 0
    with _Listening(folder) as heard:
        for number in range(tried):
            begun = len(heard.live.of("final"))
            heard.microphone.freeze()
            time.sleep(1.0 + 0.7 * number)
            heard.microphone.thaw()
            time.sleep(0.5)
            heard.speak()
            failed += not _within(lambda b=begun: len(heard.live.of("final")) > b, 20)
        apart = [_clock_minus_time(event) for event in heard.live.of("final")]
    spread = max(apart) - min(apart) if apart else float("nan")
    return Outcome(tried, failed, f"speech heard after each; times {1000 * spread:.0f} ms apart")


def clock_jumps(folder: Path, scale: float) -> Outcome:
    """The machine's clock is set forward and back by hours while somebody speaks."""
    if shutil.which("faketime") is None:
        raise Skipped("the tool faketime is not installed")
    library = next(Path("/usr/lib").rglob("libfaketime.so.1"), None)
    if library is None:
        raise Skipped("libfaketime was not found")
    stamp = folder / "clock"
    stamp.write_text("+0")
    fake = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(stamp),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    tried, failed = max(2, round(10 * scale)), 0
    with _Listening(folder, fake) as heard:
        for number in range(tried):
            begun = len(heard.live.of("final"))
            stamp.write_text(f"{'+' if number % 2 else '-'}{number + 1}h")
            heard.speak()
            failed += not _within(lambda b=begun: len(heard.live.of("final")) > b, 20)
        gaps = len(heard.live.of("gap"))
        finals = [event["start_s"] for event in heard.live.of("final")]
    failed += gaps > 0 or finals != sorted(finals)
    return Outcome(tried, failed, f"{len(finals)} finals in order, {gaps} gaps")


class _Listening:
    """`emoscope live` on a virtual microphone into which words can be spoken."""

    def __init__(self, folder: Path, variables: dict[str, str] | None = None) -> None:
        problem = missing_tools()
        if problem:
            raise Skipped(problem)
        self._words = folder / "words.wav"
        speech = made_up_speech((0.8, 0.5), rate=SAMPLE_RATE)
        soundfile.write(self._words, speech.astype(np.float32), SAMPLE_RATE, subtype="PCM_16")
        model = make_tiny_model(folder / "tiny.onnx")
        self.microphone = VirtualMicrophone()
        self.microphone.start()
        environment = {**self.microphone.environment(), **(variables or {})}
        environment["XDG_CACHE_HOME"] = tempfile.mkdtemp(dir=folder)
        self.live = LiveProcess("--model", str(model), environment=environment)

    def __enter__(self) -> _Listening:
        self.live.__enter__()
        self.live.wait_for_state("listening", "muted", timeout_s=30)
        return self

    def __exit__(self, *failure: object) -> None:
        try:
            self.live.__exit__(*failure)  # type: ignore[arg-type]
        finally:
            self.microphone.close()

    def speak(self) -> None:
        self.microphone.play(self._words, wait=True)


def _within(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def _clock_minus_time(event: Event) -> float:
    clock = datetime.fromisoformat(event["wall_clock"]).timestamp()
    return clock - float(event["end_s"])


PARTS: dict[str, Callable[[Path, float], Outcome]] = {
    "sound-server-restarts": restarts,
    "sound-server-freezes": freezes,
    "clock-jumps": clock_jumps,
}
if os.name != "posix":
    PARTS.clear()
