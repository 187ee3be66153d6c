"""How likely each emotion is, or where an answer lies in the plane: shared by live page and recordings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from desktop_app.core.language import tr
from desktop_app.core.palette import Hue
from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.modalities import Modalities
from desktop_app.gui.widgets.bars import LOWEST_BARS, BarsWidget
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.modality_bars import LOWEST_MODALITIES, DisagreementLine, ModalityBars
from desktop_app.gui.widgets.plane import PlaneWidget


class AnswerCard(Card):
    """One of three at a time: bars, those of voice and words beside one another, or a plane of dimensions."""

    def __init__(self, animator: Animator, heading: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._animator = animator
        self.bars = BarsWidget(self)
        self.plane = PlaneWidget(self)
        self.modalities, self.disagreement = ModalityBars(self), DisagreementLine(self)
        animator.add(self.plane, self.plane.frame_ms)
        animator.add(self.modalities)
        self.heading = section(heading, self)
        self.bars_area = scrolled(self.bars, tr("Probabilities"), LOWEST_BARS)
        self._modality_scroll = scrolled(
            self.modalities, tr("Probabilities by voice, words and both"), LOWEST_MODALITIES
        )
        self._modality_scroll.hide()
        self.plane.hide()
        self.body.addWidget(self.heading)
        self.body.addWidget(self.bars_area, 1)
        self.body.addWidget(self._modality_scroll, 1)
        self.body.addWidget(self.disagreement)
        self.body.addWidget(self.plane, 1)

    def set_dimensions(self, dimensions: tuple[str, ...], colours: Mapping[str, Hue]) -> None:
        """A plane for a model of these, bars for one of emotions."""
        if dimensions != self.plane.names:
            self.plane.set_dimensions(dimensions, colours)
        self.plane.setVisible(bool(dimensions))
        self.bars_area.setVisible(not dimensions)

    def show_modalities(
        self, modalities: Modalities | None, colours: Mapping[str, Hue], *, at_once: bool = False
    ) -> None:
        """What voice and words say, in place of the voice's bars alone; None where only a voice does."""
        self.disagreement.show_modalities(modalities)
        if modalities is not None:
            self.modalities.show_modalities(modalities, colours, at_once=at_once)
            if not at_once:
                self._animator.wake()
        self._modality_scroll.setVisible(modalities is not None)
        self.bars_area.setVisible(modalities is None and not self.plane.names)

    def apply_theme(self, tokens: Tokens) -> None:
        for part in (self.bars, self.plane, self.modalities, self.disagreement):
            part.apply_theme(tokens)
