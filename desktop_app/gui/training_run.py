"""`emoscope-models` as a child of the window: asked something, or training. It never holds the window up."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from desktop_app.core.language import tr
from desktop_app.core.worker_process import child_environment
from desktop_app.gui.state.training import TrainingState, parse

_LAST_LINES: Final = 20
_CANCEL_MS: Final = 700
"""What a training has to come to the end of a batch when the window closes; it can go on from any epoch."""
_KILL_MS: Final = 500


class ToolProcess(QObject):
    """One call of `emoscope-models`.

    Attributes
    ----------
    last_words : deque of str
        The last lines on stderr.
    """

    line = Signal(str)  # of stdout
    said = Signal(str)  # a line of stderr
    ended = Signal(int)  # its exit code; -1 if it crashed, was killed or could not be started

    def __init__(self, words: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.last_words: deque[str] = deque(maxlen=_LAST_LINES)
        self._words = list(words)
        self._out = self._err = b""
        self._over = False
        self._process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in child_environment().items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_words)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    def start(self) -> None:
        self._process.start(sys.executable, ["-W", "ignore", "-m", "models", *self._words])

    @property
    def running(self) -> bool:
        return self._process.state() is not QProcess.ProcessState.NotRunning

    @property
    def pid(self) -> int:
        """Of the process; 0 while there is none."""
        return int(self._process.processId())

    def send(self, word: str) -> None:
        """A line on its stdin."""
        self._process.write(f"{word}\n".encode())

    def kill(self) -> None:
        """End it now; `ended` follows."""
        self._process.kill()

    def close(self, patience_ms: int = 0) -> None:
        """End it, and hear nothing of it any more: at once, or when its stdin has ended for a while."""
        self._over = True
        if not self.running:
            return
        if patience_ms:
            self._process.closeWriteChannel()
            if self._process.waitForFinished(patience_ms):
                return
        self._process.kill()
        self._process.waitForFinished(_KILL_MS)

    def _read(self) -> None:
        self._out = self._lines(self._out + self._process.readAllStandardOutput().data(), self.line.emit)

    def _read_words(self) -> None:
        self._err = self._lines(self._err + self._process.readAllStandardError().data(), self._say)

    def _say(self, text: str) -> None:
        if text.strip():
            self.last_words.append(text.strip())
            self.said.emit(text.strip())

    def _lines(self, data: bytes, tell: Callable[[str], object]) -> bytes:
        """Tell each whole line; what is left of the last one."""
        *whole, rest = data.split(b"\n")
        for line in whole:
            if not self._over:
                tell(line.decode(errors="replace"))
        return rest

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_words()
        if self._err:
            self._say(self._err.decode(errors="replace"))
        if not self._over:
            self._over = True
            self.ended.emit(code if status is QProcess.ExitStatus.NormalExit else -1)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and not self._over:
            self._over = True
            self.last_words.append(self._process.errorString())
            self.ended.emit(-1)


class Question(QObject):
    """A call whose answer is JSON on stdout. `close` forgets it."""

    answered = Signal(object)
    refused = Signal(str)  # why, as a sentence
    said = Signal(str)  # how far it is

    def __init__(self, words: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._process = ToolProcess(words, self)
        self._process.line.connect(self._lines.append)
        self._process.said.connect(self.said)
        self._process.ended.connect(self._ended)
        self._process.start()

    @property
    def running(self) -> bool:
        return self._process.running

    def close(self) -> None:
        self._process.close()

    def _ended(self, code: int) -> None:
        try:
            answer = json.loads("\n".join(self._lines))
        except ValueError:
            words = self._process.last_words
            why = words[-1].removeprefix("emoscope-models: ") if words else tr("It ended without a word.")
            self.refused.emit(why)
            return
        self.answered.emit(answer)  # a corpus that cannot be used is told in the answer, with code 1


class TrainingRun(QObject):
    """A training in its process, and what its events have told."""

    changed = Signal()
    over = Signal()

    def __init__(
        self, words: Sequence[str], folder: Path, state: TrainingState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.state, self.folder = state, folder
        self.process = ToolProcess(["train", *words, f"--out={folder}", "--jsonl=-", "--control"], self)
        self.process.line.connect(self._take)
        self.process.ended.connect(self._ended)

    def start(self) -> None:
        self.process.start()

    @property
    def running(self) -> bool:
        return self.process.running and not self.state.over

    def pause(self) -> None:
        """At the end of a batch; `changed` tells when it has come to that."""
        self.process.send("pause")
        self.state.waits = True
        self.changed.emit()

    def go_on(self) -> None:
        self.process.send("resume")
        self.state.waits = False
        self.changed.emit()

    def cancel(self) -> None:
        """End it at the next batch; `end_cancelled` ends a fit that does not hear."""
        self.process.send("cancel")

    def end_cancelled(self) -> None:
        """The time to hear `cancel` is over."""
        if self.running:
            self.state.fail(tr("The training was cancelled."), code="cancelled")
            self.process.kill()

    def close(self) -> None:
        """The window closes; the run can go on later."""
        self.process.close(_CANCEL_MS)

    def _take(self, line: str) -> None:
        event: dict[str, Any] | None = parse(line)
        if event is not None:
            self.state.take(event)
            self.changed.emit()

    def _ended(self, code: int) -> None:
        if not self.state.over:
            words = self.process.last_words
            if code == -1:
                self.state.fail(
                    tr(
                        "The training process was ended from outside, as the system does where "
                        "memory runs out."
                    ),
                    tr("What was learnt so far is kept: it can go on from there."),
                )
            else:
                self.state.fail(
                    words[-1].removeprefix("emoscope-models: ") if words else tr("It ended without a word.")
                )
        self.changed.emit()
        self.over.emit()
