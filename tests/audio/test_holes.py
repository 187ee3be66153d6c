"""Sound lost in the middle of a recording: silence stands in its place, so what follows keeps its time."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from encoded import FFMPEG_KINDS, encode, speech, write

from desktop_app.audio.files import open_recording
from desktop_app.core.types import SoundWarning

pytestmark = pytest.mark.slow  # threads, and waiting for them

OGG = ["vorbis.ogg", "opus.ogg"]


def read(path: Path) -> tuple[np.ndarray, int, tuple[SoundWarning, ...]]:
    """The first channel [n], its rate, and what was told about it."""
    with open_recording(path) as recording:
        blocks = list(recording.blocks(1000))
        return np.concatenate(blocks)[:, 0], recording.sample_rate, recording.warnings


def pages(data: bytes) -> list[tuple[int, int]]:
    """Begin and end of each page of an Ogg."""
    found = []
    position = 0
    while position < len(data):
        end = position + 27 + data[position + 26]
        end += sum(data[position + 27 : end])
        found.append((position, end))
        position = end
    return found


def damage(told: tuple[SoundWarning, ...]) -> SoundWarning:
    """The only warning there is."""
    assert [warning.code for warning in told] == ["damaged"]
    return told[0]


def assert_silence_stands_for(found: np.ndarray, whole: np.ndarray, rate: int, told: SoundWarning) -> None:
    """At the place that is told there are zeros, and beside it nothing has moved."""
    assert len(found) == len(whole)
    at_s, seconds = told.fields["places"][0]
    begin, end = round(at_s * rate), round((at_s + seconds) * rate)
    rounding = round(0.001 * rate)
    assert not found[begin + rounding : end - rounding].any()
    np.testing.assert_allclose(found[: begin - 200], whole[: begin - 200], atol=1e-4)
    behind = end + round(0.2 * rate)  # a decoder needs a moment to find in
    np.testing.assert_allclose(found[behind:], whole[behind:], atol=0.02)
    np.testing.assert_allclose(found[-rate:], whole[-rate:], atol=1e-4)


class TestAnOgg:
    @pytest.mark.parametrize("kind", OGG)
    @pytest.mark.parametrize("how", ["cut out", "overwritten", "one bit turned"])
    def test_pages_in_the_middle(self, tmp_path: Path, kind: str, how: str) -> None:
        path = tmp_path / kind
        write(path, kind, 12.0)
        whole, rate, nothing = read(path)
        assert nothing == ()
        data = bytearray(path.read_bytes())
        middle = pages(data)[7:9]
        begin, end = middle[0][0], middle[-1][1]
        if how == "cut out":
            del data[begin:end]
        elif how == "overwritten":
            data[begin:end] = bytes(end - begin)
        else:
            data[begin + 100] ^= 1
        path.write_bytes(data)
        found, _, told = read(path)
        warning = damage(told)
        assert 0.5 < warning.fields["missing_s"] < 3.0
        assert "Silence stands there" in warning.message
        assert_silence_stands_for(found, whole, rate, warning)

    @pytest.mark.parametrize("page_us", [20_000, 1_000_000])
    def test_of_another_writer_with_short_or_long_pages(self, tmp_path: Path, page_us: int) -> None:
        path = tmp_path / "memo.opus"
        options = {"page_duration": str(page_us)}
        encode(path, speech(12.0, 48_000), 48_000, "libopus", container="ogg", options=options)
        whole, rate, _ = read(path)
        data = path.read_bytes()
        cut = pages(data)[len(pages(data)) // 2]
        path.write_bytes(data[: cut[0]] + data[cut[1] :])
        found, _, told = read(path)
        assert damage(told).fields["missing_s"] == pytest.approx(page_us / 1e6, abs=0.0002)
        assert_silence_stands_for(found, whole, rate, damage(told))

    @pytest.mark.parametrize("kind", OGG)
    def test_several_holes_are_counted_and_placed(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind, 20.0)
        whole, rate, _ = read(path)
        data = path.read_bytes()
        kept = [data[b:e] for number, (b, e) in enumerate(pages(data)) if number not in {5, 9, 14, 15}]
        path.write_bytes(b"".join(kept))
        found, _, told = read(path)
        assert damage(told).fields["holes"] == 3
        assert len(damage(told).fields["places"]) == 3
        assert len(found) == len(whole)
        np.testing.assert_allclose(found[-rate:], whole[-rate:], atol=1e-4)

    def test_every_other_page(self, tmp_path: Path) -> None:
        path = tmp_path / "memo.opus"
        options = {"page_duration": "20000"}
        encode(path, speech(12.0, 48_000), 48_000, "libopus", container="ogg", options=options)
        whole, rate, _ = read(path)
        data = path.read_bytes()
        kept = [data[b:e] for number, (b, e) in enumerate(pages(data)) if number < 3 or number % 2]
        path.write_bytes(b"".join(kept))
        found, _, told = read(path)
        warning = next(warning for warning in told if warning.code == "damaged")
        assert warning.fields["holes"] > 200
        assert len(warning.fields["places"]) == 20
        assert len(found) == pytest.approx(len(whole), abs=0.05 * rate)

    def test_a_hole_in_the_second_of_joined_files(self, tmp_path: Path) -> None:
        path, other = tmp_path / "first.ogg", tmp_path / "second.ogg"
        write(path, "opus.ogg", 4.0)
        soundfile.write(other, speech(12.0, 24_000), 24_000, format="OGG", subtype="OPUS")
        path.write_bytes(path.read_bytes() + other.read_bytes())
        whole, rate, nothing = read(path)
        assert nothing == ()
        data = path.read_bytes()
        cut = pages(data)[-5]
        path.write_bytes(data[: cut[0]] + data[cut[1] :])
        found, _, told = read(path)
        assert damage(told).fields["at_s"] > 8.0
        assert len(found) == pytest.approx(len(whole), abs=2)
        np.testing.assert_allclose(found[-rate:], whole[-rate:], atol=0.01)

    def test_a_position_of_ten_years_is_not_believed(self, tmp_path: Path) -> None:
        path = tmp_path / "memo.ogg"
        write(path, "opus.ogg", 12.0)
        whole, rate, _ = read(path)
        data = bytearray(path.read_bytes())
        for begin, end in pages(data)[7:]:
            granule = struct.unpack_from("<q", data, begin + 6)[0]
            struct.pack_into("<q", data, begin + 6, granule + 10 * 365 * 86_400 * 48_000)
            data[begin + 22 : begin + 26] = bytes(4)
            data[begin + 22 : begin + 26] = checksum(data[begin:end])
        path.write_bytes(data)
        begun = time.monotonic()
        found, _, told = read(path)
        assert time.monotonic() - begun < 5.0
        assert damage(told).fields["disbelieved"] == 1
        assert "leaps further" in damage(told).message
        assert len(found) == pytest.approx(len(whole), abs=0.05 * rate)

    def test_a_stream_that_was_caught_on_its_way_begins_with_its_sound(self, tmp_path: Path) -> None:
        path = tmp_path / "radio.ogg"
        write(path, "vorbis.ogg", 12.0)
        data = path.read_bytes()
        found = pages(data)
        path.write_bytes(data[: found[1][1]] + data[found[8][0] :])
        caught, rate, told = read(path)
        assert told == ()
        assert len(caught) < 10 * rate
        assert np.abs(caught[: rate // 2]).max() > 0.01


def checksum(page: bytes | bytearray) -> bytes:
    """Of an Ogg page (RFC 3533): bit by bit, unlike the program's own."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C1_1DB7 if value & 0x8000_0000 else 0)) & 0xFFFF_FFFF
    return struct.pack("<I", value)


def remux(path: Path, change: Callable[[int, av.Packet], bool]) -> None:
    """Write a file again without the packets for which `change`, which may alter them, says no."""
    whole = path.with_name("whole-" + path.name)
    path.rename(whole)
    with av.open(str(whole)) as old, av.open(str(path), "w") as new:
        stream = new.add_stream_from_template(old.streams.audio[0])
        for number, packet in enumerate(old.demux(old.streams.audio[0])):
            if packet.dts is not None and change(number, packet):
                packet.stream = stream
                new.mux(packet)


class TestAFileWithTimeStamps:
    def test_clusters_that_are_cut_out_of_a_webm(self, tmp_path: Path) -> None:
        path = tmp_path / "browser.webm"
        encode(path, speech(12.0, 48_000), 48_000, "libopus", options={"cluster_time_limit": "1000"})
        whole, rate, nothing = read(path)
        assert nothing == ()
        data = path.read_bytes()
        parts = data.split(b"\x1f\x43\xb6\x75")
        path.write_bytes(b"\x1f\x43\xb6\x75".join(parts[:5] + parts[8:]))
        found, _, told = read(path)
        assert damage(told).fields["places"] == [[pytest.approx(4.0, abs=0.05), 3.0]]
        assert_silence_stands_for(found, whole, rate, damage(told))

    @pytest.mark.parametrize("kind", ["opus.webm", "aac.mkv", "aac.m4a", "stream.ts"])
    def test_packets_that_are_missing(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind, 12.0)
        whole, rate, _ = read(path)
        remux(path, lambda number, _: not 200 <= number < 300)
        found, _, told = read(path)
        lost = 100 * (960 if "opus" in kind else 1024) / rate
        assert damage(told).fields["missing_s"] == pytest.approx(lost, abs=0.003)
        assert len(found) == pytest.approx(len(whole), abs=0.003 * rate)
        behind = slice(-2 * rate, -rate)
        shifts = [np.vdot(np.roll(found, by)[behind], whole[behind]) for by in range(-150, 151)]
        assert abs(int(np.argmax(shifts)) - 150) <= 0.0025 * rate

    def test_many_single_packets_that_are_missing(self, tmp_path: Path) -> None:
        path = tmp_path / "call.webm"
        write(path, "opus.webm", 20.0)
        whole, rate, _ = read(path)
        remux(path, lambda number, _: number % 20 != 10)
        found, _, told = read(path)
        assert len(found) == pytest.approx(len(whole), abs=0.08 * rate)
        assert damage(told).fields["missing_s"] == pytest.approx(1.0, abs=0.08)

    def test_packets_of_an_m4a_that_cannot_be_decoded(self, tmp_path: Path) -> None:
        path = tmp_path / "memo.m4a"
        write(path, "aac.m4a", 12.0)
        whole, rate, _ = read(path)
        data = bytearray(path.read_bytes())
        at = data.index(b"mdat") + 60_000
        data[at : at + 8000] = bytes(8000)
        path.write_bytes(data)
        found, _, told = read(path)
        assert damage(told).fields["missing_s"] > 0.3
        assert len(found) == len(whole)
        np.testing.assert_allclose(found[-rate:], whole[-rate:], atol=0.02)

    @pytest.mark.parametrize("kind", [*FFMPEG_KINDS])
    def test_whole_recordings_have_no_holes(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind, 5.0)
        _, _, told = read(path)
        assert told == ()

    def test_time_stamps_that_jitter_are_no_holes(self, tmp_path: Path) -> None:
        path = tmp_path / "browser.webm"
        write(path, "opus.webm", 12.0)
        whole, _, _ = read(path)
        jitter = np.random.default_rng(5).integers(-9, 10, size=2000)

        def moved(number: int, packet: av.Packet) -> bool:
            packet.pts = packet.dts = max(number, packet.pts + int(jitter[number]))
            return True

        remux(path, moved)
        found, _, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, whole)

    def test_a_clock_that_drifts_makes_no_holes(self, tmp_path: Path) -> None:
        path = tmp_path / "browser.webm"
        encode(path, np.tile(speech(20.0, 48_000), 15), 48_000, "libopus")
        whole, _, _ = read(path)

        def drifted(_: int, packet: av.Packet) -> bool:
            packet.pts = packet.dts = round(packet.pts * 1.00025)
            return True

        remux(path, drifted)  # 75 ms at the end
        found, _, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, whole)

    def test_a_time_stamp_of_ten_years_is_not_believed(self, tmp_path: Path) -> None:
        path = tmp_path / "browser.webm"
        write(path, "opus.webm", 12.0)
        whole, rate, _ = read(path)

        def leaping(number: int, packet: av.Packet) -> bool:
            if number >= 300:
                packet.pts = packet.dts = packet.pts + 10 * 365 * 86_400 * 1000
            return True

        remux(path, leaping)
        begun = time.monotonic()
        found, _, told = read(path)
        assert time.monotonic() - begun < 5.0
        assert "damaged" in [warning.code for warning in told]
        assert "leaps further" in next(w.message for w in told if w.code == "damaged")
        assert len(found) == pytest.approx(len(whole), abs=0.05 * rate)

    def test_a_hole_of_hours_is_never_held_in_memory(self, tmp_path: Path) -> None:
        """A minute of noise, as large as an hour of speech, behind which the clock says five hours."""
        path = tmp_path / "long.mkv"
        noise = np.random.default_rng(2).uniform(-1, 1, 60 * 48_000).astype(np.float32)
        encode(path, noise, 48_000, "pcm_s16le")

        def leaping(_: int, packet: av.Packet) -> bool:
            if packet.pts > 30_000:
                packet.pts = packet.dts = packet.pts + 7000 * 1000
            return True

        remux(path, leaping)
        with open_recording(path) as recording:
            sizes = [len(block) for block in recording.blocks(48_000)]
            assert max(sizes) == 48_000
            assert sum(sizes) == pytest.approx(7060 * 48_000, abs=4800)
            assert damage(recording.warnings).fields["missing_s"] == pytest.approx(7000, abs=0.1)


def test_the_checksum_of_the_program_is_that_of_the_standard() -> None:
    from desktop_app.audio.ogg_pages import _checksum

    data = np.random.default_rng(1).bytes(5000)
    assert struct.pack("<I", _checksum(data)) == checksum(data)
    assert zlib.crc32(data) != _checksum(data)
