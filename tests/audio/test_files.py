"""Recordings of each format and rate, and every way in which one is not to be trusted."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoded import FFMPEG_KINDS, SNDFILE_KINDS, encode, speech, write
from running import made_up_speech

from desktop_app.audio.base import AudioError
from desktop_app.audio.demo import demo_path
from desktop_app.audio.files import open_recording


def write_noise(
    path: Path, rate: int = 16_000, channels: int = 1, seconds: float = 2.0, **options: object
) -> np.ndarray:
    generator = np.random.default_rng(3)
    waveform = 0.1 * generator.standard_normal((round(rate * seconds) + 77, channels))
    soundfile.write(path, waveform, rate, **options)
    return waveform.astype(np.float32)


def read(path: Path, block_frames: int = 4096) -> np.ndarray:
    with open_recording(path) as recording:
        return np.concatenate(list(recording.blocks(block_frames)))


def refusal(path: Path) -> str:
    """The sentence with which a recording is refused, on opening or while it is read."""
    with pytest.raises(AudioError) as caught:
        read(path)
    assert str(path) in caught.value.message, "the sentence must name the file"
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestWhatIsRead:
    @pytest.mark.parametrize("channels", [1, 2, 5])
    @pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
    @pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
    def test_any_rate_and_channel_count(self, tmp_path: Path, suffix: str, rate: int, channels: int) -> None:
        if suffix == "mp3" and (channels > 2 or rate > 48_000):
            pytest.skip("the format has no such files")
        path = tmp_path / f"noise.{suffix}"
        written = write_noise(path, rate, channels, seconds=1.0)
        with open_recording(path) as recording:
            assert (recording.sample_rate, recording.channels) == (rate, channels)
            assert recording.frames == len(written)
            assert recording.duration_s == pytest.approx(len(written) / rate)
            blocks = list(recording.blocks(1000))
        assert {block.dtype for block in blocks} == {np.dtype(np.float32)}
        assert {len(block) for block in blocks[:-1]} == {1000}
        assert np.concatenate(blocks).shape == written.shape

    @pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
    def test_wav_samples_come_as_they_were_written(self, tmp_path: Path, subtype: str) -> None:
        path = tmp_path / "noise.wav"
        written = write_noise(path, subtype=subtype)
        tolerance = {"PCM_16": 2**-15, "PCM_24": 2**-23, "FLOAT": 0.0}[subtype]
        np.testing.assert_allclose(read(path), written, atol=tolerance, rtol=0)

    def test_the_result_does_not_depend_on_block_size(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.ogg"
        write_noise(path)
        np.testing.assert_array_equal(read(path, 160), read(path, 100_000))

    def test_a_recording_can_be_read_twice(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.flac"
        write_noise(path)
        with open_recording(path) as recording:
            first, second = (np.concatenate(list(recording.blocks(999))) for _ in range(2))
        np.testing.assert_array_equal(first, second)

    @pytest.mark.parametrize("mode", ["CONSTANT", "AVERAGE", "VARIABLE"])
    def test_good_mp3s_of_each_bit_rate_mode_are_whole(self, tmp_path: Path, mode: str) -> None:
        path = tmp_path / "noise.mp3"
        written = write_noise(path, 44_100, 2, bitrate_mode=mode, compression_level=0.4)
        assert len(read(path)) == len(written)

    @pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE"])
    def test_an_mp3_without_the_header_of_its_length_is_read_to_its_end(
        self, tmp_path: Path, mode: str
    ) -> None:
        """A decoder guesses the length from the first frame's bit rate, and would stop there."""
        waveform = 0.1 * np.random.default_rng(1).standard_normal(5 * 44_100)
        waveform[: 2 * 44_100] *= 0.01  # quiet at first: few bits, and a guess that is too long
        path = tmp_path / "noise.mp3"
        soundfile.write(path, waveform, 44_100, bitrate_mode=mode, compression_level=0.2)
        whole = path.read_bytes()
        bare = tmp_path / "bare.mp3"
        bare.write_bytes(whole[whole.index(whole[:2], 4) :])
        expected, heard = read(path)[:, 0], read(bare)[:, 0]
        assert len(heard) == pytest.approx(len(expected), abs=4 * 1152)
        # The delay of encoder and decoder stays in: only the lost header tells that it is to be cut off.
        delay = 576 + 529
        stretch = slice(4 * 1152, -4 * 1152)
        heard = heard[delay : delay + len(expected)]
        np.testing.assert_allclose(heard[stretch], expected[stretch], atol=1e-4)

    def test_an_mp3_with_tags_at_both_ends_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.mp3"
        written = write_noise(path, 44_100)
        tag = b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256)
        path.write_bytes(tag + path.read_bytes() + b"TAG" + bytes(125))
        assert len(read(path)) == len(written)

    def test_an_opus_recording_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.ogg"
        written = write_noise(path, 48_000, format="OGG", subtype="OPUS")
        assert len(read(path)) == len(written)

    def test_a_wav_written_into_a_pipe_has_no_length_and_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.wav"
        written = write_noise(path)
        data = bytearray(path.read_bytes())
        for open_length in (0xFFFF_FFFF, 0x7FFF_F000):
            position = data.index(b"data") + 4
            data[position : position + 4] = open_length.to_bytes(4, "little")
            path.write_bytes(data)
            assert len(read(path)) == len(written)

    def test_a_wav_with_chunks_around_its_data_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.wav"
        written = write_noise(path)
        data = path.read_bytes()
        extra = b"LIST" + (5).to_bytes(4, "little") + b"INFO\x00\x00"  # odd length: padded
        path.write_bytes(data[:12] + extra + data[12:] + extra)
        assert len(read(path)) == len(written)

    @pytest.mark.parametrize("kind", [*SNDFILE_KINDS, *FFMPEG_KINDS])
    def test_each_kind_is_whole_whatever_its_name(self, tmp_path: Path, kind: str) -> None:
        written = write(tmp_path / kind, kind)
        path = (tmp_path / kind).rename(tmp_path / "renamed.bin")
        with open_recording(path) as recording:
            samples = np.concatenate(list(recording.blocks(1000)))[:, 0]
            assert recording.warnings == ()
            seconds = len(written) / recording.sample_rate
            assert recording.duration_s == pytest.approx(seconds, abs=0.06)
        assert len(samples) == pytest.approx(len(written), abs=0.04 * recording.sample_rate)
        if "phone" not in kind:  # whose coding delays by some samples
            alike = samples[: len(written)], written[: len(samples)]
            assert np.corrcoef(*alike)[0, 1] > 0.95

    @pytest.mark.parametrize("kind", ["alac.m4a", "flac.ogg", "pcm.mov"])
    def test_what_is_lossless_is_exact_through_ffmpeg_too(self, tmp_path: Path, kind: str) -> None:
        written = write(tmp_path / kind, kind)
        assert np.abs(read(tmp_path / kind)[:, 0] - written).max() <= 2**-15

    @pytest.mark.parametrize("start", [1, 12_345, 31_000])
    @pytest.mark.parametrize("kind", [*SNDFILE_KINDS, *FFMPEG_KINDS])
    def test_it_can_begin_anywhere_exact_to_the_sample(self, tmp_path: Path, kind: str, start: int) -> None:
        write(tmp_path / kind, kind)
        whole = read(tmp_path / kind)
        with open_recording(tmp_path / kind) as recording:
            for _ in range(2):  # with the decoder that has begun already, and with a fresh one
                found = [*recording.blocks(1000, start=start), np.empty((0, 1), np.float32)]
                np.testing.assert_array_equal(np.concatenate(found), whole[start:])

    def test_a_bare_aac_does_not_lag(self, tmp_path: Path) -> None:
        written = write(tmp_path / "bare.aac", "bare.aac")
        found = read(tmp_path / "bare.aac")[:, 0]
        here = slice(20_000, 60_000)
        lags = {lag: float(np.dot(written[here], np.roll(found, -lag)[here])) for lag in range(-1100, 1101)}
        assert max(lags, key=lags.__getitem__) == 0

    def test_an_open_file_is_read_like_a_named_one(self, tmp_path: Path) -> None:
        path = tmp_path / "speech.flac"
        write(path, "lossless.flac")
        with io.BytesIO(path.read_bytes()) as file, open_recording(file, name="stdin") as recording:
            assert str(recording.path) == "stdin"
            np.testing.assert_array_equal(np.concatenate(list(recording.blocks(999))), read(path))

    def test_of_several_sound_tracks_the_first_is_read_or_the_one_that_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "two.mkv"
        encode(path, speech(1.0, 44_100), 44_100, "aac", tracks=2, film=True)
        with open_recording(path, track=2) as recording:
            second = np.concatenate(list(recording.blocks(4096)))
        assert np.corrcoef(read(path)[:, 0], second[:, 0])[0, 1] < -0.99
        with pytest.raises(AudioError, match=r"no sound track 3: it is .* with 2 sound tracks"):
            open_recording(path, track=3)

    def test_the_demo_is_whole_short_and_small(self) -> None:
        with open_recording(demo_path()) as recording:
            assert recording.channels == 1
            assert 20 <= recording.duration_s <= 30
            samples = np.concatenate(list(recording.blocks(4096)))
        assert demo_path().stat().st_size < 200 * 1024
        assert np.abs(samples).max() < 1
        assert np.mean(samples == 0) < 0.01, "exact zeros would look like a muted microphone"


def test_a_decoder_that_complains_about_a_whole_recording_is_not_heard(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "speech.mp3"
    soundfile.write(
        path, made_up_speech((1.0, 0.8), rate=8000), 8000, bitrate_mode="CONSTANT", compression_level=0.5
    )
    with soundfile.SoundFile(path) as file:
        file.seek(0)
        while len(file.read(1000)):
            pass
    if "libmpg123" not in capfd.readouterr().err:
        pytest.skip("this libmpg123 does not complain")
    assert len(read(path, 1000)) > 0
    assert capfd.readouterr().err == ""


class TestWhatIsRefused:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        assert "does not exist" in refusal(tmp_path / "none.wav")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "folder" in refusal(tmp_path)

    def test_an_empty_file(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.wav"
        path.touch()
        assert "empty" in refusal(path)

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.wav"
        write_noise(path)
        path.chmod(0)
        assert "permission" in refusal(path)

    @pytest.mark.parametrize("suffix", ["wav", "mp3", "ogg", "flac"])
    def test_text_with_the_name_of_a_recording(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"notes.{suffix}"
        path.write_text("This is not a recording, only its name is.\n" * 50)
        assert "not a recording" in refusal(path)

    def test_no_samples_at_all(self, tmp_path: Path) -> None:
        path = tmp_path / "none.wav"
        soundfile.write(path, np.zeros(0), 16_000)
        assert "no sound" in refusal(path)

    @pytest.mark.parametrize("suffix", ["wav", "flac", "ogg"])
    def test_one_sample(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"click.{suffix}"
        soundfile.write(path, np.full(1, 0.5), 16_000)
        assert "too short" in refusal(path)
        assert "1 sample" in refusal(path)

    @pytest.mark.parametrize("kept", [8, 20, 43])
    def test_a_wav_that_ends_in_its_header(self, tmp_path: Path, kept: int) -> None:
        path = tmp_path / "cut.wav"
        write_noise(path)
        path.write_bytes(path.read_bytes()[:kept])
        refusal(path)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
            (b"%PDF-1.7\n" + bytes(100), "a PDF"),
            (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture (PNG)"),
            (b"PK\x03\x04" + bytes(100), "a zip archive"),
            (b'{"sound": null}', "JSON"),
            (b"MThd" + bytes(100), "MIDI"),
            (b"#EXTM3U\nhttp://example.org/a.m4a\n", "a playlist"),
            (b"\x00\x00\x00\x18ftypheic" + bytes(100), "a picture (HEIF)"),
            (bytes(5000), "nothing but zeros"),
            (np.random.default_rng(2).bytes(5000), "ffmpeg -f s16le"),
        ],
    )
    def test_what_is_no_recording_is_called_what_it_is(
        self, tmp_path: Path, content: bytes, words: str
    ) -> None:
        path = tmp_path / "speech.wav"
        path.write_bytes(content)
        assert words in refusal(path)

    def test_a_film_without_sound(self, tmp_path: Path) -> None:
        path = tmp_path / "mute.mp4"
        encode(path, speech(1.0), 16_000, None)
        assert "an MPEG-4 file without a sound track" in refusal(path)

    def test_without_ffmpeg_the_command_that_converts_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "my memo.m4a"
        write(path, "aac.m4a")
        monkeypatch.setattr("desktop_app.audio.files.has_ffmpeg", lambda: False)
        with pytest.raises(AudioError) as caught:
            open_recording(path)
        assert caught.value.code == "audio.needs_ffmpeg"
        assert "is an MPEG-4 file" in caught.value.message
        assert "ffmpeg -i 'my memo.m4a' 'my memo.wav'" in caught.value.hint

    @pytest.mark.parametrize(("at", "value"), [(24, 400_000_000), (24, 0), (24, 10), (22, 4000)])
    def test_an_impossible_rate_or_number_of_channels(self, tmp_path: Path, at: int, value: int) -> None:
        path = tmp_path / "odd.wav"
        write_noise(path)
        data = bytearray(path.read_bytes())
        data[at : at + 2] = (value & 0xFFFF).to_bytes(2, "little")
        if at == 24:
            data[24:28] = value.to_bytes(4, "little")
        path.write_bytes(data)
        refusal(path)

    def test_two_gigabytes_of_zeros_behind_a_riff_header_are_refused_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "zeros.wav"
        with path.open("wb") as file:
            file.write(b"RIFF\x00\x00\x00\x80WAVE")
            file.truncate(2 << 30)
        begin = time.monotonic()
        assert "before its sound begins" in refusal(path)
        assert time.monotonic() - begin < 5

    @pytest.mark.skipif(os.name == "nt", reason="devices and pipes have names on POSIX")
    def test_devices_and_pipes(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.wav")
        for path in (tmp_path / "pipe.wav", Path("/dev/zero")):
            assert "a device or a pipe" in refusal(path)

    @pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
    def test_samples_that_are_not_numbers(self, tmp_path: Path, value: float) -> None:
        path = tmp_path / "nan.wav"
        soundfile.write(path, np.full(16_000, value, np.float32), 16_000, subtype="FLOAT")
        assert "not numbers" in refusal(path)

    @pytest.mark.parametrize("start", [0, 5_000])
    @pytest.mark.parametrize("form", ["WAV", "AIFF", "CAF"])
    @pytest.mark.parametrize("beyond", [-np.inf, 1e30])
    def test_some_that_are_not_are_zeros_and_are_counted(
        self, tmp_path: Path, form: str, start: int, beyond: float
    ) -> None:
        path = tmp_path / "nan"
        samples = speech(1.0)
        samples[9_000:9_003] = np.nan
        samples[12_000] = beyond
        soundfile.write(path, samples, 16_000, format=form, subtype="FLOAT")
        with open_recording(path) as recording:
            found = np.concatenate(list(recording.blocks(1_000, start)))[:, 0]
            told = recording.warnings
        samples[[9_000, 9_001, 9_002, 12_000]] = 0.0
        np.testing.assert_array_equal(found, samples[start:])
        assert [warning.code for warning in told] == ["not_numbers"]
        assert told[0].fields == {"samples": 4, "at_s": 0.562}
        assert told[0].message.startswith(
            "4 samples are not numbers (NaN, infinite or far beyond full scale), first at second 0.6."
        )


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_three_hours_need_little_memory(tmp_path: Path) -> None:
    """In a process of its own, so that the peak is that of the reading alone."""
    path = tmp_path / "long.flac"
    block = (0.1 * np.random.default_rng(0).standard_normal(16_000 * 60)).astype(np.float32)
    with soundfile.SoundFile(path, "w", 16_000, 1, compression_level=0.0) as file:
        for _ in range(180):
            file.write(block)
    program = (
        "import sys\n"
        "from desktop_app.audio.files import open_recording\n"
        "with open_recording(sys.argv[1]) as recording:\n"
        "    frames = sum(len(block) for block in recording.blocks(16000))\n"
        # Not ru_maxrss: it starts at what the parent had when it forked.
        "status = open('/proc/self/status', encoding='ascii').read()\n"
        "print(frames, status.partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    frames, peak_kib = map(int, done.stdout.split())
    assert frames == 3 * 3600 * 16_000
    assert peak_kib < 150 * 1024
