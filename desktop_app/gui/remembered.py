"""What the window remembers from one run to the next, and when that is written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.errors import one_line
from desktop_app.core.language import tr
from desktop_app.gui.state import settings_file
from desktop_app.gui.state.notices import MODEL, Notice
from desktop_app.gui.state.settings import RECENT_MODELS, RECENT_RECORDINGS, Settings, checked
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.inference.shipped import lies_in_zoo


class Remembered(QObject):
    """Keeps the settings up to date; `keep` False writes nothing, as for a picture.

    Parameters
    ----------
    settings : Settings
        As they were read.
    path : Path or None
        Where they are kept; None for the usual place.
    keep : bool
        Whether anything is written.

    Attributes
    ----------
    for_this_run : set of str
        Names of settings in whose place the command line says something else.
    """

    changed = Signal(str)  # the name of a setting

    def __init__(self, settings: Settings, path: Path | None, *, keep: bool) -> None:
        super().__init__()
        self.settings = settings
        self.for_this_run: set[str] = set()
        self._path = path
        self._keep = keep
        self._model_for_this_run = False
        self._model_chosen: str | None = None

    def save(self) -> None:
        if self._keep:
            settings_file.save(self.settings, self._path)

    def keep(self, name: str, value: Any) -> None:
        """A person has chosen this.

        Raises
        ------
        ValueError
            It is no value of this setting.
        """
        setattr(self.settings, name, checked(name, value))
        self.for_this_run.discard(name)
        self.save()
        self.changed.emit(name)

    @property
    def problem(self) -> str:
        """A sentence if the settings could not be read, and are meant to be kept."""
        return self.settings.problem if self._keep else ""

    # --- the window's place -------------------------------------------------------------------------------

    def place(self, window: QMainWindow, usual: tuple[int, int]) -> None:
        """Put the window where it stood last time, if a screen is still there."""
        window.resize(*usual)
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        if self.settings.geometry is not None:
            rect = QRect(*self.settings.geometry)
            if any(screen.intersects(rect.adjusted(40, 0, -40, -40)) for screen in screens):
                window.setGeometry(rect)
                return
        if screens:
            home = screens[0]
            window.resize(min(usual[0], home.width()), min(usual[1], home.height()))

    def keep_place(self, window: QMainWindow) -> None:
        if self._keep and not window.isMaximized() and not window.isFullScreen():
            rect = window.geometry()
            self.settings.geometry = (rect.x(), rect.y(), rect.width(), rect.height())

    # --- the microphone -----------------------------------------------------------------------------------

    @property
    def device(self) -> str:
        """The microphone as `name, host API`; empty for the system's default."""
        device, host_api = self.settings.device, self.settings.host_api
        return f"{device}, {host_api}" if device and host_api else device

    def keep_source(self, choice: SourceChoice) -> None:
        """A microphone that was chosen; the demo and recordings are not remembered."""
        if choice.kind == "microphone":
            name, _, host_api = choice.device.rpartition(", ")
            self.settings.device, self.settings.host_api = (name, host_api) if name else (choice.device, "")
            self.for_this_run.discard("device")
            self.save()
            self.changed.emit("device")

    @property
    def channel(self) -> ChannelChoice:
        return ChannelChoice.parse(self.settings.channel)

    # --- sessions -----------------------------------------------------------------------------------------

    def told_of_sessions(self) -> bool:
        """Whether it was said before that sessions are kept; from now on it was."""
        told, self.settings.told_of_sessions = self.settings.told_of_sessions, True
        if not told:
            self.save()
        return told

    # --- recordings ---------------------------------------------------------------------------------------

    def recent_recordings(self) -> list[Path]:
        """Those that are still there, the latest first."""
        return [Path(entry) for entry in self.settings.recent_recordings if Path(entry).is_file()]

    def keep_recording(self, path: Path) -> None:
        """One that was opened, and analyzed."""
        name = str(path.absolute())
        recent = [entry for entry in self.settings.recent_recordings if entry != name]
        self.settings.recent_recordings = [name, *recent][:RECENT_RECORDINGS]
        self.save()

    # --- models -------------------------------------------------------------------------------------------

    def model(self) -> tuple[Path | None, Notice | None]:
        """The model of the last time, unless it did not come up then: that one is offered, and not loaded."""
        remembered, unproven = self.settings.model, self.settings.unproven_model
        notice = None
        if unproven and Path(unproven).is_file():
            name = one_line(Path(unproven).name)
            message = tr("The model {name} did not come up last time, so it was not loaded again.").format(
                name=name
            )
            notice = Notice(message, retry=unproven, about=MODEL)
        return (Path(remembered) if remembered and remembered != unproven else None), notice

    def model_for_this_run(self) -> None:
        """The command line names the model: it does not become that of the next start."""
        self._model_for_this_run = True
        self.for_this_run.add("model")

    def model_chosen(self, path: str) -> None:
        """Chosen in the window, empty for the shipped one: once loaded, it is that of the next start."""
        self._model_chosen = path

    def recent_models(self) -> list[str]:
        """Those that are still there, the latest first."""
        return [entry for entry in self.settings.recent_models if Path(entry).is_file()]

    def forget_model(self, path: str) -> int:
        """It is not among the recent ones any more; its place among them."""
        recent = self.settings.recent_models
        place = recent.index(path) if path in recent else 0
        self.settings.recent_models = [entry for entry in recent if entry != path]
        self.save()
        return place

    def remember_model(self, path: str, place: int) -> None:
        """Undo `forget_model`."""
        recent = [entry for entry in self.settings.recent_models if entry != path]
        recent.insert(place, path)
        self.settings.recent_models = recent
        self.save()

    def model_doubtful(self, path: str) -> None:
        """Until it answers, it is written down: whatever ends the program, the next start will know."""
        if not lies_in_zoo(Path(path)) and self.settings.unproven_model != path:
            self.settings.unproven_model = path
            self.save()

    def model_answered(self, path: str) -> None:
        if self.settings.unproven_model == path:
            self.settings.unproven_model = ""
            self.save()

    def model_loaded(self, path: str) -> None:
        """The file of the model that is in use now; empty if there is none."""
        if not path:
            return
        own = "" if lies_in_zoo(Path(path)) else path
        if not self._model_for_this_run or own == self._model_chosen:
            self.settings.model = own
            self.for_this_run.discard("model")
        if own:
            recent = [entry for entry in self.settings.recent_models if entry != own]
            self.settings.recent_models = [own, *recent][:RECENT_MODELS]
        self.changed.emit("model")
