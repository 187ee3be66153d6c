"""Real speech, a real text model and a fusion of both with the model that ships, where there is a Whisper."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_text_model import make_tiny_fusion, make_tiny_text_model

from desktop_app.audio.demo import demo_path
from desktop_app.inference.shipped import shipped_model
from desktop_app.words.models import VARIABLE, WhisperFolder

pytestmark = pytest.mark.slow


def test_what_is_said_and_how_make_one_answer_beside_the_voices(
    whisper: WhisperFolder, tmp_path: Path
) -> None:
    words = make_tiny_text_model(tmp_path / "words.onnx")
    fusion = make_tiny_fusion(tmp_path / "own.fusion.json", shipped_model(), words)
    call = ("analyze", demo_path(), "--words", "--text-model", words, "--fusion", fusion, "--json", "-")
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app", *map(str, call)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, VARIABLE: str(whisper.path)},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (file,) = json.loads(done.stdout)["files"]
    sad = next(one for one in file["segments"] if "i miss her" in one["transcript"]["text"].lower())
    assert sad["transcript"]["emotion"]["label"] == "sad"
    assert sad["fused"]["label"] == "sad"
    assert sad["fused"]["probabilities"]["sad"] > sad["probabilities"]["sad"], "the words say so, too"
    for one in file["segments"]:
        if not one["not_a_voice"] and not one["transcript"]["text"]:
            assert one["fused"]["probabilities"] == pytest.approx(one["probabilities"], abs=1e-5)
        assert ("fused" in one) != one["not_a_voice"]
