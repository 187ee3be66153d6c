"""Sentences over the pages: each on the page that it is about, until it is dismissed. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from desktop_app.core.channel_choice import in_window
from desktop_app.core.errors import sentences
from desktop_app.core.language import tr
from desktop_app.core.safe_files import printable_path
from desktop_app.core.types import SoundWarning
from desktop_app.gui.state.told import Told, parts, told
from desktop_app.gui.state.undo import Undoable

EVERYWHERE = ""
"""In place of a page: what concerns the whole program."""
LIVE = "live"
RECORDINGS = "recordings"

MODEL = "model"
SOURCE = "source"
SECOND_MODEL = "second model"
DETECTOR = "detector"
PLAYBACK = "playback"
"""What a message can be about: once that is well again, or another one is tried, the message is over."""


class Tone(StrEnum):
    """How a notice looks."""

    SUCCESS = "success"
    INFORMATION = "information"
    WARNING = "warning"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence over a page, until it is dismissed or replaced, or is no longer so.

    Attributes
    ----------
    trouble : bool
        Something did not work.
    code : str
        That of the failure it tells.
    retry : str
        A model file that a button offers to load.
    undo : Undoable, optional
        What it tells, for a button that takes it back.
    warnings : mapping
        Sentences about the sound, by their codes: each is told once, so what is told later stands beside them
        and not in their place.
    page : str
        The page that it is about; empty for the whole program.
    done : bool
        What a person asked for has worked.
    about : str
        What it is about, such as `MODEL`; empty where nothing can make it untrue.
    logged : str
        What the log says of it, in English; empty for the text itself.
    """

    message: str
    hint: str = ""
    trouble: bool = True
    code: str = ""
    retry: str = ""
    undo: Undoable | None = None
    warnings: Mapping[str, str] = field(default_factory=dict)
    page: str = EVERYWHERE
    done: bool = False
    about: str = ""
    logged: str = field(default="", compare=False)

    @classmethod
    def of(cls, failure: Told, page: str = EVERYWHERE, about: str = "") -> Notice:
        """What is told of a failure."""
        message, hint = parts(failure)
        logged = sentences(failure.message, failure.hint)
        return cls(message, hint, code=failure.code, page=page, about=about, logged=logged)

    @property
    def text(self) -> str:
        said = (sentences(self.message, self.hint), *self.warnings.values())
        return in_window(" ".join(sentence for sentence in said if sentence))

    @property
    def tone(self) -> Tone:
        if self.done:
            return Tone.SUCCESS
        if self.trouble:
            return Tone.TROUBLE
        return Tone.WARNING if self.warnings else Tone.INFORMATION

    @property
    def passes(self) -> bool:
        """Whether it goes by itself after some seconds: it tells of no trouble."""
        return not self.trouble and bool(self.message or self.hint)

    @property
    def can_undo(self) -> bool:
        return self.undo is not None and self.undo.possible


def saved(what: str, folder: Path, page: str = EVERYWHERE) -> Notice:
    """Told when something was written into a folder."""
    text = tr("Saved {what} in {folder}.").format(what=what, folder=printable_path(folder))
    return Notice(text, trouble=False, done=True, page=page)


class Notices:
    """At most one for each page, and one for the whole program; of those in sight the latest is shown.

    Attributes
    ----------
    page : str
        The page that is in sight.
    """

    def __init__(self) -> None:
        self.page = LIVE
        self._shown: dict[str, Notice] = {}  # by page, the latest last

    @property
    def current(self) -> Notice | None:
        """The one to be shown now."""
        in_sight = [notice for page, notice in self._shown.items() if page in {EVERYWHERE, self.page}]
        return in_sight[-1] if in_sight else None

    def of(self, page: str) -> Notice | None:
        return self._shown.get(page)

    def show(self, notice: Notice) -> None:
        """Show it, in place of the one of its page."""
        self._shown.pop(notice.page, None)
        self._shown[notice.page] = notice

    def take_away(self, page: str) -> None:
        self._shown.pop(page, None)

    def forget(self, undo: Undoable) -> None:
        """What told of something that was undone is over; warnings beside it stay."""
        for page, notice in list(self._shown.items()):
            if notice.undo is undo:
                self.tell(None, page)

    def over(self, about: str) -> None:
        """What was told of this is no longer so; warnings beside it stay."""
        for page, notice in list(self._shown.items()):
            if notice.about == about:
                self.tell(None, page)

    def forget_warnings(self, page: str) -> None:
        """The sound that they told of is over; what else is told stays."""
        notice = self._shown.get(page)
        if notice is None or not notice.warnings:
            return
        if notice.message or notice.hint:
            self._shown[page] = replace(notice, warnings={})
        else:
            self.take_away(page)

    def pass_by(self, notice: Notice) -> None:
        """What it tells has been in sight for long enough; warnings beside it stay."""
        for page, shown in list(self._shown.items()):
            if shown.passes and (shown.message, shown.hint) == (notice.message, notice.hint):
                self.tell(None, page)

    def dismiss(self) -> None:
        """Take away the one that is shown."""
        current = self.current
        if current is not None:
            self.take_away(current.page)

    def tell(self, notice: Notice | None, page: str) -> None:
        """Show what an event tells, or take that away, and leave the warnings about the sound in sight."""
        before = self._shown.get(page)
        warnings = {} if before is None else before.warnings
        if notice is not None:
            self.show(replace(notice, warnings=warnings, page=page))
        elif warnings:
            self.show(Notice("", trouble=False, warnings=warnings, page=page))
        else:
            self.take_away(page)

    def warn(self, warning: SoundWarning, page: str) -> None:
        """Add a warning about the sound."""
        before = self._shown.get(page) or Notice("", trouble=False, page=page)
        self.show(replace(before, warnings={**before.warnings, warning.code: told(warning)}))

    def move(self, source: str, target: str) -> None:
        """What was told on one page stands on another one from now on, since that is in sight instead."""
        notice = self._shown.pop(source, None)
        if notice is not None:
            self.show(replace(notice, page=target))
