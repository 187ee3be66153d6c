"""A headless Chromium, driven over its DevTools protocol, in which a page is used and looked at."""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import psutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 60.0


def find_browser() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One page in a `with` block.

    Parameters
    ----------
    microphone : Path, optional
        A wav that the browser hears in place of a microphone.
    """

    def __init__(self, microphone: Path | None = None) -> None:
        from websockets.sync.client import connect

        program = find_browser()
        assert program is not None
        self._folder = tempfile.TemporaryDirectory(prefix="emoscope-browser-", ignore_cleanup_errors=True)
        self.profile = Path(self._folder.name)
        heard = [f"--use-file-for-fake-audio-capture={microphone}%noloop"] if microphone is not None else []
        self._process = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-sandbox",  # as root, in a container
                "--disable-gpu",
                "--remote-debugging-port=0",
                f"--user-data-dir={self.profile}",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                "--autoplay-policy=no-user-gesture-required",
                *heard,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # its group: some programs are scripts that start the browser as a child
        )
        self._opened = contextlib.ExitStack()
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        try:
            self._socket = self._opened.enter_context(connect(self._page(), max_size=2**26))
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.call(f"{domain}.enable")
        except BaseException:
            self.close()
            raise

    def _page(self) -> str:
        """A new page's address for tools."""
        assert self._process.stderr is not None
        told = next(line for line in self._process.stderr if "DevTools listening on" in line)
        tools = http.client.HTTPConnection("127.0.0.1", urlsplit(told.split()[-1]).port, timeout=PATIENCE_S)
        with contextlib.closing(tools):
            tools.request("PUT", "/json/new?about:blank")
            return str(json.load(tools.getresponse())["webSocketDebuggerUrl"])

    def call(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=PATIENCE_S))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def open(self, address: str, size: tuple[int, int] = (1000, 900), *, dark: bool = False) -> None:
        self.look(size, dark=dark)
        self.call("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete'")

    def look(self, size: tuple[int, int], *, dark: bool = False) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        width, height = size
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def value(self, expression: str) -> Any:
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait_for(self, expression: str, timeout_s: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + timeout_s
        while not self.value(expression):
            assert time.monotonic() < deadline, f"not within {timeout_s} s: {expression}"
            time.sleep(0.1)

    def choose_files(self, selector: str, files: Sequence[Path]) -> None:
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in files])

    def picture(self, path: Path) -> None:
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def complaints(self) -> list[str]:
        """What the page's script or the browser's policy has complained of."""
        self.value("1")
        told = [event["params"] for event in self.events if event.get("method") == "Log.entryAdded"]
        thrown = [event for event in self.events if event.get("method") == "Runtime.exceptionThrown"]
        return [entry["entry"]["text"] for entry in told] + [json.dumps(event) for event in thrown]

    def asked_for(self) -> list[str]:
        """Addresses that the page has loaded something from."""
        sent = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the browser with all its processes, and delete its profile."""
        self._opened.close()
        family = psutil.Process(self._process.pid).children(recursive=True)
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        psutil.wait_procs(family, timeout=PATIENCE_S)  # none of them may write into the profile any more
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._folder.cleanup()
