"""What a microphone hears is kept as a session, with what went wrong meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import soundfile
from live_process import LiveProcess
from running import made_up_speech
from tiny_model import make_tiny_model
from virtual_microphone import SAMPLE_RATE, VirtualMicrophone

from desktop_app.core.types import GapReason
from desktop_app.sessions.records import EndedBy
from desktop_app.sessions.store import SessionStore

pytestmark = [pytest.mark.slow, pytest.mark.microphone]


def test_answers_and_an_outage_are_kept_as_they_were_told(
    virtual_microphone: VirtualMicrophone, tmp_path: Path
) -> None:
    model = make_tiny_model(tmp_path / "tiny.onnx")
    soundfile.write(tmp_path / "word.wav", made_up_speech((1.0, 0.5), rate=SAMPLE_RATE), SAMPLE_RATE)
    environment = virtual_microphone.environment()
    words = ("--source", "mic", "--model", str(model), "--sessions", str(tmp_path / "sessions"))
    with LiveProcess(*words, environment=environment) as live:
        heard = live.wait_for_state("listening", "muted", timeout_s=60.0)
        time.sleep(0.5)
        virtual_microphone.play(tmp_path / "word.wav", wait=True)
        live.wait_for(lambda: len(live.of("final")) == 1, 30.0, "the first answer")
        virtual_microphone.kill()
        live.wait_for_state("no_microphone", since=heard, timeout_s=30.0)
        virtual_microphone.start()
        live.wait_for(lambda: bool(live.of("gap")), 60.0, "the gap")
        virtual_microphone.play(tmp_path / "word.wav", wait=True)
        live.wait_for(lambda: len(live.of("final")) == 2, 30.0, "the second answer")
        assert live.end() == 0, live.errors
    assert "What is said is kept as a session in" in live.errors
    with SessionStore(tmp_path / "sessions") as store:
        (session,) = store.sessions()
        kept = store.open(session.id)
    assert (session.source, session.ended_by, session.utterances) == ("microphone", EndedBy.STOPPED, 2)
    assert session.device
    told = live.of("final")
    assert [u.start_s for u in kept.utterances] == pytest.approx([event["start_s"] for event in told])
    assert [u.prediction.label for u in kept.utterances] == [event["label"] for event in told]
    (gap,) = kept.outages
    assert gap.reason is GapReason.DEVICE_LOST
    assert gap.seconds == pytest.approx(live.of("gap")[0]["seconds"], abs=1e-5)
    assert "no_microphone" in [state.state for state in kept.states]
    assert session.started == pytest.approx(kept.utterances[0].wall_clock - kept.utterances[0].end_s, abs=1.0)
