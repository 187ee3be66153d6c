"""Corrected sessions as recordings to learn from: each stretch that a person gave a label is a clip.

They lie in a folder of their own beside the database, as links to the sound with a file of corrections beside
each (`analysis/corrections_file.py`): no sound is copied, and what is deleted is gone.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Final

from desktop_app.analysis.corrections_file import beside
from desktop_app.analysis.corrections_format import WHAT, Identity, to_json
from desktop_app.core.safe_files import make_folder, printable_path, write_text
from desktop_app.sessions.as_recording import corrections
from desktop_app.sessions.database import SessionsError
from desktop_app.sessions.store import SessionStore
from desktop_app.sessions.upkeep import CORRECTED

_SETTINGS: Final = "name: sessions\n"


def lay_out(store: SessionStore) -> tuple[Path, int]:
    """Make the folder anew; returns it and how many sessions are in it: those with sound and with labels.

    Raises
    ------
    SessionsError, WriteError
        The sessions cannot be read, or the folder cannot be written.
    """
    folder = store.folder / CORRECTED
    with contextlib.suppress(OSError):
        shutil.rmtree(folder)
    make_folder(folder)
    write_text(folder / "emoscope.yaml", _SETTINGS, "settings")
    count = 0
    for session in store.sessions():
        sound = store.folder / Path(session.sound).name
        if session.live or not session.sound or not sound.is_file():
            continue
        records = [record for record in corrections(store.open(session.id)) if record.label]
        if not records:
            continue
        link = folder / f"session-{session.id}{sound.suffix}"
        try:
            link.symlink_to(sound.absolute())
        except OSError as error:
            raise SessionsError(
                f"The sound of session {session.id} cannot be linked into '{printable_path(folder)}'.",
                "Links may have to be allowed on this system; on Windows, in its developer settings.",
            ) from error
        write_text(beside(link), to_json(Identity.of(link), records), WHAT)
        count += 1
    return folder, count
