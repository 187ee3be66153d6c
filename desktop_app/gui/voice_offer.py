"""Offers to teach a voice of which most is uncertain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from desktop_app.core.language import tr
from desktop_app.core.types import FinalResult
from desktop_app.gui.state.notices import Notice

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

UNSURE_S = 90.0
"""Seconds of speech of which most was uncertain, after which teaching the voice is offered, once."""


class VoiceOffer(QObject):
    """Listens to the run, whatever page is in sight."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._unsure_s = self._sure_s = 0.0
        self._offered = False
        window.controller.bridge.events.connect(self._follow)

    def _follow(self, events: list[Any]) -> None:
        for event in events:
            if isinstance(event, FinalResult):
                self._watch(event)

    def _watch(self, result: FinalResult) -> None:
        model, said = self._window.model, result.prediction
        known = bool(self._window.controller.voice.name)
        if self._offered or said.not_a_voice or model.plays_recording or known:
            return
        seconds = result.end_s - result.start_s
        if said.uncertain:
            self._unsure_s += seconds
        else:
            self._sure_s += seconds
        heard_s = self._unsure_s + self._sure_s
        if heard_s >= UNSURE_S and model.learnable and not self._window.teaches_voice:
            self._offered = True
            if self._unsure_s > 0.6 * heard_s and model.notice is None:
                model.notify(
                    Notice(
                        tr("Much of this voice is uncertain."),
                        tr("Talk for a minute in different moods to teach it: page Voices, “Teach a voice”."),
                        trouble=False,
                    )
                )
