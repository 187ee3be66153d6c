"""The pages of the window: one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.gui.pages.live import LiveView
from desktop_app.gui.pages.page import Page
from desktop_app.gui.pages.recordings import RecordingsPage
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.pages.voices import VoicesPage
from desktop_app.sessions.export import FORMATS as SESSION_FORMATS

if TYPE_CHECKING:
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
        Builds it for a window whose model, animator and controller are there.
    """

    name: str
    title: str
    sign: str
    tip: str
    make: Callable[[MainWindow], Page]


VIEWS = (
    View(
        "live",
        "Live",
        "listening",
        "What is heard now",
        lambda window: LiveView(window.model, window.animator, window.controller.spectrogram, window),
    ),
    View(
        "recordings",
        "Recordings",
        "wave",
        "Recordings that are analyzed from start to end",
        lambda window: RecordingsPage(window.opened.queue, window.controller.jobs, window),
    ),
    View("voices", "Voices", "speaker", "The voices that are known, and teaching one", VoicesPage),
    View(
        "sessions",
        "Sessions",
        "sessions",
        "What was heard by a microphone before, as far as it was kept",
        lambda window: SessionsPage({name: title for name, (title, _) in SESSION_FORMATS.items()}, window),
    ),
)
"""In the order of the navigation; their shortcuts are Ctrl+1, Ctrl+2 and so on."""
