"""Recordings joined in one file by ``cat``: all are read, or it is told that one is not."""

from __future__ import annotations

import io
import struct
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoded import FFMPEG_KINDS, SNDFILE_KINDS, encode, speech, write

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.files import open_recording
from desktop_app.audio.heads import find_recording
from desktop_app.core.types import SoundWarning

RATE = 16_000
EXACT = ["16.wav", "24.wav", "float.wav", "rf64.wav", "apple.aiff", "apple.aifc", "lossless.flac", "alac.m4a"]

CHUNKED = {"16.wav"}
FIRST = {
    "16.wav": CHUNKED,
    "gsm.wav": CHUNKED,
    "apple.aiff": CHUNKED,
    "sun.au": CHUNKED,
    "core.caf": CHUNKED,
    "sony.w64": CHUNKED,
    "blaster.voc": CHUNKED,
    "timit.sph": CHUNKED,
    "aac.m4a": {"aac.m4a"},
    "constant.mp3": {"constant.mp3"},
    "vorbis.ogg": {"opus.ogg"},
    "flac.ogg": {"opus.ogg"},
    "lossless.flac": {"lossless.flac"},
    "opus.webm": {"opus.webm"},
    "film.avi": set(),
    "bare.aac": {"bare.aac"},
    "phone.amr": {"phone.amr"},
    "stream.ts": set(),
}
"""What stands first, and what is read behind it."""
BEHIND = [
    "16.wav", "lossless.flac", "opus.ogg", "constant.mp3", "aac.m4a", "bare.aac", "phone.amr", "opus.webm"
]  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A file of each kind."""
    folder = tmp_path_factory.mktemp("written")
    made = {}
    for kind in {*FIRST, *BEHIND, "aac.mkv"}:
        if kind == "film.avi":
            encode(folder / kind, speech(2.0, 44_100), 44_100, "libmp3lame")
        else:
            write(folder / kind, kind)
        made[kind] = (folder / kind).read_bytes()
    return made


def read(path: Path) -> tuple[np.ndarray, tuple[SoundWarning, ...]]:
    """The first channel [n], and what was told about it."""
    with open_recording(path) as recording:
        blocks = list(recording.blocks(1000))
        return np.concatenate(blocks)[:, 0], recording.warnings


def codes(warnings: tuple[SoundWarning, ...]) -> list[str]:
    return [warning.code for warning in warnings]


class TestJoinedFiles:
    @pytest.mark.parametrize(
        "kind", [*EXACT, "vorbis.ogg", "opus.ogg", "constant.mp3", "aac.m4a", "phone.3gp"]
    )
    def test_they_are_read_to_their_end(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind)
        once, _ = read(path)
        path.write_bytes(3 * path.read_bytes())
        found, told = read(path)
        assert told == ()
        np.testing.assert_allclose(found, np.tile(once, 3), atol=0 if kind in EXACT else 1e-4)

    def test_the_second_mp3_is_read_however_long_the_first_took(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desktop_app.audio.bounded_file.PATIENCE_S", 0.5)
        path = tmp_path / "long.mp3"
        write(path, "constant.mp3")
        once, _ = read(path)
        path.write_bytes(2 * path.read_bytes())
        with open_recording(path) as recording:
            blocks = recording.blocks(1000)
            first = next(blocks)
            time.sleep(0.6)
            found = len(first) + sum(map(len, blocks))
        assert found == 2 * len(once)

    @pytest.mark.parametrize(
        "form",
        [
            ("OGG", "VORBIS"),
            ("MP3", "MPEG_LAYER_III"),
            ("WAV", "PCM_16"),
            ("AIFF", "PCM_24"),
            ("FLAC", "PCM_16"),
        ],
    )
    def test_what_follows_may_have_another_rate_and_more_channels(
        self, tmp_path: Path, form: tuple[str, str]
    ) -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        soundfile.write(first, speech(2.0), RATE, format=form[0], subtype=form[1])
        wide = np.repeat(speech(3.0, 44_100)[:, None], 2, axis=1)
        soundfile.write(second, wide, 44_100, format=form[0], subtype=form[1])
        first.write_bytes(first.read_bytes() + second.read_bytes())
        found, told = read(first)
        assert told == ()
        assert len(found) == pytest.approx(5 * RATE, abs=50)
        assert np.corrcoef(found[2 * RATE : 5 * RATE - 50], speech(3.0)[: 3 * RATE - 50])[0, 1] > 0.99

    @pytest.mark.parametrize("kind", ["16.wav", "apple.aiff", "lossless.flac"])
    def test_a_start_inside_of_either_is_exact(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind)
        path.write_bytes(2 * path.read_bytes())
        whole, _ = read(path)
        for start in (12_345, 40_000):
            with open_recording(path) as recording:
                found = np.concatenate(list(recording.blocks(1000, start)))[:, 0]
            np.testing.assert_array_equal(found, whole[start:])

    @pytest.mark.parametrize("kind", ["16.wav", "apple.aiff", "lossless.flac"])
    def test_what_the_last_one_lacks_is_told(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind)
        data = path.read_bytes()
        path.write_bytes(data + data[: len(data) // 2])
        found, told = read(path)
        assert codes(told) == ["incomplete"]
        assert len(found) == pytest.approx(3 * RATE, abs=0.3 * RATE)

    def test_chunks_between_two_wavs_are_no_sound(self, tmp_path: Path) -> None:
        path = tmp_path / "tagged.wav"
        write(path, "16.wav")
        once, _ = read(path)
        data = path.read_bytes()
        path.write_bytes(data + b"LIST" + struct.pack("<I", 4001) + bytes(4002) + data)
        found, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, np.tile(once, 2))

    def test_a_flac_that_counts_no_samples_and_another(self, tmp_path: Path) -> None:
        path = tmp_path / "pipe.flac"
        write(path, "lossless.flac")
        once, _ = read(path)
        data = bytearray(path.read_bytes())
        data[21] &= 0xF0
        data[22:26] = bytes(4)
        path.write_bytes(2 * data)
        found, _ = read(path)
        np.testing.assert_array_equal(found, np.tile(once, 2))

    @pytest.mark.parametrize("kind", [*FIRST])
    @pytest.mark.parametrize("other", [*BEHIND])
    def test_another_format_behind_the_end_is_told(
        self, tmp_path: Path, written: dict[str, bytes], kind: str, other: str
    ) -> None:
        if other in FIRST[kind]:
            pytest.skip("read")
        path = tmp_path / kind
        path.write_bytes(written[kind])
        once, _ = read(path)
        path.write_bytes(written[kind] + written[other])
        found, told = read(path)
        np.testing.assert_array_equal(found, once)
        assert codes(told) == ["unread"]
        assert told[0].fields["bytes"] == len(written[other])
        assert "ffmpeg -i FIRST" in told[0].message

    @pytest.mark.parametrize("kind", [*FIRST])
    def test_noise_behind_the_end_is_no_recording(
        self, tmp_path: Path, written: dict[str, bytes], kind: str
    ) -> None:
        path = tmp_path / kind
        path.write_bytes(written[kind] + np.random.default_rng(4).bytes(200_000))
        _, told = read(path)
        assert "unread" not in codes(told)

    @pytest.mark.parametrize(
        "kind",
        ["16.wav", "sun.au", "core.caf", "sony.w64", "blaster.voc", "timit.sph", "opus.webm", "film.avi"],
    )
    def test_one_of_the_same_kind_is_read(self, tmp_path: Path, written: dict[str, bytes], kind: str) -> None:
        path = tmp_path / kind
        path.write_bytes(written[kind])
        once, _ = read(path)
        path.write_bytes(2 * written[kind])
        found, told = read(path)
        assert told == ()
        np.testing.assert_allclose(found, np.tile(once, 2), atol=1e-4)

    def test_a_webm_of_another_coding_behind_a_film_is_read(
        self, tmp_path: Path, written: dict[str, bytes]
    ) -> None:
        path = tmp_path / "film.mkv"
        path.write_bytes(written["aac.mkv"] + written["opus.webm"])
        found, told = read(path)
        assert told == ()
        assert len(found) == pytest.approx(4 * 44_100, abs=0.2 * 44_100)

    def test_samples_behind_the_samples_of_a_wav_are_told(
        self, tmp_path: Path, written: dict[str, bytes]
    ) -> None:
        path = tmp_path / "twice.wav"
        path.write_bytes(written["16.wav"])
        once, _ = read(path)
        samples = written["16.wav"][44:]
        path.write_bytes(written["16.wav"] + b"data" + struct.pack("<I", len(samples)) + samples)
        found, told = read(path)
        np.testing.assert_array_equal(found, once)
        assert codes(told) == ["unread"]
        assert told[0].fields["bytes"] == len(samples)

    def test_an_m4a_whose_header_is_broken_behind_another_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "memo.m4a"
        write(path, "aac.m4a")
        once, _ = read(path)
        data = path.read_bytes()
        path.write_bytes(data + data.replace(b"mp4a", b"none").replace(b"trak", b"free"))
        found, told = read(path)
        np.testing.assert_array_equal(found, once)
        assert codes(told) == ["unread"]
        assert told[0].fields["bytes"] == len(data)

    @pytest.mark.parametrize(
        "kind", ["16.wav", "24.wav", "apple.aiff", "lossless.flac", "aac.m4a", "constant.mp3"]
    )
    @pytest.mark.parametrize(
        "behind",
        [
            b"TAG" + b"Title".ljust(125),
            bytes(10_000),
            b"ID3\x03\x00\x00\x00\x00\x02\x00" + b"x" * 256,
            b"APETAGEX" + struct.pack("<III", 2000, 32, 0) + bytes(8) + bytes(range(1, 201)) * 10,
        ],
        ids=["ID3v1", "zeros", "ID3v2", "APE"],
    )
    def test_what_often_lies_behind_the_end_is_nothing_to_tell(
        self, tmp_path: Path, kind: str, behind: bytes
    ) -> None:
        if not any(behind) and kind.endswith((".wav", ".aiff")):
            pytest.skip("zeros behind samples are samples")
        path = tmp_path / kind
        write(path, kind)
        once, _ = read(path)
        path.write_bytes(path.read_bytes() + behind)
        found, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, once)

    @pytest.mark.parametrize("kind", ["vorbis.ogg", "opus.ogg", "constant.mp3", "lossless.flac", "16.wav"])
    def test_a_tag_or_zeros_behind_the_sound_are_no_damage(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind)
        once, _ = read(path)
        path.write_bytes(path.read_bytes() + (bytes(60) if kind == "16.wav" else b"TAG" + bytes(125)))
        found, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, once)


class TestFindingARecording:
    @pytest.mark.parametrize("kind", [*SNDFILE_KINDS, *FFMPEG_KINDS])
    def test_in_noise_it_is_found_where_it_begins(self, tmp_path: Path, kind: str) -> None:
        if kind == "wavpack.wv":
            pytest.skip("not among those that are looked for")
        path = tmp_path / kind
        write(path, kind)
        noise = np.random.default_rng(9).bytes(100_000)
        path.write_bytes(noise + path.read_bytes())
        with path.open("rb") as opened:
            file = BoundedFile(opened)
            assert find_recording(file, 0, file.size) == len(noise)

    def test_in_noise_alone_there_is_none(self) -> None:
        file = BoundedFile(io.BytesIO(np.random.default_rng(2).bytes(16 << 20)))
        assert find_recording(file, 0, file.size) == -1

    @pytest.mark.parametrize("kind", ["lossless.flac", "aac.m4a", "opus.webm", "vorbis.ogg", "16.wav"])
    def test_in_compressed_sound_there_is_none(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind, 20.0)
        with path.open("rb") as opened:
            file = BoundedFile(opened)
            assert find_recording(file, 100, file.size) == -1

    @pytest.mark.parametrize(
        "mark", [b"RIFF", b"fLaC", b"OggS", b"\0\0\0\x20ftyp", b"\x1a\x45\xdf\xa3", b".snd", b"#!AMR\n"]
    )
    def test_a_mark_alone_is_none(self, mark: bytes) -> None:
        noise = np.random.default_rng(11).bytes(5000)
        file = BoundedFile(io.BytesIO(noise + mark + noise))
        assert find_recording(file, 0, file.size) == -1
