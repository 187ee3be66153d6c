"""Which page is in sight, and what does the work of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from desktop_app.gui.lab import Lab
    from desktop_app.gui.live_replay import LiveReplay
    from desktop_app.gui.model_shelf import ModelShelf
    from desktop_app.gui.opened_recordings import OpenedRecordings
    from desktop_app.gui.page_stack import PageStack
    from desktop_app.gui.pages.live import LiveView
    from desktop_app.gui.pages.models import ModelsPage
    from desktop_app.gui.pages.recording import RecordingView
    from desktop_app.gui.pages.recordings import RecordingsPage
    from desktop_app.gui.pages.sessions import SessionsPage
    from desktop_app.gui.pages.settings import SettingsPage
    from desktop_app.gui.pages.train import TrainPage
    from desktop_app.gui.pages.voices import VoicesPage
    from desktop_app.gui.preferences import Preferences
    from desktop_app.gui.sessions import Sessions
    from desktop_app.gui.shelf import Shelf
    from desktop_app.gui.state.view_model import ViewModel
    from desktop_app.gui.training import Training
    from desktop_app.gui.voices import Voices
    from desktop_app.gui.widgets.navigation import Navigation


class PagedWindow(QMainWindow):
    """A window with the pages of `gui/views.py`, made when they are first asked for.

    Attributes
    ----------
    page : str
        The name of the one in sight.
    """

    turned = Signal()  # another page is in sight

    model: ViewModel
    navigation: Navigation
    pages: PageStack
    page: str = "live"

    def made(self, name: str) -> bool:
        """Whether this page was needed by now."""
        return self.pages.made(name)

    @property
    def live(self) -> LiveView:
        return cast("LiveView", self.pages.page("live"))

    @property
    def replay(self) -> LiveReplay:
        return cast("LiveReplay", self.pages.worker("live"))

    @property
    def recordings(self) -> RecordingsPage:
        return cast("RecordingsPage", self.pages.page("recordings"))

    @property
    def recording(self) -> RecordingView:
        """The one that is shown."""
        return self.recordings.result

    @property
    def shelf(self) -> Shelf:
        return cast("Shelf", self.pages.worker("recordings"))

    @property
    def opened(self) -> OpenedRecordings:
        return self.shelf.opened

    @property
    def voices_page(self) -> VoicesPage:
        return cast("VoicesPage", self.pages.page("voices"))

    @property
    def voices(self) -> Voices:
        return cast("Voices", self.pages.worker("voices"))

    @property
    def teaches_voice(self) -> bool:
        """Whether a voice is being taught."""
        return self.made("voices") and self.voices.teaching

    @property
    def sessions_page(self) -> SessionsPage:
        return cast("SessionsPage", self.pages.page("sessions"))

    @property
    def sessions(self) -> Sessions:
        return cast("Sessions", self.pages.worker("sessions"))

    @property
    def lab(self) -> Lab:
        return cast("Lab", self.pages.worker("lab"))

    @property
    def settings_page(self) -> SettingsPage:
        return cast("SettingsPage", self.pages.page("settings"))

    @property
    def preferences(self) -> Preferences:
        return cast("Preferences", self.pages.worker("settings"))

    @property
    def models_page(self) -> ModelsPage:
        return cast("ModelsPage", self.pages.page("models"))

    @property
    def models(self) -> ModelShelf:
        return cast("ModelShelf", self.pages.worker("models"))

    @property
    def train_page(self) -> TrainPage:
        return cast("TrainPage", self.pages.page("train"))

    @property
    def training(self) -> Training:
        return cast("Training", self.pages.worker("train"))

    # --- pages --------------------------------------------------------------------------------------------

    def on(self, name: str) -> bool:
        """Whether this page is in sight."""
        return self.page == name

    def go(self, name: str) -> None:
        """Show this page."""
        if name == self.page:
            return
        before, self.page = self.page, name
        self.model.turn_to(name)
        self.pages.show_page(name)
        self.navigation.show_page(name)
        self.pages.page(before).left()
        if before == "recordings":
            self.shelf.left()
        self.pages.page(name).entered()
        if name == "recordings":
            self.shelf.entered()
        self.turned.emit()

    def back_to_live(self) -> None:
        self.go("live")
