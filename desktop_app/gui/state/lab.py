"""The views of the lab as data: what each is called, shows, and lets a person choose. Knows no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop_app.core.language import localised, mark, tr
from desktop_app.lab.clip import Clip
from desktop_app.lab.windows import OVERLAPS, SIZES

_SILENT: Final = 1e-5  # less than half a step of 16 bits


class Kind(StrEnum):
    """What computes a view, and what draws it."""

    SPECTRUM = "spectrum"
    PARSEVAL = "parseval"
    PICTURE = "picture"
    CURVE = "curve"
    RESONANCES = "resonances"
    Z_PLANE = "z_plane"
    S_PLANE = "s_plane"
    IMPULSE = "impulse"
    HEARD = "heard"


@dataclass(frozen=True, slots=True)
class LabView:
    """A view.

    Attributes
    ----------
    name : str
        By which the code knows it; of a picture or a curve the name that `lab.features` has for it.
    title, text : str
        As it is called, and what it shows, in a sentence or two; to be translated.
    group : str
        The heading under which it stands; likewise.
    framed : bool
        Window, size and overlap matter to it.
    signed : bool
        Its numbers lie on both sides of zero.
    """

    name: str
    title: str
    group: str
    kind: Kind
    text: str
    framed: bool = True
    signed: bool = False

    @property
    def ordered(self) -> bool:
        """The order of linear prediction matters to it."""
        return self.kind in {Kind.RESONANCES, Kind.Z_PLANE, Kind.S_PLANE, Kind.IMPULSE}

    @property
    def by_worker(self) -> bool:
        """librosa computes it."""
        return self.kind in {Kind.PICTURE, Kind.CURVE}


SPECTRA: Final = mark("Spectra")
SHAPE: Final = mark("Shape")
TONES: Final = mark("Tones")
VOICE: Final = mark("Resonances")
MODEL: Final = mark("Model")

VIEWS: Final = (
    LabView(
        "spectrum",
        mark("Spectrum (FFT)"),
        SPECTRA,
        Kind.SPECTRUM,
        mark(
            "How strong each frequency is over the whole stretch: the grey line is one FFT of all of it, "
            "the coloured one the mean of short frames, whose wider bins hold more power. 0 dB is a sine at "
            "full scale."
        ),
    ),
    LabView(
        "stft",
        mark("Spectrogram (STFT)"),
        SPECTRA,
        Kind.PICTURE,
        mark(
            "The spectrum frame by frame. A longer window tells frequencies apart better and moments worse;"
            " more overlap gives more frames, not more detail."
        ),
    ),
    LabView(
        "log_mel",
        mark("Log-mel"),
        SPECTRA,
        Kind.PICTURE,
        mark(
            "The power in bands that are as wide as the ear's: narrow below 1 kHz, ever wider above. Most "
            "models of speech begin with it."
        ),
    ),
    LabView(
        "parseval",
        mark("Energy (Parseval)"),
        SPECTRA,
        Kind.PARSEVAL,
        mark(
            "The energy of a frame is the same in time and in frequency. Of overlapping frames it is that "
            "of the sound only if the squared windows add up to a constant (COLA): else some moments count "
            "more than others."
        ),
    ),
    LabView(
        "rms",
        mark("Loudness (RMS)"),
        SHAPE,
        Kind.CURVE,
        mark(
            "The root of the mean square of each frame, below as it is and above as a level: how loud the "
            "sound is. 0 dBFS would be a square wave at full scale."
        ),
    ),
    LabView(
        "zero_crossings",
        mark("Zero crossings"),
        SHAPE,
        Kind.CURVE,
        mark(
            "The share of samples at which the sign changes. It is high for hissing sounds such as s, and "
            "low for vowels."
        ),
    ),
    LabView(
        "centroid",
        mark("Spectral centroid"),
        SHAPE,
        Kind.CURVE,
        mark("The centre of mass of the spectrum: how bright the sound is."),
    ),
    LabView(
        "roll_off",
        mark("Spectral roll-off"),
        SHAPE,
        Kind.CURVE,
        mark(
            "The frequency below which 85 % of the spectrum's magnitude lies. It falls for dull sounds and "
            "rises for hissing ones."
        ),
    ),
    LabView(
        "spectral_contrast",
        mark("Spectral contrast"),
        SHAPE,
        Kind.PICTURE,
        mark(
            "By how much the peaks stand out from the valleys in each octave: large for a clear voice, "
            "small for noise and breath."
        ),
    ),
    LabView(
        "mfcc",
        mark("MFCC and deltas"),
        SHAPE,
        Kind.PICTURE,
        mark(
            "The log-mel spectrum as 13 numbers: the first is the loudness, the next ones the coarse shape,"
            " the last ones finer detail. Below, how they change (Δ) and how that changes (ΔΔ)."
        ),
        signed=True,
    ),
    LabView(
        "pitch",
        mark("Pitch (pyin)"),
        TONES,
        Kind.CURVE,
        mark(
            "How fast the vocal folds vibrate, where there is a voice, and below how likely there is one. "
            "Its frames are its own: three periods of the lowest voice, each 10 ms."
        ),
        framed=False,
    ),
    LabView(
        "chroma",
        mark("Chroma"),
        TONES,
        Kind.PICTURE,
        mark(
            "How strong each of the twelve tones is, all octaves together. Speech glides, so that it fills "
            "several rows."
        ),
    ),
    LabView(
        "tonnetz",
        mark("Tonnetz"),
        TONES,
        Kind.PICTURE,
        mark(
            "The chroma as a place among fifths, minor and major thirds. Harmony stays in place, and speech"
            " wanders."
        ),
        signed=True,
    ),
    LabView(
        "resonances",
        mark("Formants (LPC)"),
        VOICE,
        Kind.RESONANCES,
        mark(
            "Linear prediction takes the stretch for the answer of a chain of resonances, whose frequency "
            "response is the coloured line over the spectrum that it models. The formants are its peaks: F1"
            " and F2 tell the vowel."
        ),
        framed=False,
    ),
    LabView(
        "z_plane",
        mark("Poles, z-plane"),
        VOICE,
        Kind.Z_PLANE,
        mark(
            "The same system as poles (×) and zeros (○). The angle is the frequency, and the closer a pole "
            "is to the unit circle, the narrower its resonance; inside of it the system is stable."
        ),
        framed=False,
    ),
    LabView(
        "s_plane",
        mark("Poles, Laplace plane"),
        VOICE,
        Kind.S_PLANE,
        mark(
            "The same poles as s = ln(z) · fs. Upwards is the frequency, and to the left how fast each "
            "resonance dies away: left of the axis the system is stable. The zeros at z = 0 lie infinitely "
            "far to the left."
        ),
        framed=False,
    ),
    LabView(
        "impulse",
        mark("Impulse response"),
        VOICE,
        Kind.IMPULSE,
        mark(
            "What the system answers to a single click: one puff of the vocal folds, as the mouth shapes it."
        ),
        framed=False,
    ),
    LabView(
        "heard",
        mark("What the model heard"),
        MODEL,
        Kind.HEARD,
        mark(
            "Parts of the sound are taken away, one at a time, and the model is asked again. Red parts "
            "spoke for its answer, blue ones against it."
        ),
        framed=False,
        signed=True,
    ),
)

WINDOW_TITLES: Final = {
    "hann": "Hann",
    "hamming": "Hamming",
    "blackman": "Blackman",
    "blackmanharris": "Blackman-Harris",
    "bartlett": "Bartlett",
    "boxcar": mark("Rectangular"),
}


def view_of(name: str) -> LabView:
    """The view of this name."""
    return next(view for view in VIEWS if view.name == name)


def size_titles(sample_rate: int) -> dict[int, str]:
    """The sizes of windows, with how long they are."""
    return {size: f"{size} ({1000 * size / sample_rate:.0f} ms)" for size in SIZES}


def overlap_titles() -> dict[float, str]:
    """The shares in which neighbouring frames overlap."""
    return {overlap: localised(f"{100 * overlap:g} %") for overlap in OVERLAPS}


def clip_title(clip: Clip) -> str:
    """Which stretch it is; and that it is silent, if it is."""
    start, end = _moment(clip.start_s), _moment(clip.end_s)
    words = tr("{name}, {start} to {end}, {rate} kHz")
    if clip.cut:
        words = tr("{name}, the first {seconds} s: {start} to {end}, {rate} kHz")
    told = words.format(
        name=clip.name,
        seconds=f"{clip.duration_s:.0f}",
        start=start,
        end=end,
        rate=localised(f"{clip.sample_rate / 1000:g}"),
    )
    loudest = float(abs(clip.waveform).max(initial=0.0))
    return told if loudest >= _SILENT else tr("Silent: {stretch}").format(stretch=told)


def file_stem(clip: Clip, view: LabView) -> str:
    """What a file of a view is called, without its ending."""
    name = clip.path.stem if clip.path is not None else clip.name
    return f"{name} {clip.start_s:.2f}-{clip.end_s:.2f} s {view.name.replace('_', '-')}"


def time_left(seconds: float) -> str:
    """How long it still takes, in words."""
    if seconds < 90:
        return tr("{seconds} s left").format(seconds=math.ceil(seconds))
    return tr("{minutes} min left").format(minutes=math.ceil(seconds / 60))


def told_worth(change: float) -> str:
    """By how much the probability of the answer sinks without a part, in words."""
    if math.isnan(change):
        return tr("not tried yet")
    return tr("{change} points").format(change=localised(f"{100 * change:+.1f}".replace("-", "−")))


def _moment(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return localised(f"{minutes:.0f}:{rest:05.2f}")
