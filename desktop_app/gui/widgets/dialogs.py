"""Dialogs that ask for files, folders and words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QPlainTextEdit, QWidget

from desktop_app.core.language import tr


def ask_recordings(parent: QWidget) -> list[Path]:
    """One recording or several; none if the person thinks better of it."""
    from desktop_app.audio.files import AUDIO_ENDINGS

    endings = " ".join(f"*{ending}" for ending in sorted(AUDIO_ENDINGS))
    names, _ = QFileDialog.getOpenFileNames(
        parent, tr("Open recordings"), "", tr("Recordings ({endings});;All files (*)").format(endings=endings)
    )
    return [Path(name) for name in names]


def ask_folder(parent: QWidget) -> Path | None:
    """A folder of recordings; None if the person thinks better of it."""
    name = QFileDialog.getExistingDirectory(parent, tr("Open a folder of recordings"))
    return Path(name) if name else None


def ask_model(parent: QWidget, folder: str = "") -> Path | None:
    """A model file, looked for in `folder` first."""
    name, _ = QFileDialog.getOpenFileName(
        parent, tr("Open a model"), folder, tr("Models (*.onnx);;All files (*)")
    )
    return Path(name) if name else None


def ask_export_path(parent: QWidget, recording: Path, kind: str) -> Path | None:
    from desktop_app.analysis.formats import FORMATS

    chosen = FORMATS[kind]
    suggested = str(recording.with_suffix(chosen.ending))
    pattern = f"{tr(chosen.title)} (*{chosen.ending})"
    name, _ = QFileDialog.getSaveFileName(parent, tr("Export the result"), suggested, pattern)
    return Path(name) if name else None


def ask_picture_path(parent: QWidget, name: str) -> Path | None:
    """Where to save a plot called `name`, as PNG or SVG."""
    chosen, kind = QFileDialog.getSaveFileName(
        parent, tr("Export the plot"), f"{name}.png", tr("Picture (*.png);;Drawing (*.svg)")
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
