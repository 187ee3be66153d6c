"""A microphone of a real PulseAudio server: what it captures, and all the ways in which it dies."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from capturing import started, timed_stop, wait_for
from synthetic_speech import synthetic_speech_path
from virtual_microphone import SAMPLE_RATE, VirtualMicrophone, missing_tools

from desktop_app.audio.backends import BACKENDS
from desktop_app.audio.base import AudioError, AudioSource, SourceStatus
from desktop_app.audio.devices import find_device, list_devices, probe
from desktop_app.audio.sounddevice_source import SoundDeviceSource
from desktop_app.core.ring_buffer import RingBuffer

pytestmark = [pytest.mark.slow, pytest.mark.microphone]


def write_played_signal(path: Path, seconds: float) -> np.ndarray:
    """Noise of every level up to full scale, and speech; int16 [samples], first and last sample not zero."""
    generator = np.random.default_rng(7)
    count = round(SAMPLE_RATE * seconds)
    noise = generator.integers(-32768, 32768, count).astype(np.float64)
    noise *= np.abs(np.sin(np.linspace(0, 40, count)))
    speech, _ = soundfile.read(synthetic_speech_path(), dtype="float64")
    half = count // 2
    noise[half:] = np.resize(speech, count - half) * 32767
    signal = np.clip(np.round(noise), -32768, 32767).astype(np.int16)
    signal[0] = 12345
    signal[-1] = -12345
    soundfile.write(path, signal, SAMPLE_RATE, subtype="PCM_16")
    return signal


def capture_while_playing(
    source: AudioSource, microphone: VirtualMicrophone, path: Path, seconds: float
) -> tuple[np.ndarray, SourceStatus]:
    stream_format = source.open()
    assert stream_format.sample_rate == SAMPLE_RATE
    ring = RingBuffer(5 * SAMPLE_RATE, stream_format.channels)
    blocks = []
    source.start(ring)
    try:
        player = microphone.play(path)
        deadline = time.monotonic() + seconds + 10
        while time.monotonic() < deadline and (player.poll() is None or sum(map(len, blocks)) < 1):
            time.sleep(0.02)
            blocks.append(ring.read())
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            time.sleep(0.02)
            blocks.append(ring.read())
        status = source.status()
    finally:
        source.stop()
    blocks.append(ring.read())
    assert ring.dropped == 0
    return np.concatenate(blocks), status


def assert_bit_exact(captured: np.ndarray, played: np.ndarray) -> None:
    begin = int(np.flatnonzero(captured[:, 0])[0])
    heard = captured[begin : begin + len(played)]
    assert len(heard) == len(played)
    # float32 holds every 16-bit sample exactly, so this is equality and not closeness.
    for channel in heard.T:
        np.testing.assert_array_equal(channel, played.astype(np.float32) / 32768)
    assert not captured[:begin].any()
    assert not captured[begin + len(played) :].any()


class TestWhatIsCaptured:
    @pytest.mark.proof
    def test_sixty_seconds_come_bit_by_bit(
        self, virtual_microphone: VirtualMicrophone, tmp_path: Path
    ) -> None:
        played = write_played_signal(tmp_path / "played.wav", 60)
        captured, status = capture_while_playing(
            SoundDeviceSource(), virtual_microphone, tmp_path / "played.wav", 60
        )
        assert_bit_exact(captured, played)
        assert status.active
        assert not status.finished

    def test_what_is_played_comes_bit_by_bit(
        self,
        virtual_microphone: VirtualMicrophone,
        make_source: Callable[[], AudioSource],
        tmp_path: Path,
    ) -> None:
        played = write_played_signal(tmp_path / "played.wav", 5)
        captured, status = capture_while_playing(
            make_source(), virtual_microphone, tmp_path / "played.wav", 5
        )
        assert_bit_exact(captured, played)
        assert status.active
        assert not status.finished

    def test_a_silent_microphone_delivers_exact_zeros_on_time(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source()
        ring = started(source)
        try:
            wait_for(lambda: ring.written > 0)
            first = ring.written
            time.sleep(1.0)
            delivered = ring.written - first
        finally:
            source.stop()
        assert delivered == pytest.approx(SAMPLE_RATE, rel=0.1)
        assert not ring.read().any()

    def test_blocks_are_short_so_that_nothing_waits(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source()
        ring = started(source)
        try:
            wait_for(lambda: ring.written > 0)
            sizes = set()
            for _ in range(200):
                before = ring.written
                time.sleep(0.001)
                sizes.add(ring.written - before)
        finally:
            source.stop()
        assert min(sizes - {0}) == SAMPLE_RATE // 100


class TestHowCaptureDies:
    def test_the_server_dies_and_the_source_says_it_has_finished(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[[], AudioSource]
    ) -> None:
        source = make_source()
        ring = started(source)
        wait_for(lambda: ring.written > 0)
        assert source.status().active
        virtual_microphone.kill()
        assert wait_for(lambda: source.status().finished) < 0.5
        assert not source.status().active
        assert timed_stop(source) < 1.0

    def test_after_a_restart_a_fresh_source_captures(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[[], AudioSource]
    ) -> None:
        source = make_source()
        ring = started(source)
        wait_for(lambda: ring.written > 0)
        virtual_microphone.kill()
        wait_for(lambda: source.status().finished)
        source.stop()
        # Which of the two depends on how long ago the devices were listed.
        with pytest.raises(AudioError, match=r"no microphone|microphones opens"):
            make_source().open()
        virtual_microphone.restart()
        source = make_source()
        ring = started(source)
        wait_for(lambda: ring.written > 0)
        source.stop()

    def test_a_suspended_microphone_stays_active_and_silent_and_comes_back(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source()
        ring = started(source)
        try:
            wait_for(lambda: ring.written > 0)
            virtual_microphone.suspend()
            wait_for(lambda: source.status().silent_for_s > 0.5)
            assert source.status().active
            virtual_microphone.suspend(False)
            wait_for(lambda: source.status().silent_for_s < 0.1)
        finally:
            source.stop()

    def test_unplugged_while_another_microphone_exists_capture_goes_on(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source()
        ring = started(source)
        try:
            wait_for(lambda: ring.written > 0)
            virtual_microphone.remove_source()
            time.sleep(0.3)
            before = ring.written
            wait_for(lambda: ring.written > before)
            assert source.status().active
        finally:
            source.stop()

    def test_a_program_ends_although_the_server_is_frozen(
        self, virtual_microphone: VirtualMicrophone
    ) -> None:
        program = (
            "import sys, time\n"
            "from desktop_app.audio.sounddevice_source import SoundDeviceSource\n"
            "from desktop_app.core.ring_buffer import RingBuffer\n"
            "source = SoundDeviceSource(); opened = source.open()\n"
            "source.start(RingBuffer(48000, opened.channels)); time.sleep(0.3)\n"
            "print('capturing', flush=True); sys.stdin.readline(); source.stop()\n"
            "print('stopped', flush=True)\n"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=virtual_microphone.environment(),
            cwd=Path(__file__).parents[2],
            text=True,
        )
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "capturing\n"
            virtual_microphone.freeze()
            begin = time.monotonic()
            out, _ = child.communicate("\n", timeout=10)
            assert out == "stopped\n"
            assert child.returncode == 0
            assert time.monotonic() - begin < 2.0
        finally:
            virtual_microphone.thaw()
            child.kill()
            child.wait()


@pytest.mark.parametrize("backend", ["SoundDeviceSource", "PyAudioSource"])
@pytest.mark.parametrize(
    "behaviour",
    [
        "a_frozen_server_is_seen_by_its_silence_and_stop_does_not_hang",
        "opening_at_a_frozen_server_ends_with_a_sentence",
    ],
)
def test_in_a_process_of_its_own(behaviour: str, backend: str) -> None:
    if reason := missing_tools():
        pytest.skip(reason)
    if backend == "PyAudioSource":
        pytest.importorskip("pyaudio", reason="the extra is not installed")
    test = f"{Path(__file__).with_name('frozen_server.py')}::test_{behaviour}[{backend}]"
    child = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if child.returncode == 0 and "1 skipped" in child.stdout:
        pytest.skip(child.stdout.splitlines()[-2])
    assert child.returncode == 0, child.stdout + child.stderr
    assert "1 passed" in child.stdout


class TestOpening:
    def test_stop_is_idempotent_and_allowed_before_open(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source()
        source.stop()
        source = make_source()
        started(source)
        source.stop()
        source.stop()
        assert source.status().finished
        assert not source.status().active

    def test_a_source_stopped_before_it_opens_does_not_open(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source()
        source.stop()
        with pytest.raises(AudioError, match="closed"):
            source.open()
        list_devices(refresh=True)  # would cut off a stream that was left open

    def test_a_part_of_the_name_is_enough(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source("PULS")
        assert source.open().name == "pulse"
        source.stop()

    def test_an_unknown_name_lists_what_there_is(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        with pytest.raises(AudioError, match=r'named "Studio 99".*pulse, ALSA'):
            make_source("Studio 99").open()

    @pytest.mark.parametrize("backend", BACKENDS)
    def test_every_listed_microphone_of_the_server_opens(
        self, virtual_microphone: VirtualMicrophone, backend: str
    ) -> None:
        if backend == "pyaudio":
            pytest.importorskip("pyaudio", reason="the extra is not installed")
        devices = list_devices(refresh=True)
        assert devices[0].is_default
        assert [probe(device, backend) for device in devices] == [None] * len(devices)
        assert find_device(devices[0].key) == devices[0]

    def test_probing_a_device_that_is_gone_gives_a_reason(
        self, virtual_microphone: VirtualMicrophone
    ) -> None:
        device = list_devices(refresh=True)[0]
        virtual_microphone.kill()
        error = probe(device)
        assert error is not None
        assert device.name in error.message or "no microphone" in error.message

    def test_no_refresh_cuts_off_a_stream(
        self, virtual_microphone: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source()
        ring = started(source)
        try:
            list_devices(refresh=True)
            before = ring.written
            wait_for(lambda: ring.written > before)
            assert source.status().active
        finally:
            source.stop()

    def test_opening_writes_nothing_on_stderr(self, virtual_microphone: VirtualMicrophone) -> None:
        program = (
            "from desktop_app.audio.devices import list_devices\n"
            "from desktop_app.audio.sounddevice_source import SoundDeviceSource\n"
            "list_devices(refresh=True); s = SoundDeviceSource(); s.open(); s.stop()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            env=virtual_microphone.environment(),
            cwd=Path(__file__).parents[2],
            check=True,
            timeout=30,
        )
        assert done.stderr == b""


# PulseAudio's own order of eight channels, and ALSA's.
EIGHT = "front-left,front-right,rear-left,rear-right,front-center,lfe,side-left,side-right"


@pytest.fixture
def interface(virtual_microphone: VirtualMicrophone) -> VirtualMicrophone:
    """An interface of eight inputs: as the server's source, and as an ALSA device that takes nothing else."""
    virtual_microphone.pactl(
        "load-module", "module-null-sink", "sink_name=interface", f"rate={SAMPLE_RATE}", "channels=8",
        f"channel_map={EIGHT}", "format=s16le", "norewinds=1",
    )  # fmt: skip
    virtual_microphone.pactl("set-default-source", "interface.monitor")
    bindings = "\n".join(f"bindings.{k}.slave a\nbindings.{k}.channel {k}" for k in range(8))
    only_eight = (
        "pcm.only_eight { type multi\n slaves.a.pcm { type plug\n slave.pcm { type pulse }\n }\n"
        f" slaves.a.channels 8\n {bindings}\n }}\n"
    )
    (Path(virtual_microphone.variables()["HOME"]) / ".asoundrc").write_text(only_eight)
    return virtual_microphone


class TestInterfaces:
    def test_a_device_that_takes_only_eight_channels_opens_with_eight(
        self, interface: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        # A stream of an earlier test that is just being closed holds the old list for a moment.
        deadline = time.monotonic() + 5
        while not any("only_eight" in one.key for one in list_devices(refresh=True)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        source = make_source("only_eight")
        assert source.open().channels == 8
        source.stop()

    def test_a_server_that_claims_many_is_asked_for_two(
        self, interface: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        source = make_source("pulse")
        assert source.open().channels == 2
        source.stop()

    def test_whoever_asks_for_the_eighth_channel_gets_it(
        self, interface: VirtualMicrophone, make_source: Callable[..., AudioSource], tmp_path: Path
    ) -> None:
        tone = 0.3 * np.sin(np.arange(4 * SAMPLE_RATE) * 0.05)
        frames = np.zeros((len(tone), 8))
        frames[:, 7] = tone
        soundfile.write(tmp_path / "eighth.wav", frames, SAMPLE_RATE, subtype="PCM_16")
        source = make_source("pulse", least_channels=8)
        ring = started(source)
        try:
            assert ring.channels == 8
            player = subprocess.Popen(
                ["paplay", "--device=interface", f"--channel-map={EIGHT}", tmp_path / "eighth.wav"],
                env=interface.environment(),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                wait_for(lambda: ring.written > 2 * SAMPLE_RATE, 10.0)
            finally:
                player.kill()
                player.wait(5)
        finally:
            source.stop()
        levels = np.abs(ring.read()).max(axis=0)
        assert levels[7] == pytest.approx(0.3, abs=0.01)
        assert not levels[:7].any()

    def test_more_channels_than_there_are_is_told(
        self, interface: VirtualMicrophone, make_source: Callable[..., AudioSource]
    ) -> None:
        with pytest.raises(
            AudioError, match='"only_eight" has 8 channels, so there is no channel 9'
        ) as caught:
            make_source("only_eight", least_channels=9).open()
        assert caught.value.code == "audio.channel"


def test_a_machine_without_sound_has_no_microphone_and_says_so(tmp_path: Path) -> None:
    program = (
        "from desktop_app.audio.base import AudioError\n"
        "from desktop_app.audio.devices import list_devices\n"
        "from desktop_app.audio.sounddevice_source import SoundDeviceSource\n"
        "assert list_devices() == [], list_devices()\n"
        "try:\n"
        "    SoundDeviceSource().open()\n"
        "except AudioError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env={**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        check=False,
        timeout=30,
        text=True,
    )
    if "AssertionError" in done.stderr:
        pytest.skip("this machine has a microphone of its own")
    assert done.stdout.startswith("There is no microphone.")
    assert done.stderr == ""
