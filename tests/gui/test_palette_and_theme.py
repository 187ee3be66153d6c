"""Colours that everybody can tell apart and read, in light and dark."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from gui_events import LABELS
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_app.core.palette import KNOWN, colours_for, contrast, ink_on
from desktop_app.gui.look.theme import DARK, LIGHT, ThemeManager, Tokens

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.01182, 0.04294, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.3039],
        ]
    ),
}
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
)


def oklab(colour: str, vision: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(VISION[vision] @ linear, 0, 1)
    return TO_OKLAB @ np.cbrt(TO_LMS @ seen)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", list(VISION))
def test_any_two_emotions_differ_for_everybody(tokens: Tokens, vision: str) -> None:
    seen = {name: oklab(hue.on(tokens.dark), vision) for name, hue in KNOWN.items()}
    for first, second in combinations(seen, 2):
        distance = np.linalg.norm(seen[first] - seen[second])
        assert distance > 0.07, f"{first} and {second} look alike ({distance:.3f})"


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_wcag_aa_contrast_on_each_ground_it_stands_on(tokens: Tokens) -> None:
    for ink in (
        tokens.ink,
        tokens.ink_secondary,
        tokens.ink_muted,
        tokens.danger,
        tokens.warning,
        tokens.success,
    ):
        for ground in (tokens.surface, tokens.window, tokens.raised):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(tokens.primary_ink, tokens.primary) >= 4.5
    grounds = (tokens.banner, tokens.banner_success, tokens.banner_information, tokens.banner_trouble)
    for ground in grounds:
        assert contrast(tokens.ink, ground) >= 4.5
    assert len(set(grounds)) == 4
    assert contrast(tokens.ink, tokens.pressed) >= 4.5
    assert contrast(tokens.accent, tokens.surface) >= 3.0


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_graphics_have_wcag_aa_contrast(tokens: Tokens) -> None:
    labels = [*LABELS, *(f"unknown {k}" for k in range(12))]
    for label, hue in colours_for(labels).items():
        assert contrast(hue.on(tokens.dark), tokens.surface) >= 2.95, label


def test_the_eight_emotions_keep_their_colours_under_their_other_names() -> None:
    assert colours_for(["Anger", "JOY", "neutral"]) == {
        "Anger": KNOWN["angry"],
        "JOY": KNOWN["happy"],
        "neutral": KNOWN["neutral"],
    }


def test_unknown_labels_have_stable_colours_and_no_two_share_one() -> None:
    labels = [f"state {k}" for k in range(20)]
    colours = colours_for(labels)
    assert len(set(colours.values())) == 20
    assert colours_for(["state 7"])["state 7"] == colours_for(["state 7", "other"])["state 7"]


def test_two_labels_of_one_meaning_are_still_told_apart() -> None:
    colours = colours_for(["anger", "angry"])
    assert colours["anger"] != colours["angry"]


def test_ink_on_a_colour_is_readable() -> None:
    for hue in KNOWN.values():
        for colour in (hue.light, hue.dark):
            assert contrast(ink_on(colour), colour) >= 4.5


def test_the_theme_follows_the_system_until_one_is_chosen(qapp: QApplication) -> None:
    theme = ThemeManager(qapp, "dark")
    changes: list[bool] = []
    theme.changed.connect(lambda: changes.append(theme.tokens.dark))
    assert theme.tokens is DARK
    theme.set_mode("light")
    assert theme.tokens is LIGHT
    theme.set_mode("auto")
    dark_system = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.tokens is (DARK if dark_system else LIGHT)
    assert changes[0] is False


def test_a_change_of_the_system_reaches_the_window_live(qapp: QApplication) -> None:
    theme = ThemeManager(qapp, "auto")
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    if qapp.styleHints().colorScheme() != Qt.ColorScheme.Dark:
        pytest.skip("this platform has no colour schemes")
    assert theme.tokens is DARK
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Light)
    assert theme.tokens is LIGHT
    qapp.styleHints().unsetColorScheme()


def test_an_unknown_mode_counts_as_auto(qapp: QApplication) -> None:
    assert ThemeManager(qapp, "sepia").mode == "auto"
