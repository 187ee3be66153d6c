"""Recordings of every kind that FFmpeg writes, for the tests: made-up speech, encoded through PyAV."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr
from synthetic_speech import synthetic_speech_path

SPEECH_RATE = 16_000

FFMPEG_KINDS = {
    "aac.m4a": ("aac", 44_100),
    "alac.m4a": ("alac", 44_100),
    "bare.aac": ("aac", 48_000),
    "opus.webm": ("libopus", 48_000),
    "aac.mkv": ("aac", 44_100),
    "pcm.mov": ("pcm_s16le", 44_100),
    "phone.amr": ("libopencore_amrnb", 8_000),
    "phone.3gp": ("libopencore_amrnb", 8_000),
    "stream.ts": ("aac", 44_100),
    "flac.ogg": ("flac", 44_100),
    "wavpack.wv": ("wavpack", 44_100),
}
"""By name: the codec and the rate. The ending tells the container."""

SNDFILE_KINDS = {
    "16.wav": ("WAV", "PCM_16"),
    "24.wav": ("WAV", "PCM_24"),
    "float.wav": ("WAVEX", "FLOAT"),
    "gsm.wav": ("WAV", "GSM610"),
    "adpcm.wav": ("WAV", "IMA_ADPCM"),
    "g721.au": ("AU", "G721_32"),
    "rf64.wav": ("RF64", "PCM_16"),
    "apple.aiff": ("AIFF", "PCM_16"),
    "apple.aifc": ("AIFF", "FLOAT"),
    "sun.au": ("AU", "PCM_16"),
    "sony.w64": ("W64", "PCM_16"),
    "core.caf": ("CAF", "PCM_16"),
    "blaster.voc": ("VOC", "PCM_16"),
    "timit.sph": ("NIST", "PCM_16"),
    "lossless.flac": ("FLAC", "PCM_16"),
    "vorbis.ogg": ("OGG", "VORBIS"),
    "opus.ogg": ("OGG", "OPUS"),
    "constant.mp3": ("MP3", "MPEG_LAYER_III"),
}
"""By name: libsndfile's format and subtype."""


def speech(seconds: float, rate: int = SPEECH_RATE) -> np.ndarray:
    """float32 [samples] of synthetic speech, from its beginning."""
    samples, own_rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    return soxr.resample(samples[: round(seconds * own_rate)], own_rate, rate)[: round(seconds * rate)]


def write(path: Path, name: str, seconds: float = 2.0) -> np.ndarray:
    """Write a recording of the kind `name` of either table; its samples [n] at the rate of the file."""
    if name in FFMPEG_KINDS:
        codec, rate = FFMPEG_KINDS[name]
        samples = speech(seconds, rate)
        encode(path, samples, rate, codec)
        return samples
    form, subtype = SNDFILE_KINDS[name]
    samples = speech(seconds)
    soundfile.write(path, samples, SPEECH_RATE, format=form, subtype=subtype)
    return samples


def encode(
    path: Path,
    samples: np.ndarray,
    rate: int,
    codec: str | None,
    *,
    container: str | None = None,
    film: bool = False,
    tracks: int = 1,
    options: dict[str, str] | None = None,
) -> None:
    """Encode mono `samples` [n].

    With `film` there is a picture beside them, and without `codec` nothing but that. Of several `tracks` the
    later ones are negated.
    """
    container = container or {".aac": "adts", ".ts": "mpegts", ".3gp": "3gp"}.get(path.suffix)
    with av.open(str(path), "w", format=container, options=options or {}) as out:
        sounds = [out.add_stream(codec, rate=rate, layout="mono") for _ in range(tracks)] if codec else []
        if film or not sounds:
            _picture(out, round(25 * len(samples) / rate))
        for number, stream in enumerate(sounds):
            whole = samples if number == 0 else -samples
            frame = av.AudioFrame.from_ndarray(
                whole[None, :].astype(np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
            size = stream.codec_context.frame_size or 1024
            sized = av.AudioResampler(stream.codec_context.format, "mono", rate, frame_size=size)
            for part in [*sized.resample(frame), *sized.resample(None)]:
                out.mux(stream.encode(part))
            out.mux(stream.encode(None))


def _picture(out: av.container.OutputContainer, frames: int) -> None:
    stream = out.add_stream("mpeg4", rate=25)
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p"
    for number in range(frames):
        frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number % 256, np.uint8))
        frame.pts = number
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))
