"""What was corrected of sessions is there to learn from, as links to their sound; deleted, nothing stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from sessions_events import final

from desktop_app.sessions.corrected import lay_out
from desktop_app.sessions.store import SessionStore
from desktop_app.sessions.writer import About, SessionWriter
from models.corpora.registry import scan_corpus

Begin = Callable[..., SessionWriter]


def hold(begin: Begin, *, sound: bool, corrected: str | None) -> None:
    """A session of two utterances, the second of which is corrected."""
    run = begin(about=About("microphone", sound=sound))
    run.post(final(0, 1.0))
    run.post(final(1, 4.0))
    if corrected:
        run.correct(1, corrected)
    if run.sound_path is not None:
        noise = np.random.default_rng(1).standard_normal(8 * 16_000)
        soundfile.write(run.sound_path, 0.1 * noise, 16_000, format="FLAC")
    run.stop()


def test_each_corrected_stretch_of_a_session_with_sound_is_a_clip(begin: Begin, folder: Path) -> None:
    hold(begin, sound=True, corrected="sad")
    hold(begin, sound=True, corrected=None)
    hold(begin, sound=False, corrected="happy")
    with SessionStore(folder) as store:
        place, count = lay_out(store)
        assert lay_out(store) == (place, count)  # made anew
    assert count == 1
    (clip,) = scan_corpus("folder", place).clips
    assert (clip.emotion, clip.corpus, clip.speaker) == ("sad", "sessions", "sessions-session-1")
    assert clip.path.name.startswith("session-1.flac#t=4,6")

    with SessionStore(folder, write=True) as store:
        store.delete([1])
    assert [path.name for path in place.iterdir()] == ["emoscope.yaml"]
