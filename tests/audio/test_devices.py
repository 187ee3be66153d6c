"""Finding a microphone by its name, its format, and the gate to PortAudio; no sound server needed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desktop_app.audio import portaudio
from desktop_app.audio.backends import microphone
from desktop_app.audio.base import AudioError
from desktop_app.audio.capture import candidate_formats, plain_reason
from desktop_app.audio.devices import Device, match_device, shown_names
from desktop_app.audio.sounddevice_source import SoundDeviceSource
from desktop_app.core.errors import CallError
from desktop_app.core.quiet import quiet_stderr


def device(name: str, host_api: str = "ALSA", channels: int = 2, rate: int = 44_100) -> Device:
    return Device(name, host_api, channels, rate, is_default=False)


DEVICES = [
    device("Built-in Microphone", "Windows WASAPI"),
    device("Built-in Microphone", "MME"),
    device("Røde NT-USB", "Windows WASAPI"),
    device("Røde NT-USB mini", "Windows WASAPI"),
]


class TestNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Built-in Microphone, MME", DEVICES[1]),
            ("mme", DEVICES[1]),
            ("RØDE NT-USB", DEVICES[2]),  # a whole name wins over a part of another
            ("mini", DEVICES[3]),
        ],
    )
    def test_a_name_finds_its_device(self, name: str, expected: Device) -> None:
        assert match_device(name, DEVICES) == expected

    @pytest.mark.parametrize("name", ["Built-in Microphone", "røde", "built"])
    def test_an_ambiguous_name_lists_the_candidates(self, name: str) -> None:
        with pytest.raises(AudioError, match="several microphones") as caught:
            match_device(name, DEVICES)
        fitting = [entry for entry in DEVICES if name.casefold() in entry.name.casefold()]
        assert all(entry.key in str(caught.value) for entry in fitting)

    @pytest.mark.parametrize("name", ["Studio", "", "  "])
    def test_an_unknown_name_lists_all(self, name: str) -> None:
        with pytest.raises(AudioError, match="There is no microphone named") as caught:
            match_device(name, DEVICES)
        assert all(entry.key in str(caught.value) for entry in DEVICES)

    def test_two_devices_of_one_name_are_as_good_as_each_other(self) -> None:
        twins = [device("USB Audio"), device("USB Audio")]
        assert match_device("usb", twins) is twins[0]

    def test_without_any_device_the_sentence_does_not_blame_the_name(self) -> None:
        with pytest.raises(AudioError, match="There is no microphone\\."):
            match_device("Studio", [])


def test_names_that_repeat_are_shown_with_their_host_api() -> None:
    twice = [device("Headset", "MME"), device("Headset", "Windows WASAPI"), device("Webcam", "MME")]
    assert shown_names(twice) == ["Headset, MME", "Headset, Windows WASAPI", "Webcam"]


class PortAudioError(Exception):
    """As sounddevice's, whose class is known by its name."""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            PortAudioError(
                "Error opening InputStream: Illegal combination of I/O devices [PaErrorCode -9993]"
            ),
            "the sound system has no input behind it",
        ),
        (OSError(-9985, "Device unavailable"), "it is in use by another program, or was disconnected"),
        (PortAudioError("Error opening InputStream: Flux missing"), 'PortAudio says "Flux missing"'),
    ],
)
def test_why_a_microphone_does_not_open_is_told_in_plain_words(error: Exception, reason: str) -> None:
    assert plain_reason(error) == reason


class TestFormats:
    def test_the_own_rate_and_channels_come_first(self) -> None:
        formats = list(candidate_formats(device("x", "Core Audio", channels=1, rate=96_000)))
        assert formats[0] == (96_000, 1)
        assert {48_000, 44_100, 16_000} <= {rate for rate, _ in formats}
        assert {1, 2} == {channels for _, channels in formats}  # some list one and take two
        assert len(formats) == len(set(formats))

    def test_the_rate_that_alsa_makes_up_for_sound_servers_is_not_believed(self) -> None:
        assert next(candidate_formats(device("pulse", channels=32))) == (48_000, 2)

    def test_an_interface_is_opened_with_all_its_inputs(self) -> None:
        formats = list(candidate_formats(device("Scarlett 18i20", "Core Audio", channels=18, rate=48_000)))
        assert formats[0] == (48_000, 18)
        assert {1, 2, 4, 8, 16, 18} == {channels for _, channels in formats}

    @pytest.mark.parametrize("claimed", [32, 64, 128])
    def test_channels_that_are_made_up_are_only_opened_when_nothing_less_does(self, claimed: int) -> None:
        channels = [channels for _, channels in candidate_formats(device("default", channels=claimed))]
        assert list(dict.fromkeys(channels)) == [2, 1, 4, 8, 16, claimed]

    def test_who_asks_for_a_channel_gets_no_less(self) -> None:
        formats = list(candidate_formats(device("pulse", channels=32), least_channels=6))
        assert formats[0] == (48_000, 6)
        assert min(channels for _, channels in formats) == 6


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(CallError, match="There is no backend 'alsa'") as caught:
        microphone(backend="alsa")
    assert caught.value.code == "call.backend"


class TestTheGate:
    def test_a_call_that_hangs_lets_its_caller_go_and_its_result_is_discarded_later(self) -> None:
        proceed = threading.Event()
        discarded: list[str] = []

        def hang() -> str:
            proceed.wait(5)
            return "stream"

        try:
            with pytest.raises(AudioError, match="does not answer"):
                portaudio.call(hang, 0.05, discard=discarded.append)
            begin = time.monotonic()
            with pytest.raises(AudioError, match="does not answer"):
                portaudio.call(lambda: "another", 0.05, discard=discarded.append)
            assert time.monotonic() - begin < 0.5
            assert discarded == []
        finally:
            proceed.set()
        assert portaudio.call(lambda: "works again", 2.0) == "works again"
        assert discarded == ["stream"], "the second call was given up before it began"

    def test_a_failure_reaches_the_caller_as_it_is(self) -> None:
        def fail() -> None:
            raise ValueError("as it is")

        with pytest.raises(ValueError, match="as it is"):
            portaudio.call(fail)

    def test_calls_exclude_one_another(self) -> None:
        inside: list[int] = []
        most: list[int] = []

        def work() -> None:
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.005)
            inside.pop()

        threads = [threading.Thread(target=portaudio.call, args=(work,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == [1] * 8


class SoundService:
    """sounddevice, on a system whose sound service is `down` for a while."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.down = False
        self._initialized = 1

    def _initialize(self) -> None:
        if self.down:
            raise PortAudioError("Error initializing PortAudio: Unanticipated host error", -9999)
        self._initialized += 1

    def _terminate(self) -> None:
        if not self._initialized:
            raise PortAudioError("PortAudio not initialized", -10_000)
        self._initialized -= 1

    def query_devices(self) -> list[object]:
        if not self._initialized:
            raise PortAudioError("PortAudio not initialized", -10_000)
        return []


class TestASoundServiceThatRestarts:
    def test_meanwhile_there_is_a_sentence_and_afterwards_it_works(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service = SoundService()
        monkeypatch.setattr(portaudio, "_module", service)
        service.down = True
        for _ in range(2):
            with pytest.raises(AudioError, match="PortAudio does not start") as caught:
                SoundDeviceSource().open()
            assert caught.value.code == "audio.system"
        service.down = False
        assert portaudio.call(portaudio.refresh)
        assert service._initialized == 1

    def test_a_list_that_it_does_not_give_is_no_mistake_of_this_program(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def listed(_: SoundDeviceSource) -> list[object]:
            raise PortAudioError("Error querying device -1: Unanticipated host error", -9999)

        monkeypatch.setattr(SoundDeviceSource, "_devices", listed)
        with pytest.raises(AudioError, match="does not tell its microphones") as caught:
            SoundDeviceSource().open()
        assert caught.value.code == "audio.system"


class TestQuietStderr:
    def test_what_a_library_writes_inside_is_lost_and_outside_is_kept(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        os.write(2, b"before ")
        with quiet_stderr(), quiet_stderr():
            os.write(2, b"ALSA lib: a page of warnings")
        os.write(2, b"after")
        assert capfd.readouterr().err == "before after"

    def test_many_threads_inside_it_give_stderr_back(self, capfd: pytest.CaptureFixture[str]) -> None:
        def work(delay: float) -> None:
            for _ in range(20):
                with quiet_stderr():
                    time.sleep(delay)

        threads = [threading.Thread(target=work, args=(0.0005 * k,)) for k in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        os.write(2, b"still here")
        assert capfd.readouterr().err == "still here"


def run_without(module: str, statement: str) -> str:
    """What a program prints in which `module` cannot be imported."""
    program = (
        f"import sys\nsys.modules[{module!r}] = None\n"
        "from desktop_app.audio.base import AudioError\n"
        f"try:\n    {statement}\nexcept AudioError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return done.stdout


def test_without_portaudio_the_sentence_tells_what_to_install() -> None:
    said = run_without("sounddevice", "import desktop_app.audio.devices as d; d.list_devices()")
    assert "PortAudio library is not installed" in said
    if sys.platform.startswith("linux"):
        assert "apt-get install libportaudio2" in said


def test_without_pyaudio_the_sentence_names_the_extra() -> None:
    said = run_without("pyaudio", "import desktop_app.audio.pyaudio_source as s; s.PyAudioSource().open()")
    assert 'pip install -e ".[cpu,pyaudio]"' in said


def test_live_without_pyaudio_says_how_to_install_it_before_anything_starts() -> None:
    said = run_without(
        "pyaudio", "import desktop_app.commands.sources as s; s.source_maker('mic', None, 'pyaudio')"
    )
    assert "PyAudio is not installed" in said
    assert 'pip install -e ".[cpu,pyaudio]"' in said


def test_importing_the_room_loads_no_library() -> None:
    program = (
        "import sys\n"
        "from desktop_app.audio import backends, demo, devices, file_source\n"
        "from desktop_app.audio import pyaudio_source, sounddevice_source\n"
        "print(sorted({'sounddevice', 'pyaudio', 'soundfile', 'PySide6'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


_INTERRUPTED_WHILE_PORTAUDIO_STARTS = """
import os, signal, sys, threading
class CtrlC:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "_sounddevice":
            threading.Timer(0.03, os.kill, (os.getpid(), signal.SIGINT)).start()
sys.meta_path.insert(0, CtrlC)
from desktop_app.cli import main
sys.argv = ["emoscope", "devices"]
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to oneself there")
def test_ctrl_c_while_portaudio_starts_ends_the_program_in_order() -> None:
    """The thread that is inside PortAudio must not be alive while the process takes itself apart."""
    call = [sys.executable, "-c", _INTERRUPTED_WHILE_PORTAUDIO_STARTS]
    codes = [subprocess.run(call, capture_output=True, timeout=60, check=False).returncode for _ in range(3)]
    assert set(codes) <= {0, 130}
