"""What a page of the window has to be able to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.gui.look.theme import Space, Tokens

if TYPE_CHECKING:
    from desktop_app.gui.plots.base import TimePlots


WORDS_PX: Final = 1840
"""How wide a page of words and fields is at the most: all of a window that fills a full HD screen."""


class Page(QWidget):
    """Fills the window below the toolbar, one at a time. Keys that it has no use for go to the window.

    Attributes
    ----------
    widest : int
        So many pixels its words and fields take at the most, in the middle of a wider window; 0 for a page of
        plots, which take all there is.
    """

    widest: ClassVar[int] = 0

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        layout = self.layout()
        if self.widest and layout is not None:
            aside = max(Space.L, (self.width() - self.widest + 1) // 2)
            layout.setContentsMargins(aside, 0, aside, Space.S)
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        """Draw with these colours from now on."""

    def entered(self) -> None:
        """It is in sight from now on."""

    def left(self) -> None:
        """Another page is in sight; nothing that a person was reading is lost."""

    def space(self) -> bool:
        """The space bar was pressed and no control had a use for it; whether this page has."""
        return False

    def escape(self) -> bool:
        """The same for Escape."""
        return False

    def shown_plots(self) -> TimePlots | None:
        """The plots that a person can save as a picture, if there are any."""
        return None

    def takes(self, paths: list[Path]) -> str:
        """What dropping these files here would do, as a short sentence; empty if it is for the window."""
        return ""

    def drop(self, paths: list[Path]) -> None:
        """They were dropped, and `takes` had said what for."""
