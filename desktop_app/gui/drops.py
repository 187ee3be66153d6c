"""Files that are given to the window: dropped on it, or of a folder that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from desktop_app.core.errors import sentences
from desktop_app.core.language import tr
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.told import told
from desktop_app.gui.widgets.drop_overlay import DropOverlay

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

PROFILE_ENDING = ".profile"


class Drops:
    """Says over the window what dropping files would do, and does it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.overlay = DropOverlay(window)

    def entered(self, event: QDragEnterEvent) -> None:
        """Files are held over the window; anything else is not for it."""
        paths = _dropped(event)
        if not paths:
            return
        event.acceptProposedAction()
        name = paths[0].name if len(paths) == 1 else tr("{count} files").format(count=len(paths))
        here = self._window.pages.page(self._window.page).takes(paths)
        if here:
            self.overlay.invite(here)
        elif _is_profile(paths):
            self.overlay.invite(tr("Drop to use the voice of {name}").format(name=paths[0].stem))
        else:
            self.overlay.invite(
                tr("Drop to use {name}").format(name=name)
                if _is_model(paths)
                else tr("Drop to analyze {name}").format(name=name)
            )

    def left(self) -> None:
        self.overlay.hide()

    def dropped(self, event: QDropEvent) -> None:
        self.overlay.hide()
        paths = _dropped(event)
        if not paths:
            return
        event.acceptProposedAction()
        page = self._window.pages.page(self._window.page)
        if page.takes(paths):
            page.drop(paths)
        else:
            self.open(paths)

    def resized(self) -> None:
        """The window has another size."""
        if self.overlay.isVisible():
            self.overlay.setGeometry(self._window.rect())

    def open(self, paths: Sequence[Path]) -> None:
        """Load a model, use a voice profile; anything else is taken for recordings, or folders of them."""
        window = self._window
        if _is_profile(paths):
            window.choices.use_profile(paths[0])
            return
        if _is_model(paths):
            window.choices.load_model(paths[0])
            return
        from desktop_app.analysis.inputs import collect
        from desktop_app.audio.files import AUDIO_ENDINGS

        inputs = collect([str(path) for path in paths], AUDIO_ENDINGS)
        if inputs.found:
            window.open_recordings([source.path for source in inputs.found])
        texts = [told(error) for _, error in inputs.failures] + [inputs.left_out_sentence()]
        if any(texts):
            page = "recordings" if inputs.found else window.page
            window.model.notify(Notice(sentences(*texts), trouble=bool(inputs.failures), page=page))
            window.show_changes()


def _is_model(paths: Sequence[Path]) -> bool:
    return len(paths) == 1 and paths[0].suffix.lower() == ".onnx"


def _is_profile(paths: Sequence[Path]) -> bool:
    return len(paths) == 1 and paths[0].suffix.lower() == PROFILE_ENDING


def _dropped(event: QDropEvent) -> list[Path]:
    """The local files of a drag."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
