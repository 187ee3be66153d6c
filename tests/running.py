"""How tests start the program, and speech for it that anybody may hear."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.inference.manifest import self_test_signal


def _has_sound_card() -> bool:
    cards = Path("/proc/asound/cards")
    return cards.exists() and "[" in cards.read_text()


needs_no_microphone = pytest.mark.skipif(
    not sys.platform.startswith("linux") or _has_sound_card(), reason="there is a sound card"
)


posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and terminals")


BY_A_PERSON = {"corrected", "corrected_label", "note", "speaker_name"}
"""Fields of a segment in a report that live events do not have."""


def model_answers(results: list[dict[str, Any]], like: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of live events or segments the fields that both have: where, and what the model says."""
    keys = [key for key in like[0] if key not in BY_A_PERSON]
    return [{key: result[key] for key in keys} for result in results]


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "desktop_app", *(str(arg) for arg in args)]


def impatient_command(*args: object, limit_s: float = 2.0) -> list[str]:
    """As `command`, but a model has `limit_s` for each answer in place of what a slow machine may need."""
    program = (
        "import sys\n"
        "from desktop_app.cli import main\n"
        "from desktop_app.inference import deadline\n"
        f"deadline.answer_limit_s = lambda sound_s, model_bytes: {limit_s}\n"
        "sys.exit(main())"
    )
    return [sys.executable, "-c", program, *(str(arg) for arg in args)]


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without a display or a microphone, and without colours asked for."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    }
    # Without a sound card, PortAudio then finds no device.
    nowhere = {
        "PULSE_SERVER": "unix:/nonexistent/pulse",
        "TERM": "xterm-256color",
    }
    return {**kept, **nowhere, **changes}


def made_up_speech(*words: tuple[float, float], rate: int = 16000) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Words (seconds, loudness) with a second of quiet noise around each."""
    noise = np.random.default_rng(1).normal(scale=1e-3, size=60 * rate).astype(np.float32)
    parts = [noise[:rate]]
    for seconds, loudness in words:
        word = loudness * self_test_signal("chirp-v1", seconds, rate)
        parts += [word + noise[: len(word)], noise[:rate]]
    return np.concatenate(parts)


def babble(seconds: float, rate: int, seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A harmonic sound with a syllable rhythm, loud enough to be taken for speech."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    voice = sum(np.sin(2 * np.pi * 140 * k * t) / k for k in range(1, 20))
    rhythm = 0.25 + 0.75 * np.sin(2 * np.pi * 2 * t) ** 2
    return (0.1 * voice * rhythm + 0.001 * rng.standard_normal(len(t))).astype(np.float32)


def events(text: str) -> list[dict[str, Any]]:
    """Each line as strict JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


def of_kind(kind: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in found if event["event"] == kind]
