"""Changes to a clip that a stranger's voice, room or microphone might bring; each by its own probability.

Spectrum masks: Park et al., "SpecAugment", Interspeech 2019. Speed perturbation: Ko et al., Interspeech 2015.
Vocal tract: Jaitly and Hinton, "Vocal Tract Length Perturbation improves speech recognition", ICML 2013.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import soxr
from scipy import signal

from desktop_app.core.types import FloatArray
from models.corpora.base import SAMPLE_RATE
from models.data.waveform_changes import compress_range, shift_pitch, shift_time, stretch
from models.features.mel import hz_to_mel, mel_to_hz
from models.recipes.config import AugmentConfig

Change = Callable[[FloatArray, np.random.Generator], FloatArray]
_SPEEDS = (0.87, 1.15)


class Augmenter:
    """Waveform [samples] at 16 kHz -> the same speech in another room, by another microphone, another voice.

    Parameters
    ----------
    noises : sequence of float32 [samples]
        Recordings to add; without any, coloured noise is made.
    """

    def __init__(self, config: AugmentConfig, noises: Sequence[FloatArray] = ()) -> None:
        # The order of the world: the voice, the room, what else sounds there, the microphone, the line.
        changes: list[tuple[float, Change]] = [
            (config.speed, _speed),
            (config.tempo, _tempo),
            (config.pitch, shift_pitch),
            (config.shift, shift_time),
            (config.compress, compress_range),
            (config.reverb, _reverb),
            (config.noise, partial(_noise, noises=noises)),
            (config.equalizer, _equalizer),
            (config.clip, _clip),
            (config.band, _band),
            (config.codec, _codec),
        ]
        self._changes = [(share, change) for share, change in changes if share > 0]

    def __call__(self, waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
        for share, change in self._changes:
            if rng.random() < share:
                waveform = change(waveform, rng)
        return np.ascontiguousarray(waveform, dtype=np.float32)


def _speed(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Play faster or slower: pitch, formants and tempo move together."""
    factor = float(rng.uniform(*_SPEEDS))
    changed: FloatArray = soxr.resample(waveform, SAMPLE_RATE * factor, SAMPLE_RATE, quality="MQ")
    return changed


def _tempo(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Another tempo at the same pitch."""
    return stretch(waveform, float(rng.uniform(*_SPEEDS)))


def _reverb(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A room that decays by 60 dB in 0.1 .. 0.5 s; the direct sound stays 0 .. 15 dB above it."""
    seconds = float(rng.uniform(0.1, 0.5))
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(time)) * 10 ** (-3.0 * time / seconds)
    tail *= 10 ** (-rng.uniform(0.0, 15.0) / 20) / np.sqrt(np.square(tail).sum())
    tail[0] += 1.0
    changed: FloatArray = signal.fftconvolve(waveform, tail.astype(np.float32))[: len(waveform)]
    return changed


def _noise(waveform: FloatArray, rng: np.random.Generator, noises: Sequence[FloatArray]) -> FloatArray:
    """Another sound, 5 .. 30 dB below the speech."""
    if len(noises):
        noise = noises[int(rng.integers(len(noises)))]
        if len(noise) < len(waveform):
            noise = np.resize(noise, len(waveform))
        start = int(rng.integers(len(noise) - len(waveform) + 1))
        noise = noise[start : start + len(waveform)].astype(np.float32)
    else:
        noise = coloured_noise(len(waveform), float(rng.uniform(0.0, 2.0)), rng)
    power = float(np.square(noise).mean())
    if power <= 0.0:
        return waveform
    wanted = float(np.square(waveform).mean()) * 10 ** (-rng.uniform(5.0, 30.0) / 10)
    return waveform + np.float32(np.sqrt(wanted / power)) * noise


def coloured_noise(samples: int, exponent: float, rng: np.random.Generator) -> FloatArray:
    """Noise whose power falls with frequency ** -exponent (0 white, 1 pink, 2 brown)."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    spectrum *= np.maximum(np.arange(len(spectrum)), 1.0) ** (-exponent / 2)
    return np.fft.irfft(spectrum, samples).astype(np.float32)


def _equalizer(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A microphone's own colour: gains of up to 10 dB at five frequencies, joined smoothly."""
    knots = np.array([0.0, 200.0, 600.0, 1800.0, 4500.0, 8000.0])
    gains = rng.uniform(-10.0, 10.0, len(knots))
    taps = signal.firwin2(255, knots, 10 ** (gains / 20), fs=SAMPLE_RATE)
    changed: FloatArray = signal.fftconvolve(waveform, taps.astype(np.float32), mode="same")
    return changed


def _clip(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Overdriven: everything above a share of the peak is cut."""
    limit = float(np.abs(waveform).max()) * float(rng.uniform(0.2, 0.8))
    return np.clip(waveform, -limit, limit)


def _band(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A narrow line: from 50 .. 300 Hz up to 3 .. 7 kHz."""
    edges = (float(rng.uniform(50.0, 300.0)), float(rng.uniform(3000.0, 7000.0)))
    filters = signal.butter(4, edges, btype="bandpass", fs=SAMPLE_RATE, output="sos")
    changed: FloatArray = signal.sosfilt(filters, waveform).astype(np.float32)
    return changed


def _codec(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Eight bits of mu-law at 8 kHz, as a telephone does it (ITU-T G.711)."""
    peak = float(np.abs(waveform).max()) / float(rng.uniform(0.3, 1.0)) + 1e-9
    narrow = soxr.resample(waveform, SAMPLE_RATE, 8000, quality="MQ") / peak
    packed = np.sign(narrow) * np.log1p(255 * np.minimum(np.abs(narrow), 1.0)) / np.log(256)
    packed = np.round(packed * 127) / 127
    opened = np.sign(packed) * (256 ** np.abs(packed) - 1) / 255 * peak
    changed: FloatArray = soxr.resample(opened.astype(np.float32), 8000, SAMPLE_RATE, quality="MQ")
    return changed


def warp_spectrum(log_mel: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A longer or shorter vocal tract: frequencies times 0.88 .. 1.14, less and less from 4 kHz to 8 kHz."""
    factor = float(np.exp(rng.uniform(-0.13, 0.13)))
    channels = len(log_mel)
    top = hz_to_mel(np.array(SAMPLE_RATE / 2), htk=False)
    centres = mel_to_hz(np.linspace(0.0, top, channels + 2)[1:-1], htk=False)
    bend = 4000.0 / max(factor, 1.0)
    source = np.interp(centres, [0.0, bend, SAMPLE_RATE / 2], [0.0, bend * factor, SAMPLE_RATE / 2])
    place = np.clip(hz_to_mel(source, htk=False) / top * (channels + 1) - 1, 0.0, channels - 1.0)
    below = np.minimum(place.astype(np.int64), channels - 2)
    share = (place - below)[:, None].astype(np.float32)
    warped: FloatArray = (1 - share) * log_mel[below] + share * log_mel[below + 1]
    return warped


def mask_spectrum(log_mel: FloatArray, rng: np.random.Generator) -> FloatArray:
    """SpecAugment of [..., channels, frames]: up to two bands and two spans become the mean of all.

    A band has up to 12 channels, at most half of them; a span up to 20 frames, at most a fifth of them.
    """
    changed = log_mel.copy()
    mean = float(log_mel.mean())
    channels, frames = log_mel.shape[-2:]
    for _ in range(2):
        width = min(int(rng.integers(0, 13)), channels // 2)
        start = int(rng.integers(0, channels - width))
        changed[..., start : start + width, :] = mean
        width = min(int(rng.integers(0, 21)), frames // 5)
        start = int(rng.integers(0, frames - width))
        changed[..., start : start + width] = mean
    return changed
