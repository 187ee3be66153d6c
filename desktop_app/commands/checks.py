"""The checks of `emoscope doctor`: each looks at one thing and says what to do if it is wrong."""

from __future__ import annotations

import contextlib
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from desktop_app.command_line.interruptible import interruptible
from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.installation import install_hint
from desktop_app.core.own_process import is_packaged, module_command

_HEARD_S: Final = 8.0
"""Of the demo recording, to try how fast words are written down: as long as an utterance can be."""
_REINSTALL: Final = sentences("Install the program again", install_hint())


class Status(StrEnum):
    OK = "ok"
    WARNING = "warning"  # the program runs, with something less
    FAILURE = "failure"  # the program could not run


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found, and what to do about it (empty if nothing is)."""

    name: str
    status: Status
    detail: str
    advice: str = ""


def check_python() -> Iterator[Check]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Check(
        "Python",
        Status.OK if fits else Status.FAILURE,
        f"{version} ({sys.executable})",
        "" if fits else "Use Python 3.11, 3.12 or 3.13.",
    )


def check_packages() -> Iterator[Check]:
    """Each package by its version, and whether it can really be imported."""
    needed = ("numpy", "soxr", "soundfile", "jsonschema", "platformdirs", "rich")
    for name in needed:
        yield _package(name, name, Status.FAILURE, _REINSTALL)
    if is_packaged():
        told = "not part of this package, because its FFmpeg has parts under the GPL"
        advice = "m4a, webm and films are not read; wav, flac, mp3, ogg and opus are"
        yield Check("av", Status.OK, sentences(told, advice))
    else:
        yield _package("av", "av", Status.FAILURE, _REINSTALL)
    yield _runtime()
    yield _package(
        "PySide6-Essentials", "PySide6", Status.WARNING, sentences("Needed for the window", _REINSTALL)
    )
    pyside = _version("PySide6-Essentials")
    if sys.version_info[:2] == (3, 11) and pyside and pyside.startswith("6.12."):
        yield Check(
            "PySide6 and Python", Status.WARNING, f"{pyside} on Python 3.11 can crash",
            "pip install 'PySide6-Essentials<6.12'",
        )  # fmt: skip


def check_detector() -> Iterator[Check]:
    """The second stage of speech detection, for whoever has it."""
    from desktop_app.inference.silero import load_silero, silero_file

    path = silero_file()
    if path is None:
        return
    try:
        load_silero()
    except EmoscopeError as error:
        yield Check("Silero VAD", Status.WARNING, error.message, error.hint)
    else:
        yield Check("Silero VAD", Status.OK, f"for --detector energy+silero ({path})")


def check_sound(wanted: str | None = None, backend: str | None = None) -> Iterator[Check]:
    """PortAudio, and which of the microphones that it lists, or whether the `wanted` one, really open.

    They are opened through `backend`, by default the one that comes with the program.
    """
    from desktop_app.audio.backends import BACKENDS, check_backend
    from desktop_app.audio.devices import list_devices, match_device, probe

    try:
        devices = list_devices(refresh=True)
    except EmoscopeError as error:
        yield Check(
            "PortAudio", Status.WARNING, error.message, sentences(error.hint, "Recordings still work.")
        )
        return
    yield Check(
        "PortAudio", Status.OK, f"sounddevice {_version('sounddevice') or ''}, {len(devices)} microphones"
    )
    backend = backend or BACKENDS[0]
    try:
        yield Check("backend", Status.OK, f"{backend} {check_backend(backend)} opens the microphones")
    except EmoscopeError as error:
        yield Check("backend", Status.WARNING, f"{backend}: {error.message}", error.hint)
        return
    if not devices:
        yield Check(
            "microphone", Status.WARNING, "there is none", "Connect one. Recordings and the demo still work."
        )
    elif wanted is not None:
        try:
            devices = [match_device(wanted, devices)]
        except EmoscopeError as error:
            devices = []
            yield Check("microphone", Status.WARNING, error.message, error.hint)
    for device in devices:
        name = f"microphone{' (default)' if device.is_default else ''}"
        problem = probe(device, backend)
        if problem is None:
            yield Check(name, Status.OK, f"{device.name}, {device.host_api}, opens")
        else:
            yield Check(
                name, Status.WARNING, f"{device.name}, {device.host_api}: {problem.message}", problem.hint
            )


def check_model(path: str | None = None, again: bool = False) -> Iterator[Check]:
    """The model file, its self-test, and which providers really load it; `again` as for `EmotionEngine`."""
    from desktop_app.inference.engine import EmotionEngine

    try:
        engine = interruptible(lambda: EmotionEngine.load(path, "cpu", again=again))
    except EmoscopeError as error:
        yield Check("model", Status.FAILURE, error.message, error.hint)
        return
    metrics = engine.manifest.metrics
    uar = "" if metrics.uar is None else f", UAR {metrics.uar * 100:.1f} % ({metrics.protocol})"
    yield Check("model", Status.OK, f"{engine.name}: {engine.path}, SHA-256 {engine.sha256[:12]}{uar}")
    yield Check("model self-test", Status.OK, _self_test(engine.manifest.self_test.tolerance))
    yield Check("provider cpu", Status.OK, f"loads ({engine.provider})")
    engine.close()
    card = interruptible(lambda: EmotionEngine.load(path, "cuda"))
    if card.notice:
        # Most machines have none, and nothing is missing then.
        yield Check("provider cuda", Status.OK, f"not in use. {card.notice}")
    else:
        yield Check("provider cuda", Status.OK, f"loads ({card.provider})")
    card.close()


def _self_test(tolerance: float) -> str:
    return f"passed: its answers differ by less than {tolerance:g} from those in the file"


def check_demo() -> Iterator[Check]:
    from desktop_app.audio.demo import demo_path
    from desktop_app.audio.files import open_recording

    try:
        with open_recording(demo_path()) as recording:
            yield Check("demo recording", Status.OK, f"{recording.duration_s:.1f} s")
    except EmoscopeError as error:
        yield Check("demo recording", Status.WARNING, error.message, _REINSTALL)


def check_words() -> Iterator[Check]:
    """Whether what is said can be written down, by which model, and how fast: for whoever has the extra."""
    from desktop_app.audio.demo import demo_path
    from desktop_app.audio.files import open_recording
    from desktop_app.core.installation import lacks
    from desktop_app.words.models import ENGLISH_ONLY, find_model
    from desktop_app.words.transcriber import Transcriber

    missing = lacks("words")
    if missing:
        # Most do without, and nothing is missing then.
        told = f"what is said cannot be written down: {missing[0]} is not installed"
        yield Check("words", Status.OK, told, sentences("Only --words needs it", install_hint("words")))
        return
    try:
        with contextlib.closing(Transcriber(find_model())) as transcriber:
            interruptible(transcriber.open)
            with open_recording(demo_path()) as recording:
                rate = recording.sample_rate
                sound = next(recording.blocks(round(_HEARD_S * rate)))[:, 0]
            begun = time.monotonic()
            interruptible(lambda: transcriber.transcribe(sound, rate))
            share = (time.monotonic() - begun) / (len(sound) / rate)
    except EmoscopeError as error:
        yield Check("words", Status.WARNING, error.message, error.hint)
        return
    model = transcriber.model
    told = f"{model.name} takes {share:.2f} x real time, on the demo recording ({model.path})"
    slow = share > 1.0
    advice = "It cannot follow live speech: its words come late, or are lost. A smaller model is faster."
    if model.english_only:
        told = f"{told}. {ENGLISH_ONLY}"
    yield Check("words", Status.WARNING if slow else Status.OK, told, advice if slow else "")


def check_display() -> Iterator[Check]:
    """A screen, and a Qt that starts on it (tried in a process of its own, which Qt ends if it fails)."""
    from desktop_app.commands.display import display_problem

    problem = display_problem()
    if problem is not None:
        yield Check("display", Status.WARNING, problem, "The window needs one; the terminal view does not.")
    else:
        yield Check(
            "display", Status.OK, os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "found"
        )
    environment = dict(os.environ)
    if problem is not None:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    try:
        done = subprocess.run(  # noqa: S603 - a module of our own
            module_command("desktop_app.gui.qt_starts"),
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        yield Check("window system (Qt)", Status.WARNING, "does not start within 30 s", _REINSTALL)
        return
    if done.returncode == 0:
        yield Check(
            "window system (Qt)", Status.OK, "starts" if problem is None else "starts without a screen"
        )
    else:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        why = next(
            (line for line in lines if "cannot open shared object" in line), lines[-1] if lines else "?"
        )
        yield Check("window system (Qt)", Status.WARNING, why.strip()[:200], _qt_advice())


def check_folders() -> Iterator[Check]:
    """Where settings, caches and reports go. Nothing is created that does not exist."""
    from platformdirs import user_cache_dir

    from desktop_app.gui.state.settings_file import load, settings_path

    settings = settings_path()
    for name, folder in (
        ("settings folder", str(settings.parent)),
        ("cache folder", user_cache_dir("emoscope")),
        ("current folder", os.getcwd()),  # noqa: PTH109 - may be gone: then it raises
    ):
        path = Path(folder)
        existing = next((p for p in (path, *path.parents) if p.exists()), path)
        try:
            with tempfile.TemporaryFile(dir=existing):
                yield Check(name, Status.OK, f"{path} is writable")
        except OSError as error:
            why = (error.strerror or "no access").lower()
            yield Check(
                name, Status.WARNING, f"{path} cannot be written to: {why}", "Change its permissions."
            )

    problem = load(settings).problem
    if problem:
        yield Check("settings", Status.WARNING, problem, f"Move it away, or delete it: {settings}")


def all_checks(
    model: str | None = None,
    device: str | None = None,
    backend: str | None = None,
    *,
    again: bool = False,
) -> Iterator[Check]:
    """Every check in turn; one that breaks down is itself a finding.

    Parameters
    ----------
    model : str, optional
        Model file to check in place of the one that is shipped.
    device : str, optional
        Microphone to try in place of all.
    backend : str, optional
        What opens it.
    again : bool
        Whether a model that failed last time is tried once more.
    """
    checks: tuple[tuple[Callable[..., Iterator[Check]], tuple[Any, ...]], ...] = (
        (check_python, ()), (check_packages, ()), (check_detector, ()),
        (check_sound, (device, backend)), (check_model, (model, again)), (check_demo, ()),
        (check_words, ()), (check_display, ()), (check_folders, ()),
    )  # fmt: skip
    for check, given in checks:
        try:
            yield from check(*given)
        except Exception as error:  # noqa: BLE001 - the doctor must reach the end
            name = check.__name__.removeprefix("check_")
            failing = Status.FAILURE if check in {check_packages, check_model} else Status.WARNING
            yield Check(name, failing, f"{type(error).__name__}: {error}", _REINSTALL)


def _package(distribution: str, module: str, if_missing: Status, advice: str) -> Check:
    version = _version(distribution)
    if version is None:
        return Check(distribution, if_missing, "not installed", advice)
    if module:
        try:
            importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 - a broken package may raise anything
            why = (str(error).splitlines() or ["?"])[0]
            return Check(distribution, if_missing, f"{version} cannot be imported: {why}", advice)
    return Check(distribution, Status.OK, version)


def _runtime() -> Check:
    cpu, gpu = _version("onnxruntime"), _version("onnxruntime-gpu")
    if cpu and gpu:
        return Check(
            "ONNX Runtime", Status.WARNING,
            f"onnxruntime {cpu} and onnxruntime-gpu {gpu} overwrite one another",
            "pip uninstall onnxruntime onnxruntime-gpu, then in the project folder: "
            'pip install -e ".[cpu]", or ".[gpu]" for a graphics card',
        )  # fmt: skip
    if not cpu and not gpu:
        return Check("ONNX Runtime", Status.FAILURE, "not installed", install_hint())
    from desktop_app.inference.session import runtime

    try:
        runtime()
    except EmoscopeError as error:
        return Check("ONNX Runtime", Status.FAILURE, error.message, error.hint)
    return Check("ONNX Runtime", Status.OK, f"onnxruntime{'' if cpu else '-gpu'} {cpu or gpu}")


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _qt_advice() -> str:
    if sys.platform.startswith("linux"):
        return (
            "On Debian or Ubuntu: sudo apt-get install libgl1 libegl1 libglib2.0-0 libfontconfig1 "
            "libdbus-1-3 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 "
            "libxcb-shape0 libxcb-xkb1 libxcb-randr0 libxcb-render-util0 libxcb-image0"
        )
    return _REINSTALL
