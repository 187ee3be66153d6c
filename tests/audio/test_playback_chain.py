"""What is read for an output: segments, loops and speeds, of every kind of recording."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.audio.base import AudioError
from desktop_app.audio.files import open_recording
from desktop_app.audio.playable import Playable, Samples, open_playable, stereo
from desktop_app.audio.playback_chain import PlaybackChain, checked_loop

RATE = 8000
FADE = 40  # 5 ms


def noise(seconds: float, rate: int = RATE) -> np.ndarray:
    return (0.2 * np.random.default_rng(3).standard_normal(round(rate * seconds))).astype(np.float32)


def played(chain: PlaybackChain, frames: int = 10**9) -> np.ndarray:
    parts, found = [], 0
    while not chain.ended and found < frames:
        piece = chain.next()
        if piece is None:
            time.sleep(0.005)
            continue
        parts.append(piece.samples)
        found += len(piece.samples)
    return np.concatenate(parts)[:frames]


def test_a_segment_is_played_to_the_sample_but_for_its_faded_end() -> None:
    signal = noise(3)
    heard = played(PlaybackChain(Samples(signal, RATE), 0.5, 1.25, rate=RATE))[:, 0]
    np.testing.assert_array_equal(heard[:-FADE], signal[4000 : 10_000 - FADE])
    assert len(heard) == 6000
    assert heard[-1] == 0


def test_a_loop_goes_round_and_each_round_is_where_it_comes_from() -> None:
    signal = noise(3)
    chain = PlaybackChain(Samples(signal, RATE), 1.2, loop=(1.0, 1.5), rate=RATE)
    heard = played(chain, 2400 + 3 * 4000)[:, 0]
    for begin in (2400, 6400, 10_400):
        one = heard[begin : begin + 4000]
        np.testing.assert_array_equal(one[FADE:-FADE], signal[8000 + FADE : 12_000 - FADE])
        assert one[0] == one[-1] == 0
    piece = chain.next()
    assert piece is not None
    assert 1.0 <= piece.place_s < 1.5


def test_a_loop_behind_the_end_ends() -> None:
    chain = PlaybackChain(Samples(noise(1), RATE), 5.0, loop=(5.0, 6.0), rate=RATE)
    assert not len(played(chain))


def test_places_follow_the_sound_at_any_speed_and_rate() -> None:
    chain = PlaybackChain(Samples(noise(4), RATE), 1.0, speed=1.5, rate=11_025)
    pieces = [piece for _ in range(3) if (piece := chain.next()) and len(piece.samples)]
    for one, next_ in itertools.pairwise(pieces):
        assert next_.place_s == pytest.approx(one.place_s + len(one.samples) / 11_025 * 1.5)
    whole = sum(len(piece.samples) for piece in pieces) + len(played(chain))
    assert whole == pytest.approx(3 / 1.5 * 11_025, abs=2)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.opus"])
def test_every_format_plays_from_any_place_what_is_analysed_there(name: str, tmp_path: Path) -> None:
    rate, path = 16_000, tmp_path / name
    kinds = {"a.opus": ("OGG", "OPUS"), "a.ogg": ("OGG", "VORBIS"), "a.mp3": ("MP3", None)}
    kind, subtype = kinds.get(name, (name[2:].upper(), "PCM_16"))
    soundfile.write(path, noise(4, rate), rate, format=kind, subtype=subtype)
    with open_recording(path) as recording:
        analysed = np.concatenate(list(recording.blocks(4096)))
        rate = recording.sample_rate
    sound = open_playable(path)
    try:
        for start_s in (2.3, 0.4, 3.1):
            heard = played(PlaybackChain(sound, start_s, start_s + 0.25, rate=rate))
            begin = round(start_s * rate)
            expected = analysed[begin : begin + len(heard)]
            margin = rate // 200
            np.testing.assert_allclose(heard[:-margin], expected[:-margin], atol=2 / 32768)
        assert len(played(PlaybackChain(sound, 0.0, rate=rate))) == len(analysed)
        assert sound.frames == len(analysed)
    finally:
        sound.close()


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudioError) as caught:
        open_playable(tmp_path / "nothing.wav")
    assert caught.value.code == "audio.not_found"


def test_more_channels_are_mixed_down_without_clipping() -> None:
    block = np.ones((10, 6), np.float32)
    assert stereo(block).shape == (10, 2)
    assert np.abs(stereo(block)).max() == pytest.approx(1.0)
    voice_in_the_centre = np.zeros((10, 6), np.float32)
    voice_in_the_centre[:, 2] = 1
    left, right = stereo(voice_in_the_centre).T
    assert left[0] == right[0] > 0.2


def test_samples_of_a_session_are_played_as_they_are() -> None:
    sound: Playable = Samples(np.stack([noise(1), -noise(1)], axis=1), RATE)
    heard = played(PlaybackChain(sound, 0.0, rate=RATE))
    assert heard.shape == (RATE, 2)


@pytest.mark.parametrize("stretch", [(2.0, 1.0), (-1.0, 1.0), (0.0, float("nan")), (1.0, 1.0)])
def test_a_loop_that_is_none_is_refused(stretch: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="a loop goes"):
        checked_loop(*stretch)
