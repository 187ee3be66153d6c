"""Which sound the window analyzes live: a microphone, the demo, or a recording at the pace of one. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.audio.base import AudioSource
from desktop_app.core.channel_choice import AUTO, ChannelChoice, least_channels
from desktop_app.core.language import tr


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """`kind` is `microphone`, `demo` or `file`; an empty `device` is the system's default one."""

    kind: str = "microphone"
    device: str = ""
    path: str = ""

    @property
    def title(self) -> str:
        if self.kind == "demo":
            return tr("Demo recording")
        if self.kind == "file":
            return Path(self.path).name
        return self.device or tr("System default")

    def maker(self, backend: str = "", channel: ChannelChoice = AUTO) -> Callable[[], AudioSource]:
        """A function that makes a fresh source each time; imports of the audio room wait until then.

        Parameters
        ----------
        backend : str
            What opens a microphone; the default one if empty.
        channel : ChannelChoice
            What will be heard of it.
        """

        def make() -> AudioSource:
            if self.kind == "microphone":
                from desktop_app.audio.backends import microphone

                least = least_channels(channel)
                return microphone(self.device or None, backend=backend, least_channels=least)
            from desktop_app.audio.file_source import FileSource

            if self.kind == "demo":
                from desktop_app.audio.demo import demo_path

                return FileSource(demo_path(), paced=True)
            return FileSource(Path(self.path), paced=True)

        return make


def choice_for(source: str | None, device: str | None = None) -> SourceChoice:
    """From the command line's words: `mic`, `demo` or a path."""
    if source in {None, "", "mic"}:
        return SourceChoice("microphone", device or "")
    if source == "demo":
        return SourceChoice("demo")
    return SourceChoice("file", path=str(source))
