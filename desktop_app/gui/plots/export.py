"""A plot as a picture in a file: PNG with twice the screen's pixels, or SVG.

pyqtgraph's exporters are not used: that of SVG (0.14) cannot read the closed paths that Qt 6.11 writes, and
that of PNG does what is done here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import mark, tr
from desktop_app.core.safe_files import write_bytes

if TYPE_CHECKING:
    from desktop_app.gui.plots.base import TimePlots

SCALE = 2


def export_plots(plots: TimePlots, path: Path) -> None:
    """Write what `plots` show to `path`, which ends in `.png` or `.svg`, in one step.

    Raises
    ------
    EmoscopeError
        It cannot be written, or has another ending.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    match path.suffix.lower():
        case ".png":
            _png(plots, buffer)
        case ".svg":
            _svg(plots, buffer)
        case _:
            raise EmoscopeError(
                f"A plot cannot be saved as '{path.suffix}'.",  # told again by `state.told`
                mark("Name it .png or .svg."),
            )
    write_bytes(path, bytes(buffer.data().data()), "picture")


def _png(plots: TimePlots, buffer: QBuffer) -> None:
    image = QImage(plots.size() * SCALE, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(QColor(plots.tokens.surface))
    painter = QPainter(image)
    plots.paint_to(painter)
    painter.end()
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise EmoscopeError(mark("Qt could not draw the picture."))


def _svg(plots: TimePlots, buffer: QBuffer) -> None:
    from PySide6.QtSvg import QSvgGenerator

    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(plots.size())
    drawing.setViewBox(QRect(0, 0, plots.width(), plots.height()))
    drawing.setTitle(plots.accessibleName())
    drawing.setDescription(tr("Drawn by Emoscope"))
    painter = QPainter(drawing)
    painter.fillRect(QRect(0, 0, plots.width(), plots.height()), QColor(plots.tokens.surface))
    plots.paint_to(painter)
    painter.end()
