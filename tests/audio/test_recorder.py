"""What is recorded: file time is run time, and the file opens whatever ended the recording."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import posix_only

from desktop_app.audio.files import open_recording
from desktop_app.audio.recorder import Recorder
from desktop_app.core.safe_files import WriteError

RATE = 16_000


def noise(count: int, seed: int = 0) -> np.ndarray:
    whole = np.random.default_rng(seed).integers(-8000, 8000, count)
    return (whole / 32768).astype(np.float32)


def read(path: Path) -> np.ndarray:
    """With the program's own reader, which must find nothing wrong."""
    with open_recording(path) as recording:
        assert recording.sample_rate == RATE
        blocks = list(recording.blocks(4_001))
        assert recording.warnings == ()
    sound = np.concatenate(blocks)
    return sound[:, 0] if sound.ndim > 1 else sound


def test_what_was_heard_is_what_is_read(tmp_path: Path) -> None:
    sound = noise(50_000)
    recorder = Recorder(tmp_path / "run.flac", RATE)
    for begin in range(0, len(sound), 333):
        recorder.write(sound[begin : begin + 333])
    recorder.close()
    recorder.close()
    np.testing.assert_array_equal(read(tmp_path / "run.flac"), sound)
    assert recorder.seconds == len(sound) / RATE
    assert recorder.size == (tmp_path / "run.flac").stat().st_size


def test_beyond_full_scale_it_is_clipped_and_does_not_wrap(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.flac", RATE)
    recorder.write(np.tile(np.array([1.5, -1.5], dtype=np.float32), RATE))
    recorder.close()
    sound = read(tmp_path / "run.flac")
    assert (sound[::2].min(), sound[1::2].max()) == (np.float32(32767 / 32768), -1.0)


def test_a_gap_is_silence_so_that_file_and_run_keep_the_same_time(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.flac", RATE, start_s=100.0)
    first, second = noise(RATE), noise(RATE, 1)
    recorder.write(first, 100.0)
    recorder.write(second, 125.5)
    recorder.silence_until(130.0)
    recorder.close()
    sound = read(tmp_path / "run.flac")
    assert len(sound) == 30 * RATE
    np.testing.assert_array_equal(sound[:RATE], first)
    assert not sound[RATE : round(25.5 * RATE)].any()
    np.testing.assert_array_equal(sound[round(25.5 * RATE) :][:RATE], second)
    assert not sound[round(26.5 * RATE) :].any()


def test_another_rate_is_brought_to_that_of_the_file_without_losing_time(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.flac", RATE)
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100).astype(np.float32)
    recorder.write(noise(RATE), 0.0)
    for begin in range(0, 44_100, 441):
        recorder.write(0.5 * tone[begin : begin + 441], 1.0 + begin / 44_100, 44_100)
    recorder.write(noise(RATE, 1), 2.0, RATE)
    recorder.close()
    sound = read(tmp_path / "run.flac")
    assert len(sound) == 3 * RATE
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    np.testing.assert_allclose(sound[RATE + 200 : 2 * RATE - 200], expected[200:-200], atol=2e-3)
    np.testing.assert_array_equal(sound[2 * RATE :], noise(RATE, 1))


def test_at_its_limit_it_ends_with_a_sentence_and_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "run.flac"
    recorder = Recorder(path, RATE, most_bytes=100_000)
    sound = noise(20 * RATE)

    def write_all() -> None:
        for begin in range(0, len(sound), 1000):
            recorder.write(sound[begin : begin + 1000])

    with pytest.raises(WriteError, match="has reached its limit of 100 kB") as raised:
        write_all()
    assert raised.value.code == "write.limit"
    assert 80_000 < path.stat().st_size <= 100_000
    found = read(path)
    np.testing.assert_array_equal(found, sound[: len(found)])
    assert recorder.seconds == len(found) / RATE
    assert soundfile.info(path).frames == len(found)
    recorder.close()


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "run.flac"
    path.write_bytes(b"precious")
    with pytest.raises(WriteError, match="is there already"):
        Recorder(path, RATE)
    assert path.read_bytes() == b"precious"
    with pytest.raises(WriteError, match="does not exist"):
        Recorder(tmp_path / "nowhere" / "run.flac", RATE)


@posix_only
def test_a_disk_that_is_full_from_the_start_is_told() -> None:
    recorder = Recorder("/dev/full", RATE)
    with pytest.raises(WriteError, match="no space left") as raised:
        recorder.write(noise(RATE))
    recorder.close()
    assert raised.value.code == "write.disk_full"


PROGRAM = """
import resource, sys
import numpy as np
from desktop_app.audio.recorder import Recorder
from desktop_app.core.safe_files import WriteError

path, most = sys.argv[1], int(sys.argv[2])
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
sound = (np.random.default_rng(0).integers(-8000, 8000, 4_000_000) / 32768).astype(np.float32)
recorder = Recorder(path, 16_000)
try:
    for begin in range(0, len(sound), 320):
        recorder.write(sound[begin : begin + 320])
        print(begin + 320, flush=True)
except WriteError as error:
    print(error, flush=True)
"""


@posix_only
@pytest.mark.slow
@pytest.mark.parametrize("blocks", [60, 100, 777])
def test_a_killed_process_leaves_a_file_that_opens_up_to_its_last_half_second(
    tmp_path: Path, blocks: int
) -> None:
    path = tmp_path / "run.flac"
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        written = [int(process.stdout.readline()) for _ in range(blocks)][-1]
        process.kill()
    found = read(path)
    assert len(found) >= written - 2 * 4096
    np.testing.assert_array_equal(found, noise(4_000_000)[: len(found)])
    assert soundfile.info(path).frames == len(found), "it is no special case for other programs"


@posix_only
@pytest.mark.slow
def test_where_the_system_takes_no_more_it_ends_with_a_sentence_and_what_was_written_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.flac"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), "70001"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert f"The recording '{path}' cannot be written: file too large" in done.stdout
    found = read(path)
    assert len(found) > 30_000
    np.testing.assert_array_equal(found, noise(4_000_000)[: len(found)])
