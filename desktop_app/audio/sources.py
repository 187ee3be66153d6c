"""The sources of audio, by name: two kinds of microphone and a recording."""

from desktop_app.audio.backends import BACKENDS, microphone
from desktop_app.audio.file_source import FileSource
from desktop_app.audio.pyaudio_source import PyAudioSource
from desktop_app.audio.sounddevice_source import SoundDeviceSource

__all__ = ["BACKENDS", "FileSource", "PyAudioSource", "SoundDeviceSource", "microphone"]
