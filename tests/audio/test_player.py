"""Playback into the null sink of a PulseAudio server: what arrives, where the cursor is, what is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from capturing import wait_for
from receiver import SAMPLE_RATE, Receiver
from virtual_microphone import VirtualMicrophone

from desktop_app.audio.devices import list_outputs
from desktop_app.audio.player import Changed, Ended, Player, PlayerEvent
from desktop_app.core.types import Failure

pytestmark = [pytest.mark.slow, pytest.mark.microphone]

MakePlayer = Callable[..., Player]


def noise(seconds: float, rate: int = SAMPLE_RATE, seed: int = 5) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal(round(rate * seconds))).astype(np.float32)


def staircase(seconds: float) -> np.ndarray:
    """A tone whose level tells the second: 0.1 louder each."""
    times = np.arange(round(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    return (0.1 * (1 + np.floor(times)) * np.sin(2 * np.pi * 500 * times)).astype(np.float32)


def correlation(heard: np.ndarray, played: np.ndarray) -> float:
    """At the lag where they fit best."""
    size = 1 << (len(heard) + len(played)).bit_length()
    product = np.fft.rfft(heard, size) * np.fft.rfft(played, size).conj()
    best = float(np.fft.irfft(product).max())
    return best / float(np.linalg.norm(heard) * np.linalg.norm(played))


@pytest.fixture
def events() -> list[PlayerEvent]:
    return []


@pytest.fixture
def make_player(virtual_microphone: VirtualMicrophone, events: list[PlayerEvent]) -> Iterator[MakePlayer]:
    players: list[Player] = []

    def make(source: object, **options: object) -> Player:
        player = Player(source, events.append, **options)  # type: ignore[arg-type]
        players.append(player)
        return player

    yield make
    for player in players:
        player.close()


def failures(events: list[PlayerEvent]) -> list[Failure]:
    return [event for event in events if isinstance(event, Failure)]


@pytest.mark.parametrize("name", ["speech.wav", "speech.mp3"])
def test_the_sink_receives_what_was_played(
    name: str, make_player: MakePlayer, events: list[PlayerEvent], tmp_path: Path
) -> None:
    signal = noise(2)
    soundfile.write(tmp_path / name, signal, SAMPLE_RATE)
    player = make_player(tmp_path / name)
    played, _ = soundfile.read(tmp_path / name, dtype="float32")
    alike = []
    for _ in range(3):  # a machine that stands still for a moment tears any sound apart
        events.clear()
        with Receiver() as receiver:
            player.play()
            wait_for(lambda: any(isinstance(event, Ended) for event in events), 15)
            time.sleep(0.3)
            alike.append(correlation(receiver.heard(), played))
        if alike[-1] > 0.99:
            break
    assert alike[-1] > 0.99, alike
    assert not player.playing
    assert player.position_s == pytest.approx(player.duration_s, abs=0.02)
    assert events[0] == Changed(True) or events[0] == Changed(True, waiting=True)
    assert player.underruns == 0


def test_another_rate_and_two_channels_arrive_as_well(
    make_player: MakePlayer, events: list[PlayerEvent]
) -> None:
    # Below 2 kHz, where every resampler is transparent; the sound server has one of its own.
    both = np.stack([soxr.resample(noise(1, 4_000, seed), 4_000, 16_000) for seed in (1, 2)], axis=1)
    player = make_player((both, 16_000))
    with Receiver() as receiver:
        player.play()
        wait_for(lambda: any(isinstance(event, Ended) for event in events), 15)
        time.sleep(0.3)
        heard = receiver.heard()
    assert correlation(heard, soxr.resample(both.mean(axis=1), 16_000, SAMPLE_RATE)) > 0.99


def test_a_segment_ends_at_its_end_and_a_loop_goes_on(
    make_player: MakePlayer, events: list[PlayerEvent]
) -> None:
    signal = noise(4)
    player = make_player((signal, SAMPLE_RATE))
    with Receiver() as receiver:
        player.play(1.0, 1.5)
        wait_for(lambda: any(isinstance(event, Ended) for event in events), 15)
        time.sleep(0.3)
        assert correlation(receiver.heard(), signal[48_000:72_000]) > 0.99
        assert player.position_s == pytest.approx(1.5, abs=0.01)
        receiver.forget()
        player.loop = (2.0, 2.4)
        player.play()
        time.sleep(1.5)
        looped = receiver.heard()
        assert correlation(looped[: 3 * 19_200], np.tile(signal[96_000:115_200], 3)) > 0.97
        assert 2.0 <= player.position_s <= 2.4
        player.loop = None
        wait_for(lambda: player.position_s > 2.5)


def test_a_pause_stays_where_it_was_heard_and_goes_on_there(make_player: MakePlayer) -> None:
    player = make_player((staircase(4), SAMPLE_RATE))
    with Receiver() as receiver:
        player.toggle()
        wait_for(lambda: player.position_s > 0.5)
        player.toggle()
        assert not player.playing
        time.sleep(0.6)
        stood = player.position_s
        assert stood == pytest.approx(len(receiver.heard()) / SAMPLE_RATE, abs=0.03)
        time.sleep(0.2)
        assert player.position_s == stood
        player.toggle()
        wait_for(lambda: player.position_s > stood + 0.2)


def test_seeking_moves_the_cursor_and_what_is_heard(make_player: MakePlayer) -> None:
    player = make_player((staircase(6), SAMPLE_RATE))
    player.seek(4.2)
    assert player.position_s == pytest.approx(4.2), "at rest it stands there at once"
    with Receiver() as receiver:
        player.play()
        wait_for(lambda: player.position_s > 4.4)
        player.seek(1.1)
        wait_for(lambda: 1.2 < player.position_s < 2)
        heard = receiver.heard()
    assert np.abs(heard).max() == pytest.approx(0.5, abs=0.02)
    assert np.abs(heard[-2000:]).max() == pytest.approx(0.2, abs=0.02)
    assert np.abs(np.diff(heard)).max() < 0.05, "nothing clicks"


def test_speed_and_volume_change_while_it_plays(make_player: MakePlayer) -> None:
    player = make_player((staircase(1)[np.arange(8 * SAMPLE_RATE) % SAMPLE_RATE], SAMPLE_RATE))
    with Receiver() as receiver:
        player.play()
        wait_for(lambda: player.position_s > 0.3)
        player.speed = 2.0
        time.sleep(0.4)
        begin, at = player.position_s, time.monotonic()
        time.sleep(0.8)
        assert (player.position_s - begin) / (time.monotonic() - at) == pytest.approx(2, abs=0.15)
        player.volume = 0.2
        time.sleep(0.5)
        player.pause()
        heard = receiver.heard()
    assert np.abs(heard[-4800:]).max() < 0.03
    spectrum = np.abs(np.fft.rfft(heard[:48_000] * np.hanning(48_000)))
    assert int(spectrum.argmax()) == pytest.approx(500, abs=5)
    assert np.abs(np.diff(heard)).max() < 0.05, "nothing clicks"


def test_a_lost_output_is_told_and_playing_again_takes_the_default_one(
    make_player: MakePlayer, events: list[PlayerEvent], virtual_microphone: VirtualMicrophone
) -> None:
    player = make_player((noise(20), SAMPLE_RATE), device=list_outputs()[0])
    player.play()
    wait_for(lambda: player.position_s > 0.3)
    virtual_microphone.kill()
    wait_for(lambda: bool(failures(events)), 10)
    told = failures(events)[0]
    assert told.code == "audio.output_lost"
    assert "is gone" in told.message
    assert not player.playing
    stood = player.position_s
    assert 0.3 < stood < 3
    virtual_microphone.start()
    assert player.device is None
    player.play()
    wait_for(lambda: player.position_s > stood + 0.3, 10)


def test_without_any_output_a_sentence_says_so(
    make_player: MakePlayer, events: list[PlayerEvent], virtual_microphone: VirtualMicrophone
) -> None:
    virtual_microphone.kill()
    player = make_player((noise(1), SAMPLE_RATE))
    player.seek(0.4)
    player.play()
    wait_for(lambda: bool(failures(events)), 15)
    assert failures(events)[0].code in {"audio.output", "audio.no_output"}
    assert player.position_s == pytest.approx(0.4)


def test_an_output_that_is_not_there_is_named(make_player: MakePlayer, events: list[PlayerEvent]) -> None:
    player = make_player((noise(1), SAMPLE_RATE), device="Headphones of yesterday")
    player.play()
    wait_for(lambda: bool(failures(events)), 15)
    assert failures(events)[0].code == "audio.output"
    assert "Headphones of yesterday" in failures(events)[0].message


def test_a_file_that_is_none_is_told_each_time_it_is_to_be_played(
    make_player: MakePlayer, events: list[PlayerEvent], tmp_path: Path
) -> None:
    player = make_player(tmp_path / "nothing.wav")
    for count in (1, 2):
        player.play()
        wait_for(lambda count=count: len(failures(events)) == count)  # type: ignore[misc]
    assert failures(events)[0].code == "audio.not_found"
