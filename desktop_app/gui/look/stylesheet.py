"""The style sheet of the stock controls (buttons, pickers, menus, tables), made from the theme's tokens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.gui.look.theme import Tokens


_ASSETS = Path(__file__).parents[2] / "assets"


def stylesheet(t: Tokens, scale: float, family: str) -> str:
    """Qt style sheet for the tokens; `scale` multiplies the type sizes."""

    def px(size: int) -> str:
        return f"{round(size * scale)}px"

    tick = (_ASSETS / f"tick-{'black' if t.dark else 'white'}.svg").as_posix()
    return f"""
* {{ font-family: "{family}"; }}
QMainWindow, QDialog, QWidget#central {{ background: {t.window}; }}
QToolTip {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.border}; padding: 6px 8px;
    font-size: {px(12)}; }}
QFrame#card {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 12px; }}
QLabel {{ background: transparent; color: {t.ink}; font-size: {px(13)}; }}
QLabel[role="section"] {{ color: {t.ink_muted}; font-size: {px(12)}; font-weight: 600; }}
QLabel[role="secondary"] {{ color: {t.ink_secondary}; }}
QLabel[role="large"] {{ font-size: {px(24)}; font-weight: 650; }}
QLabel[role="setting"] {{ font-weight: 500; }}
QLabel[role="note"] {{ color: {t.ink_muted}; font-size: {px(12)}; }}
QLabel[role="refused"] {{ color: {t.danger}; font-size: {px(12)}; }}
QLabel[role="title"] {{ font-size: {px(15)}; font-weight: 600; }}

QPushButton, QToolButton {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.border};
    border-radius: 8px; padding: 0 14px; min-height: 32px; font-size: {px(13)}; font-weight: 500; }}
QToolButton {{ padding: 0 8px; min-width: 16px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:open, QToolButton:open {{ background: {t.pressed}; }}
QPushButton:focus, QToolButton:focus, QComboBox:focus {{ border: 2px solid {t.accent}; }}
QPushButton:focus {{ padding: 0 13px; min-height: 30px; }}
QToolButton:focus {{ padding: 0 7px; min-height: 30px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.ink_muted}; background: {t.window}; }}
QPushButton[density="compact"] {{ padding: 0 8px; }}
QPushButton[density="compact"]:focus {{ padding: 0 7px; }}
QPushButton[role="primary"] {{ background: {t.primary}; color: {t.primary_ink}; border: 1px solid {t.primary};
    font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {t.primary_hover}; }}
QPushButton[role="primary"]:pressed {{ background: {t.ink_secondary}; }}
QPushButton[role="primary"]:disabled {{ background: {t.track}; color: {t.ink_muted};
    border-color: {t.border}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {t.accent}; }}
QPushButton[role="quiet"], QToolButton[role="quiet"] {{ background: transparent; border-color: transparent; }}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {t.hover}; }}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border: 2px solid {t.accent}; }}
QToolButton[role="small"] {{ background: transparent; border: 2px solid transparent; border-radius: 6px;
    padding: 0 3px; min-width: 18px; min-height: 20px; }}
QToolButton[role="small"]:hover {{ background: {t.hover}; }}
QToolButton[role="small"]:checked {{ background: {t.pressed}; }}
QToolButton[role="now"] {{ background: {t.primary}; color: {t.primary_ink}; border: 2px solid {t.primary};
    border-radius: 6px; padding: 0 6px; min-height: 20px; font-size: {px(12)}; font-weight: 500; }}
QToolButton[role="now"]:hover {{ background: {t.primary_hover}; }}
QToolButton[role="now"]:focus {{ border-color: {t.accent}; padding: 0 6px; min-height: 20px; }}
QToolButton[role="small"]:focus {{ border-color: {t.accent}; padding: 0 3px; min-height: 20px; }}
QToolButton[role="page"] {{ background: transparent; border: 2px solid transparent; border-radius: 10px;
    padding: 6px 2px 4px 2px; min-width: 72px; min-height: 44px; font-size: {px(11)};
    color: {t.ink_secondary}; }}
QToolButton[role="page"]:hover {{ background: {t.hover}; }}
QToolButton[role="page"]:checked {{ background: {t.raised}; border-color: {t.border}; color: {t.ink}; }}
QToolButton[role="page"]:focus {{ border-color: {t.accent}; padding: 6px 2px 4px 2px; min-height: 44px; }}
QToolButton[role="page"][narrow="true"] {{ min-width: 30px; min-height: 32px; padding: 2px; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}

QCheckBox {{ color: {t.ink}; font-size: {px(13)}; spacing: 8px; min-height: 24px; padding: 0 4px;
    border: 2px solid transparent; border-radius: 6px; }}
QCheckBox:focus {{ border-color: {t.accent}; }}
QCheckBox:disabled {{ color: {t.ink_muted}; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {t.ink_secondary}; border-radius: 4px;
    background: {t.surface}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; image: url("{tick}"); }}
QCheckBox::indicator:checked:disabled {{ background: {t.ink_muted}; border-color: {t.ink_muted}; }}

QComboBox {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.border}; border-radius: 8px;
    padding: 0 28px 0 10px; min-height: 32px; font-size: {px(13)}; }}
QComboBox:hover {{ background: {t.hover}; }}
QComboBox:focus {{ padding: 0 27px 0 9px; min-height: 30px; }}
QComboBox:disabled {{ color: {t.ink_muted}; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.border};
    border-radius: 8px; padding: 4px; outline: none; selection-background-color: {t.pressed};
    selection-color: {t.ink}; }}
QComboBox QAbstractItemView::item {{ min-height: 28px; padding: 0 6px; border-radius: 6px; }}

QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover {{
    background: {t.pressed}; color: {t.ink}; border: none; }}

QMenu {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.border}; border-radius: 8px;
    padding: 6px; menu-scrollable: 1; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 6px; font-size: {px(13)}; }}
QMenu::item:selected {{ background: {t.pressed}; }}
QMenu::item:disabled {{ color: {t.ink_muted}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: 5px 8px; }}
QMenu::indicator {{ width: 12px; height: 12px; left: 2px; }}

QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; color: {t.ink_secondary}; border: none;
    border-bottom: 2px solid transparent; padding: 6px 4px; margin-right: 16px; font-size: {px(13)};
    font-weight: 500; }}
QTabBar::tab:hover {{ color: {t.ink}; }}
QTabBar::tab:selected {{ color: {t.ink}; border-bottom-color: {t.accent}; }}
QTabBar:focus {{ outline: none; }}
QTabBar::tab:selected:focus {{ color: {t.accent}; }}

QProgressBar {{ background: {t.track}; border: none; border-radius: 4px; max-height: 8px; min-height: 8px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 4px; }}

QLineEdit {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.border}; border-radius: 8px;
    padding: 0 10px; min-height: 32px; font-size: {px(13)}; selection-background-color: {t.accent}; }}
QLineEdit:focus {{ border: 2px solid {t.accent}; padding: 0 9px; min-height: 30px; }}
QLineEdit > QToolButton {{ background: transparent; border: none; padding: 0; min-width: 0; min-height: 0; }}
QListView {{ background: {t.surface}; color: {t.ink}; border: 1px solid transparent; outline: none;
    font-size: {px(13)}; }}
QListView:focus {{ border: 1px solid {t.accent}; border-radius: 8px; }}
QListView#groups {{ background: transparent; }}
QListView::item {{ padding: 4px 10px; border-radius: 8px; }}
QListView::item:hover {{ background: {t.hover}; }}
QListView::item:selected {{ background: {t.pressed}; color: {t.ink}; }}
QListView#lab::item {{ padding: 3px 8px; }}
QTableView {{ background: {t.surface}; color: {t.ink}; border: none; gridline-color: transparent;
    selection-background-color: {t.pressed}; selection-color: {t.ink}; font-size: {px(13)}; outline: none; }}
QTableView::item {{ padding: 0 6px; border-bottom: 1px solid {t.grid}; }}
QTableView::item:selected {{ background: {t.pressed}; color: {t.ink}; }}
QHeaderView {{ background: {t.surface}; }}
QHeaderView::section {{ background: {t.surface}; color: {t.ink_muted}; border: none;
    border-bottom: 1px solid {t.border}; padding: 6px 6px; font-size: {px(12)}; font-weight: 600; }}
QScrollArea#bare, QScrollArea#bare > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollArea#bare:focus {{ border: 2px solid {t.accent}; border-radius: 6px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {t.border}; border-radius: 3px; min-height: 28px; }}
QScrollBar::handle:vertical:hover {{ background: {t.ink_muted}; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {t.border}; border-radius: 3px; min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QFrame#banner {{ background: {t.banner}; border: 1px solid {t.border}; border-radius: 10px; }}
QFrame#banner QLabel {{ color: {t.ink}; }}
QFrame#banner[tone="success"] {{ background: {t.banner_success}; border-color: {t.success}; }}
QFrame#banner[tone="information"] {{ background: {t.banner_information}; }}
QFrame#banner[tone="trouble"] {{ background: {t.banner_trouble}; border-color: {t.danger}; }}
QStatusBar, QFrame#status {{ background: {t.window}; border: none; }}
"""
