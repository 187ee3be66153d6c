"""File dialogs, and what the program says about itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import __version__
from desktop_app.gui.look.theme import Space, Type, font

if TYPE_CHECKING:
    from desktop_app.inference.engine import EmotionEngine

PRIVACY = (
    "Sound never leaves this machine, and nothing is sent anywhere. Of what a microphone brings, times and "
    "emotions are kept here as sessions; no words, and sound only if you switch that on."
)
DOUBT = (
    "Emoscope guesses from the voice alone, trained on actors. It hears how something is said, not what a "
    "person feels, and it is often wrong. Do not judge anybody by it."
)
CAUSES = (
    "Where it is not sure enough it says “uncertain”, and why: too short to tell (speak longer), too much "
    "noise (come closer, or find a quieter place), an unfamiliar voice or microphone (speak on, it gets used "
    "to you; or make a voice profile), between two emotions (nothing to be done). Sounds in which nobody "
    "speaks are grey: “not a voice”."
)


def ask_recordings(parent: QWidget) -> list[Path]:
    """One recording or several; none if the person thinks better of it."""
    from desktop_app.audio.files import AUDIO_ENDINGS

    endings = " ".join(f"*{ending}" for ending in sorted(AUDIO_ENDINGS))
    names, _ = QFileDialog.getOpenFileNames(
        parent, "Open recordings", "", f"Recordings ({endings});;All files (*)"
    )
    return [Path(name) for name in names]


def ask_folder(parent: QWidget) -> Path | None:
    """A folder of recordings; None if the person thinks better of it."""
    name = QFileDialog.getExistingDirectory(parent, "Open a folder of recordings")
    return Path(name) if name else None


def ask_model(parent: QWidget, folder: str = "") -> Path | None:
    """A model file, looked for in `folder` first."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open a model", folder, "Models (*.onnx);;All files (*)")
    return Path(name) if name else None


def ask_export_path(parent: QWidget, recording: Path, kind: str) -> Path | None:
    from desktop_app.analysis.formats import FORMATS

    chosen = FORMATS[kind]
    suggested = str(recording.with_suffix(chosen.ending))
    pattern = f"{chosen.title} (*{chosen.ending})"
    name, _ = QFileDialog.getSaveFileName(parent, "Export the result", suggested, pattern)
    return Path(name) if name else None


def ask_picture_path(parent: QWidget, name: str) -> Path | None:
    """Where to save a plot called `name`, as PNG or SVG."""
    chosen, kind = QFileDialog.getSaveFileName(
        parent, "Export the plot", f"{name}.png", "Picture (*.png);;Drawing (*.svg)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".svg" if "svg" in kind else ".png")


def ask_words(parent: QWidget, title: str, label: str, before: str = "") -> str | None:
    """Several lines of a person's words; None if the person thinks better of it. Tab leads to the buttons."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
    dialog.setTextValue(before)
    dialog.sizeHint()  # makes the field
    field = dialog.findChild(QPlainTextEdit)
    if field is not None:
        field.setTabChangesFocus(True)
        field.setAccessibleName(label)
    good = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.textValue().strip() if good else None


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget, engine: EmotionEngine | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Emoscope")
        self.setFixedWidth(460)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 28, 28, 24)
        layout.setSpacing(Space.M)
        title = QLabel("Emoscope", self)
        title.setFont(font(Type.LARGE + 4, 650))
        title.setStyleSheet(f"font-size: {Type.LARGE + 4}px; font-weight: 650;")
        layout.addWidget(title)
        layout.addWidget(
            self._text(f"Version {__version__}. An oscilloscope for emotion in the voice.", quiet=True)
        )
        layout.addWidget(self._text(PRIVACY))
        layout.addWidget(self._text(DOUBT))
        layout.addWidget(self._text(CAUSES))
        if engine is not None:
            manifest = engine.manifest
            layout.addWidget(self._text(f"Model: {engine.name}. Licence: {manifest.licence}.", quiet=True))
        row = QHBoxLayout()
        row.addStretch(1)
        close = QPushButton("Close", self)
        close.setProperty("role", "primary")
        close.setAccessibleName("Close")
        close.setAccessibleDescription("Close this window")
        close.setToolTip("Close this window (Esc)")
        close.clicked.connect(self.accept)
        row.addWidget(close)
        layout.addSpacing(Space.S)
        layout.addLayout(row)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """As high as the texts are at this width, which only the style sheet's type tells."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(layout.totalHeightForWidth(self.width()))

    def _text(self, text: str, *, quiet: bool = False) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if quiet:
            label.setProperty("role", "secondary")
        return label


def about(parent: QWidget, engine: EmotionEngine | None) -> None:
    """Open beside the window; it does not stop what runs."""
    dialog = AboutDialog(parent, engine)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
