"""The engine runs on a machine that has neither Qt nor PortAudio.

Each import is tried in a fresh interpreter in which these packages cannot be found.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from synthetic_speech import synthetic_speech_path

pytestmark = pytest.mark.slow

BLOCK = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuse())
"""
SCREEN_AND_SOUND = {"PySide6", "shiboken6", "pyqtgraph", "sounddevice", "_sounddevice", "pyaudio"}


def run(code: str, blocked: set[str], *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCK.format(blocked=sorted(blocked)) + code, *args],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_recording_is_analyzed_without_qt_and_portaudio():
    code = "from desktop_app.cli import main; sys.exit(main(sys.argv[1:]))"
    done = run(code, SCREEN_AND_SOUND, "analyze", str(synthetic_speech_path()), "--json", "-")
    assert done.returncode == 0, done.stderr
    assert '"segments"' in done.stdout


@pytest.mark.parametrize("command", [["devices"], ["live", "--seconds", "1"], ["--seconds", "1"]])
def test_what_needs_them_says_so_in_a_sentence(command):
    code = "from desktop_app.cli import main; sys.exit(main(sys.argv[1:]))"
    done = run(code, SCREEN_AND_SOUND, *command)
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_the_core_needs_numpy_and_soxr_alone():
    code = """
import desktop_app.analysis.recording, desktop_app.analysis.report, desktop_app.core.smoothing
import desktop_app.core.ring_buffer, desktop_app.core.levels
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"onnxruntime", "soundfile", "jsonschema", "rich", "torch", "librosa"}))
"""
    done = run(code, SCREEN_AND_SOUND | {"onnxruntime", "soundfile"})
    assert done.stdout.strip() == "[]", done.stderr
