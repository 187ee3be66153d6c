"""Models of very different families in the window: a microphone gets the answers that a recording gets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from family_bench import bench_of, recipe_of
from live_process import ROOT
from spoken_corpus import write_corpus
from virtual_microphone import SAMPLE_RATE, VirtualMicrophone

from desktop_app.analysis.recording import analyze_recording
from desktop_app.audio.files import open_recording
from desktop_app.inference.engine import EmotionEngine
from desktop_app.sessions.records import Utterance
from desktop_app.sessions.store import SessionStore
from export.build import build_source
from export.manifest_writer import write_file
from models.commands.trained_source import source_of
from models.corpora.base import SAMPLE_RATE as RATE
from models.training.calibration import Calibration
from models.training.fit_calibrated import CalibratedModel, trainer_of

pytestmark = [pytest.mark.slow, pytest.mark.microphone]

FAMILIES = ("random-forest", "cnn2d", "crnn-attention", "transformer-simplified")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("spoken") / "spoken")


@pytest.mark.parametrize("name", FAMILIES)
def test_the_window_answers_to_a_microphone_as_the_analysis_does(
    name: str, spoken: Path, virtual_microphone: VirtualMicrophone, tmp_path: Path
) -> None:
    model, recording = trained(name, spoken, tmp_path)
    with closing(EmotionEngine.load(model, "cpu", threads=1)) as engine, open_recording(recording) as file:
        found = analyze_recording(str(recording), file.blocks(7_001), file.sample_rate, engine)
    offline = [segment.prediction for segment in found.segments]
    assert len(offline) == 4
    heard = [
        utterance.prediction for utterance in in_the_window(model, recording, virtual_microphone, tmp_path)
    ]
    # The microphone's grid of samples is another one: probabilities move a little, surely told labels do not.
    far = [
        max(abs(a - b) for a, b in zip(one.probabilities, other.probabilities, strict=True))
        for one, other in zip(heard, offline, strict=True)
    ]
    print(name, "largest difference of probabilities", [round(each, 3) for each in far])
    assert np.median(far) < 0.05
    assert max(far) < 0.3
    assert [one.label for one, other in zip(heard, offline, strict=True) if other.confidence > 0.6] == [
        other.label for other in offline if other.confidence > 0.6
    ]


def trained(name: str, spoken: Path, folder: Path) -> tuple[Path, Path]:
    """A file of the family, and a recording of four clips that it has not learnt."""
    bench = bench_of(spoken)
    recipe = recipe_of(name)
    nobody = np.zeros_like(bench.fitting)
    fitted = trainer_of(recipe, bench.workshop).fit(bench.fitting, nobody, folder / "fit", folder)
    calibrated = CalibratedModel(fitted, Calibration(1.0, 0.4, doubt_s=0.1))
    trained_on = {"corpora": ["spoken"], "speakers": 5, "split_sha256": None}
    facts = {"temperature": 1.0, "abstain_below": 0.4, "min_seconds": 0.4, "trained_on": trained_on}
    model = folder / f"{name}.onnx"
    write_file(build_source(source_of(calibrated, recipe, bench.table.labels, facts)).content, model)
    quiet = np.zeros(RATE, np.float32)
    parts = [quiet]
    for row in np.flatnonzero(bench.inner)[::2][:4]:
        parts += [bench.workshop.waveform(int(row), "whole"), quiet]
    sound = soxr.resample(np.concatenate(parts), RATE, SAMPLE_RATE)
    recording = folder / "four.wav"
    soundfile.write(recording, sound, SAMPLE_RATE, subtype="PCM_16")
    return model, recording


def in_the_window(
    model: Path, recording: Path, microphone: VirtualMicrophone, folder: Path
) -> list[Utterance]:
    """What the window, opened with the model, keeps of the recording that is played to its microphone."""
    environment = {
        **microphone.environment(),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(folder / "settings"),
        "EMOSCOPE_SESSIONS": str(folder / "sessions"),
    }
    words = ["-m", "desktop_app", "--source", "mic", "--model", str(model), "--adapt", "off"]
    window = subprocess.Popen(
        [sys.executable, *words],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(
            lambda: "RUNNING" in microphone.pactl("list", "short", "sources"), "the microphone is opened"
        )
        time.sleep(1.0)
        microphone.play(recording, wait=True)
        time.sleep(3.0)
        window.send_signal(signal.SIGINT)
        _, errors = window.communicate(timeout=30)
        assert window.returncode == 0, errors
        assert "Traceback" not in errors
    finally:
        if window.poll() is None:
            os.kill(window.pid, signal.SIGKILL)
            window.communicate()
    with SessionStore(folder / "sessions") as store:
        (session,) = store.sessions()
        return list(store.open(session.id).utterances)


def wait_for(there: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline, f"it never came to this: {what}"
        time.sleep(0.1)
