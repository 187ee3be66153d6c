"""`emoscope doctor` and `emoscope devices`: the truth about this machine, and what to do about it."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_up_whisper import made_up_whisper
from running import needs_no_microphone

from desktop_app import cli
from desktop_app.commands import checks
from desktop_app.commands.checks import Check, Status
from desktop_app.inference import shipped, silero

Run = Callable[..., subprocess.CompletedProcess[str]]


def by_name(found: Iterator[Check]) -> dict[str, Check]:
    return {check.name: check for check in found}


@needs_no_microphone
def test_the_doctor_reaches_the_end_and_agrees_with_itself(emoscope: Run) -> None:
    as_json, as_table = emoscope("doctor", "--json"), emoscope("doctor")
    report = json.loads(as_json.stdout)
    assert report["schema_version"] == 1
    found = {check["name"]: check for check in report["checks"]}
    assert {"Python", "numpy", "ONNX Runtime", "PortAudio", "microphone", "model", "display"} <= set(found)
    assert {"settings folder", "cache folder", "current folder"} <= set(found)
    assert found["microphone"]["status"] == "warning"
    assert found["display"]["status"] == "warning"
    failures = [check for check in report["checks"] if check["status"] == "failure"]
    assert report["ok"] == (not failures)
    assert as_json.returncode == as_table.returncode == (1 if failures else 0)
    assert as_json.stderr == as_table.stderr == ""
    for check in report["checks"]:
        assert check["name"] in as_table.stdout
        assert check["advice"] or check["status"] == "ok", f"{check['name']} says not what to do"


class TestTheModel:
    def test_a_good_one_tells_its_name_and_where_it_runs(self, model: Path) -> None:
        found = by_name(checks.check_model(str(model)))
        assert found["model"].status is Status.OK
        assert "tiny" in found["model"].detail
        assert "CPUExecutionProvider" in found["provider cpu"].detail
        assert "CUDA" in found["provider cuda"].detail or "graphics card" in found["provider cuda"].detail

    def test_without_one_the_program_could_not_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(shipped, "ZOO", tmp_path)
        monkeypatch.setattr(checks, "check_sound", lambda: iter(()))
        monkeypatch.setattr(checks, "check_display", lambda: iter(()))
        monkeypatch.setattr(
            "desktop_app.commands.doctor.all_checks", lambda model, *_, **__: checks.check_model(model)
        )
        assert cli.main(["doctor"]) == 1
        out = capsys.readouterr().out
        assert "Emoscope cannot run: 1 of 1 checks failed." in out
        assert "python -m models train" in out

    def test_the_self_test_says_what_its_figure_is(self, model: Path) -> None:
        assert (
            "answers differ by less than" in by_name(checks.check_model(str(model)))["model self-test"].detail
        )

    def test_the_doctor_checks_the_one_that_is_named(self, emoscope: Run, model: Path) -> None:
        found = json.loads(emoscope("doctor", "--json", "--model", model).stdout)["checks"]
        assert next(check["detail"] for check in found if check["name"] == "model").startswith(
            f"tiny: {model}"
        )
        done = emoscope("doctor", "--json", "--model", "missing.onnx")
        assert done.returncode == 1
        assert "'missing.onnx' does not exist" in done.stdout


def test_the_doctor_tries_the_microphone_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_app.audio import devices

    there = [devices.Device(name, "ALSA", 1, 48000, name == "Line") for name in ("Line", "USB Audio")]
    tried = []
    monkeypatch.setattr(devices, "list_devices", lambda refresh: there)
    monkeypatch.setattr(devices, "probe", lambda device, backend: tried.append(device.name))
    assert by_name(checks.check_sound("usb"))["microphone"].detail == "USB Audio, ALSA, opens"
    assert tried == ["USB Audio"]
    assert by_name(checks.check_sound("usb"))["backend"].detail.startswith("sounddevice 0.")
    del tried[1:]
    missing = by_name(checks.check_sound("Bluetooth"))["microphone"]
    assert missing.status is Status.WARNING
    assert 'no microphone named "Bluetooth"' in missing.detail
    assert tried == ["USB Audio"]


def test_of_the_second_stage_of_speech_detection_only_whoever_has_it_hears(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(silero, "PACKAGES", ("made_up_vad",))
    assert list(checks.check_detector()) == []
    data = tmp_path / "made_up_vad" / "data"
    data.mkdir(parents=True)
    (data / "silero_vad.onnx").write_text("not a model")
    importlib.invalidate_caches()
    (broken,) = checks.check_detector()
    assert broken.status is Status.WARNING
    assert "Silero VAD cannot be used" in broken.detail
    assert "silero" in broken.advice


def test_it_tells_whether_what_is_said_can_be_written_down_and_how_fast(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in made_up_whisper(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    (good,) = checks.check_words()
    assert good.status is Status.OK
    assert re.fullmatch(
        r"made-up takes \d\.\d\d x real time, on the demo recording \(.*made-up\)", good.detail
    )
    (tmp_path / "made-up" / "model.bin").write_text("damaged", "utf-8")
    (damaged,) = checks.check_words()
    assert damaged.status is Status.WARNING
    assert "unsupported model binary version" in damaged.detail
    monkeypatch.setattr("desktop_app.core.installation.lacks", lambda extra: ("faster_whisper",))
    (lacking,) = checks.check_words()
    assert lacking.status is Status.OK, "most do without"
    assert "faster_whisper is not installed" in lacking.detail
    assert "words" in lacking.advice


def test_the_doctor_tells_which_backend_opens_the_microphones(monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_app.audio import devices

    there = [devices.Device("Line", "ALSA", 1, 48000, is_default=True)]
    tried = []
    monkeypatch.setattr(devices, "list_devices", lambda refresh: there)
    monkeypatch.setattr(devices, "probe", lambda device, backend: tried.append(backend))
    if importlib.util.find_spec("pyaudio") is not None:
        assert by_name(checks.check_sound(None, "pyaudio"))["backend"].detail.startswith("pyaudio 0.")
        assert tried == ["pyaudio"]
    monkeypatch.setitem(sys.modules, "pyaudio", None)
    lacking = by_name(checks.check_sound(None, "pyaudio"))["backend"]
    assert (lacking.status, lacking.detail) == (Status.WARNING, "pyaudio: PyAudio is not installed.")
    assert "pyaudio" in lacking.advice


def test_a_check_that_breaks_down_is_itself_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_python() -> Iterator[Check]:
        raise RuntimeError("no idea")

    for name in ("packages", "detector", "sound", "model", "demo", "words", "display", "folders"):
        monkeypatch.setattr(checks, f"check_{name}", lambda *_: iter(()))
    monkeypatch.setattr(checks, "check_python", check_python)
    found = list(checks.all_checks())
    assert [(check.name, check.status) for check in found] == [("python", Status.WARNING)]
    assert "no idea" in found[0].detail


def test_a_package_that_is_missing_or_broken_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = checks._package("no-such-package", "no_such_package", Status.FAILURE, "Install it.")
    assert (found.status, found.detail, found.advice) == (Status.FAILURE, "not installed", "Install it.")
    (tmp_path / "broken_package.py").write_text("raise OSError('libbroken.so: cannot open')")
    monkeypatch.syspath_prepend(tmp_path)
    found = checks._package("numpy", "broken_package", Status.FAILURE, "Install it.")
    assert found.status is Status.FAILURE
    assert "cannot be imported: libbroken.so" in found.detail


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that not even root can write to")
def test_a_folder_that_cannot_be_written_to_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/proc/nothing")
    found = by_name(checks.check_folders())
    assert found["settings folder"].status is Status.WARNING
    assert "/proc/nothing" in found["settings folder"].detail
    assert found["current folder"].status is Status.OK


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
def test_settings_that_are_not_read_are_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "emoscope").mkdir()
    assert "settings" not in by_name(checks.check_folders())
    (tmp_path / "emoscope" / "window.json").symlink_to("/dev/zero")
    found = by_name(checks.check_folders())
    assert found["settings folder"].status is Status.OK
    assert found["settings"].status is Status.WARNING
    assert "it is not a regular file" in found["settings"].detail
    assert "window.json" in found["settings"].advice


class TestDevices:
    @needs_no_microphone
    def test_none_is_told_and_no_failure(self, emoscope: Run) -> None:
        done = emoscope("devices")
        assert (done.returncode, done.stdout) == (0, "")
        assert "There is no microphone." in done.stderr
        assert json.loads(emoscope("devices", "--json").stdout) == {
            "schema_version": 1,
            "devices": [],
            "outputs": [],
        }

    def test_a_table_and_json_show_the_same(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from desktop_app.audio.devices import Device
        from desktop_app.commands import devices

        there = [Device("USB [stereo]", "ALSA", 2, 48000, True), Device("Line", "ALSA", 1, 44100, False)]
        monkeypatch.setattr(devices, "list_devices", lambda: there)
        assert cli.main(["devices", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["devices"][0] == {
            "name": "USB [stereo]",
            "host_api": "ALSA",
            "channels": 2,
            "default_sample_rate": 48000,
            "is_default": True,
        }
        assert cli.main(["devices"]) == 0
        table = capsys.readouterr().out
        assert "USB [stereo]" in table
        assert table.index("*") < table.index("USB")
        assert "48000" in table
