"""A plot as a picture in a file: PNG with twice the screen's pixels, or SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice

from desktop_app.core.errors import EmoscopeError
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
    from pyqtgraph.exporters import ImageExporter, SVGExporter

    kind = path.suffix.lower()
    if kind == ".svg":
        write_bytes(path, SVGExporter(plots.scene()).export(toBytes=True), "picture")
    elif kind == ".png":
        exporter = ImageExporter(plots.scene())
        exporter.parameters()["width"] = SCALE * plots.width()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not exporter.export(toBytes=True).save(buffer, "PNG"):
            raise EmoscopeError("Qt could not draw the picture.")
        write_bytes(path, bytes(buffer.data().data()), "picture")
    else:
        raise EmoscopeError(f"A plot cannot be saved as '{path.suffix}'.", "Name it .png or .svg.")
