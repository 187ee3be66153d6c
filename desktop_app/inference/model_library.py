"""The model files at hand: the one that comes with the program, those of a folder, and some named by path."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import platformdirs

from desktop_app.core.foreign_files import impostor
from desktop_app.core.safe_files import WriteError, make_folder, printable_path, write_bytes
from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.initializers import file_metadata
from desktop_app.inference.manifest import MANIFEST_KEY, Manifest
from desktop_app.inference.package import try_file
from desktop_app.inference.shipped import ZOO

ENDING: Final = ".onnx"
PLACE_VARIABLE: Final = "EMOSCOPE_MODELS"
"""Environment variable that names another folder."""
DELETED: Final = "deleted"
"""Folder beside the models, for those that no trash of the system takes."""
_MOST: Final = 1000


def models_folder(asked: str | Path | None = None) -> Path:
    """Where models are kept: what was asked for, what the environment names, or the person's own data."""
    named = asked or os.environ.get(PLACE_VARIABLE)
    if named:
        return Path(named)
    return Path(platformdirs.user_data_dir("emoscope", appauthor=False)) / "models"


class Origin(StrEnum):
    """How a model file came to be at hand."""

    SHIPPED = "shipped"
    FOLDER = "folder"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model file as far as it can be known without running it.

    Attributes
    ----------
    path : Path
    origin : Origin
    size : int
        In bytes.
    changed_ns : int
        When the file was changed, as `os.stat` tells it.
    manifest : Manifest or None
        None if it cannot be used.
    problem : str
        A sentence that says why it cannot be used; empty otherwise.
    code : str
        That of the failure which it tells.
    """

    path: Path
    origin: Origin
    size: int
    changed_ns: int
    manifest: Manifest | None
    problem: str = ""
    code: str = ""

    @property
    def name(self) -> str:
        """What its manifest calls it, or the file's name."""
        return printable_path(self.path.stem) if self.manifest is None else self.manifest.name


@dataclass(frozen=True, slots=True)
class DeletedModel:
    """What `ModelLibrary.restore` needs: where the file was, and where it is now."""

    path: Path
    lies: Path


class ModelLibrary:
    """Model files by their paths.

    Nothing is kept in memory: another program, or a person with a file manager, may change the folder, too.

    Parameters
    ----------
    folder : Path, optional
        By default `models_folder`; made when something is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = (models_folder() if folder is None else folder).absolute()

    def models(self, elsewhere: Iterable[Path] = ()) -> list[ListedModel]:
        """All of them: the shipped ones, then those of the folder by name, then those that lie elsewhere.

        Files that cannot be used are among them, with the reason. Raises ModelError if the folder cannot be
        listed.
        """
        found = [(path, Origin.SHIPPED) for path in sorted(ZOO.glob(f"*{ENDING}"))]
        found += [(path, Origin.FOLDER) for path in self._in_folder()]
        known = {_same(path) for path, _ in found}
        for path in elsewhere:
            if _same(path) not in known and os.path.isfile(path):  # noqa: PTH113 - is_file may raise
                known.add(_same(path))
                found.append((path, Origin.ELSEWHERE))
        return [listed(path, origin) for path, origin in found]

    def take_in(self, source: Path, *, cancel: Callable[[], bool] | None = None) -> Path:
        """Keep a copy of a model file from elsewhere, once it was tried; where it lies from now on.

        Raises
        ------
        ModelError
            Why it is refused, or cannot be written.
        """
        content = try_file(source, cancel=cancel)
        if source.suffix.lower() != ENDING:
            raise ModelError(
                f"The model file '{printable_path(source)}' does not end in {ENDING}.",
                f"Rename it so that it ends in {ENDING}.",
                code="model.ending",
            )
        same = self._with_content(content)
        if same is not None:
            return same
        target = self.free_path(source.stem)
        try:
            write_bytes(target, content, "model file")
        except WriteError as error:
            raise ModelError(error.message, error.hint, code="model.unwritable") from error
        return target

    def free_path(self, stem: str) -> Path:
        """A path in the folder that no file has, called `stem` or with a number behind it.

        Raises ModelError if the folder cannot be written to.
        """
        try:
            make_folder(self.folder)
        except WriteError as error:
            raise ModelError(error.message, error.hint, code="model.unwritable") from error
        number, path = 2, self.folder / f"{stem}{ENDING}"
        while path.exists():
            number, path = number + 1, self.folder / f"{stem} {number}{ENDING}"
        return path

    def delete(self, path: Path, to_trash: Callable[[Path], Path | None]) -> DeletedModel:
        """Take a model file of the folder away; what is returned brings it back.

        Parameters
        ----------
        to_trash : callable
            Moves a file to the trash of the system; returns where it lies there, or None if it could not.

        Raises
        ------
        ModelError
            It is the shipped one, is not there any more, or cannot be moved.
        """
        if ZOO in path.resolve().parents:
            raise ModelError(
                f"The model '{path.name}' came with the program and is not deleted.", code="model.shipped"
            )
        if not path.exists():
            raise _gone(path)
        lies = to_trash(path)
        if lies is not None:
            return DeletedModel(path, lies)
        target = ModelLibrary(path.parent / DELETED).free_path(path.stem)
        _move(path, target, "deleted")
        return DeletedModel(path, target)

    def restore(self, deleted: DeletedModel) -> None:
        """Undo `delete`. Raises ModelError if another file has its place, or it is not there any more."""
        if deleted.path.exists():
            raise ModelError(
                f"There is another file '{printable_path(deleted.path)}' by now.",
                f"The deleted one lies in '{printable_path(deleted.lies)}'.",
                code="model.restore",
            )
        if not deleted.lies.exists():
            raise _gone(deleted.lies)
        deleted.path.parent.mkdir(parents=True, exist_ok=True)
        _move(deleted.lies, deleted.path, "brought back")
        # As the trash of freedesktop.org keeps it: what is not in `files` must not stand in `info`.
        note = deleted.lies.parent.parent / "info" / f"{deleted.lies.name}.trashinfo"
        if deleted.lies.parent.name == "files":
            note.unlink(missing_ok=True)

    def _in_folder(self) -> list[Path]:
        try:
            found = [path for path in self.folder.iterdir() if path.suffix.lower() == ENDING]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ModelError(
                f"The models in '{printable_path(self.folder)}' cannot be listed: {error.strerror}.",
                code="model.unreadable",
            ) from error
        return sorted(found, key=lambda path: (path.name.casefold(), path.name))[:_MOST]

    def _with_content(self, content: bytes) -> Path | None:
        """A file of the folder that is the same to the last bit."""
        for path in self._in_folder():
            try:
                if path.stat().st_size == len(content) and path.read_bytes() == content:
                    return path
            except OSError:
                continue
        return None


def listed(path: Path, origin: Origin) -> ListedModel:
    """What a model file says of itself; only its manifest is read, whatever its size."""
    size = changed_ns = 0
    try:
        if not path.is_file():
            raise ModelError("it is not a regular file", code="model.not_regular")
        told = path.stat()
        size, changed_ns = told.st_size, told.st_mtime_ns
        if not size:
            raise ModelError("it is empty", code="model.empty")
        with path.open("rb") as file:
            found = impostor(file.read(1024))
            if found is not None:
                raise ModelError(f"it is {found.name}", found.hint, code=f"model.{found.code}")
            text = file_metadata(file, size, MANIFEST_KEY)
        if text is None:
            raise ManifestError("it has no manifest, so it was not made with emoscope-export")
        return ListedModel(path, origin, size, changed_ns, Manifest.from_json(text))
    except ModelError as error:
        problem, code = error.message, error.code
    except OSError as error:
        problem = f"it cannot be read: {(error.strerror or 'it is not known why').lower()}"
        code = "model.unreadable"
    end = "" if problem.endswith(".") else "."
    return ListedModel(path, origin, size, changed_ns, None, f"{problem[:1].upper()}{problem[1:]}{end}", code)


def _same(path: Path) -> str:
    return os.path.realpath(path)


def _gone(path: Path) -> ModelError:
    return ModelError(
        f"The model file '{printable_path(path)}' is not there any more.", code="model.not_found"
    )


def _move(source: Path, target: Path, what: str) -> None:
    import shutil

    try:
        shutil.move(source, target)
    except OSError as error:
        raise ModelError(
            f"The model file '{printable_path(source)}' cannot be {what}: "
            f"{(error.strerror or 'it is not known why').lower()}.",
            code="model.unwritable",
        ) from error
