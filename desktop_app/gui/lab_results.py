"""What each view of the lab is computed of in this process, how it is drawn, and which numbers it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from desktop_app.core.language import localised, tr
from desktop_app.gui.state.lab import Kind, LabView, told_worth
from desktop_app.gui.state.recording_sound import RecordingSound
from desktop_app.gui.state.words import capital, named
from desktop_app.lab.clip import Clip
from desktop_app.lab.features import Feature
from desktop_app.lab.lpc import Resonances, resonances
from desktop_app.lab.occlusion import Occlusion
from desktop_app.lab.spectra import Spectrum, mean_spectrum, whole_spectrum
from desktop_app.lab.tables import (
    Table,
    feature_table,
    impulse_table,
    occlusion_table,
    parseval_table,
    poles_table,
    spectrum_table,
)
from desktop_app.lab.windows import Framing, Parseval, parseval

if TYPE_CHECKING:
    from desktop_app.gui.plots.lab_views import LabViews

Result = Feature | Resonances | Parseval | tuple[Spectrum, Spectrum] | tuple[Feature, Occlusion]


def outline_of(clip: Clip) -> RecordingSound:
    """What the waveform of a stretch is drawn from. On a worker thread."""
    sound = RecordingSound(clip.sample_rate, len(clip.waveform))
    sound.push(clip.waveform)
    sound.complete = True
    return sound


def compute(view: LabView, clip: Clip, framing: Framing, order: int) -> Result:
    """What a view shows that numpy computes at once. On a worker thread."""
    if view.kind is Kind.SPECTRUM:
        whole = whole_spectrum(clip.waveform, clip.sample_rate, framing.window)
        return whole, mean_spectrum(clip.waveform, clip.sample_rate, framing)
    if view.kind is Kind.PARSEVAL:
        return parseval(clip.waveform, framing)
    return resonances(clip, order)


def show(views: LabViews, view: LabView, found: Any, framing: Framing) -> None:
    """Draw what was computed for a view."""
    match view.kind:
        case Kind.SPECTRUM:
            views.show_spectrum(*found)
        case Kind.PARSEVAL:
            views.show_windows(framing)
        case Kind.RESONANCES:
            views.show_resonances(found)
        case Kind.Z_PLANE | Kind.S_PLANE:
            views.show_plane(found, laplace=view.kind is Kind.S_PLANE)
        case Kind.IMPULSE:
            views.show_impulse(found)
        case Kind.HEARD:
            levels, occlusion = found
            views.show_occlusion(occlusion, levels, view)
        case _:
            views.show_feature(found, view)


_TABLES: dict[Kind, Callable[[Any], Table]] = {
    Kind.SPECTRUM: lambda found: spectrum_table(whole=found[0], mean=found[1]),
    Kind.PARSEVAL: parseval_table,
    Kind.PICTURE: feature_table,
    Kind.CURVE: feature_table,
    Kind.RESONANCES: lambda found: spectrum_table(sound=found.spectrum, response=found.response),
    Kind.Z_PLANE: poles_table,
    Kind.S_PLANE: poles_table,
    Kind.IMPULSE: impulse_table,
    Kind.HEARD: lambda found: occlusion_table(found[1]),
}


def table_of(view: LabView, found: Any) -> Table:
    """The numbers of a view as a table to be exported."""
    return _TABLES[view.kind](found)


def numbers(view: LabView, found: Any) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Titles and rows of the table beside a plot; empty for a view that needs none."""
    if view.kind is Kind.PARSEVAL:
        return (tr("Energy"), tr("Value")), _energies(found)
    if view.kind is Kind.HEARD:
        _, occlusion = found
        return (tr("Without the band"), tr("Change")), _bands(occlusion)
    if view.ordered and view.kind is not Kind.IMPULSE:
        rows = [(each.name, f"{each.hertz:.0f} Hz", f"{each.bandwidth_hz:.0f} Hz") for each in found.formants]
        return (tr("Formant"), tr("Frequency"), tr("Width")), rows or [(tr("None was found"), "", "")]
    return (), ()


def _energies(found: Parseval) -> list[tuple[str, str]]:
    return [
        (tr("Stretch (time)"), _number(found.sound_time)),
        (tr("Stretch (frequency)"), _number(found.sound_frequency)),
        (tr("They differ by"), _number(found.sound_difference)),
        (tr("Frames (time)"), _number(found.frames_time)),
        (tr("Frames (frequency)"), _number(found.frames_frequency)),
        (tr("They differ by"), _number(found.difference)),
        (tr("Samples count"), localised(f"{found.counted:.4g} ×")),
        (tr("From the frames"), _number(found.recovered)),
        (tr("Off by"), _percent(found.recovered_difference)),
        (tr("Ripple of the squares"), _percent(found.ripple_power)),
        (tr("Ripple of the windows"), _percent(found.ripple_amplitude)),
    ]


def _bands(found: Occlusion) -> list[tuple[str, str]]:
    rows = [
        (tr("{low} to {high} Hz").format(low=f"{low:.0f}", high=f"{high:.0f}"), told_worth(change))
        for low, high, change in zip(found.edges_hz, found.edges_hz[1:], found.over_bands, strict=False)
    ]
    label = capital(named(found.label))
    answer = (tr("Answer: {label}").format(label=label), f"{100 * found.probability:.0f} %")
    return [answer, *reversed(rows)]


def _number(value: float) -> str:
    if value == 0:
        return "0"
    return localised(f"{value:.4g}" if 1e-3 <= abs(value) < 1e5 else f"{value:.1e}".replace("-", "−"))


def _percent(value: float) -> str:
    return "0 %" if value < 1e-9 else localised(f"{100 * value:.2g} %")
