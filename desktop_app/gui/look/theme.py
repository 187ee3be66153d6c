"""The tokens that everything on screen is drawn with: colours, spacing, type; light, dark or the system's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.core.palette import Hue
from desktop_app.gui.look.stylesheet import stylesheet

THEME_MODES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as #RRGGBB. Every ink has 4.5:1 against `surface` and `window` (a test says so)."""

    dark: bool
    window: str
    surface: str
    raised: str
    border: str
    track: str
    grid: str
    ink: str
    ink_secondary: str
    ink_muted: str
    accent: str
    primary: str
    primary_hover: str
    primary_ink: str
    hover: str
    pressed: str
    wave: str
    warning: str
    danger: str
    success: str
    banner: str
    banner_success: str
    banner_information: str
    banner_trouble: str

    def emotion(self, hue: Hue | None) -> QColor:
        return QColor(hue.on(self.dark) if hue is not None else self.ink_secondary)


LIGHT = Tokens(
    dark=False,
    window="#F3F4F6",
    surface="#FFFFFF",
    raised="#FFFFFF",
    border="#DEE1E7",
    track="#ECEEF2",
    grid="#E7E9EE",
    ink="#14171C",
    ink_secondary="#474E5B",
    ink_muted="#646C7A",
    accent="#2563EB",
    primary="#1B1F27",
    primary_hover="#2E3440",
    primary_ink="#FFFFFF",
    hover="#EEF0F4",
    pressed="#E2E5EB",
    wave="#9AA2AF",
    warning="#8A5A00",
    danger="#B42318",
    success="#1B6E3C",
    banner="#FFF6E5",
    banner_success="#E9F6EE",
    banner_information="#EAF1FE",
    banner_trouble="#FDECEA",
)

DARK = Tokens(
    dark=True,
    window="#121418",
    surface="#1B1E24",
    raised="#23272F",
    border="#2C313A",
    track="#282C35",
    grid="#272B33",
    ink="#EEF0F4",
    ink_secondary="#B4BBC7",
    ink_muted="#929AA8",
    accent="#6BA4FF",
    primary="#EEF0F4",
    primary_hover="#FFFFFF",
    primary_ink="#14171C",
    hover="#262A33",
    pressed="#2F343F",
    wave="#6C7482",
    warning="#F0B84F",
    danger="#FF8B7E",
    success="#6CCB8E",
    banner="#2B2617",
    banner_success="#17261C",
    banner_information="#18222F",
    banner_trouble="#2E1C1A",
)


class Space:
    """Distances in device-independent pixels; everything is a multiple of four."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    RADIUS = 12
    CONTROL_RADIUS = 8
    CONTROL = 34


class Type:
    """The type scale in pixels at the usual system size; `font` follows a person's larger or smaller one."""

    CAPTION = 11
    SMALL = 12
    BODY = 13
    TITLE = 15
    LARGE = 20
    STATE = 30
    DISPLAY = 50


# Asked only where no desktop told Qt its interface font and fontconfig answered with its last resort.
_INTERFACE_FONTS = ("Inter", "Adwaita Sans", "Cantarell", "Noto Sans", "Ubuntu", "Roboto", "Open Sans")


_WIDE = ("DejaVu", "Bitstream", "Verdana")


@lru_cache(maxsize=1)
def font_family() -> str:
    """The system's interface font; instead of fontconfig's last resort, an interface font if one is there."""
    resolved = QFontInfo(QGuiApplication.font()).family()
    if not resolved.startswith(("DejaVu", "Bitstream")):  # fontconfig's last resorts
        return resolved
    installed = set(QFontDatabase.families())
    return next((name for name in _INTERFACE_FONTS if name in installed), resolved)


@lru_cache(maxsize=1)
def type_scale() -> float:
    """How much larger than usual a person set the system's text, 0.9 to 1.4."""
    scale = QFontInfo(QGuiApplication.font()).pixelSize() / 12.5
    if font_family().startswith(_WIDE):
        scale *= 0.93  # the same size in a wide face is the larger type
    return min(1.4, max(0.88, scale))


@lru_cache(maxsize=64)
def font(size: float, weight: int = 400, tabular: bool = False) -> QFont:
    """A font of the type scale. `tabular` gives every digit one width, so that numbers do not dance."""
    made = QFont(font_family())
    made.setPixelSize(max(8, round(size * type_scale())))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular and hasattr(QFont, "Tag"):  # Qt 6.7
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


class ThemeManager(QObject):
    """Applies a theme to the application and follows the system's while the mode is `auto`."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: str = "auto") -> None:
        super().__init__(app)
        self._app = app
        self._mode = "auto"
        self._tokens = LIGHT
        self._applied = False
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.set_mode(mode)

    @property
    def mode(self) -> str:
        return self._mode

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    def set_mode(self, mode: str) -> None:
        """`auto`, `light` or `dark`; anything else counts as `auto`."""
        self._mode = mode if mode in THEME_MODES else "auto"
        hints = self._app.styleHints()
        if self._mode == "auto":
            hints.unsetColorScheme()
        else:  # tells the platform too, so that title bar and native dialogs follow
            hints.setColorScheme(Qt.ColorScheme.Dark if self._mode == "dark" else Qt.ColorScheme.Light)
        self._apply()

    def _follow_system(self) -> None:
        self._apply()

    def _apply(self) -> None:
        dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if self._mode != "auto":  # a platform without colour schemes does not obey setColorScheme
            dark = self._mode == "dark"
        tokens = DARK if dark else LIGHT
        if self._applied and tokens is self._tokens:
            return
        self._applied = True
        self._tokens = tokens
        self._app.setFont(font(Type.BODY))
        self._app.setPalette(_palette(tokens))
        self._app.setStyleSheet(stylesheet(tokens, type_scale(), font_family()))
        self.changed.emit()


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.ink,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.window,
        QPalette.ColorRole.Text: tokens.ink,
        QPalette.ColorRole.PlaceholderText: tokens.ink_muted,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.ink,
        QPalette.ColorRole.BrightText: tokens.danger,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: "#FFFFFF" if not tokens.dark else "#0E1013",
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.ink,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.border,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.ink_muted))
    return palette
