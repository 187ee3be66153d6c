"""The voices that a person keeps: one profile file each, named as the person is, in a folder of their own."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from desktop_app.core.foreign_files import ReadError, read_regular
from desktop_app.core.safe_files import WriteError, make_folder, printable_path, write_bytes
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile, VoiceProfileError
from desktop_app.inference.voice_profile_file import (
    MAX_BYTES,
    StoredProfile,
    load_profile,
    read_profile,
    save_profile,
)

ENDING: Final = ".profile"
PLACE_VARIABLE: Final = "EMOSCOPE_VOICES"
"""Environment variable that names another folder."""
LONGEST_NAME: Final = 60
_MOST_BYTES: Final = 240 - len(ENDING)
"""Of a name: file systems take 255 for a whole one, and some of them are needed while it is written."""
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')  # by one file system or another


def voices_folder() -> Path:
    """Where voices are kept: what the environment names, or the person's own data."""
    named = os.environ.get(PLACE_VARIABLE)
    if named:
        return Path(named)
    return Path(platformdirs.user_data_dir("emoscope", appauthor=False)) / "voices"


@dataclass(frozen=True, slots=True)
class KeptVoice:
    """A file of the folder.

    Attributes
    ----------
    name : str
        Whose voice it is.
    path : Path
    stored : StoredProfile or None
        What it holds; None if it cannot be used.
    problem : str
        A sentence that says why it cannot be used; empty otherwise.
    code : str
        That of the failure which it tells.
    """

    name: str
    path: Path
    stored: StoredProfile | None
    problem: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class DeletedVoice:
    """What `VoiceLibrary.restore` needs."""

    name: str
    content: bytes


class VoiceLibrary:
    """Voices by their names.

    Nothing is kept in memory: another program, or a person with a file manager, may change the folder, too.
    Every method raises VoiceProfileError with a sentence.

    Parameters
    ----------
    folder : Path, optional
        By default `voices_folder`; made when something is saved.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = voices_folder() if folder is None else folder

    def voices(self) -> list[KeptVoice]:
        """All of them, in the order of their names; files that cannot be used with the reason."""
        try:
            paths = sorted(path for path in self.folder.iterdir() if path.suffix == ENDING)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise VoiceProfileError(
                f"The voices in '{printable_path(self.folder)}' cannot be listed: {error.strerror}.",
                code="profile.unreadable",
            ) from error
        found = [_kept(path) for path in paths]
        return sorted(found, key=lambda voice: (voice.name.casefold(), voice.name))

    def load(self, name: str, model: VoiceModel) -> VoiceProfile:
        """The voice for this model."""
        return load_profile(self.path(name), model)

    def save(self, name: str, profile: VoiceProfile, *, replace: bool = False) -> Path:
        """Keep a voice under a name that is free, or in place of the voice of that name."""
        path = self.path(name)
        if not replace:
            self._free(name)
        self._make_folder()
        save_profile(profile, path)
        return path

    def rename(self, name: str, other: str) -> None:
        """Call a voice otherwise."""
        source, target = self.path(name), self.path(other)
        if source == target:
            return
        if source.name.casefold() != target.name.casefold():  # else one file, where capitals do not count
            self._free(other)
        try:
            source.rename(target)
        except OSError as error:
            raise _failed(f"The voice of '{name}' cannot be renamed", error) from error

    def delete(self, name: str) -> DeletedVoice:
        """Delete a voice from the disk; what is returned brings it back."""
        path = self.path(name)
        try:
            content = read_regular(path, MAX_BYTES, "voice profile")
            path.unlink()
        except ReadError as error:
            raise VoiceProfileError(error.message, error.hint, code="profile.unreadable") from error
        except OSError as error:
            raise _failed(f"The voice of '{name}' cannot be deleted", error) from error
        return DeletedVoice(name, content)

    def restore(self, deleted: DeletedVoice) -> None:
        """Undo `delete`."""
        self._free(deleted.name)
        self._make_folder()
        try:
            write_bytes(self.path(deleted.name), deleted.content, what="voice profile", private=True)
        except WriteError as error:
            raise VoiceProfileError(error.message, error.hint) from error

    def export(self, name: str, target: Path) -> None:
        """Copy a voice to another place; it is as personal there."""
        path = self.path(name)
        try:
            content = read_regular(path, MAX_BYTES, "voice profile")
            write_bytes(target, content, what="voice profile", private=True)
        except (ReadError, WriteError) as error:
            raise VoiceProfileError(error.message, error.hint) from error

    def take_in(self, source: Path) -> str:
        """Copy a profile from elsewhere under its file's name, or the next that is free; returns the name."""
        read_profile(source)
        name = free_name(_tidied(source.stem), [voice.name for voice in self.voices()])
        self._make_folder()
        try:
            content = read_regular(source, MAX_BYTES, "voice profile")
            write_bytes(self.path(name), content, what="voice profile", private=True)
        except (ReadError, WriteError) as error:
            raise VoiceProfileError(error.message, error.hint) from error
        return name

    def path(self, name: str) -> Path:
        """The file of a name; a name that no file can have is refused."""
        problem = name_problem(name)
        if problem:
            raise VoiceProfileError(problem, code="profile.name")
        path = self.folder / f"{_composed(name.strip())}{ENDING}"
        other = self.folder / f"{name.strip()}{ENDING}"  # as somebody else has put it there
        return other if other != path and other.exists() and not path.exists() else path

    def _free(self, name: str) -> None:
        wanted = _composed(self.path(name).name).casefold()
        if any(_composed(voice.path.name).casefold() == wanted for voice in self.voices()):
            raise VoiceProfileError(
                f"There is a voice '{name.strip()}' already.", "Choose another name.", code="profile.name"
            )

    def _make_folder(self) -> None:
        try:
            make_folder(self.folder)
        except WriteError as error:
            raise VoiceProfileError(error.message, error.hint) from error


def name_problem(name: str) -> str:
    """Why nobody's voice can be called so, as a sentence; empty if it can."""
    name = name.strip()
    if not name:
        return "A voice needs a name."
    if not name.isprintable() or set(name) & _FORBIDDEN or name.startswith(".") or name.endswith("."):
        return "A name is made of letters, digits, blanks and hyphens."
    if len(name) > LONGEST_NAME or len(name.encode()) > _MOST_BYTES:
        return f"A name has at most {LONGEST_NAME} letters."
    return ""


def free_name(wanted: str, taken: list[str]) -> str:
    """`wanted`, or with the first number behind it that nobody has; cut where it would be too long.

    The same letters may be composed in two ways, as in names of files from macOS: they are one name here.
    """
    used = {_composed(name).casefold() for name in taken}
    number, name = 2, _cut(wanted)
    while name.casefold() in used:
        name, number = _cut(wanted, f" {number}"), number + 1
    return name


def _tidied(text: str) -> str:
    kept = "".join(letter if letter.isprintable() and letter not in _FORBIDDEN else " " for letter in text)
    return kept.strip(" .") or "Voice"


def _composed(name: str) -> str:
    """As the names of files are written here."""
    return unicodedata.normalize("NFC", name)


def _cut(name: str, behind: str = "") -> str:
    """As much of a name as may stand before `behind`, with that."""
    kept = _composed(name)[: LONGEST_NAME - len(behind)]
    while len(kept.encode()) > _MOST_BYTES - len(behind):
        kept = kept[:-1]
    return kept.rstrip(" .") + behind


def _kept(path: Path) -> KeptVoice:
    try:
        return KeptVoice(path.stem, path, read_profile(path))
    except VoiceProfileError as error:
        return KeptVoice(path.stem, path, None, error.message, error.code)


def _failed(what: str, error: OSError) -> VoiceProfileError:
    if isinstance(error, FileNotFoundError):
        return VoiceProfileError(f"{what}: it is not there any more.", code="profile.not_found")
    return VoiceProfileError(f"{what}: {error.strerror}.", code="profile.unwritable")
