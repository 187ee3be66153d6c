"""What a worker process of the service is started with to write down what is said, and to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.core.fusion import FusedModel, Fusion
from desktop_app.core.fusion_file import file_sha256, read_fusion
from desktop_app.inference.engine import EmotionEngine
from desktop_app.words.models import WhisperFolder
from desktop_app.words.transcriber import MEMORY, WAITING, Transcriber


@dataclass(frozen=True, slots=True)
class Spoken:
    """A transcriber, in a process of its own that ends with this one, and what else `ServeSettings` names.

    Attributes
    ----------
    transcriber : Transcriber
    fusion : Fusion or None
        Of the voice's model and the transcriber's text model.
    fusion_file : (str, str) or None
        Name of its file, without the folder, and SHA-256.
    """

    transcriber: Transcriber
    fusion: Fusion | None = None
    fusion_file: tuple[str, str] | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any], engine: EmotionEngine, *, waiting: int = WAITING) -> Spoken | None:
        """What `ServeSettings.of_model` tells; None where nothing is written down.

        Raises
        ------
        WordsError, ModelError
            A model is missing, or is none.
        FusionError
            The fusion is none, or belongs to other models.
        """
        folder, text_model, fusion_path = (
            told.get(name) for name in ("words_folder", "text_model", "fusion")
        )
        if folder is None:  # an endpoint does not even say so
            return None
        transcriber = Transcriber(
            WhisperFolder(Path(folder), told["words_model"]),
            text_model=None if text_model is None else Path(text_model),
            waiting=waiting,
            memory=min(MEMORY, told["words_memory"]),
        )
        text = transcriber.text_model
        if fusion_path is None or text is None:
            return cls(transcriber)
        fusion = read_fusion(fusion_path)
        fusion.check(FusedModel(engine.name, engine.sha256, engine.labels), text.identity)
        return cls(transcriber, fusion, (Path(fusion_path).name, file_sha256(fusion_path)))

    def made_with(self, *, fused: bool) -> dict[str, Any]:
        """The fields of `Provenance` that name all of them; the fusion if it was used."""
        text = self.transcriber.text_model
        return {
            "words_model": self.transcriber.model.identity,
            "text_model": None if text is None else text.identity,
            "fusion": self.fusion_file if fused else None,
        }

    def data(self) -> dict[str, Any]:
        """What `/v1/model` says of them."""
        written, text = self.transcriber.model.identity, self.transcriber.text_model
        return {
            "model": written.name,
            "sha256": written.sha256,
            "text_model": None if text is None else text.identity.data(),
            "fusion": None
            if self.fusion_file is None
            else dict(zip(("path", "sha256"), self.fusion_file, strict=True)),
        }
