"""What a screen reader would say of the program: its tree of accessible nodes, asked for at each look."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

_SYSTEM_PYTHON = "/usr/bin/python3"
_READER = Path(__file__).with_name("atspi_reader.py")
_BINDINGS = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"


def missing_tools() -> str:
    """Why nothing can be read here; empty when it can."""
    absent = [tool for tool in ("dbus-daemon", "Xvfb", "xdotool") if shutil.which(tool) is None]
    if absent:
        return f"{', '.join(absent)} not installed (apt-get install dbus xvfb xdotool)"
    if not Path(_SYSTEM_PYTHON).exists():
        return f"{_SYSTEM_PYTHON} is missing, which reads the accessible tree"
    done = subprocess.run([_SYSTEM_PYTHON, "-c", _BINDINGS], capture_output=True, check=False)
    services = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
    if done.returncode or not services.exists():
        return "AT-SPI is missing (apt-get install python3-gi gir1.2-atspi-2.0 at-spi2-core)"
    return ""


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible thing.

    Attributes
    ----------
    path : tuple of int
        The places of its parents and its own, from the application on.
    role, name, description, text : str
        As they are told to a screen reader.
    states : frozenset of str
        Such as FOCUSED, ENABLED, CHECKED.
    value : float or None
        Of sliders and bars.
    extents : tuple of int
        x, y, width and height on the screen, pixels.
    actions : tuple of str
        What can be done with it.
    """

    path: tuple[int, ...]
    role: str
    name: str
    description: str
    text: str
    states: frozenset[str]
    value: float | None
    extents: tuple[int, int, int, int]
    actions: tuple[str, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Node:
        return cls(
            tuple(told["path"]),
            told["role"],
            told["name"],
            told["description"],
            told["text"],
            frozenset(told["states"]),
            told["value"],
            tuple(told["extents"]),
            tuple(told["actions"]),
        )

    @property
    def middle(self) -> tuple[int, int]:
        x, y, width, height = self.extents
        return x + width // 2, y + height // 2

    @property
    def enabled(self) -> bool:
        return "ENABLED" in self.states


class Tree:
    """The nodes of one look, in the order of the tree."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)

    def all(self, name: str = "", role: str = "", *, within: Node | None = None) -> list[Node]:
        """Nodes whose name begins with `name`, with this role, beneath another."""
        return [
            node
            for node in self.nodes
            if node.name.startswith(name)
            and (not role or node.role == role)
            and (within is None or node.path[: len(within.path)] == within.path)
        ]

    def one(self, name: str, role: str = "") -> Node:
        """The node with exactly this name, but for dots that promise a dialog.

        Raises
        ------
        LookupError
            None has it.
        """
        for node in self.nodes:
            if node.name.rstrip("…") == name and (not role or node.role == role):
                return node
        names = sorted({node.name for node in self.nodes if node.name})
        raise LookupError(f"nothing is called {name!r}; there are {names}")

    def has(self, name: str, role: str = "") -> bool:
        return any(node.name.rstrip("…") == name and (not role or node.role == role) for node in self.nodes)

    def __str__(self) -> str:
        return "\n".join(
            f"{'  ' * len(n.path)}{n.role} {n.name!r} {n.description!r} {n.text!r} {sorted(n.states)}"
            for n in self.nodes
        )


class ScreenReader:
    """A session bus of its own with AT-SPI on it, and a process that reads there; a `with` block."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.mkdtemp(prefix="screen-reader-")
        base = {**environment, "GTK_A11Y": "none", "NO_AT_BRIDGE": "1"}
        base.setdefault("XDG_RUNTIME_DIR", self._folder)
        base.pop("AT_SPI_BUS_ADDRESS", None)
        number, written = os.pipe()
        # Its own process group: what the bus starts on request (the registry) ends with it.
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={written}"],
            env=base,
            pass_fds=(written,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(written)
        with os.fdopen(number) as told:
            address = told.readline().strip()
        self.environment = {
            **base,
            "DBUS_SESSION_BUS_ADDRESS": address,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        self._reader = subprocess.Popen(
            [_SYSTEM_PYTHON, str(_READER)],
            env={name: value for name, value in self.environment.items() if name != "PYTHONPATH"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> ScreenReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._reader.stdin, self._reader.stdout, self._reader.stderr):
            if stream is not None:
                stream.close()
        for process in (self._reader, self._bus):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, **what: object) -> dict[str, Any]:
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        self._reader.stdin.write(json.dumps(what) + "\n")
        self._reader.stdin.flush()
        line = self._reader.stdout.readline()
        if not line:
            assert self._reader.stderr is not None
            raise RuntimeError(f"the reader of the accessible tree has ended: {self._reader.stderr.read()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def look(self, application: str = "emoscope") -> Tree:
        """The visible tree now; empty while there is no such application."""
        return Tree([Node.of(node) for node in self._ask(tree=application).get("nodes", [])])

    def until(
        self, told: Callable[[Tree], bool], what: str, timeout_s: float = 30.0, application: str = "emoscope"
    ) -> Tree:
        """Look until something is told; the tree that tells it.

        Raises
        ------
        AssertionError
            It was not told in time; with what was told instead.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            tree = self.look(application)
            try:
                if told(tree):
                    return tree
            except LookupError:
                pass
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout_s} s: {what}\n{tree}")
            time.sleep(0.1)
