"""Recordings of which a part is missing or damaged: what is there is read, and what is not is told."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoded import SNDFILE_KINDS, encode, speech, write

from desktop_app.audio.base import AudioError
from desktop_app.audio.files import open_recording
from desktop_app.core.types import SoundWarning

RATE = 16_000
CHUNKED = [
    kind
    for kind in SNDFILE_KINDS
    if kind.endswith((".wav", ".aiff", ".aifc", ".au", ".w64", ".caf", ".voc", ".sph"))
]


def read(path: Path) -> tuple[np.ndarray, tuple[SoundWarning, ...]]:
    """The first channel [n], and what was told about it."""
    with open_recording(path) as recording:
        blocks = list(recording.blocks(1000))
        return np.concatenate(blocks)[:, 0], recording.warnings


def codes(warnings: tuple[SoundWarning, ...]) -> list[str]:
    return [warning.code for warning in warnings]


def cut(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * share)])


class TestTheEndIsMissing:
    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
    @pytest.mark.parametrize("kind", CHUNKED)
    def test_of_a_container_with_a_length(self, tmp_path: Path, kind: str, share: float) -> None:
        path = tmp_path / kind
        write(path, kind)
        whole, nothing = read(path)
        assert nothing == ()
        cut(path, share)
        found, told = read(path)
        assert codes(told) == ["incomplete"]
        assert len(found) == pytest.approx(share * len(whole), abs=0.08 * len(whole))
        # The last block of a compressed recording may be cut.
        certain = slice(
            0, len(found) - 2000 if "gsm" in kind or "adpcm" in kind or "g721" in kind else len(found)
        )
        np.testing.assert_array_equal(found[certain], whole[: len(found)][certain])
        assert told[0].fields["found_s"] == pytest.approx(len(found) / RATE, abs=0.001)
        assert told[0].fields["promised_s"] == pytest.approx(len(whole) / RATE, abs=0.05)

    @pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
    @pytest.mark.parametrize("kind", ["lossless.flac", "constant.mp3", "vorbis.ogg", "opus.ogg", "pcm.mov"])
    def test_of_what_is_coded(self, tmp_path: Path, kind: str, share: float) -> None:
        path = tmp_path / kind
        write(path, kind, seconds=8.0)
        whole, _ = read(path)
        if kind == "pcm.mov":
            _index_first(path)
        cut(path, share)
        found, told = read(path)
        assert codes(told) == ["incomplete"]
        assert 0.3 * share * len(whole) < len(found) < len(whole)
        np.testing.assert_allclose(found[:-3000], whole[: len(found) - 3000], atol=1e-3)

    def test_a_film_whose_index_is_lost_is_an_error_that_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "film.mp4"
        encode(path, speech(2.0), RATE, "aac", film=True)
        cut(path, 0.5)
        with pytest.raises(AudioError, match=r"an MPEG-4 file, but .* its index is missing"):
            open_recording(path)

    def test_an_ogg_cut_exactly_between_two_pages(self, tmp_path: Path) -> None:
        path = tmp_path / "cut.ogg"
        write(path, "vorbis.ogg", 8.0)
        data = path.read_bytes()
        path.write_bytes(data[: data.rindex(b"OggS")])
        assert codes(read(path)[1]) == ["incomplete"]

    def test_a_header_and_no_more_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "cut.ogg"
        write(path, "vorbis.ogg")
        cut(path, 0.3)
        with pytest.raises(AudioError, match="an Ogg that breaks off before its sound begins"):
            open_recording(path)

    def test_a_file_that_shrinks_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "shrinks.wav"
        soundfile.write(path, speech(20.0), RATE)
        with open_recording(path) as recording:
            blocks = recording.blocks(RATE)
            found = len(next(blocks))
            with path.open("r+b") as file:
                file.truncate(RATE * 10)
            found += sum(map(len, blocks))
            assert found == pytest.approx(5 * RATE, abs=RATE)
            assert codes(recording.warnings) == ["incomplete"]


class TestSizesThatAreNotTrue:
    @pytest.mark.parametrize(
        "kind", ["16.wav", "24.wav", "rf64.wav", "apple.aiff", "sun.au", "sony.w64", "core.caf"]
    )
    def test_a_size_that_was_never_filled_in(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind)
        whole, _ = read(path)
        _set_size(path, 0)
        found, told = read(path)
        assert codes(told) == ["incomplete"]
        assert "was not closed properly" in told[0].message
        assert told[0].fields["promised_s"] is None
        np.testing.assert_array_equal(found, whole)

    @pytest.mark.parametrize("kind", ["16.wav", "24.wav", "apple.aiff", "sun.au", "sony.w64", "core.caf"])
    def test_a_size_from_before_the_recording_went_on(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind)
        whole, _ = read(path)
        _set_size(path, 12_000)
        found, told = read(path)
        assert codes(told) == ["longer"]
        assert told[0].fields["found_s"] == 2.0
        np.testing.assert_array_equal(found, whole)

    @pytest.mark.parametrize("more", [1, 8, 44, 46])
    @pytest.mark.parametrize("kind", ["16.wav", "24.wav", "apple.aiff", "sun.au"])
    def test_a_writer_that_counts_its_header_is_no_reason_to_complain(
        self, tmp_path: Path, kind: str, more: int
    ) -> None:
        path = tmp_path / kind
        write(path, kind)
        whole, _ = read(path)
        _set_size(path, _size(path) + more)
        found, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, whole)

    @pytest.mark.parametrize("size", [0xFFFF_FFFF, 0x7FFF_FFFF, 0x7FFF_F000])
    @pytest.mark.parametrize("kind", ["16.wav", "sun.au"])
    def test_a_pipe_leaves_the_size_open(self, tmp_path: Path, kind: str, size: int) -> None:
        path = tmp_path / kind
        write(path, kind)
        whole, _ = read(path)
        _set_size(path, size)
        found, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, whole)

    def test_chunks_behind_the_sound_are_no_sound(self, tmp_path: Path) -> None:
        path = tmp_path / "tagged.wav"
        write(path, "16.wav")
        whole, _ = read(path)
        path.write_bytes(path.read_bytes() + b"LIST" + struct.pack("<I", 4000) + bytes(4000))
        found, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, whole)

    def test_a_flac_that_counts_no_samples(self, tmp_path: Path) -> None:
        path = tmp_path / "pipe.flac"
        write(path, "lossless.flac")
        whole, _ = read(path)
        data = bytearray(path.read_bytes())
        data[21] &= 0xF0  # STREAMINFO: the lower 36 bits of byte 21 on are the number of samples
        data[22:26] = bytes(4)
        path.write_bytes(data)
        found, told = read(path)
        assert told == ()
        np.testing.assert_array_equal(found, whole)


class TestDamageInTheMiddle:
    @pytest.mark.parametrize("kind", ["lossless.flac", "constant.mp3"])
    def test_what_follows_is_read_as_well(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        write(path, kind, 8.0)
        whole, _ = read(path)
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 5000] = bytes(5000)
        path.write_bytes(data)
        found, told = read(path)
        assert "damaged" in codes(told)
        damage = next(warning for warning in told if warning.code == "damaged")
        assert damage.fields["resumed"]
        assert damage.fields["at_s"] == pytest.approx(4.0, abs=0.6)
        good = round((damage.fields["at_s"] - 0.2) * RATE)
        np.testing.assert_allclose(found[:good], whole[:good], atol=1e-3)
        assert len(found) == len(whole), "silence keeps the place of what is lost"
        if kind == "lossless.flac":
            np.testing.assert_array_equal(found[-RATE:], whole[-RATE:])
        else:
            behind = slice(-2 * RATE, -RATE)
            shifts = [np.vdot(np.roll(found, by)[behind], whole[behind]) for by in range(-1500, 1501)]
            assert abs(int(np.argmax(shifts)) - 1500) <= 2 * 576, "two frames at most"

    @pytest.mark.parametrize("block", [1000, 4096, 65_536])
    def test_of_a_flac_all_is_read_in_whichever_blocks(self, tmp_path: Path, block: int) -> None:
        path = tmp_path / "noise.flac"
        noise = np.random.default_rng(7).integers(-9000, 9000, 10 * RATE).astype(np.int16)
        soundfile.write(path, noise, RATE)
        data = path.read_bytes()
        damaged = len(data) // 4
        path.write_bytes(data[:damaged] + data[damaged + 900 :])
        with open_recording(path) as recording:
            found = np.concatenate(list(recording.blocks(block)))[:, 0]
            assert codes(recording.warnings) == ["damaged"]
            later = np.concatenate(list(recording.blocks(block, 4 * RATE)))[:, 0]
        assert len(found) == len(noise)
        np.testing.assert_array_equal(found[-6 * RATE :], noise[-6 * RATE :] / np.float32(32768))
        np.testing.assert_array_equal(later, found[4 * RATE :])

    def test_a_damaged_flac_is_read_from_everywhere(self, tmp_path: Path) -> None:
        path = tmp_path / "short.flac"
        noise = np.random.default_rng(7).integers(-9000, 9000, RATE).astype(np.int16)
        soundfile.write(path, noise, RATE)
        data = path.read_bytes()
        for damaged in range(9000, len(data) - 3000, 3000):
            path.write_bytes(data[:damaged] + data[damaged + 2500 :])
            whole, _ = read(path)
            for start in range(1000, len(whole) - 2000, 2500):
                with open_recording(path) as recording:
                    assert next(recording.blocks(1000, start), None) is not None

    @pytest.mark.parametrize("junk", [5_000, 200_000])
    def test_an_mp3_goes_on_behind_junk_in_its_middle(self, tmp_path: Path, junk: int) -> None:
        path = tmp_path / "memo.mp3"
        write(path, "constant.mp3", 8.0)
        whole, _ = read(path)
        data = path.read_bytes()
        middle = len(data) // 2
        path.write_bytes(data[:middle] + np.random.default_rng(6).bytes(junk) + data[middle:])
        found, told = read(path)
        assert "damaged" in codes(told)
        assert len(found) == pytest.approx(len(whole), abs=0.2 * RATE)
        assert "times after it may be wrong" in told[0].message

    def test_a_packet_of_an_m4a(self, tmp_path: Path) -> None:
        path = tmp_path / "memo.m4a"
        write(path, "aac.m4a", 8.0)
        data = bytearray(path.read_bytes())
        at = data.index(b"mdat") + 20_000
        data[at : at + 3000] = np.random.default_rng(4).bytes(3000)
        path.write_bytes(data)
        found, told = read(path)
        assert "damaged" in codes(told)
        assert len(found) > 6 * 44_100

    def test_pages_of_an_ogg(self, tmp_path: Path) -> None:
        path = tmp_path / "memo.ogg"
        write(path, "vorbis.ogg", 8.0)
        data = bytearray(path.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 5000] = bytes(5000)
        path.write_bytes(data)
        _, told = read(path)
        assert codes(told) == ["damaged"]

    def test_a_disk_that_cannot_be_read_is_a_sentence(self, tmp_path: Path) -> None:
        path = tmp_path / "speech.wav"
        soundfile.write(path, speech(20.0), RATE)

        class FailingDisk:
            def __init__(self) -> None:
                self.file = path.open("rb")

            def seek(self, offset: int, whence: int = 0) -> int:
                return self.file.seek(offset, whence)

            def read(self, count: int) -> bytes:
                if self.file.tell() > 10 * RATE:
                    raise OSError(5, "Input/output error")
                return self.file.read(count)

        disk = FailingDisk()
        with open_recording(disk, name="speech.wav") as recording:
            good: list[int] = []
            with pytest.raises(AudioError, match=r'"speech\.wav" cannot be read: Input/output error'):
                good.extend(len(block) for block in recording.blocks(RATE))
        disk.file.close()
        assert sum(good) >= 4 * RATE

    @pytest.mark.slow
    def test_a_decoder_that_searches_for_ever_is_ended(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An mp3 frame, and a gigabyte in which there is no other one."""
        monkeypatch.setattr("desktop_app.audio.bounded_file.PATIENCE_S", 0.5)
        path = tmp_path / "endless.mp3"
        write(path, "constant.mp3")
        with path.open("ab") as file:
            file.truncate(1 << 30)
        begin = time.monotonic()
        found, _ = read(path)
        assert time.monotonic() - begin < 60
        assert len(found) >= 2 * RATE


def _place(path: Path) -> tuple[int, str, int]:
    """Where the size of the sound is written, how, and how much it counts beside the sound."""
    data = path.read_bytes()
    if data[:4] == b"RF64":
        return data.index(b"ds64") + 16, "<Q", 0
    if data[:4] == b".snd":
        return 8, ">I", 0
    if data[:4] == b"FORM":
        return data.index(b"SSND") + 4, ">I", 8
    if data[:4] == b"caff":
        return data.index(b"data") + 4, ">Q", 4
    if data[:4] == b"riff":
        return data.index(b"data") + 16, "<Q", 24
    return data.index(b"data") + 4, "<I", 0


def _size(path: Path) -> int:
    place, form, more = _place(path)
    return struct.unpack_from(form, path.read_bytes(), place)[0] - more


def _set_size(path: Path, size: int) -> None:
    place, form, more = _place(path)
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, place, size + more if size else 0)
    path.write_bytes(data)


def _index_first(path: Path) -> None:
    """Write a mov again with its index in front, as what is sent over the web has it."""
    import av

    with (
        av.open(str(path)) as old,
        av.open(str(path) + ".mov", "w", options={"movflags": "faststart"}) as new,
    ):
        stream = new.add_stream_from_template(old.streams.audio[0])
        for packet in old.demux(old.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    Path(str(path) + ".mov").rename(path)


class TestAnAvi:
    """Its index stands at its end, and without it FFmpeg guesses how long the sound is."""

    @pytest.mark.parametrize("codec", ["libmp3lame", "pcm_s16le"])
    @pytest.mark.parametrize("film", [False, True])
    @pytest.mark.parametrize("part", [0.2, 0.6, 0.9])
    def test_that_is_cut_off_is_told(self, tmp_path: Path, codec: str, film: bool, part: float) -> None:
        path = tmp_path / "film.avi"
        encode(path, speech(8.0, 44_100), 44_100, codec, film=film)
        _, nothing = read(path)
        assert nothing == ()
        data = path.read_bytes()
        path.write_bytes(data[: round(part * len(data))])
        found, told = read(path)
        assert codes(told) == ["incomplete"]
        assert told[0].fields["promised_s"] == pytest.approx(8.0, abs=0.1)
        assert told[0].fields["found_s"] == pytest.approx(len(found) / 44_100, abs=0.01)

    def test_whose_header_tells_no_length_breaks_off(self, tmp_path: Path) -> None:
        path = tmp_path / "film.avi"
        encode(path, speech(8.0, 44_100), 44_100, "pcm_s16le")
        data = bytearray(path.read_bytes())
        at = data.index(b"strh") + 8 + 32
        data[at : at + 4] = bytes(4)
        path.write_bytes(data[: len(data) // 2])
        _, told = read(path)
        assert "incomplete" in codes(told)

    def test_that_was_written_into_a_pipe_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "film.avi"
        encode(path, speech(8.0, 44_100), 44_100, "pcm_s16le")
        data = bytearray(path.read_bytes())
        data[4:8] = bytes(4)
        path.write_bytes(data)
        _, told = read(path)
        assert told == ()


class TestAWavWithAWrongLengthBeforeItsSound:
    @pytest.fixture
    def whole(self, tmp_path: Path) -> tuple[Path, bytes, np.ndarray]:
        path = tmp_path / "noted.wav"
        write(path, "16.wav")
        found, _ = read(path)
        return path, path.read_bytes(), found

    @pytest.mark.parametrize("size", [7, 10**6, 0xFFFF_FFFF])
    @pytest.mark.parametrize("at", [12, 36], ids=["before the format", "before the samples"])
    def test_its_sound_is_found_and_that_is_told(
        self, whole: tuple[Path, bytes, np.ndarray], size: int, at: int
    ) -> None:
        path, data, samples = whole
        notes = b"LIST" + struct.pack("<I", size) + b"INFOabc"
        path.write_bytes(data[:at] + notes + data[at:])
        found, told = read(path)
        np.testing.assert_array_equal(found, samples)
        assert codes(told) == ["damaged_header"]
        assert "other programs may not find it" in told[0].message

    def test_and_that_is_cut_off_tells_both(self, whole: tuple[Path, bytes, np.ndarray]) -> None:
        path, data, samples = whole
        notes = b"LIST" + struct.pack("<I", 10**6) + b"INFOabcd"
        path.write_bytes((data[:36] + notes + data[36:])[: len(data) // 2])
        found, told = read(path)
        np.testing.assert_array_equal(found, samples[: len(found)])
        assert codes(told) == ["incomplete", "damaged_header"]

    def test_a_word_in_the_notes_is_not_the_sound(self, whole: tuple[Path, bytes, np.ndarray]) -> None:
        path, data, samples = whole
        notes = b"LIST" + struct.pack("<I", 10**6) + b"INFOthe data were taken at home"
        path.write_bytes(data[:36] + notes + data[36:])
        found, told = read(path)
        np.testing.assert_array_equal(found, samples)
        assert codes(told) == ["damaged_header"]

    def test_without_any_sound_it_is_called_damaged_and_no_index_is_missed(
        self, whole: tuple[Path, bytes, np.ndarray]
    ) -> None:
        path, data, _ = whole
        path.write_bytes(data[:22] + bytes(10) + data[32:])
        with pytest.raises(AudioError) as caught:
            open_recording(path)
        assert "index" not in caught.value.message
