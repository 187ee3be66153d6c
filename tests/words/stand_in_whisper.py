"""In place of the process that runs Whisper: it says what the first sample tells it to."""

from __future__ import annotations

import base64
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.transcript import NOTHING_SAID, Transcript, Word
from desktop_app.core.worker_child import Step, serve_many

WRITES, DIES, WAITS = 0.1, 0.2, 0.3
GATE = "STAND_IN_GATE"


def answer(task: dict[str, Any], step: Step) -> dict[str, Any]:
    if task["model"].endswith("broken"):
        return {"error": {"code": "words.model", "message": "unsupported model binary version"}}
    if "audio" not in task:
        return {"result": NOTHING_SAID.data()}
    waveform = np.frombuffer(base64.b64decode(task["audio"]), dtype=np.float32)
    asked = round(float(waveform[0]), 1)
    if asked == DIES:
        os._exit(7)
    while asked == WAITS and not Path(os.environ[GATE]).exists():
        step("waiting", 0, 1)
        time.sleep(0.02)
    end_s = len(waveform) / 16_000
    return {"result": Transcript("Hello.", "en", 0.9, (Word("Hello.", 0.0, end_s, 0.8),)).data()}


if __name__ == "__main__":
    sys.exit(serve_many(answer))
