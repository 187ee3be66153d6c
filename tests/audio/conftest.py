"""Fixtures of the audio tests: a microphone of PulseAudio for this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from virtual_microphone import VirtualMicrophone, missing_tools

from desktop_app.audio import portaudio
from desktop_app.audio.base import AudioError, AudioSource
from desktop_app.audio.pyaudio_source import PyAudioSource
from desktop_app.audio.sounddevice_source import SoundDeviceSource


@pytest.fixture
def virtual_microphone(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualMicrophone]:
    """A running virtual microphone that this process sees too; skips where PulseAudio is not installed."""
    if reason := missing_tools():
        pytest.skip(reason)
    try:
        portaudio.call(portaudio.sounddevice)
    except AudioError as error:
        pytest.skip(str(error))
    with VirtualMicrophone() as microphone:
        for name, value in microphone.variables().items():
            monkeypatch.setenv(name, value)
        yield microphone


@pytest.fixture(params=[SoundDeviceSource, PyAudioSource])
def make_source(request: pytest.FixtureRequest) -> Callable[[], AudioSource]:
    if request.param is PyAudioSource:
        pytest.importorskip("pyaudio", reason="the extra is not installed")
    kind: Callable[[], AudioSource] = request.param
    return kind
