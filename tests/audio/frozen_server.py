"""What a microphone does at a frozen sound server; `test_microphone.py` gives each test its own process.

A call into a frozen server may never come back, not even after the thaw, and PortAudio is one per process.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from capturing import started, timed_stop, wait_for
from virtual_microphone import VirtualMicrophone

from desktop_app.audio.base import AudioError, AudioSource
from desktop_app.audio.devices import list_devices


@pytest.fixture
def no_thread_survives() -> None:
    """The thread of a call that hangs may."""


def test_a_frozen_server_is_seen_by_its_silence_and_stop_does_not_hang(
    virtual_microphone: VirtualMicrophone, make_source: Callable[[], AudioSource]
) -> None:
    source = make_source()
    ring = started(source)
    wait_for(lambda: ring.written > 0)
    virtual_microphone.freeze()
    try:
        time.sleep(0.8)
        status = source.status()
        assert status.active
        assert not status.finished
        assert status.silent_for_s > 0.5
        assert timed_stop(source) < 1.0
        # The gate is still held by the call that hangs: another source fails with a sentence.
        with pytest.raises(AudioError, match="does not answer"):
            make_source().open()
    finally:
        virtual_microphone.thaw()
    source.stop()
    fresh = make_source()
    ring = started(fresh)
    wait_for(lambda: ring.written > 0)
    fresh.stop()


def test_opening_at_a_frozen_server_ends_with_a_sentence(
    virtual_microphone: VirtualMicrophone, make_source: Callable[[], AudioSource]
) -> None:
    list_devices(refresh=True)
    virtual_microphone.freeze()
    source = make_source()
    try:
        with pytest.raises(AudioError, match="does not answer"):
            source.open()
        assert timed_stop(source) < 1.0
    finally:
        virtual_microphone.thaw()
