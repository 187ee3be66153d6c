"""All plots of the lab, one in sight at a time: what each view draws of what was computed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.plots.curves import Curve, accent, ink, second
from desktop_app.gui.plots.lab import CurvePlots, FeaturePlots, LabPlots
from desktop_app.gui.plots.lab_planes import PlanePlots
from desktop_app.gui.state.lab import LabView
from desktop_app.gui.state.recording_sound import RecordingSound
from desktop_app.lab.clip import Clip
from desktop_app.lab.features import Feature
from desktop_app.lab.lpc import Resonances
from desktop_app.lab.occlusion import Occlusion
from desktop_app.lab.spectra import Spectrum
from desktop_app.lab.windows import Framing, overlap_add, window_of

_WINDOWS_SHOWN = 3.0  # window lengths in sight where windows are added up
_POINTS = 128  # of a window that are drawn


def _faint(tokens: Tokens) -> QColor:
    return QColor(tokens.ink_muted)


class LabViews(QStackedWidget):
    """`current` is the plot in sight."""

    pointed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.features = FeaturePlots(self)
        self.spectrum = CurvePlots("Hz", self)
        self.moments = CurvePlots("ms", self)
        self.samples = CurvePlots("samples", self)
        self.plane = PlanePlots(self)
        self._all: tuple[LabPlots, ...] = (
            self.features,
            self.spectrum,
            self.moments,
            self.samples,
            self.plane,
        )
        for plots in self._all:
            self.addWidget(plots)
            plots.pointed.connect(self.pointed)

    @property
    def current(self) -> LabPlots:
        return next(plots for plots in self._all if plots is self.currentWidget())

    @property
    def readout(self) -> str:
        """What is under the pointer."""
        return self.current.readout

    @property
    def colour_scale(self) -> tuple[float, float, str, bool] | None:
        """What the colours in sight stand for; None without."""
        return self.features.colour_scale if self.current is self.features else None

    def show_clip(self, clip: Clip, sound: RecordingSound) -> None:
        """Another stretch, whose waveform is drawn from `sound`."""
        self.features.show_clip(clip, sound)

    def show_feature(self, feature: Feature, view: LabView, *, grey: bool = False) -> None:
        self._bring(self.features)
        self.features.show_feature(feature, view, grey=grey)

    def show_occlusion(self, found: Occlusion, levels: Feature, view: LabView) -> None:
        self._bring(self.features)
        self.features.show_occlusion(found, levels, view)

    def show_spectrum(self, whole: Spectrum, mean: Spectrum) -> None:
        """All of the stretch at once, and over it the mean of its frames."""
        self._bring(self.spectrum)
        low, high = _spectrum_range(np.concatenate([mean.levels, whole.levels]))
        high = max(high, 10.0 * math.ceil((float(whole.levels.max()) + 6.0) / 10.0))
        curves = (
            Curve(whole.hertz, whole.levels, ink, 1.0, tr("FFT of all")),
            Curve(mean.hertz, mean.levels, accent, 2.0, tr("Mean of frames")),
        )
        right = float(whole.hertz[-1])
        self.spectrum.show_curves(
            curves, left=0.0, right=right, low=low, high=high, title=tr("Level (dB)"), unit="dB"
        )

    def show_resonances(self, found: Resonances) -> None:
        """The frequency response of the system over the spectrum of the stretch."""
        self._bring(self.spectrum)
        low, high = _spectrum_range(np.concatenate([found.spectrum.levels, found.response.levels]))
        curves = (
            Curve(found.spectrum.hertz, found.spectrum.levels, ink, 1.4, tr("Spectrum")),
            Curve(found.response.hertz, found.response.levels, accent, 2.2, tr("Response")),
        )
        self.spectrum.show_curves(
            curves,
            left=0.0,
            right=found.sample_rate / 2,
            low=low,
            high=high,
            title=tr("Level (dB)"),
            unit="dB",
            marks=[(formant.hertz, formant.name) for formant in found.formants],
        )

    def show_impulse(self, found: Resonances) -> None:
        self._bring(self.moments)
        times = 1000.0 * np.arange(len(found.impulse)) / found.sample_rate
        low, high = float(found.impulse.min()), float(found.impulse.max())
        room = 0.12 * (high - low)
        self.moments.show_curves(
            (Curve(times, found.impulse, accent, 1.8),),
            left=0.0,
            right=float(times[-1]),
            low=low - room,
            high=high + room,
            title=tr("Response to a click of 1"),
        )

    def show_plane(self, found: Resonances, *, laplace: bool) -> None:
        """Poles in the z-plane, or in the Laplace plane."""
        self._bring(self.plane)
        hertz = np.angle(found.poles) * found.sample_rate / (2 * np.pi)
        names = {
            place: formant.name
            for formant in found.formants
            for place in np.flatnonzero(np.isclose(np.abs(hertz), formant.hertz)).tolist()
        }
        self.plane.show_poles(
            found.laplace if laplace else found.poles,
            laplace=laplace,
            zeros=found.zeros,
            names=names,
            sample_rate=found.sample_rate,
        )

    def show_windows(self, framing: Framing) -> None:
        """Windows one hop apart, and what they and their squares add up to."""
        self._bring(self.samples)
        size, hop = framing.size, framing.hop
        window, sums = window_of(framing.window, size), overlap_add(framing)
        count = round(_WINDOWS_SHOWN * size)
        step = max(1, size // _POINTS)
        curves = []
        for k in range(-(size // hop), count // hop + 1):
            at = np.arange(max(0, k * hop), min(count, k * hop + size), step)
            if len(at):
                curves.append(Curve(at.astype(np.float64), window[at - k * hop], _faint, 1.0))
        at = np.arange(0, count, step)
        places = at.astype(np.float64)
        curves += [
            Curve(places, sums.power[at % hop], second, 2.2, tr("Sum of squares")),
            Curve(places, sums.amplitude[at % hop], accent, 2.2, tr("Sum of windows")),
        ]
        high = 1.18 * max(1.0, float(sums.amplitude.max()), float(sums.power.max()))
        self.samples.show_curves(
            curves,
            left=0.0,
            right=float(count - 1),
            low=0.0,
            high=high,
            title=tr("Windows (samples)"),
        )

    def apply_theme(self, tokens: Tokens) -> None:
        for plots in self._all:
            plots.apply_theme(tokens)

    def _bring(self, plots: LabPlots) -> None:
        self.setCurrentWidget(plots)


def _spectrum_range(levels: npt.NDArray[Any]) -> tuple[float, float]:
    """From which level to which a spectrum is drawn: 100 dB at most."""
    high = 10.0 * math.ceil((float(levels.max()) + 12.0) / 10.0)
    some = levels[:: max(1, len(levels) // 4000)]
    low = 10.0 * math.floor(max(float(np.quantile(some, 0.05)), high - 110.0) / 10.0)
    return min(low, high - 40.0), high
