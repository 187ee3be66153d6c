"""Files that broke recorders, browsers, phones and converters, through everything that reads recordings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from desktop_app.audio.base import AudioError
from desktop_app.audio.file_source import FileSource
from desktop_app.audio.files import open_recording
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import SoundWarning
from models.corpora.sound import Defect, measure, read_mono
from models.errors import CorpusError


@dataclass(frozen=True)
class Right:
    """What is right for a file: seconds of sound, and the codes of what is told."""

    seconds: float
    codes: tuple[str, ...] = ()
    tolerance: float = 0.03


SOUND = {
    "mp3-cbr-no-xing-with-150kb-cover.mp3": Right(3.45, tolerance=0.05),
    "opus-telegram-android-no-eos-flag.ogg": Right(3.4),
    "opus-last-page-lost.ogg": Right(3.0, ("incomplete",)),
    "flac-written-by-ffmpeg-into-a-pipe.flac": Right(3.4, tolerance=0),
    "wav-gsm610-8khz.wav": Right(3.4, tolerance=0.05),
    "wav-never-closed-data-size-0.wav": Right(3.4, ("incomplete",), 0),
    "wav-data-size-44-bytes-too-large.wav": Right(3.4, tolerance=0),
    "wav-cut-off-at-90-percent.wav": Right(3.06, ("incomplete",), 0.002),
    "wav-stale-size-header-says-1s-file-holds-3.4s.wav": Right(3.4, ("longer",), 0),
    "opus-two-files-joined-with-cat.ogg": Right(6.8),
    "mp3-two-files-joined-with-cat.mp3": Right(6.8),
    "wav-pipe-sizes-ffffffff.wav": Right(3.4, tolerance=0),
    "rf64.wav": Right(3.4, tolerance=0),
    "phone.m4a": Right(3.4),
    "browser.webm": Right(3.4),
    "phone-call.amr": Right(3.4),
    "m4a-renamed-to.mp3": Right(3.4),
    "flac-stereo-inverted-phase.flac": Right(3.4, tolerance=0),
    "flac-24bit-quiet-minus-50db.flac": Right(3.4, tolerance=0),
}
NO_SOUND = {
    "raw-pcm-named.wav": ("without the header of any known format", "ffmpeg -f s16le"),
    "git-lfs-pointer-named.pt": ("a Git LFS pointer", "git lfs pull"),
    "html-page-named.pt": ("a web page", "Download"),
}


def read(path: Path) -> tuple[np.ndarray, int, tuple[SoundWarning, ...]]:
    with open_recording(path) as recording:
        samples = np.concatenate(list(recording.blocks(recording.sample_rate)))
        return samples, recording.sample_rate, recording.warnings


@pytest.mark.parametrize("name", SOUND)
def test_all_sound_is_read_and_what_is_missing_is_told(cases: Path, name: str) -> None:
    samples, rate, warnings = read(cases / name)
    right = SOUND[name]
    assert len(samples) / rate == pytest.approx(right.seconds, abs=right.tolerance + 1e-9)
    assert tuple(warning.code for warning in warnings) == right.codes
    assert np.abs(samples).max() > 1e-3


@pytest.mark.parametrize("name", SOUND)
def test_live_gives_the_same_samples_and_says_the_same(cases: Path, name: str) -> None:
    samples, rate, warnings = read(cases / name)
    source = FileSource(cases / name, paced=False)
    opened = source.open()
    assert (opened.sample_rate, opened.channels) == (rate, samples.shape[1])
    ring = RingBuffer(rate, opened.channels)
    source.start(ring)
    heard = []
    deadline = time.monotonic() + 20
    while not (source.status().finished and not len(ring)):
        assert time.monotonic() < deadline
        heard.append(ring.read())
        time.sleep(0.001)
    source.stop()
    np.testing.assert_array_equal(np.concatenate(heard), samples)
    assert source.status().warnings == warnings


@pytest.mark.parametrize("name", SOUND)
def test_a_corpus_reads_the_same(cases: Path, name: str) -> None:
    samples, rate, warnings = read(cases / name)
    sound = measure(cases / name)
    assert sound.seconds == pytest.approx(len(samples) / rate)
    broken_off = any(warning.code == "incomplete" for warning in warnings)
    assert (sound.defect is Defect.TRUNCATED) == broken_off
    mono, _ = read_mono(cases / name)
    assert len(mono) == len(samples)


@pytest.mark.parametrize("name", NO_SOUND)
def test_what_holds_no_sound_is_called_what_it_is(cases: Path, name: str) -> None:
    with pytest.raises(AudioError) as caught:
        open_recording(cases / name)
    what, remedy = NO_SOUND[name]
    assert what in caught.value.message
    assert remedy in caught.value.hint
    with pytest.raises(CorpusError):
        read_mono(cases / name)
