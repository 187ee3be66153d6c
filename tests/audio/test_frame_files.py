"""Files of frames without a container: no clock tells what is missing in them, the frames themselves do."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pytest
from encoded import encode, speech, write

from desktop_app.audio.files import AUDIO_ENDINGS, open_recording
from desktop_app.core.types import SoundWarning

KINDS = ["constant.mp3", "layer2.mp2", "bare.aac", "dolby.ac3", "phone.amr"]
_APE = b"APETAGEX" + struct.pack("<4I8x", 2000, 2032, 1, 0)
TAGS = {
    "ID3v1": b"TAG" + b"Title".ljust(125),
    "enhanced ID3v1": b"TAG+" + bytes(223) + b"TAG" + bytes(125),
    "ID3v2": b"ID3\x03\x00\x00\x00\x00\x02\x00" + b"x" * 256,
    "APE": _APE + bytes(range(1, 201)) * 10 + _APE,
    "Lyrics3": b"LYRICSBEGININD0000200LYR00008a b c d \r\n000043LYRICS200",
}


def make(path: Path, kind: str, seconds: float = 6.0) -> bytes:
    """A file of 6 s; of an mp3 without the frame that counts the others."""
    if kind == "constant.mp3":
        options = {"write_xing": "0", "id3v2_version": "0"}
        encode(path, speech(seconds, 44_100), 44_100, "libmp3lame", options=options)
    elif kind == "layer2.mp2":
        encode(path, speech(seconds, 48_000), 48_000, "mp2")
    elif kind == "dolby.ac3":
        encode(path, speech(seconds, 48_000), 48_000, "ac3")
    else:
        write(path, kind, seconds)
    return path.read_bytes()


def read(path: Path) -> tuple[float, tuple[SoundWarning, ...]]:
    """Seconds that were found, and what was told about them."""
    with open_recording(path) as recording:
        return sum(map(len, recording.blocks(1000))) / recording.sample_rate, recording.warnings


def overwritten(data: bytes, how: str) -> bytes:
    """An eighth of the file, in its middle."""
    begin, count = len(data) // 2, len(data) // 8
    if how == "cut out":
        return data[:begin] + data[begin + count :]
    filling = bytes(count) if how == "zeros" else np.random.default_rng(3).bytes(count)
    return data[:begin] + filling + data[begin + count :]


@pytest.mark.parametrize("kind", KINDS)
class TestDamage:
    @pytest.mark.parametrize("how", ["zeros", "noise"])
    def test_what_is_overwritten_is_told_and_about_how_much_it_is(
        self, tmp_path: Path, kind: str, how: str
    ) -> None:
        path = tmp_path / kind
        data = make(path, kind)
        whole_s, nothing = read(path)
        assert nothing == ()
        path.write_bytes(overwritten(data, how))
        found_s, (warning,) = read(path)
        assert warning.code == "damaged"
        assert warning.fields["at_s"] == pytest.approx(3.0, abs=0.3)
        assert warning.fields["about_s"] == pytest.approx(0.75, abs=0.15)
        assert warning.fields["bytes"] == pytest.approx(len(data) / 8, abs=1500)
        assert "times after it may be wrong" in warning.message
        assert found_s == pytest.approx(whole_s - 0.75, abs=0.2)

    def test_what_is_cut_out_is_told_and_that_nobody_knows_how_much_it_was(
        self, tmp_path: Path, kind: str
    ) -> None:
        path = tmp_path / kind
        path.write_bytes(overwritten(make(path, kind), "cut out"))
        found_s, (warning,) = read(path)
        assert warning.code == "damaged"
        assert warning.fields["about_s"] < 0.2
        assert "Whether more is missing there nothing tells" in warning.message
        assert "times after it are right" not in warning.message
        assert found_s == pytest.approx(5.25, abs=0.2)

    def test_several_places_are_counted(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        data = bytearray(make(path, kind))
        for place in (1, 2, 3):
            at, count = place * len(data) // 4, len(data) // 40
            data[at : at + count] = np.random.default_rng(place).bytes(count)
        path.write_bytes(data)
        _, told = read(path)
        assert [warning.code for warning in told] == ["damaged"]
        assert told[0].fields["gaps"] == 3
        assert "and 2 more places" in told[0].message


@pytest.mark.parametrize("kind", ["constant.mp3", "layer2.mp2", "bare.aac"])
class TestWhatIsNoDamage:
    @pytest.mark.parametrize("tag", TAGS)
    def test_tags_before_between_and_behind(self, tmp_path: Path, kind: str, tag: str) -> None:
        path = tmp_path / kind
        data = make(path, kind)
        once_s, _ = read(path)
        before = TAGS[tag] if tag == "ID3v2" else b""
        path.write_bytes(before + data + TAGS[tag] + data + TAGS[tag])
        found_s, told = read(path)
        assert told == ()
        assert found_s == pytest.approx(2 * once_s, abs=0.1)

    def test_zeros_and_junk_behind_the_end(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        data = make(path, kind)
        once_s, _ = read(path)
        for behind in (bytes(5000), np.random.default_rng(1).bytes(5000)):
            path.write_bytes(data + behind)
            found_s, told = read(path)
            assert [warning.code for warning in told if warning.fields.get("resumed") is not False] == []
            assert found_s == pytest.approx(once_s, abs=0.05)


def test_a_variable_bit_rate_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "variable.mp3"
    encode(path, speech(6.0, 44_100), 44_100, "libmp3lame", options={"q": "2", "write_xing": "0"})
    assert read(path)[1] == ()


def test_zeros_between_two_mp3s_are_padding(tmp_path: Path) -> None:
    path = tmp_path / "padded.mp3"
    data = make(path, "constant.mp3")
    path.write_bytes(data + bytes(3000) + data)
    found_s, told = read(path)
    assert told == ()
    assert found_s == pytest.approx(12.0, abs=0.2)


def test_a_picture_in_the_tag_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "cover.mp3"
    data = make(path, "constant.mp3")
    size = 100_000
    told_size = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    picture = np.random.default_rng(8).bytes(size)
    path.write_bytes(b"ID3\x03\x00\x00" + told_size + picture + data)
    assert read(path)[1] == ()


def test_two_amr_recordings_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "phone.amr"
    path.write_bytes(2 * make(path, "phone.amr"))
    found_s, told = read(path)
    assert told == ()
    assert found_s == pytest.approx(12.0, abs=0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_in_folders_they_count_as_recordings(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    make(path, kind)
    assert path.suffix in AUDIO_ENDINGS
    found_s, told = read(path)
    assert told == ()
    assert found_s == pytest.approx(6.0, abs=0.1)


def test_an_mp3_that_counts_its_frames_and_is_damaged_twice_claims_no_time(tmp_path: Path) -> None:
    path = tmp_path / "counted.mp3"
    write(path, "constant.mp3", 12.0)
    data = bytearray(path.read_bytes())
    for place in (1, 2):
        at = place * len(data) // 3
        data[at : at + 3000] = bytes(3000)
    path.write_bytes(data)
    _, told = read(path)
    warning = next(warning for warning in told if warning.code == "damaged")
    assert warning.fields["gaps"] == 2
    assert "times after it may be wrong" in warning.message


def test_a_recording_between_two_mp3s_is_told_and_both_are_read(tmp_path: Path) -> None:
    path, other = tmp_path / "first.mp3", tmp_path / "between.wav"
    data = make(path, "constant.mp3")
    write(other, "16.wav")
    path.write_bytes(data + other.read_bytes() + data)
    found_s, (warning,) = read(path)
    assert found_s == pytest.approx(12.0, abs=0.3)
    assert warning.code == "unread"
    assert warning.fields["bytes"] == other.stat().st_size


def test_very_many_places_are_counted_within_seconds(tmp_path: Path) -> None:
    path = tmp_path / "torn.aac"
    data = make(path, "bare.aac")
    path.write_bytes((data[:4000] + np.random.default_rng(0).bytes(200)) * 1000)
    begun = time.monotonic()
    _, told = read(path)
    assert time.monotonic() - begun < 20.0
    assert told[0].fields["gaps"] == 999
