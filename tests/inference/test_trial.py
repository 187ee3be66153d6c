"""A model from somewhere else is tried in a process of its own; whatever it does there is a sentence here."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import hostile_models
import psutil
import pytest
from busy_worker import BusyWorker, gone
from child_processes import child_processes

from desktop_app.inference import trial
from desktop_app.inference.errors import ModelError
from desktop_app.inference.package import check_content, load_package, read_content, read_manifest
from desktop_app.inference.shipped import SHIPPED
from desktop_app.inference.trial import memory_limit, recall, remember, try_model

pytestmark = pytest.mark.slow

Tiny = Callable[..., Path]
LOAD = "import sys\nfrom desktop_app.inference.package import load_package\nload_package(sys.argv[1])"


@pytest.fixture(autouse=True)
def nothing_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def tried(path: Path, patience_s: float = -9.0, **options: object) -> ModelError | None:
    """What the trial of a file says; by default it has a second for each step (10 s of sound are in it)."""
    content = read_content(path)
    check_content(content)
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        try_model(path, sha256, read_manifest(content), patience_s=patience_s, **options)  # type: ignore[arg-type]
    except ModelError as error:
        return error
    return None


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_good_model_is_loaded_and_a_second_time_without_a_trial(
    tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_model(untried=True)
    assert load_package(path).manifest.name == "tiny"
    assert recall(sha256_of(path)) == trial.Verdict(good=True)
    monkeypatch.setattr(trial, "run_worker", None)
    load_package(path)


def test_another_version_of_the_program_tries_again(
    tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_model(untried=True)
    remember(sha256_of(path), None)
    monkeypatch.setattr(trial, "__version__", "99.0")
    assert recall(sha256_of(path)) is None


def test_what_is_wrong_is_told_from_the_process_as_it_would_be_told_here(tiny_model: Tiny) -> None:
    path = tiny_model(self_test_off_by=0.5, untried=True)
    with pytest.raises(ModelError) as caught:
        load_package(path)
    assert "the logits differ by 0.5 from the manifest field 'self_test.logits'" in caught.value.message
    assert (caught.value.field, caught.value.code) == ("self_test.logits", "model.self_test")


@pytest.mark.parametrize("kind", [hostile_models.loops_while_loading, hostile_models.loops_while_running])
def test_a_model_that_loops_for_ever_is_ended_and_said_to(
    kind: Callable[[Path], Path], tmp_path: Path
) -> None:
    error = tried(kind(tmp_path / "m.onnx"), patience_s=-6.0)
    assert error is not None
    assert error.code == "model.hangs"
    assert "did not come back within 4 s" in error.message
    assert child_processes() == []


@pytest.mark.parametrize(
    ("kind", "found"), [(hostile_models.doubles_its_answer, 6), (hostile_models.drops_from_its_answer, 1)]
)
def test_a_model_whose_answer_changes_its_size_with_the_length_is_refused(
    kind: Callable[[Path], Path], found: int, tmp_path: Path
) -> None:
    error = tried(kind(tmp_path / "m.onnx"), patience_s=20)
    assert error is not None
    assert error.code == "model.shape"
    assert f"must be [1, 3] for one waveform, and is [1, {found}]" in error.message


def test_a_model_that_takes_all_memory_is_ended_before_it_has_it(tmp_path: Path) -> None:
    path = hostile_models.greedy(tmp_path / "m.onnx")
    most = []
    watching = threading.Event()

    def watch() -> bool:
        most.extend(child.memory_info().rss for child in child_processes())
        return watching.is_set()

    error = tried(path, patience_s=20, cancel=watch)
    assert error is not None
    assert error.code == "model.memory"
    assert max(most) < 600e6


def test_wav2vec_2_base_may_take_what_it_takes() -> None:
    size = 380_000_000
    path = Path(__file__).parents[2] / "models" / "zoo" / "whisper-base-4-tuned.int8.onnx"
    manifest = read_manifest(path.read_bytes())
    physical = psutil.virtual_memory().total
    assert memory_limit(size, manifest) >= min(2.7 * 2**30, 0.85 * physical)
    assert memory_limit(2 * 10**9, manifest) < physical


def test_a_model_that_failed_is_told_at_once_unless_it_is_to_be_tried_again(tiny_model: Tiny) -> None:
    path = tiny_model(untried=True)
    remember(sha256_of(path), ModelError("it did not come back within 20 s", code="model.hangs"))
    with pytest.raises(ModelError, match="did not come back within 20 s") as caught:
        load_package(path, again=False)
    assert caught.value.code == "model.failed_before"
    load_package(path)  # this time it works, and that is remembered
    load_package(path, again=False)


def test_nothing_bad_is_remembered_of_what_comes_with_the_program() -> None:
    """It is known to be good: if it was late, it was the machine."""
    for sha256 in SHIPPED.values():
        remember(sha256, ModelError("it did not answer within 20 s", code="model.hangs"))
        assert recall(sha256) is None


def test_the_trial_can_be_given_up(tmp_path: Path) -> None:
    path = hostile_models.loops_while_loading(tmp_path / "m.onnx")
    start = time.monotonic()
    error = tried(path, patience_s=60, cancel=lambda: time.monotonic() > start + 1)
    assert error is not None
    assert error.code == "model.cancelled"
    assert time.monotonic() < start + 10
    assert child_processes() == []
    assert recall(sha256_of(path)) is None


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_trial_is_interrupted_by_ctrl_c_at_once(tmp_path: Path) -> None:
    path = hostile_models.loops_while_loading(tmp_path / "m.onnx")
    with BusyWorker(LOAD, path) as (process, worker):
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)
        assert gone(worker)
        assert process.stderr is not None
        assert b"KeyboardInterrupt" in process.stderr.read()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("kind", [hostile_models.loops_while_loading, hostile_models.loops_while_running])
def test_the_process_ends_with_its_parent_however_that_ends(
    kind: Callable[[Path], Path], tmp_path: Path
) -> None:
    with BusyWorker(LOAD, kind(tmp_path / "m.onnx")) as (process, worker):
        process.kill()
        process.wait(timeout=10)
        assert gone(worker)


def test_numbers_out_of_their_limits_are_refused_before_anything_is_run(tmp_path: Path) -> None:
    path = hostile_models.with_manifest_of(tmp_path / "m.onnx", min_seconds=1e-300, max_seconds=1e-299)
    with pytest.raises(ModelError) as caught:
        load_package(path)
    assert "'min_seconds' must be from 0.01 to 600, found 1e-300" in caught.value.message
    assert "'max_seconds' must be from 0.1 to 600, found 1e-299" in caught.value.message


@pytest.mark.skipif("EMOSCOPE_CASES" not in os.environ, reason="EMOSCOPE_CASES is not set")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("odd.onnx", "model.shape"),
        ("var_1class.onnx", "model.shape"),
        ("slowinf.onnx", "model.hangs"),
        ("loop_inf.onnx", "model.hangs"),
        ("max_seconds_tiny.onnx", "model.manifest"),
    ],
)
def test_the_files_that_broke_programs_of_this_kind(name: str, code: str) -> None:
    path = Path(os.environ["EMOSCOPE_CASES"]) / "models" / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    try:
        error = tried(path, patience_s=-6.0)
    except ModelError as refused:  # before anything is run
        error = refused
    assert error is not None
    assert error.code == code
