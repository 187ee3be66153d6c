"""What every test may lean on: no screen needed, no thread left behind, real speech where it is to be had."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from hypothesis import HealthCheck, settings

# Before Qt loads: without a display pytest-qt would abort the interpreter.
if "EMOSCOPE_TEST_DISPLAY" not in os.environ:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

# Before numpy and torch load: their threads wait by spinning, and with as many as there are cores in each of
# the processes that run side by side here, all of them wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Before numba loads, here and in the programs that tests start. What it compiles of librosa is kept, but two
# processes that compile the same function at once leave an index that names the other's machine code, and
# whoever loads that crashes. So each worker has a folder of its own.
os.environ["NUMBA_CACHE_DIR"] = str(
    Path(__file__).parents[1] / "build" / "numba" / os.environ.get("PYTEST_XDIST_WORKER", "main")
)

# As the window does, which is imported after pytest-qt: see `desktop_app.gui`.
os.environ["PYSIDE6_OPTION_LAZY"] = "0"

# Whoever runs the tests keeps the settings of their own window.
_SETTINGS = tempfile.TemporaryDirectory(prefix="emoscope-settings-")
os.environ["XDG_CONFIG_HOME"] = _SETTINGS.name
# And their own voices and sessions.
os.environ["XDG_DATA_HOME"] = os.path.join(_SETTINGS.name, "data")  # noqa: PTH118
os.environ["EMOSCOPE_SESSIONS"] = os.path.join(_SETTINGS.name, "sessions")  # noqa: PTH118
# And the log of their window.
os.environ["XDG_STATE_HOME"] = os.path.join(_SETTINGS.name, "state")  # noqa: PTH118
# So that what is remembered of models is; matplotlib's list of fonts, which takes seconds to make, stays.
os.environ.setdefault("MPLCONFIGDIR", os.path.join(platformdirs.user_cache_dir(), "matplotlib"))  # noqa: PTH118
os.environ["XDG_CACHE_HOME"] = os.path.join(_SETTINGS.name, "cache")  # noqa: PTH118

# A busy machine is no failure.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

sys.path.insert(0, str(Path(__file__).parent))

from run_limit import RunLimit  # noqa: E402 - a module of this folder
from schedule import ByFile, longest_first  # noqa: E402

# A shell that starts a job in the background has it ignore Ctrl+C, and its children with it: the programs
# that the tests interrupt would not hear.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

GRACE_S = 10.0  # a thread that was told to end may need it: PortAudio without a sound server takes seconds

# Pools that libraries start once and keep for the life of the process.
KEPT_BY_LIBRARIES = ("ThreadPoolExecutor-asyncio", "pymp-", "tqdm", "QThread-pool")


# What takes seconds however little is asked of it: a sound server, the program in a process, whole corpora.
SLOW_FIXTURES = {"virtual_microphone", "emoscope", "corpora", "weights"}
WHOLE_RUNS = ("microphone", "proof")
SLOW_FILE = re.compile(r"^pytestmark = \[?\s*pytest\.mark\.slow\b", re.MULTILINE)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None):
        config.pluginmanager.register(RunLimit(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
    if "PYTEST_XDIST_WORKER" in os.environ:
        longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file of which no test is asked for: the libraries of all of them alone take half a minute."""
    asked = config.getoption("markexpr")
    if collection_path.suffix != ".py":
        return None
    if "not slow" in asked:
        return bool(SLOW_FILE.search(collection_path.read_text(encoding="utf-8"))) or None
    kind = asked.split(" ")[0]
    if kind in WHOLE_RUNS:
        return f"pytest.mark.{kind}" not in collection_path.read_text(encoding="utf-8") or None
    return None


def _threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if thread.is_alive() and not thread.name.startswith(KEPT_BY_LIBRARIES)
    }


@pytest.fixture(autouse=True)
def no_thread_survives() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = _threads()
    yield
    deadline = time.monotonic() + GRACE_S
    while (left := _threads() - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"threads left running: {sorted(thread.name for thread in left)}"


def _folder(variable: str) -> Path:
    value = os.environ.get(variable, "")
    if not value:
        pytest.skip(f"{variable} is not set")
    path = Path(value)
    if not path.is_dir():
        pytest.skip(f"{variable} names {value}, which is not a folder")
    return path


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of emotional speech corpora (see docs/recognition.md)."""
    return _folder("EMOSCOPE_CORPORA")


@pytest.fixture(scope="session")
def cases() -> Path:
    """The folder of files that broke programs of this kind: a fuller one, or the project's own."""
    named = os.environ.get("EMOSCOPE_CASES", "")
    return Path(named) if named and Path(named).is_dir() else Path(__file__).parent / "cases"


@pytest.fixture(scope="session")
def weights() -> Path:
    """The folder that holds `whisper-base-encoder.safetensors`."""
    return _folder("EMOSCOPE_WEIGHTS")
