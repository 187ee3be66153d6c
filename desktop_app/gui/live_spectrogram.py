"""What live sound looks like, while somebody looks: taken from the run sample by sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_app.gui.state.spectrogram_history import SpectrogramHistory

if TYPE_CHECKING:
    from desktop_app.runtime.taps import Tap, TapBlock

QUEUE_S = 3.0
"""Sound that waits at most for a window that does not answer; more would hold it up once more."""


class LiveSpectrogram:
    """Listens to the run that `follow` names while it is `watched`, and costs nothing otherwise."""

    def __init__(self) -> None:
        self.history = SpectrogramHistory()
        self._pipeline: Any = None
        self._tap: Tap | None = None
        self._watched = False

    @property
    def watched(self) -> bool:
        return self._watched

    def follow(self, pipeline: Any) -> None:
        """Another run, a `Pipeline`; None for no run at all."""
        self._let_go()
        self._pipeline = pipeline
        self._take_hold()

    def watch(self, on: bool) -> None:
        """Somebody looks, or not."""
        if on != self._watched:
            self._watched = on
            if on:
                self._take_hold()
            else:
                self._let_go()

    def take(self) -> bool:
        """Take in what was heard since the last time; whether there was anything."""
        from desktop_app.runtime.taps import TapBlock

        items = [] if self._tap is None else self._tap.drain()
        together: list[TapBlock] = []  # blocks that meet, to be transformed at once
        blocks = 0
        for item in items:
            if not isinstance(item, TapBlock):
                continue
            blocks += 1
            if together and not _meet(together[-1], item):
                self._push(together)
                together = []
            together.append(item)
        self._push(together)
        return blocks > 0

    def _push(self, blocks: Sequence[TapBlock]) -> None:
        if blocks:
            samples = np.concatenate([block.samples for block in blocks])
            self.history.push(samples, blocks[0].start_s, blocks[0].sample_rate)

    def _take_hold(self) -> None:
        if self._watched and self._pipeline is not None and self._tap is None:
            self._tap = self._pipeline.add_tap(QUEUE_S)

    def _let_go(self) -> None:
        if self._tap is not None and self._pipeline is not None:
            self._pipeline.remove_tap(self._tap)
        self._tap = None


def _meet(first: TapBlock, second: TapBlock) -> bool:
    """Whether nothing is missing between two blocks of the same stream."""
    apart_s = second.start_s - first.end_s
    return first.sample_rate == second.sample_rate and abs(apart_s) < 0.5 / first.sample_rate
