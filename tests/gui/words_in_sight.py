"""Which texts a person meets in a window, and which of them no translation has touched: for tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QTableView,
    QWidget,
)

OPEN, CLOSE = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
_MOST_ROWS = 60
_SEPARATOR = "separator"  # by which Qt marks one in a list, for itself
_NO_WORDS = re.compile(
    r"<[^>]*>|&\w+;|\S*[/\\]\S*|\S+\.(?:wav|onnx|json|png|svg|csv|ogg|pkl|py)\b"
    r"|\b(?:Ctrl|Alt|Shift|Esc|Del|Space|Return|Enter|Left|Right|Up|Down|Home|End|PgUp|PgDown|F\d+)\b"
    r"|\b(?:Hz|kHz|ms|min|dB|dBFS|MB|GB|p\d+|CPU|UAR|kbit|Mel|MFCC|LPC|FFT|STFT|RMS|ONNX)\b"
)
_WORD = re.compile(r"[^\W\d_]{3,}")


def pseudo(text: str) -> str:
    """In place of a translation."""
    return f"{OPEN}{text}{CLOSE}"


def untouched(text: str, allowed: Callable[[str], bool] = lambda word: False) -> list[str]:
    """The words outside all brackets."""
    kept, depth = [], 0
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        kept.append(letter if depth == 0 and letter != CLOSE else " ")
    return [word for word in _WORD.findall(_NO_WORDS.sub(" ", "".join(kept))) if not allowed(word)]


def texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Each text, with where it stands; of what is hidden, too, since a person may well meet it later."""
    for widget in (window, *window.findChildren(QWidget)):
        name = f"{type(widget).__name__} {widget.objectName()}".strip()
        yield f"{name}, tooltip", widget.toolTip()
        yield f"{name}, name", widget.accessibleName()
        yield f"{name}, description", widget.accessibleDescription()
        if isinstance(widget, QLabel | QAbstractButton):
            yield f"{name}, text", widget.text()
        elif isinstance(widget, QGroupBox):
            yield f"{name}, title", widget.title()
        elif isinstance(widget, QLineEdit):
            yield f"{name}, hint", widget.placeholderText()
        elif isinstance(widget, QComboBox):
            yield from ((f"{name}, entry", widget.itemText(k)) for k in range(widget.count()))
        elif isinstance(widget, QTabBar):
            yield from ((f"{name}, tab", widget.tabText(k)) for k in range(widget.count()))
        elif isinstance(widget, QMenu):
            for action in (each for each in widget.actions() if not each.isSeparator()):
                yield f"{name}, action", action.text().split("\t")[0]
                yield f"{name}, action's tooltip", action.toolTip()
        elif isinstance(widget, QAbstractItemView) and widget.model() and not isinstance(widget, QHeaderView):
            yield from ((f"{name}, {where}", text) for where, text in _items(widget, widget.model()))


def _items(view: QAbstractItemView, model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    for row in range(min(_MOST_ROWS, model.rowCount())):
        for column in range(_columns(model)):
            for role in _ROLES:
                text = str(model.index(row, column).data(role) or "")
                if text != _SEPARATOR:
                    yield f"cell {row}, {column}", text
    if isinstance(view, QTableView):
        for column in range(_columns(model)):
            for role in _ROLES[:3]:
                yield f"head {column}", str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")


def _columns(model: QAbstractItemModel) -> int:
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount()


def english(window: QWidget, allowed: Callable[[str], bool] = lambda word: False) -> list[str]:
    """The texts with words that were not translated."""
    found = {f"{where}: {text!r}": None for where, text in texts(window) if text and untouched(text, allowed)}
    return list(found)
