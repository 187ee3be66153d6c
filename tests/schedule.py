"""Which tests go to which worker, and in what order: files as a whole, and the longest first.

The tests of one file stay on one worker, since they share what its fixtures made. With the longest first no
worker is left with a long one at the end, while the others have nothing to do.
"""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadFileScheduling

SECONDS: dict[str, int] = {}
"""What a file takes on an idle machine, where it is more than five seconds; only the order matters."""

WITH_LIBROSA = ("test_features.py", "test_architecture.py", "test_spectrogram.py", "test_pitch.py")
"""They follow one another on one worker: in a fresh checkout numba takes half a minute to compile librosa."""


def file_of(nodeid: str) -> str:
    return PurePosixPath(nodeid.split("::", 1)[0]).name


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests by their files, which keep the order of the tests within them."""
    items.sort(key=lambda item: -SECONDS.get(file_of(item.nodeid), 0))


class ByFile(LoadFileScheduling):
    """As `--dist loadfile`, in the order of collection, with the files that need librosa as one."""

    def _split_scope(self, nodeid: str) -> str:
        if file_of(nodeid) in WITH_LIBROSA:
            return "librosa"
        scope: str = super()._split_scope(nodeid)
        return scope
