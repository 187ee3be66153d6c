"""ONNX Runtime counts what its users do and tells its maker; in this program it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from running import environment
from tiny_model import make_tiny_model

from desktop_app.audio.demo import demo_path

BARE = (
    "import sys, numpy, onnxruntime\n"
    "session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])\n"
    "session.run(None, {session.get_inputs()[0].name: numpy.zeros((1, 16000), numpy.float32)})"
)


def kept_at_home(home: Path, program: list[str]) -> set[str]:
    """The files that `program` leaves below an empty home."""
    home.mkdir()
    places = {name: str(home) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    told = {name: value for name, value in environment(**places).items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, *program], env=told, check=True, capture_output=True, timeout=60)
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("program", ["analyzer", "exporter"])
def test_no_device_identifier_is_made_and_nothing_is_queued_to_be_sent(program: str, tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny.onnx")
    if not kept_at_home(tmp_path / "bare", ["-c", BARE, str(model)]):
        pytest.skip("this ONNX Runtime keeps nothing by itself")
    run = {
        "analyzer": ["-m", "desktop_app", "analyze", str(demo_path()), "--model", str(model)],
        "exporter": ["-m", "export", "verify", str(model)],
    }[program]
    assert not {name for name in kept_at_home(tmp_path / "home", run) if "emoscope" not in name.lower()}
