"""The pages of the window: one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.core.language import mark

if TYPE_CHECKING:
    from desktop_app.gui.pages.page import Page
    from desktop_app.gui.window import MainWindow


@dataclass(frozen=True, slots=True)
class View:
    """A page, how it is called and what makes it.

    Attributes
    ----------
    name : str
        By which the window's code knows it.
    title : str
        Beneath its sign in the navigation.
    sign : str
        A name that `look.icons` knows.
    tip : str
        A sentence about it.
    make : callable
        Makes it, and what does its work, for a window whose other parts are there. What it needs is imported
        then: most starts show one page.
    """

    name: str
    title: str
    sign: str
    tip: str
    make: Callable[[MainWindow], tuple[Page, object]]


def _live(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.keeping import LiveNotes
    from desktop_app.gui.live_replay import LiveReplay
    from desktop_app.gui.pages.live import LiveView

    page = LiveView(window.model, window.animator, window.controller.spectrogram, window)
    LiveNotes(window, page)
    return page, LiveReplay(window, page)


def _recordings(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.analyses import Analyses
    from desktop_app.gui.opened_recordings import OpenedRecordings
    from desktop_app.gui.pages.recordings import RecordingsPage
    from desktop_app.gui.shelf import Shelf

    analyses = Analyses(window.controller, window)
    opened = OpenedRecordings(window.controller, analyses, window)
    page = RecordingsPage(opened.queue, window.controller.jobs, window.animator, window)
    return page, Shelf(window, page, opened, analyses)


def _voices(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.pages.voices import VoicesPage
    from desktop_app.gui.voices import Voices

    page = VoicesPage(window)
    return page, Voices(window, page)


def _sessions(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.pages.sessions import SessionsPage
    from desktop_app.gui.sessions import Sessions
    from desktop_app.sessions.export import FORMATS

    page = SessionsPage({name: title for name, (title, _) in FORMATS.items()}, window)
    return page, Sessions(window, page)


def _lab(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.lab import Lab
    from desktop_app.gui.pages.lab import LabPage

    page = LabPage(window)
    return page, Lab(window, page)


def _models(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.model_shelf import ModelShelf
    from desktop_app.gui.pages.models import ModelsPage

    page = ModelsPage(window)
    return page, ModelShelf(window, page)


def _train(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.pages.train import TrainPage
    from desktop_app.gui.training import Training

    page = TrainPage(window)
    return page, Training(window, page)


def _settings(window: MainWindow) -> tuple[Page, object]:
    from desktop_app.gui.preferences import Preferences

    preferences = Preferences(window)
    return preferences.page, preferences


VIEWS = (
    View("live", mark("Live"), "listening", mark("What is heard now"), _live),
    View(
        "recordings",
        mark("Recordings"),
        "wave",
        mark("Recordings that are analyzed from start to end"),
        _recordings,
    ),
    View("voices", mark("Voices"), "speaker", mark("The voices that are known, and teaching one"), _voices),
    View(
        "sessions",
        mark("Sessions"),
        "sessions",
        mark("What was heard by a microphone before, as far as it was kept"),
        _sessions,
    ),
    View(
        "lab",
        mark("Lab"),
        "lab",
        mark("What a stretch of sound consists of, and what the model hears in it"),
        _lab,
    ),
    View(
        "models",
        mark("Models"),
        "models",
        mark("The model files at hand: what each is, and which is in use"),
        _models,
    ),
    View(
        "train", mark("Train"), "train", mark("Train a model of your own, and see what it is worth"), _train
    ),
    View(
        "settings",
        mark("Settings"),
        "settings",
        mark("Everything that you can choose, and the keys"),
        _settings,
    ),
)
"""In the order of the navigation; their shortcuts are Ctrl+1, Ctrl+2 and so on."""
