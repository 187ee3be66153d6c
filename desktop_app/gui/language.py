"""The language of the window: Qt's translation of it, where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from desktop_app.core import language as language_of_all

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "de")
"""English is that of the source; each other one has a file `emoscope_NAME.qm` in `FOLDER`."""
CONTEXT: Final = "emoscope"
"""Of all texts in the translation files."""
FOLDER: Final = Path(__file__).parents[1] / "assets" / "translations"


def language_of(setting: str) -> str:
    """The language that a setting means: `auto` is the system's if it is one of ours, else English."""
    if setting in LANGUAGES:
        return setting
    wanted = (name.split("-")[0] for name in QLocale.system().uiLanguages())
    return next((name for name in wanted if name in LANGUAGES), ENGLISH)


def use_language(app: QCoreApplication, setting: str, folder: Path = FOLDER) -> str:
    """Translate the window, and Qt's own words, from now on; before any window is made.

    Returns
    -------
    str
        The language in use: English where the translation is not there.
    """
    language = language_of(setting)
    if language == ENGLISH:
        return ENGLISH
    ours = QTranslator(app)
    if not ours.load(f"emoscope_{language}", str(folder)):
        return ENGLISH
    of_qt = QTranslator(app)
    if of_qt.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(of_qt)
    app.installTranslator(ours)
    locale = QLocale(language)
    QLocale.setDefault(locale)  # what Qt's own fields show and take
    language_of_all.install(
        lambda text: QCoreApplication.translate(CONTEXT, text),
        locale.decimalPoint(),
        locale.groupSeparator(),
        language,
    )
    return language
