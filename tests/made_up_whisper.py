"""Modules and a model in place of faster-whisper and its weights, for programs in processes of their own.

What it writes down tells how long the sound is, so that a test can tell one utterance from another.
"""

from __future__ import annotations

import os
from pathlib import Path

FASTER_WHISPER = """
from types import SimpleNamespace

class WhisperModel:
    def __init__(self, folder, **options):
        if not open(folder + "/model.bin").read().startswith("made up"):
            raise RuntimeError("unsupported model binary version")
        self.model = SimpleNamespace(is_multilingual=True)

    def transcribe(self, waveform, **options):
        words = [
            SimpleNamespace(word=" About", start=0.1, end=0.2, probability=0.9),
            SimpleNamespace(word=f" {len(waveform) / 16000:.2f} s.", start=0.2, end=0.4, probability=0.8),
        ]
        segment = SimpleNamespace(
            text="".join(word.word for word in words),
            words=words,
            no_speech_prob=0.0,
            avg_logprob=-0.1,
            compression_ratio=1.0,
        )
        return iter([segment]), SimpleNamespace(language="en", language_probability=0.95)
"""


def made_up_whisper(folder: Path, *, reads: bool = False) -> dict[str, str]:
    """Lay it into `folder`; returns the environment in which a program finds it.

    With `reads` the real `tokenizers` is left in its place, which a text model needs.
    """
    modules, model = folder / "modules", folder / "made-up"
    modules.mkdir(parents=True)
    model.mkdir()
    (modules / "faster_whisper.py").write_text(FASTER_WHISPER, "utf-8")
    for name in ("ctranslate2.py", *(() if reads else ("tokenizers.py",))):
        (modules / name).write_text("StorageView = object\n", "utf-8")
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (model / name).write_text("made up\n", "utf-8")
    paths = [str(modules), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths), "EMOSCOPE_WHISPER": str(model)}
