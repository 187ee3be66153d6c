"""A model that comes back from some sound and not from other: answers are kept, and the rest is told."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from misbehaving_models import make_misbehaving_model
from running import environment, impatient_command, made_up_speech

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def short(tmp_path: Path) -> Path:
    path = tmp_path / "a_short.wav"
    soundfile.write(path, made_up_speech((0.7, 1.0)), 16000)
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "b_long.wav"
    soundfile.write(path, made_up_speech((4.0, 1.0)), 16000)
    return path


@pytest.fixture
def impatient(tmp_path: Path) -> Run:
    def run(*args: object, timeout: float = 60, **limit: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            impatient_command(*args, **limit),
            capture_output=True,
            encoding="utf-8",
            env=environment(XDG_CACHE_HOME=str(tmp_path / "cache")),
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A model that has passed its trial, and is remembered so in the folder of `impatient`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return lambda kind: make_misbehaving_model(tmp_path / f"{kind}.onnx", kind)


def test_analyze_keeps_what_was_answered_and_names_what_was_not(
    impatient: Run, model: Callable[[str], Path], short: Path, long: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    done = impatient("analyze", long, short, "--model", model("endless_if_long"), "--json", out, "--jobs", 2)
    assert done.returncode == 1
    assert done.stderr == (
        f"emoscope: '{long}' could not be judged. The model 'endless_if_long' has not answered for 2 "
        "seconds, so it is given up. Choose another model, or look at this one with: "
        "emoscope-export verify FILE\n"
    )
    report = json.loads(out.read_text())
    (file,) = report["files"]
    assert (file["path"], len(file["segments"])) == (str(short), 1)
    (error,) = report["errors"]
    assert (error["path"], error["code"]) == (str(long), "model.hangs")


def test_profile_build_tells_it_too_and_the_shipped_model_is_not_held_guilty(
    impatient: Run, long: Path, tmp_path: Path
) -> None:
    """It is known to be good: if its answer is late, it was the machine."""
    build = ("profile", "build", long, "--out", tmp_path / "p")
    done = impatient(*build, limit_s=0.001)
    assert done.returncode == 1
    assert f"'{long}' could not be judged. The model " in done.stderr
    assert "has not answered" in done.stderr
    assert not (tmp_path / "p").exists()
    assert impatient(*build, limit_s=60).returncode == 0


def test_an_operator_that_cannot_be_broken_off_is_left_behind(
    impatient: Run, model: Callable[[str], Path], short: Path, long: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    begun = time.monotonic()
    done = impatient("analyze", long, short, "--model", model("one_operator"), "--json", out)
    assert time.monotonic() - begun < 20
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert "'one_operator' has not answered for 2 seconds, so it is given up." in first
    assert "It cannot be broken off: it computes on until Emoscope is ended." in first
    assert "'one_operator' still computes an earlier answer, so it is given up." in second
    assert [error["code"] for error in json.loads(out.read_text())["errors"]] == ["model.hangs"] * 2


def test_live_ends_although_an_operator_cannot_be_broken_off(
    impatient: Run, model: Callable[[str], Path], long: Path
) -> None:
    begun = time.monotonic()
    done = impatient("live", "--source", long, "--model", model("one_operator"))
    assert time.monotonic() - begun < 20
    assert done.returncode == 1
    assert "It cannot be broken off: it computes on until Emoscope is ended." in done.stderr


def test_what_hung_is_not_loaded_again_without_asking(
    impatient: Run, model: Callable[[str], Path], short: Path
) -> None:
    path = model("endless")
    assert "has not answered for 2 seconds" in impatient("analyze", short, "--model", path).stderr
    for command in (("analyze", short), ("live", "--source", short)):
        done = impatient(*command, "--model", path)
        assert done.returncode == 1
        assert done.stderr == (
            f"emoscope: The model file '{path}' is refused: last time it did not answer within 2 s. "
            "With --try-again it is tried once more, and used if it does well.\n"
        )
    assert "last time it did not answer" in impatient("doctor", "--model", path).stdout
    asked = impatient("analyze", short, "--model", path, "--try-again")
    assert asked.returncode == 1
    assert "has not answered for 2 seconds" in asked.stderr, "it passes its trial, which does not meet it"
    assert "With --try-again" in impatient("analyze", short, "--model", path).stderr
