"""The whole way: sound server, microphone, process, JSON lines; and the window on a screen."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from live_process import ROOT, Event, LiveProcess, VirtualScreen, virtual_screen
from tiny_model import make_tiny_model
from virtual_microphone import SAMPLE_RATE, VirtualMicrophone

pytestmark = [pytest.mark.slow, pytest.mark.microphone]

GAP_S = 1.2
ROOM_DBFS = -66.0


class Session:
    """Clips in the noise of a quiet room, as one recording for the microphone."""

    def __init__(self, clips: Sequence[np.ndarray], path: Path) -> None:
        gap = np.zeros(round(GAP_S * SAMPLE_RATE))
        parts, self.spans, position = [gap], [], len(gap)
        for clip in clips:
            self.spans.append((position, position + len(clip)))
            parts += [clip, gap]
            position += len(clip) + len(gap)
        samples = np.concatenate(parts)
        noise = np.random.default_rng(11).standard_normal(len(samples)) * 10 ** (ROOM_DBFS / 20)
        self.samples = np.clip(np.round((samples + noise) * 32767), -32768, 32767).astype(np.int16)
        self.path = path
        soundfile.write(path, self.samples, SAMPLE_RATE, subtype="PCM_16")

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE

    def write_clip(self, index: int, path: Path) -> Path:
        """One clip as it is played, with the room before and after it."""
        begin, end = self.spans[index]
        margin = round(GAP_S * SAMPLE_RATE)
        soundfile.write(path, self.samples[begin - margin : end + margin], SAMPLE_RATE, subtype="PCM_16")
        return path


def _middle_s(final: Event) -> float:
    return float(final["start_s"] + final["end_s"]) / 2


def _difference(before: np.ndarray, after: np.ndarray) -> float:
    """The share of the screen that has changed."""
    return float(np.any(before != after, axis=2).mean())


def _settled(screen: VirtualScreen) -> np.ndarray:
    """The picture once nothing moves any more: the model is loaded, and all is silent."""
    deadline = time.monotonic() + 20
    before = screen.picture()
    while time.monotonic() < deadline:
        time.sleep(1.0)
        after = screen.picture()
        if _difference(before, after) < 0.002:
            return after
        before = after
    raise AssertionError("the window does not come to rest although all is silent")


def analyze(paths: Sequence[Path], model: Path, out: Path) -> list[dict[str, object]]:
    subprocess.run(
        [sys.executable, "-m", "desktop_app", "analyze", *map(str, paths), "--model", model, "--json", out],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    files: list[dict[str, object]] = json.loads(out.read_text())["files"]
    return files


@pytest.mark.slow
def test_each_clip_becomes_one_segment_with_the_label_of_the_offline_analysis(
    virtual_microphone: VirtualMicrophone, model: Path, clips: list, tmp_path: Path
) -> None:
    clips = clips[::2]
    session = Session([clip.samples for clip in clips], tmp_path / "session.wav")
    files = [session.write_clip(k, tmp_path / f"clip{k:02}.wav") for k in range(len(clips))]
    alone = analyze(files, model, tmp_path / "alone.json")
    environment = virtual_microphone.environment()
    with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
        live.wait_for_state("listening", "muted")
        time.sleep(0.5)
        played_from = time.monotonic()
        virtual_microphone.play(session.path, wait=True)
        time.sleep(1.5)
        assert live.end() == 0, live.errors
    assert time.monotonic() - played_from > session.duration_s
    finals = live.of("final")
    assert live.of("failure") == []
    assert live.of("stats")[-1]["dropped_s"] == 0
    # The microphone's time of the session's beginning: that of the first segment, less its place in it.
    offset = finals[0]["start_s"] - float(alone[0]["segments"][0]["start_s"])  # type: ignore[index]
    report, distances, agreeing, whole = [], [], 0, 0
    for index, (begin, end) in enumerate(session.spans):
        heard = [
            final
            for final in finals
            if begin / SAMPLE_RATE - 0.4
            < (final["start_s"] + final["end_s"]) / 2 - offset
            < end / SAMPLE_RATE + 0.4
        ]
        expected = alone[index]["segments"]
        assert isinstance(expected, list)
        labels, expected_labels = [f["label"] for f in heard], [s["label"] for s in expected]
        whole += len(heard) == 1
        if len(heard) == len(expected) == 1:
            there, here = expected[0]["probabilities"], heard[0]["probabilities"]
            distances.append(max(abs(there[label] - here[label]) for label in there))
        agreeing += labels == expected_labels
        report.append(f"{clips[index].name}: live {labels}, offline {expected_labels}")
    report.append(
        f"one segment: {whole}/{len(clips)}, agreeing: {agreeing}/{len(clips)}, "
        f"difference of probabilities: median {np.median(distances):.3f}, largest {max(distances):.3f}"
    )
    print(*report, sep="\n")
    # The microphone's sample grid differs from the file's: a label on the edge may fall to the other side.
    assert whole >= len(clips) - 1, "\n".join(report)
    assert agreeing >= len(clips) - 1, "\n".join(report)
    assert np.median(distances) < 0.08, "\n".join(report)


@pytest.mark.slow
def test_capture_goes_on_after_the_server_was_killed_and_restarted(
    virtual_microphone: VirtualMicrophone, model: Path, clips: list, tmp_path: Path
) -> None:
    session = Session([clips[0].samples], tmp_path / "session.wav")
    environment = virtual_microphone.environment()
    with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
        live.wait_for_state("listening", "muted")
        virtual_microphone.play(session.path, wait=True)
        live.wait_for(lambda: len(live.of("final")) >= 1, what="a segment before the loss")
        since = len(live.states())
        virtual_microphone.kill()
        since = live.wait_for_state("no_microphone", since=since, timeout_s=2.0)
        told = [event for event in live.of("state") if event["state"] == "no_microphone"]
        assert told[-1]["message"], "a person must read why"
        before = len(live.of("final"))
        virtual_microphone.restart()
        live.wait_for_state("listening", "muted", since=since, timeout_s=5.0)
        virtual_microphone.play(session.path, wait=True)
        live.wait_for(lambda: len(live.of("final")) > before, what="a segment after the return")
        starts = [final["start_s"] for final in live.of("final")]
        assert starts == sorted(starts), "time goes on"
        assert live.end() == 0


def _wall_s(event: Event) -> float:
    return datetime.fromisoformat(str(event["wall_clock"])).timestamp()


@pytest.mark.slow
@pytest.mark.parametrize("outage", ["device_lost", "stalled"])
def test_after_an_outage_times_agree_with_the_clock_and_the_gap_is_told(
    virtual_microphone: VirtualMicrophone, model: Path, clips: list, tmp_path: Path, outage: str
) -> None:
    session = Session([clips[0].samples], tmp_path / "session.wav")
    begins: list[float] = []

    def say() -> None:
        count = len(live.of("final"))
        begins.append(time.time())
        virtual_microphone.play(session.path, wait=True)
        live.wait_for(lambda: len(live.of("final")) > count, what="what was said is judged")

    environment = virtual_microphone.environment()
    with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
        live.wait_for_state("listening", "muted")
        say()
        if outage == "device_lost":
            virtual_microphone.kill()
            time.sleep(3.0)
            virtual_microphone.start()
        else:
            virtual_microphone.suspend()
            time.sleep(3.0)
            virtual_microphone.suspend(False)
        live.wait_for(lambda: bool(live.of("gap")), what="the gap is told")
        say()
        assert live.end() == 0
    first, second = live.of("final")[0], live.of("final")[-1]
    [gap] = live.of("gap")
    assert gap["reason"] == outage
    assert 2.5 < gap["seconds"] < 6.0
    assert first["end_s"] < gap["start_s"] < gap["start_s"] + gap["seconds"] < second["start_s"]
    by_samples, by_clock = second["start_s"] - first["start_s"], begins[-1] - begins[0]
    # How long the player takes to begin is a matter of the machine's load; the clock of the program is not.
    assert by_samples == pytest.approx(by_clock, abs=0.25)
    origins = [_wall_s(event) - event["end_s"] for event in live.of("final")]
    assert max(origins) - min(origins) < 0.06
    last = live.of("stats")[-1]
    assert last["dropped_s"] == last["gap_s"] == pytest.approx(gap["seconds"], abs=1e-5)
    assert last["time_s"] == pytest.approx(last["audio_s"] + last["gap_s"], abs=1e-5)
    assert "s of sound were lost" in live.errors


@pytest.mark.slow
def test_what_a_thawed_server_delivers_late_is_not_counted_twice(
    virtual_microphone: VirtualMicrophone, model: Path
) -> None:
    environment = virtual_microphone.environment()
    with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
        since = live.wait_for_state("listening", "muted")
        time.sleep(1.0)
        virtual_microphone.freeze()
        since = live.wait_for_state("stalled", since=since, timeout_s=3.0)
        time.sleep(1.5)
        virtual_microphone.thaw()
        live.wait_for_state("listening", "muted", since=since, timeout_s=5.0)
        time.sleep(1.5)
        assert live.end() == 0
    first, last = live.of("state")[1], live.of("stats")[-1]
    passed = _wall_s(last) - _wall_s(first)
    # The server was frozen for 2 s: counted twice or not at all, the time would be that much off.
    assert last["time_s"] - first["time_s"] == pytest.approx(passed, abs=0.7)


@pytest.mark.slow
def test_a_frozen_server_is_a_stall_and_capture_goes_on_when_it_thaws(
    virtual_microphone: VirtualMicrophone, model: Path
) -> None:
    environment = virtual_microphone.environment()
    with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
        since = live.wait_for_state("listening", "muted")
        virtual_microphone.freeze()
        since = live.wait_for_state("stalled", since=since, timeout_s=2.0)
        virtual_microphone.thaw()
        since = live.wait_for_state("listening", "muted", since=since, timeout_s=3.0)
        # Frozen for so long that the stream is given up and opened again.
        virtual_microphone.freeze()
        since = live.wait_for_state("no_microphone", since=since, timeout_s=10.0)
        virtual_microphone.thaw()
        live.wait_for_state("listening", "muted", since=since, timeout_s=10.0)
        virtual_microphone.freeze()
        begin = time.monotonic()
        assert live.end() == 0
        assert time.monotonic() - begin < 2.5, "a frozen server must not keep the program from ending"
        virtual_microphone.thaw()


@pytest.mark.slow
def test_without_a_microphone_it_waits_and_takes_the_one_that_comes(
    virtual_microphone: VirtualMicrophone, model: Path
) -> None:
    virtual_microphone.kill()
    environment = virtual_microphone.environment()
    with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
        since = live.wait_for_state("no_microphone")
        # The sentence and the event travel in pipes of their own: either may come first.
        live.wait_for(lambda: "demo" in live.errors, what="the demo recording is offered")
        virtual_microphone.start()
        live.wait_for_state("listening", "muted", since=since, timeout_s=5.0)
        assert live.end() == 0


@pytest.mark.slow
def test_live_on_a_file_equals_its_analysis_exactly(model: Path, clips: list, tmp_path: Path) -> None:
    path = Session([clip.samples for clip in clips[:3]], tmp_path / "session.wav").path
    [offline] = analyze([path], model, tmp_path / "out.json")
    with LiveProcess("--source", str(path), "--model", str(model)) as live:
        assert live.join(90) == 0, live.errors
    segments = offline["segments"]
    assert isinstance(segments, list)
    assert segments
    keys = ("start_s", "end_s", "label", "confidence", "uncertain", "probabilities")
    heard = [{key: final[key] for key in keys} for final in live.of("final")]
    assert heard == [{key: segment[key] for key in keys} for segment in segments]
    assert live.states()[-2:] == ["finished", "stopped"] or live.states()[-1] == "finished"


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="Xvfb or xdotool is not installed"
)
def test_the_window_listens_moves_and_closes_cleanly(
    virtual_microphone: VirtualMicrophone, model: Path, clips: list, tmp_path: Path
) -> None:
    session = Session([clips[0].samples, clips[1].samples], tmp_path / "session.wav")
    with virtual_screen() as screen:
        environment = screen.environment(virtual_microphone.environment())
        window = subprocess.Popen(
            [sys.executable, "-m", "desktop_app", "--source", "mic", "--model", str(model)],
            env={**environment, "XDG_CONFIG_HOME": str(tmp_path), "LANG": "C.UTF-8"},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            screen.find_window("Emoscope")
            deadline = time.monotonic() + 15
            while "RUNNING" not in virtual_microphone.pactl("list", "short", "sources"):
                assert time.monotonic() < deadline, "the window never opened the microphone"
                time.sleep(0.1)
            silent = _settled(screen)
            assert np.ptp(silent) > 0, "the window is blank"
            player = virtual_microphone.play(session.path)
            changed = 0.0
            while changed < 0.005 and player.poll() is None:
                time.sleep(0.1)
                changed = _difference(silent, screen.picture())
            assert changed >= 0.005, f"nothing moves while somebody speaks: {changed:.4f} of the screen"
            window.send_signal(signal.SIGINT)
            begin = time.monotonic()
            _, errors = window.communicate(timeout=10)
            assert time.monotonic() - begin < 2.5
            assert window.returncode == 0, errors
            assert "Traceback" not in errors
        finally:
            if window.poll() is None:
                os.kill(window.pid, signal.SIGKILL)
                window.wait(5)
            assert window.stderr is not None
            window.stderr.close()


def test_a_model_dropped_on_the_window_takes_over_in_mid_word_without_a_lost_segment(
    virtual_microphone: VirtualMicrophone, model: Path, clips: list, tmp_path: Path
) -> None:
    session = Session([clip.samples for clip in clips[:4]], tmp_path / "session.wav")
    other = make_tiny_model(tmp_path / "other.onnx", ("bored", "tender", "proud"))
    seconds = session.duration_s + 3
    probe = Path(__file__).with_name("window_drop.py")
    environment = {**virtual_microphone.environment(), "QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(
        [sys.executable, probe, model, other, str(seconds), tmp_path],
        env={**environment, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert window.stdout is not None
    assert json.loads(window.stdout.readline()) == {"listening": True}
    virtual_microphone.play(session.path)
    out, errors = window.communicate(timeout=seconds + 60)
    assert window.returncode == 0, errors
    assert "Traceback" not in errors
    found = json.loads(out)
    assert found["took_s"] is not None, "nobody was heard, so nothing was dropped"
    assert found["took_s"] < 1.0
    assert found["lost"] == "nothing"
    assert len(found["segments"]) == 4
    labels = [tuple(segment[2]) for segment in found["segments"]]
    assert labels[0] != ("bored", "tender", "proud")
    assert labels[-1] == ("bored", "tender", "proud")
