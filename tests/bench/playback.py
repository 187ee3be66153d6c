"""From the order to play, or to seek, to the first sound that arrives at the sink of a sound server."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
from receiver import SAMPLE_RATE, Receiver
from virtual_microphone import VirtualMicrophone

from desktop_app.audio.player import Player
from tests.bench.session import percentiles


def key_to_sound(tries: int) -> dict[str, Any]:
    """Milliseconds until the first sound arrives, for `play` and for `seek` from silence into sound."""
    silence = np.zeros(2 * SAMPLE_RATE, np.float32)
    sound = 0.1 * np.random.default_rng(1).standard_normal(2 * SAMPLE_RATE).astype(np.float32)
    samples = np.concatenate((silence, sound))
    before = dict(os.environ)
    begun: list[float] = []
    sought: list[float] = []
    with VirtualMicrophone() as microphone:
        os.environ.update(microphone.variables())
        player = Player((samples, SAMPLE_RATE))
        try:
            time.sleep(1.0)
            with Receiver() as receiver:
                for _ in range(tries):
                    receiver.forget()
                    at = time.monotonic()
                    player.play(2.0)
                    begun.append(1000 * (receiver.first_sound_at() - at))
                    player.seek(0.0)
                    time.sleep(0.6)
                    receiver.forget()
                    at = time.monotonic()
                    player.seek(2.0)
                    sought.append(1000 * (receiver.first_sound_at() - at))
                    player.pause()
                    time.sleep(0.5)
                return {
                    "key_to_sound_ms": percentiles(begun),
                    "seek_to_sound_ms": percentiles(sought),
                    "underruns": player.underruns,
                }
        finally:
            player.close()
            os.environ.clear()
            os.environ.update(before)
