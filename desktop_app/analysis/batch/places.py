"""Where recordings and results lie: folders of this machine, and what fsspec opens (s3://, gs://, abfs://)."""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.installation import install_hint
from desktop_app.core.safe_files import WriteError, make_folder, write_bytes

_FILE: Final = "file://"
_COPY: Final = 1 << 20


class PlaceError(EmoscopeError):
    """A place that cannot be opened, listed or read."""

    default_code = "batch.place"


def is_remote(name: str) -> bool:
    """Whether a name is that of an object store or the like, and no path."""
    return "://" in name and not name.startswith(_FILE)


def local_path(name: str) -> Path:
    """The path that a local name means; ``file://`` may stand before it."""
    return Path(name.removeprefix(_FILE))


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, and the path in it.

    Raises
    ------
    PlaceError
        fsspec, or what it needs for this kind of place, is not installed; or the place refuses.
    """
    kind = url.partition("://")[0]
    try:
        from fsspec.core import url_to_fs

        found: tuple[Any, str] = url_to_fs(url)
    except ImportError as error:
        raise PlaceError(
            f"'{url}' cannot be opened, because what reads {kind}:// is not installed.",
            sentences(install_hint("cluster"), str(error).rstrip(".")),
        ) from error
    except Exception as error:
        raise _refused(url, error) from error
    return found


class Place:
    """A folder for results, local or remote; files in it appear whole or not at all.

    Parameters
    ----------
    name : str
        A path, or a URL that fsspec knows.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.remote = is_remote(name)
        self._fs: Any = None
        if self.remote:
            self._fs, self._root = filesystem(name.rstrip("/"))
        else:
            self._root = str(local_path(name))

    @property
    def address(self) -> str:
        """As another process finds it: the URL, or the whole path."""
        return self.name if self.remote else str(Path(self._root).resolve())

    @property
    def filesystem(self) -> Any:
        """The fsspec file system of a remote folder; None of a local one."""
        return self._fs

    def make(self) -> None:
        """Make the folder. Raises WriteError."""
        if not self.remote:
            make_folder(Path(self._root))

    def names(self, pattern: str) -> list[str]:
        """Names of the files that fit, relative to the folder, sorted."""
        if not self.remote:
            root = Path(self._root)
            return sorted(path.relative_to(root).as_posix() for path in root.glob(pattern))
        with _told(self.name):
            self._fs.invalidate_cache()
            found = self._fs.glob(f"{glob.escape(self._root)}/{pattern}")
        return sorted(str(path)[len(self._root) + 1 :] for path in found)

    def read(self, name: str) -> bytes | None:
        """All of a file; None if it is not there."""
        with _told(f"{self.name}/{name}"), contextlib.suppress(FileNotFoundError):
            if not self.remote:
                return (Path(self._root) / name).read_bytes()
            content: bytes = self._fs.cat_file(f"{self._root}/{name}")
            return content
        return None

    def write(self, name: str, content: bytes, what: str) -> None:
        """Put a file in its place at once. Raises WriteError."""
        if not self.remote:
            path = Path(self._root) / name
            make_folder(path.parent)
            write_bytes(path, content, what)
            return
        try:
            self._fs.pipe_file(f"{self._root}/{name}", content)
        except Exception as error:
            raise WriteError(
                f"The {what} '{self.name}/{name}' cannot be written: {_reason(error)}."
            ) from error

    def remove(self, name: str) -> None:
        """Remove a file. Raises WriteError."""
        try:
            if self.remote:
                self._fs.rm_file(f"{self._root}/{name}")
            else:
                (Path(self._root) / name).unlink()
        except Exception as error:
            raise WriteError(f"'{self.name}/{name}' cannot be removed: {_reason(error)}.") from error

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[Any]:
        """A file to read from anywhere in it. Raises PlaceError."""
        with _told(f"{self.name}/{name}"), contextlib.ExitStack() as stack:
            if self.remote:
                yield stack.enter_context(self._fs.open(f"{self._root}/{name}", "rb"))
            else:
                yield stack.enter_context((Path(self._root) / name).open("rb"))

    def local(self, name: str) -> Path | None:
        """The path of a file, where there is one."""
        return None if self.remote else Path(self._root) / name


@contextlib.contextmanager
def fetched(where: str, step: Callable[[], object] = lambda: None) -> Iterator[Path]:
    """A recording as a local file: itself, or a copy that goes with the context.

    `step` is called again and again while it is copied.

    Raises
    ------
    PlaceError
    """
    if not is_remote(where):
        yield local_path(where)
        return
    fs, path = filesystem(where)
    with tempfile.TemporaryDirectory(prefix="emoscope-") as folder:
        target = Path(folder) / (os.path.basename(path) or "recording")  # noqa: PTH119 - of a URL
        try:
            with _told(where), fs.open(path, "rb") as source, target.open("wb") as copy:
                while block := source.read(_COPY):
                    copy.write(block)
                    step()
        except FileNotFoundError as error:
            raise PlaceError(f"'{where}' does not exist.", code="audio.not_found") from error
        yield target


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """Whatever a file system raises, as a sentence."""
    try:
        yield
    except (EmoscopeError, FileNotFoundError, GeneratorExit):
        raise
    except Exception as error:
        raise _refused(name, error) from error


def _refused(name: str, error: Exception) -> PlaceError:
    return PlaceError(f"'{name}' cannot be opened: {_reason(error)}.")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return " ".join(str(error).split()).rstrip(".")[:200] or type(error).__name__
